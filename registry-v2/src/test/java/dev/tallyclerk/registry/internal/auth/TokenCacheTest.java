package dev.tallyclerk.registry.internal.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.internal.call.CallSettings;
import dev.tallyclerk.internal.call.Deadline;
import dev.tallyclerk.internal.call.Failures;
import dev.tallyclerk.registry.auth.Credentials;
import dev.tallyclerk.registry.internal.auth.TokenCache.Grant;
import dev.tallyclerk.registry.testing.FakeWaits;
import dev.tallyclerk.testing.FakeNetwork;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TokenCacheTest {
    private static final Failures FAILURES = new Failures(HttpException::new);
    private static final Instant START = FakeWaits.START;

    private final FakeWaits waits = new FakeWaits();
    private final Deadline deadline = CallSettings.of(HttpSettings.of(request -> FakeNetwork.answer(200, "")), FAILURES)
            .deadline("registry.example.org", false);

    private static Grant grant(String realm, Credentials who) {
        return new Grant(URI.create("https://r.example.org"), URI.create(realm), "s", who);
    }

    private static final Grant GRANT = grant("https://a.example.org/t", Credentials.anonymous());

    private Token put(TokenCache cache, Grant grant, Scope scope) throws HttpException {
        Token token = Token.of("t", scope, waits.clock().instant(), Duration.ofMinutes(5));
        return cache.fetch(grant, scope, waits.clock(), () -> token, deadline);
    }

    @Test
    void keepsApartWhoAsksWhomForWhat() throws HttpException {
        TokenCache cache = new TokenCache(10);
        Scope pull = Scope.pull("a");
        put(cache, GRANT, pull);
        Instant now = waits.clock().instant();
        assertTrue(cache.find(GRANT, pull, now).isPresent());
        assertFalse(cache.find(GRANT, Scope.push("a"), now).isPresent());
        assertFalse(cache.find(grant("https://b.example.org/t", Credentials.anonymous()), pull, now)
                .isPresent());
        assertFalse(cache.find(grant("https://a.example.org/t", Credentials.of("u", "p")), pull, now)
                .isPresent());
        assertFalse(cache.find(new Grant(GRANT.registry(), GRANT.realm(), "other", GRANT.identity()), pull, now)
                .isPresent());
        assertFalse(
                cache.find(new Grant(URI.create("https://x.example"), GRANT.realm(), "s", GRANT.identity()), pull, now)
                        .isPresent());
        put(cache, grant("https://a.example.org/t", Credentials.of("u", "p")), pull);
        assertFalse(cache.find(grant("https://a.example.org/t", Credentials.of("u", "q")), pull, now)
                .isPresent());
    }

    @Test
    void forgetsWhatWasNotUsedForTheLongestTime() throws HttpException {
        TokenCache cache = new TokenCache(2);
        put(cache, GRANT, Scope.push("a"));
        put(cache, GRANT, Scope.pull("b"));
        Instant now = waits.clock().instant();
        assertTrue(cache.find(GRANT, Scope.pull("a"), now).isPresent()); // by the wider one
        put(cache, GRANT, Scope.pull("c"));
        assertTrue(cache.find(GRANT, Scope.push("a"), now).isPresent());
        assertFalse(cache.find(GRANT, Scope.pull("b"), now).isPresent());
    }

    /** What may be done to a cache. */
    enum Step {
        FETCH_PULL,
        FETCH_PUSH,
        FETCH_SHORT,
        FIND_PULL,
        FIND_PUSH,
        DROP,
        PASS_MINUTE,
        PASS_HOUR,
        BACK
    }

    @Provide
    static Arbitrary<List<Step>> steps() {
        return Arbitraries.of(Step.class).list().ofMaxSize(40);
    }

    /** Whatever happens, what is found is what was fetched, allows what is asked for, and is to be used now. */
    @Property(tries = 300)
    void givesOnlyWhatIsGood(@ForAll("steps") List<Step> steps, @ForAll @IntRange(min = 1, max = 3) int most)
            throws HttpException {
        FakeWaits time = new FakeWaits();
        TokenCache cache = new TokenCache(most);
        List<Token> good = new ArrayList<>();
        for (Step step : steps) {
            Instant now = time.clock().instant();
            switch (step) {
                case FETCH_PULL -> good.add(fetch(cache, Scope.pull("a"), time, Duration.ofMinutes(5)));
                case FETCH_PUSH -> good.add(fetch(cache, Scope.push("a"), time, Duration.ofMinutes(5)));
                case FETCH_SHORT -> good.add(fetch(cache, Scope.pull("a"), time, Duration.ZERO));
                case FIND_PULL -> check(cache, Scope.pull("a"), now, good);
                case FIND_PUSH -> check(cache, Scope.push("a"), now, good);
                case DROP -> {
                    if (!good.isEmpty()) {
                        cache.drop(good.remove(good.size() - 1));
                    }
                }
                case PASS_MINUTE -> time.pass(Duration.ofMinutes(1));
                case PASS_HOUR -> time.pass(Duration.ofHours(1));
                case BACK -> time.setClock(now.minusSeconds(90));
            }
        }
    }

    private Token fetch(TokenCache cache, Scope scope, FakeWaits time, Duration lasting) throws HttpException {
        Token token = Token.of("t", scope, time.clock().instant(), lasting);
        return cache.fetch(GRANT, scope, time.clock(), () -> token, deadline);
    }

    private static void check(TokenCache cache, Scope scope, Instant now, List<Token> good) {
        Optional<Token> found = cache.find(GRANT, scope, now);
        if (found.isPresent()) {
            assertTrue(good.stream().anyMatch(token -> token == found.get()));
            assertTrue(found.get().isUsedAt(now));
            assertTrue(found.get().scope().covers(scope));
        }
    }

    @Property
    void aTokenIsUsedNeitherBeforeItsTimeNorAfter(
            @ForAll @IntRange(min = -1000, max = 100_000) int lasting,
            @ForAll @IntRange(min = -100_000, max = 100_000) int after) {
        Token token = Token.of("t", Scope.none(), START, Duration.ofSeconds(Math.max(0, lasting)));
        boolean used = token.isUsedAt(START.plusSeconds(after));
        if (after < 0 || after >= lasting || after >= 3600) {
            assertFalse(used);
        } else if (after < lasting * 0.8 && after < lasting - 30 && after < 3570) {
            assertTrue(used);
        }
    }

    /** Lets one thread fetch, and others come while it does. */
    private List<Future<Token>> together(TokenCache cache, TokenCache.Source source, int others, CountDownLatch go) {
        ExecutorService executor = Executors.newCachedThreadPool();
        CountDownLatch fetching = new CountDownLatch(1);
        List<Thread> waiting = new ArrayList<>();
        List<Future<Token>> results = new ArrayList<>();
        try {
            results.add(executor.submit(() -> cache.fetch(
                    GRANT,
                    Scope.none(),
                    waits.clock(),
                    () -> {
                        fetching.countDown();
                        awaitQuietly(go);
                        return source.fetch();
                    },
                    deadline)));
            awaitQuietly(fetching);
            for (int i = 0; i < others; i++) {
                CountDownLatch started = new CountDownLatch(1);
                results.add(executor.submit(() -> {
                    synchronized (waiting) {
                        waiting.add(Thread.currentThread());
                    }
                    started.countDown();
                    return cache.fetch(GRANT, Scope.none(), waits.clock(), source, deadline);
                }));
                awaitQuietly(started);
            }
            for (Thread thread : waiting) {
                awaitTimedWaiting(thread);
            }
            go.countDown();
        } finally {
            executor.shutdown();
        }
        return results;
    }

    private static void awaitTimedWaiting(Thread thread) {
        long start = System.nanoTime();
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            assertTrue(
                    System.nanoTime() - start < TimeUnit.SECONDS.toNanos(30),
                    () -> "never waits: " + thread.getState());
            Thread.onSpinWait();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS), "nobody came");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void ofSeveralThatWantTheSameOneFetches() throws InterruptedException, ExecutionException {
        AtomicInteger fetches = new AtomicInteger();
        Token token = Token.of("t", Scope.none(), START, Duration.ofMinutes(1));
        TokenCache.Source source = () -> {
            fetches.incrementAndGet();
            return token;
        };
        for (Future<Token> result : together(new TokenCache(1), source, 5, new CountDownLatch(1))) {
            assertSame(token, result.get());
        }
        assertEquals(1, fetches.get());
    }

    @Test
    void aRefusalIsForAllAndACancellationForOne() throws InterruptedException, ExecutionException {
        AtomicInteger fetches = new AtomicInteger();
        TokenCache.Source refusing = () -> {
            fetches.incrementAndGet();
            throw FAILURES.of(Reason.UNAUTHORIZED, 401, "no");
        };
        for (Future<Token> result : together(new TokenCache(1), refusing, 3, new CountDownLatch(1))) {
            ExecutionException e = assertThrows(ExecutionException.class, result::get);
            assertEquals(
                    Reason.UNAUTHORIZED,
                    assertInstanceOf(HttpException.class, e.getCause()).reason());
        }
        assertEquals(1, fetches.get());

        fetches.set(0);
        Token token = Token.of("t", Scope.none(), START, Duration.ofMinutes(1));
        TokenCache.Source cancelledAtFirst = () -> {
            if (fetches.incrementAndGet() == 1) {
                throw FAILURES.of(Reason.CANCELLED, 0, "mine");
            }
            return token;
        };
        List<Future<Token>> results = together(new TokenCache(1), cancelledAtFirst, 3, new CountDownLatch(1));
        assertThrows(ExecutionException.class, results.get(0)::get);
        for (Future<Token> result : results.subList(1, 4)) {
            assertSame(token, result.get());
        }
        assertTrue(fetches.get() >= 2);
    }

    @Test
    void aSourceThatBreaksStopsNobodyElse() throws HttpException {
        TokenCache cache = new TokenCache(1);
        assertThrows(
                IllegalStateException.class,
                () -> cache.fetch(
                        GRANT,
                        Scope.none(),
                        waits.clock(),
                        () -> {
                            throw new IllegalStateException("broken");
                        },
                        deadline));
        assertTrue(put(cache, GRANT, Scope.none()).isUsedAt(START));
    }
}

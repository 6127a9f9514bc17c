package dev.tallyclerk.registry.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.Cancellation;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CachedCredentialsTest {
    private final List<String> asked = new ArrayList<>();
    private Instant now = Instant.EPOCH;
    private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);

    private final CredentialProvider cached = CachedCredentials.of(
            registry -> {
                asked.add(registry);
                return Credentials.of(registry, "p");
            },
            Duration.ofMinutes(5),
            clock);

    @Test
    void asksAgainWhenTheTimeIsOver() throws IOException {
        assertEquals(Credentials.of("a", "p"), cached.credentialsFor("a"));
        now = now.plusSeconds(299);
        assertEquals(Credentials.of("a", "p"), cached.credentialsFor("a"));
        assertEquals(List.of("a"), asked);
        now = now.plusSeconds(1);
        cached.credentialsFor("a");
        assertEquals(List.of("a", "a"), asked);
    }

    @Test
    void keepsWhatTheOtherProviderDistinguishesApart() throws IOException {
        CredentialProvider byTeam = CachedCredentials.of(
                new CredentialProvider() {
                    @Override
                    public Credentials credentialsFor(String registry) {
                        asked.add(registry);
                        return Credentials.of(registry, "p");
                    }

                    @Override
                    public String keyFor(String registry, String repository) {
                        return registry + "/" + repository.split("/", 2)[0];
                    }
                },
                Duration.ofMinutes(5),
                clock);
        for (String repository : List.of("a/x", "b/x", "a/y")) {
            byTeam.credentialsFor(byTeam.keyFor("r", repository));
        }
        assertEquals(List.of("r/a", "r/b"), asked);
    }

    @Test
    void asksAgainWhenTheClockWasSetBack() throws IOException {
        cached.credentialsFor("a");
        now = now.minusSeconds(1);
        cached.credentialsFor("a");
        assertEquals(List.of("a", "a"), asked);
    }

    @Test
    void keepsAnAnswerForEverIfItIsToldTo() throws IOException {
        CredentialProvider forEver = CachedCredentials.of(cached, ChronoUnit.FOREVER.getDuration(), clock);
        forEver.credentialsFor("a");
        now = Instant.MAX;
        forEver.credentialsFor("a");
        assertEquals(List.of("a"), asked);
    }

    @Test
    void keepsOneRegistryFromAnother() throws IOException {
        cached.credentialsFor("a");
        assertEquals(Credentials.of("b", "p"), cached.credentialsFor("b"));
        assertEquals(List.of("a", "b"), asked);
    }

    @Test
    void keepsNoMoreThanAThousand() throws IOException {
        for (int i = 0; i <= 1000; i++) {
            cached.credentialsFor("r" + i);
        }
        asked.clear();
        cached.credentialsFor("r1");
        assertEquals(List.of(), asked);
        cached.credentialsFor("r0");
        assertEquals(List.of("r0"), asked);
    }

    /** Another thread asks all the while, and has more time. */
    @Test
    void waitsForAnotherThreadNoLongerThanItsOwnCallMayTake() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        CredentialProvider slow = CachedCredentials.of(
                registry -> {
                    begun.countDown();
                    try {
                        assertTrue(answer.await(30, TimeUnit.SECONDS));
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    return Credentials.of(registry, "p");
                },
                Duration.ofMinutes(5),
                clock);
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Future<Credentials> asked = other.submit(() -> slow.credentialsFor("a"));
            assertTrue(begun.await(30, TimeUnit.SECONDS));
            Cancellation cancelled = Cancellation.create();
            cancelled.cancel();
            assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
                assertThrows(IOException.class, () -> slow.credentialsFor("b", Duration.ofMinutes(5), cancelled));
                assertThrows(
                        IOException.class, () -> slow.credentialsFor("b", Duration.ofMillis(1), Cancellation.never()));
            });
            answer.countDown();
            assertEquals(Credentials.of("a", "p"), asked.get(30, TimeUnit.SECONDS));
            assertEquals(
                    Credentials.of("b", "p"), slow.credentialsFor("b", Duration.ofMinutes(5), Cancellation.never()));
        } finally {
            answer.countDown();
            other.shutdown();
        }
    }

    @Test
    void keepsNoFailure() throws IOException {
        CredentialProvider failing = CachedCredentials.of(
                registry -> {
                    asked.add(registry);
                    throw new IOException("x");
                },
                Duration.ofMinutes(5),
                clock);
        for (int i = 0; i < 2; i++) {
            assertThrows(IOException.class, () -> failing.credentialsFor("a"));
        }
        assertEquals(List.of("a", "a"), asked);
    }
}

package dev.tallyclerk.registry.proxy;

import dev.tallyclerk.internal.call.RecentlyUsed;
import dev.tallyclerk.verify.store.ContentStore;
import dev.tallyclerk.verify.store.SharedFetches;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** What proxies share that were made from one another. */
final class ProxyState {
    private static final int REMEMBERED = 10_000;

    final ContentStore store;
    final Path folder;
    final Executor executor;
    final Clock clock;
    final SharedFetches fetches;
    final Flights<Optional<Document>> documents = new Flights<>();
    final Flights<Boolean> proofs = new Flights<>();
    final Flights<Verdict> decisions = new Flights<>();

    /** Guards the making of views: those who ask at the same time share one. */
    final Lock viewing = new ReentrantLock();

    final Map<String, View> views = RecentlyUsed.map(REMEMBERED);

    /** When something was last said not to exist. */
    final Map<String, Instant> missing = RecentlyUsed.map(REMEMBERED);

    /** When an upstream last failed to resolve a tag. */
    final Map<String, Instant> failed = RecentlyUsed.map(REMEMBERED);

    final Map<String, Verdict> verdicts = RecentlyUsed.map(REMEMBERED);

    /** In bytes, since the cache was last brought within its limits. */
    final AtomicLong filled = new AtomicLong();

    ProxyState(ContentStore store, Path folder, Executor executor, Clock clock) {
        this.store = store;
        this.folder = folder;
        this.executor = executor;
        this.clock = clock;
        this.fetches = SharedFetches.of(store, executor);
    }

    Instant now() {
        return clock.instant();
    }

    /** {@return whether it is no longer ago than that; not if it has not happened or the clock was set back} */
    boolean isWithin(Instant then, Duration time) {
        Duration age = Duration.between(then, now());
        return !age.isNegative() && age.compareTo(time) < 0;
    }

    RepositoryIndex index(String name) throws IOException {
        return RepositoryIndex.in(folder.resolve(name));
    }
}

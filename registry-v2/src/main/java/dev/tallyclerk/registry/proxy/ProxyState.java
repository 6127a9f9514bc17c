package dev.tallyclerk.registry.proxy;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.call.RecentlyUsed;
import dev.tallyclerk.verify.store.ContentStore;
import dev.tallyclerk.verify.store.SharedFetches;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What proxies share that were made from one another. */
final class ProxyState {
    private static final int REMEMBERED = 10_000;

    /** How many entries all indexes in memory have, about, each some 300 bytes. */
    private static final long MOST_ENTRIES = 100_000;

    final ContentStore store;
    final Path folder;
    final Executor executor;
    final Clock clock;
    final Flights<Optional<Document>> documents = new Flights<>();
    final Flights<Long> sizes = new Flights<>();
    final Flights<Verdict> decisions = new Flights<>();
    final Observations observations;

    /** Guards the views and origins, and their making: those who ask at the same time share one. */
    private final Lock viewing = new ReentrantLock();

    private final Map<String, View> views = new LinkedHashMap<>(16, 0.75f, true);

    /** Those of callers that the upstream has given nothing yet: invented logins push out only these. */
    private final Map<String, View> strangers = RecentlyUsed.map(REMEMBERED);

    private final Map<String, Origin> origins = new HashMap<>();

    /** Of the indexes of all views. */
    private final AtomicLong entries = new AtomicLong();

    /** When something was last said not to exist. */
    final Map<String, Instant> missing = RecentlyUsed.map(REMEMBERED);

    /** When an upstream last failed to resolve a tag. */
    final Map<String, Instant> failed = RecentlyUsed.map(REMEMBERED);

    final Map<String, Verdict> verdicts = RecentlyUsed.map(REMEMBERED);

    /** In bytes, since the cache was last brought within its limits; what is there at the start counts as much. */
    final AtomicLong filled = new AtomicLong(Long.MAX_VALUE / 2);

    ProxyState(ContentStore store, Path folder, Executor executor, Clock clock) {
        this.store = store;
        this.folder = folder;
        this.executor = executor;
        this.clock = clock;
        this.observations = new Observations(executor);
    }

    Instant now() {
        return clock.instant();
    }

    /** {@return whether it is no longer ago than that; not if it has not happened or the clock was set back} */
    boolean isWithin(Instant then, Duration time) {
        Duration age = Duration.between(then, now());
        return !age.isNegative() && age.compareTo(time) < 0;
    }

    /** {@return the index of that key, whose file has the hash of it as its name} */
    RepositoryIndex index(String key) throws Refusal {
        try {
            return RepositoryIndex.in(folder.resolve(
                    Digest.sha256Of(key.getBytes(StandardCharsets.UTF_8)).encoded()));
        } catch (IOException e) {
            throw Refusal.of(500, "UNAVAILABLE", "the proxy cannot read what it knows of " + key);
        }
    }

    /** Makes a view, or takes the one that there is. */
    @FunctionalInterface
    interface Making {
        View from(@Nullable View known) throws Refusal;
    }

    /** {@return the view of that key} */
    View view(String key, Making making) throws Refusal {
        viewing.lock();
        try {
            View kept = views.get(key);
            View known = kept == null ? strangers.get(key) : kept;
            View view = making.from(known);
            if (view != known) {
                if (kept != null) {
                    views.remove(key);
                    kept.index().uncount();
                }
                if (view.upstream().hasCallerLogins()) {
                    strangers.put(key, view);
                } else {
                    keep(key, view);
                }
            }
            trim();
            return view;
        } finally {
            viewing.unlock();
        }
    }

    private void keep(String key, View view) {
        views.put(key, view);
        view.index().count(entries);
    }

    private void trim() {
        // The one that is used now is the last.
        Iterator<View> eldest = views.values().iterator();
        while (views.size() > 1 && (views.size() > REMEMBERED || entries.get() > MOST_ENTRIES)) {
            View gone = eldest.next();
            eldest.remove();
            gone.index().uncount();
        }
    }

    /** Takes note that the upstream has given a manifest to those of a view. */
    void confirm(View view) {
        view.confirm(now());
        viewing.lock();
        try {
            if (strangers.remove(view.key(), view)) {
                keep(view.key(), view);
                trim();
            }
        } finally {
            viewing.unlock();
        }
    }

    /** {@return what the requests to an upstream share} */
    Origin origin(Upstream upstream) throws Refusal {
        viewing.lock();
        try {
            // What callers' logins have led to is on no disk.
            String key = upstream.registry() + (upstream.hasCallerLogins() ? " callers" : "");
            Origin origin = origins.get(key);
            if (origin == null) {
                origin = new Origin(
                        SharedFetches.of(store.withSource(upstream.registry()), executor),
                        upstream.hasCallerLogins() ? RepositoryIndex.inMemory() : index(key));
                origins.put(key, origin);
            }
            return origin;
        } finally {
            viewing.unlock();
        }
    }
}

package dev.tallyclerk.examples.proxy;

import dev.tallyclerk.registry.proxy.ProxyEvent;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** What has lately happened to each repository, of the last {@value #MOST}. Safe for several threads. */
final class History {
    private static final int MOST = 500;
    private static final int MOST_REFUSALS = 20;

    private final Clock clock;
    private final Lock lock = new ReentrantLock();
    private final Map<String, Row> rows = lately();

    /** Of which nothing was given yet. They are apart, so that nobody fills the page with names that do not exist. */
    private final Map<String, Row> others = lately();

    private final Deque<Refused> refusals = new ArrayDeque<>();

    History(Clock clock) {
        this.clock = clock;
    }

    private static Map<String, Row> lately() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Row> eldest) {
                return size() > MOST;
            }
        };
    }

    /** The counts of a repository. Guarded by the lock. */
    private static final class Row {
        private long given;
        private long hits;
        private long fetched;
        private long refused;
        private long denied;
        private long stale;
        private Instant last = Instant.EPOCH;
    }

    /** What a page shows of a repository. */
    record Repository(
            String name, long given, long hits, long fetched, long stale, long refused, long denied, Instant last) {}

    /** Something that was not given, and why. */
    record Refused(Instant time, String kind, String subject, String why) {}

    void event(ProxyEvent event) {
        int space = event.subject().indexOf(' ');
        String name = space < 0 ? event.subject() : event.subject().substring(0, space);
        if (event.upstream().isEmpty() || name.isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        lock.lock();
        try {
            Row row = rows.get(name);
            if (row == null) {
                row = others.computeIfAbsent(name, any -> new Row());
                if (isOfContent(event)) {
                    others.remove(name);
                    rows.put(name, row);
                }
            }
            count(row, event, now);
            switch (event.kind()) {
                case DENIED, OBSERVED, REFUSED, DAMAGED -> refuse(event, now);
                default -> {}
            }
        } finally {
            lock.unlock();
        }
    }

    /** {@return whether it shows that the upstream has, or had, something there} */
    private static boolean isOfContent(ProxyEvent event) {
        return switch (event.kind()) {
            case REQUEST -> isGiven(event);
            case FILL, STALE, DENIED, OBSERVED, REFUSED, DAMAGED -> true;
            default -> false;
        };
    }

    private static boolean isGiven(ProxyEvent event) {
        return event.status() < 300
                && (event.content() == ProxyEvent.Content.MANIFEST || event.content() == ProxyEvent.Content.BLOB);
    }

    private static void count(Row row, ProxyEvent event, Instant now) {
        switch (event.kind()) {
            case REQUEST -> {
                if (event.status() < 300 && event.content() == ProxyEvent.Content.MANIFEST) {
                    row.given++;
                    row.last = now;
                }
            }
            case HIT -> row.hits++;
            case FILL -> row.fetched += event.bytes();
            case STALE -> row.stale++;
            case DENIED -> row.denied++;
            case REFUSED, DAMAGED -> row.refused++;
            default -> {}
        }
    }

    private void refuse(ProxyEvent event, Instant now) {
        refusals.addFirst(new Refused(now, event.kind().name(), event.subject(), event.message()));
        if (refusals.size() > MOST_REFUSALS) {
            refusals.removeLast();
        }
    }

    /** {@return the repositories, the one asked for last first} */
    List<Repository> repositories() {
        lock.lock();
        try {
            List<Repository> all = new ArrayList<>();
            rows.forEach((name, row) -> all.add(
                    0,
                    new Repository(
                            name, row.given, row.hits, row.fetched, row.stale, row.refused, row.denied, row.last)));
            return all;
        } finally {
            lock.unlock();
        }
    }

    /** {@return what was refused lately, the last first} */
    List<Refused> refusals() {
        lock.lock();
        try {
            return List.copyOf(refusals);
        } finally {
            lock.unlock();
        }
    }
}

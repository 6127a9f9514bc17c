package dev.tallyclerk.trust.publish;

import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import java.time.Duration;

/**
 * How long new versions of metadata are valid.
 *
 * @param root for root metadata
 * @param targets for the top-level and for delegated targets metadata
 * @param snapshot for snapshot metadata
 * @param timestamp for timestamp metadata: how long an attacker can withhold updates from a client
 */
public record Lifetimes(Duration root, Duration targets, Duration snapshot, Duration timestamp) {
    private static final Lifetimes DEFAULTS =
            new Lifetimes(Duration.ofDays(365), Duration.ofDays(90), Duration.ofDays(14), Duration.ofDays(2));

    public Lifetimes {
        requireSecond("root", root);
        requireSecond("targets", targets);
        requireSecond("snapshot", snapshot);
        requireSecond("timestamp", timestamp);
    }

    private static void requireSecond(String name, Duration lifetime) {
        if (lifetime.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException(name + " is " + lifetime + ", and must be at least one second");
        }
    }

    /** {@return 365 days for root, 90 for targets, 14 for snapshot and 2 for timestamp metadata} */
    public static Lifetimes defaults() {
        return DEFAULTS;
    }

    /** {@return these lifetimes with another one for root metadata} */
    public Lifetimes withRoot(Duration root) {
        return new Lifetimes(root, targets, snapshot, timestamp);
    }

    /** {@return these lifetimes with another one for targets metadata} */
    public Lifetimes withTargets(Duration targets) {
        return new Lifetimes(root, targets, snapshot, timestamp);
    }

    /** {@return these lifetimes with another one for snapshot metadata} */
    public Lifetimes withSnapshot(Duration snapshot) {
        return new Lifetimes(root, targets, snapshot, timestamp);
    }

    /** {@return these lifetimes with another one for timestamp metadata} */
    public Lifetimes withTimestamp(Duration timestamp) {
        return new Lifetimes(root, targets, snapshot, timestamp);
    }

    Duration of(TopLevelRole type) {
        return switch (type) {
            case ROOT -> root;
            case TARGETS -> targets;
            case SNAPSHOT -> snapshot;
            case TIMESTAMP -> timestamp;
        };
    }
}

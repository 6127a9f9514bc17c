package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.trust.fetch.TargetFetcher;
import dev.tallyclerk.trust.tuf.internal.client.TargetLookup;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a repository's signers have said, and may no longer say: the result of reading a store
 * {@linkplain TufClient#offline offline}, or of accepting what has {@linkplain TufClient#refreshAllowingExpired
 * expired}.
 *
 * <p>All of it was signed, and none of it is older than what was trusted before. But whoever keeps news away from this
 * machine decides how old it is. Safe for use by several threads.
 */
public final class StaleMetadata extends RepositoryMetadata {
    StaleMetadata(TargetLookup lookup, TargetFetcher targets) {
        super(lookup, targets);
    }

    /**
     * {@return the names of the roles whose files had expired at the {@linkplain #start start time}} Of delegated roles
     * those that searches came to, and that are {@linkplain TufLimits#delegatedBytes kept}: it can be empty although
     * something that was relied on has expired, which {@link #isExpired} tells.
     */
    public SortedSet<String> expired() {
        SortedSet<String> names = new TreeSet<>();
        expiries().forEach((role, expires) -> {
            if (!expires.isAfter(start())) {
                names.add(role);
            }
        });
        return names;
    }

    /**
     * {@return whether anything that was relied on so far had expired at the {@linkplain #start start time}} Other than
     * {@link #expired}, it forgets no role.
     */
    public boolean isExpired() {
        return !expires().isAfter(start());
    }
}

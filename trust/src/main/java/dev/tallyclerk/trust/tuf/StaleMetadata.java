package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.trust.tuf.internal.client.TargetDownload;
import dev.tallyclerk.trust.tuf.internal.client.TargetLookup;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Metadata that may be out of date: the result of reading a store {@linkplain TufClient#offline offline}, or of
 * {@linkplain TufClient#refreshAllowingExpired accepting expired files}.
 *
 * <p>All of it is signed, and none of it is older than what was trusted before. But an attacker who can withhold
 * updates from this machine decides how old it is. Safe for use by several threads.
 */
public final class StaleMetadata extends RepositoryMetadata {
    StaleMetadata(TargetLookup lookup, TargetDownload.Source targets) {
        super(lookup, targets);
    }

    /**
     * {@return the names of the roles whose files had expired at the {@linkplain #start start time}}
     *
     * <p>Contains only the delegated roles that searches needed and that are still {@linkplain TufLimits#delegatedBytes
     * cached}. It can therefore be empty although something that was relied on has expired; {@link #isExpired} forgets
     * nothing.
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

    /** {@return whether anything that was relied on so far had expired at the {@linkplain #start start time}} */
    public boolean isExpired() {
        return !expires().isAfter(start());
    }
}

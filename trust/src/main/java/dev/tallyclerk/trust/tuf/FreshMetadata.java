package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.trust.tuf.internal.client.TargetDownload;
import dev.tallyclerk.trust.tuf.internal.client.TargetLookup;
import java.time.Instant;

/**
 * Metadata that the repository confirmed as current: the result of a {@linkplain TufClient#refresh refresh}.
 *
 * <p>A search that needs a delegated role fetches it, which blocks. Safe for use by several threads.
 */
public final class FreshMetadata extends RepositoryMetadata {
    private final Instant confirmed;

    FreshMetadata(TargetLookup lookup, TargetDownload.Source targets, Instant confirmed) {
        super(lookup, targets);
        this.confirmed = confirmed;
    }

    /**
     * {@return when the repository was asked: the {@linkplain #start start time}, or up to
     * {@link TufClient#withFreshnessWindow} before it}
     */
    public Instant confirmed() {
        return confirmed;
    }
}

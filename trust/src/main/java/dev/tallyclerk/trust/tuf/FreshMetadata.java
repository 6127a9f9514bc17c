package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.trust.fetch.TargetFetcher;
import dev.tallyclerk.trust.tuf.internal.client.TargetLookup;
import java.time.Instant;

/**
 * What a repository's signers say now: the result of a {@linkplain TufClient#refresh refresh}.
 *
 * <p>Delegated roles are fetched when a search comes to them, which blocks. Safe for use by several threads.
 */
public final class FreshMetadata extends RepositoryMetadata {
    private final Instant confirmed;

    FreshMetadata(TargetLookup lookup, TargetFetcher targets, Instant confirmed) {
        super(lookup, targets);
        this.confirmed = confirmed;
    }

    /**
     * {@return when the repository was asked} That is the {@linkplain #start start time}, or up to
     * {@link TufClient.Builder#freshnessWindow} before it.
     */
    public Instant confirmed() {
        return confirmed;
    }
}

package dev.tallyclerk.trust.tuf.internal.client;

import dev.tallyclerk.trust.tuf.internal.state.TrustedState;
import dev.tallyclerk.trust.tuf.internal.state.Verification;
import dev.tallyclerk.trust.tuf.metadata.TufListener;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The parts of a client that a run of its workflow uses. Safe for use by several threads.
 *
 * @param trustedRoot the shipped root; empty if the stored one is trusted
 */
public record ClientParts(
        MetadataFiles files,
        Optional<byte[]> trustedRoot,
        Verification verification,
        TufListener listener,
        Duration expiryNotice,
        RefreshMemory memory) {
    /** {@return a lookup in a state, after telling the listener what expires soon} */
    TargetLookup lookup(MetadataFiles from, Instant start, Instant reference, TrustedState state) {
        ExpiryNotice notice = new ExpiryNotice(listener, start, expiryNotice);
        state.expiries().forEach(notice::tell);
        return new TargetLookup(from, listener, notice, start, reference, state);
    }
}

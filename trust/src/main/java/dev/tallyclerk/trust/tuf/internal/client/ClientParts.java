package dev.tallyclerk.trust.tuf.internal.client;

import dev.tallyclerk.trust.tuf.internal.state.Verification;
import dev.tallyclerk.trust.tuf.metadata.TufListener;
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
        RefreshMemory memory) {}

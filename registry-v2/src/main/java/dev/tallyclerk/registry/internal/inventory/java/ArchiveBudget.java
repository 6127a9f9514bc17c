package dev.tallyclerk.registry.internal.inventory.java;

import dev.tallyclerk.registry.internal.inventory.ReadLimits;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;

/** What is left of the limits on one file with all archives in it. */
final class ArchiveBudget {
    private final ReadLimits limits;
    private long bytesLeft;
    private int entriesLeft;

    ArchiveBudget(ReadLimits limits) {
        this.limits = limits;
        this.bytesLeft = limits.maxArchiveBytes();
        this.entriesLeft = limits.maxArchiveEntries();
    }

    void requireDepth(int depth) throws UnreadableException {
        if (depth > limits.maxArchiveDepth()) {
            throw UnreadableException.limit("archives are nested more than " + limits.maxArchiveDepth() + " deep");
        }
    }

    void addEntry() throws UnreadableException {
        if (--entriesLeft < 0) {
            entriesLeft = 0;
            throw UnreadableException.limit("the archive has more than " + limits.maxArchiveEntries() + " entries");
        }
    }

    void addBytes(int bytes) throws UnreadableException {
        bytesLeft -= bytes;
        if (bytesLeft < 0) {
            throw UnreadableException.limit(
                    "the archive has more than " + limits.maxArchiveBytes() + " uncompressed bytes");
        }
    }
}

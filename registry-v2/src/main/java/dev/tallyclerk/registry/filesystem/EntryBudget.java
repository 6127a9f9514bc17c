package dev.tallyclerk.registry.filesystem;

import dev.tallyclerk.registry.filesystem.ImageFileSystemException.Reason;
import java.util.concurrent.atomic.AtomicLong;

/** What the entries of an image's layers may take while they wait to be merged. Safe for use by several threads. */
final class EntryBudget {
    private final MergeOptions options;
    private final AtomicLong entries = new AtomicLong();
    private final AtomicLong memory = new AtomicLong();

    EntryBudget(MergeOptions options) {
        this.options = options;
    }

    void take(long bytes) throws ImageFileSystemException {
        if (entries.incrementAndGet() > options.maxEntries()) {
            throw new ImageFileSystemException(
                    Reason.LIMIT_EXCEEDED, "the image has more than " + options.maxEntries() + " entries");
        }
        if (memory.addAndGet(bytes) > options.maxMemoryBytes()) {
            throw new ImageFileSystemException(
                    Reason.LIMIT_EXCEEDED,
                    "the image's entries need more than " + options.maxMemoryBytes() + " bytes of memory");
        }
    }

    void giveBack(long count, long bytes) {
        entries.addAndGet(-count);
        memory.addAndGet(-bytes);
    }
}

package dev.tallyclerk.registry.attachment;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import java.util.concurrent.atomic.AtomicLong;

/** How many bytes may still be read for one list. Safe for use by several threads. */
final class ReadBudget {
    private final long all;
    private final AtomicLong left;

    ReadBudget(long all) {
        this.all = all;
        this.left = new AtomicLong(all);
    }

    /** Takes bytes before they are read. */
    void take(long bytes) throws EvidenceException {
        if (left.addAndGet(-bytes) < 0) {
            left.addAndGet(bytes);
            throw new EvidenceException(
                    Reason.LIMIT_EXCEEDED,
                    "the artifacts attached to one digest may have " + all + " bytes together, and " + bytes
                            + " more would exceed that");
        }
    }

    /**
     * {@return how many of so many bytes may be read, at least 1}
     *
     * <p>They count as read until they are {@linkplain #giveBack given back}.
     */
    int takeUpTo(int most) throws EvidenceException {
        long granted = Math.min(most, Math.max(1, left.get()));
        take(granted);
        return (int) granted;
    }

    /** Gives back bytes that were taken and not read. */
    void giveBack(long bytes) {
        left.addAndGet(bytes);
    }
}

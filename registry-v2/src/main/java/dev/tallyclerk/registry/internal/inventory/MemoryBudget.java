package dev.tallyclerk.registry.internal.inventory;

import java.util.concurrent.atomic.AtomicLong;

/** The memory that one inventory may use. Safe for use by several threads. */
public final class MemoryBudget {
    private final long limit;
    private final AtomicLong used = new AtomicLong();

    /** {@return a budget of so many bytes} */
    public static MemoryBudget ofBytes(long limit) {
        return new MemoryBudget(limit);
    }

    private MemoryBudget(long limit) {
        this.limit = limit;
    }

    /** Takes bytes, which {@link #free} returns. */
    public void take(long bytes) throws UnreadableException {
        if (used.addAndGet(bytes) > limit) {
            used.addAndGet(-bytes);
            throw UnreadableException.limit("the inventory needs more than " + limit + " bytes of memory");
        }
    }

    public void free(long bytes) {
        used.addAndGet(-bytes);
    }
}

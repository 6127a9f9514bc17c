package dev.tallyclerk.http;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Cancels calls from another thread: a call in progress fails with the reason {@code CANCELLED}.
 *
 * <p>One cancellation can serve any number of calls. Once cancelled, it stays cancelled. Safe for use by several
 * threads.
 */
public final class Cancellation {
    private final boolean possible;
    private final @Nullable Cancellation wider;
    private final Lock lock = new ReentrantLock();
    private final Set<Registration> registrations = new LinkedHashSet<>();
    private volatile boolean cancelled;

    private Cancellation(boolean possible, @Nullable Cancellation wider) {
        this.possible = possible;
        this.wider = wider;
    }

    /** {@return one that has not been cancelled} */
    public static Cancellation create() {
        return new Cancellation(true, null);
    }

    /** {@return one that is never cancelled} */
    public static Cancellation never() {
        return new Cancellation(false, null);
    }

    /** {@return one for a part of what {@code wider} ends: it has been cancelled if either has been} */
    public static Cancellation within(Cancellation wider) {
        return new Cancellation(true, wider);
    }

    /**
     * Cancels, and tells who asked to be told, in this thread. What an action throws keeps no other one from being
     * told: the first exception is thrown in the end, with the others suppressed in it.
     *
     * @throws UnsupportedOperationException if it is {@link #never}
     */
    public void cancel() {
        if (!possible) {
            throw new UnsupportedOperationException("this cancellation is the one that never happens");
        }
        List<Registration> told;
        lock.lock();
        try {
            cancelled = true;
            told = new ArrayList<>(registrations);
            registrations.clear();
        } finally {
            lock.unlock();
        }
        Throwable failure = null;
        for (Registration registration : told) {
            try {
                registration.action.run();
            } catch (RuntimeException | Error e) {
                if (failure == null) {
                    failure = e;
                } else if (failure != e) {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure instanceof Error e) {
            throw e;
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        }
    }

    /** {@return whether it has been cancelled} */
    public boolean isCancelled() {
        return cancelled || (wider != null && wider.isCancelled());
    }

    /**
     * Asks to be told, once; at once if it has been cancelled.
     *
     * @param action what to run in the thread that cancels; quick, and throws nothing
     * @return to be closed when it no longer matters
     */
    public Registration onCancel(Runnable action) {
        if (wider == null) {
            return register(action, null);
        }
        AtomicBoolean told = new AtomicBoolean();
        Runnable once = () -> {
            if (told.compareAndSet(false, true)) {
                action.run();
            }
        };
        return register(once, wider.onCancel(once));
    }

    private Registration register(Runnable action, @Nullable Registration further) {
        Registration registration = new Registration(this, action, further);
        if (!possible) {
            return registration;
        }
        lock.lock();
        try {
            if (!cancelled) {
                registrations.add(registration);
                return registration;
            }
        } finally {
            lock.unlock();
        }
        action.run();
        return registration;
    }

    /** A listener. */
    public static final class Registration implements AutoCloseable {
        private final Cancellation of;
        private final Runnable action;
        private final @Nullable Registration further;

        private Registration(Cancellation of, Runnable action, @Nullable Registration further) {
            this.of = of;
            this.action = Objects.requireNonNull(action, "action");
            this.further = further;
        }

        /** Asks no longer. */
        @Override
        public void close() {
            if (further != null) {
                further.close();
            }
            of.lock.lock();
            try {
                of.registrations.remove(this);
            } finally {
                of.lock.unlock();
            }
        }
    }
}

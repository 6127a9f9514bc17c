package dev.tallyclerk.registry.client;

import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.registry.client.RegistryException.Reason;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A future that ends its call when it is cancelled, or completed by anybody else, as {@link #orTimeout} does. */
final class CallFuture<T extends @Nullable Object> extends CompletableFuture<T> {
    private final Cancellation own = Cancellation.create();

    /** Whether somebody has taken it upon himself to complete this. */
    private final AtomicBoolean begun = new AtomicBoolean();

    private final Cancellation.Registration outer;

    /** A call that blocks. */
    @FunctionalInterface
    interface Blocking<T extends @Nullable Object> {
        /**
         * {@return what the call gives}
         *
         * @param cancellation what the call heeds
         */
        T call(Cancellation cancellation) throws IOException;
    }

    private CallFuture(Cancellation outer) {
        this.outer = outer.onCancel(this::end);
    }

    /** Ends the call; one that has not begun is over at once, because an executor may never come to it. */
    private void end() {
        try {
            own.cancel();
        } finally {
            if (begun.compareAndSet(false, true)) {
                super.completeExceptionally(
                        new RegistryException(Reason.CANCELLED, 0, "the call was cancelled before it was begun"));
            }
        }
    }

    /**
     * {@return the future of a call that an executor makes}
     *
     * @param outer what ends the call besides the future
     */
    static <T extends @Nullable Object> CompletableFuture<T> of(
            Cancellation outer, Executor executor, Blocking<T> call) {
        CallFuture<T> future = new CallFuture<>(outer);
        try {
            executor.execute(() -> future.make(call));
        } catch (RuntimeException e) {
            future.outer.close();
            throw e;
        }
        return future;
    }

    private void make(Blocking<T> call) {
        try {
            if (begun.compareAndSet(false, true) && !isDone()) {
                super.complete(call.call(own));
            }
        } catch (Throwable e) {
            super.completeExceptionally(e);
        } finally {
            outer.close();
        }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        return endIf(super.cancel(mayInterruptIfRunning));
    }

    @Override
    public boolean complete(T value) {
        return endIf(super.complete(value));
    }

    @Override
    public boolean completeExceptionally(Throwable failure) {
        return endIf(super.completeExceptionally(failure));
    }

    /** Here too, because the future's own would complete it past the two above. */
    @Override
    public CompletableFuture<T> completeAsync(Supplier<? extends T> value, Executor executor) {
        Objects.requireNonNull(value, "value");
        executor.execute(() -> {
            if (isDone()) {
                return;
            }
            try {
                complete(value.get());
            } catch (Throwable e) {
                completeExceptionally(e);
            }
        });
        return this;
    }

    /** Ends the call if somebody else has completed this first, so that nobody hears of its end. */
    private boolean endIf(boolean completed) {
        if (completed) {
            outer.close();
            own.cancel();
        }
        return completed;
    }

    /** For what is derived from this, whose cancelling does not end the call. */
    @Override
    public <U extends @Nullable Object> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}

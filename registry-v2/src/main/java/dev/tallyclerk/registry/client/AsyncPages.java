package dev.tallyclerk.registry.client;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * {@link Pages} whose pages are asked for by an executor of the caller's, one task each, which blocks.
 *
 * <p>Futures are cancelled, and fail, as those of an {@link AsyncRepository}. Used by one call at a time: the next page
 * is asked for when the future of the one before has completed. Once a future has failed or was cancelled, all later
 * ones fail with an {@link IllegalStateException}: other than with {@link Pages}, the list has to be asked for anew.
 *
 * @param <T> what is listed
 */
public final class AsyncPages<T> {
    private final Pages<T> pages;
    private final Executor executor;

    /** Whether a call has failed: a cancelled one may still be at work. */
    private final AtomicBoolean over = new AtomicBoolean();

    AsyncPages(Pages<T> pages, Executor executor) {
        this.pages = pages;
        this.executor = Objects.requireNonNull(executor, "executor");
    }

    /**
     * {@return the entries of the next page, of which there may be none, or nothing after the last page}
     *
     * @see Pages#next
     */
    public CompletableFuture<Optional<List<T>>> next() {
        return ask(pages::next);
    }

    /**
     * {@return all entries that are left, in the registry's order, each once}
     *
     * @see Pages#all
     */
    public CompletableFuture<List<T>> all() {
        return ask(pages::all);
    }

    private <R> CompletableFuture<R> ask(CallFuture.Blocking<R> call) {
        if (over.get()) {
            return CompletableFuture.failedFuture(
                    new IllegalStateException("a page before this one failed or was cancelled: ask for the list anew"));
        }
        CompletableFuture<R> asked = CallFuture.of(pages.cancellation(), executor, call);
        // Not returned: a dependent future that is cancelled would leave the call at work.
        CompletableFuture<R> unused = asked.whenComplete((done, failure) -> {
            if (failure != null) {
                over.set(true);
            }
        });
        return asked;
    }
}

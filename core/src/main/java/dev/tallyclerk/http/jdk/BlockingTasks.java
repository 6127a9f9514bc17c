package dev.tallyclerk.http.jdk;

import dev.tallyclerk.http.Request;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the blocking steps of one request as tasks of an executor, so that the caller can abandon them: when the
 * request's time is over, it is cancelled, or the caller's thread is interrupted. It belongs to one thread.
 */
final class BlockingTasks {
    private final Executor executor;
    private final Waiting waiting;

    /** The task that the caller has abandoned, or that failed; the bytes that it would have read are missing. */
    private @Nullable CompletableFuture<?> abandoned;

    BlockingTasks(Executor executor, Request request) throws IOException {
        this.executor = executor;
        this.waiting = new Waiting(request);
    }

    /** {@return whether a task was abandoned, or failed} */
    boolean isAbandoned() {
        return abandoned != null;
    }

    /** Runs {@code action} when the abandoned task has ended. */
    void afterAbandoned(Runnable action) {
        CompletableFuture<?> task = abandoned;
        if (task != null) {
            CompletableFuture<?> unused = task.whenComplete((value, failure) -> action.run());
        }
    }

    /**
     * {@return the result of {@code task}}
     *
     * @param late is given the result if it comes when the caller has abandoned the task
     */
    <T> T run(Callable<T> task, Consumer<? super T> late) throws IOException {
        CompletableFuture<T> result = start(task);
        boolean returned = false;
        try {
            T value = waiting.await(result);
            returned = true;
            return value;
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } finally {
            if (!returned) {
                abandoned = result;
                CompletableFuture<Void> unused = result.thenAccept(late);
            }
        }
    }

    private <T> CompletableFuture<T> start(Callable<T> task) throws IOException {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            executor.execute(() -> {
                try {
                    result.complete(task.call());
                } catch (Throwable e) { // the waiting thread has to learn of any of them
                    result.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            throw new IOException("the executor rejects the task", e);
        }
        return result;
    }

    private static IOException failure(@Nullable Throwable cause) {
        if (cause instanceof RuntimeException failure) {
            throw failure;
        }
        if (cause instanceof Error failure) {
            throw failure;
        }
        return cause instanceof IOException failure ? failure : new IOException("the HTTP client failed", cause);
    }
}

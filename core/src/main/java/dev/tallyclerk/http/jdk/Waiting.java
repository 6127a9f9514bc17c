package dev.tallyclerk.http.jdk;

import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.http.Request;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs what blocks as tasks of an executor, so that the caller can stop waiting for it: when the request's time is
 * over, it is cancelled, or the caller's thread is interrupted. It belongs to one request and one thread.
 */
final class Waiting {
    private final Executor executor;
    private final Patience patience;
    private final Cancellation cancellation;
    private final String host;

    /** The task that the caller no longer waits for, or that failed; what it would have read is missing. */
    private @Nullable CompletableFuture<?> abandoned;

    Waiting(Executor executor, Request request) {
        this.executor = executor;
        this.patience = new Patience(System.nanoTime(), request.timeout(), request.timeout());
        this.cancellation = request.cancellation();
        this.host = request.uri().getHost();
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
     * {@return what {@code task} returns}
     *
     * @param late is given what comes when the caller no longer waits
     */
    <T> T run(Callable<T> task, Consumer<? super T> late) throws IOException {
        CompletableFuture<T> result = start(task);
        CompletableFuture<T> awaited = result.copy();
        Cancellation.Registration registration =
                cancellation.onCancel(() -> awaited.completeExceptionally(new IOException("cancelled")));
        boolean returned = false;
        try {
            T value = awaited.get(Math.max(0, patience.left()), TimeUnit.NANOSECONDS);
            returned = true;
            return value;
        } catch (TimeoutException e) {
            throw new SocketTimeoutException(host + " took longer than allowed; the server is too slow");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while waiting for " + host).initCause(e);
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } finally {
            registration.close();
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
                } catch (Throwable e) { // whatever it is, the thread that waits has to have it
                    result.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            throw new IOException("the executor rejects the task", e);
        }
        return result;
    }

    private static IOException failure(@Nullable Throwable cause) {
        if (cause instanceof IOException failure) {
            return failure;
        }
        if (cause instanceof RuntimeException failure) {
            throw failure;
        }
        if (cause instanceof Error failure) {
            throw failure;
        }
        return new IOException("the HTTP client failed", cause);
    }
}

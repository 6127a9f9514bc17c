package dev.tallyclerk.http.jdk;

import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.http.Request;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The time of one request, which begins with this object, and its cancellation. */
final class Waiting {
    private final Request request;
    private final long start = System.nanoTime();

    Waiting(Request request) throws IOException {
        this.request = request;
        if (request.cancellation().isCancelled()) {
            throw new IOException("cancelled");
        }
    }

    /** {@return the nanoseconds that are left for the whole exchange; zero or less if there are none} */
    long left() {
        return request.timeout().toNanos() - (System.nanoTime() - start);
    }

    /** {@return the failure if the time was not long enough} */
    IOException tooLate() {
        return new SocketTimeoutException(
                request.uri().getHost() + " took longer than " + request.timeout() + "; the server is too slow");
    }

    /**
     * {@return what {@code result} is completed with}
     *
     * @throws IOException if the time is over, the request is cancelled or this thread is interrupted before;
     *     {@code result} itself goes on
     * @throws ExecutionException if {@code result} fails
     */
    <T> T await(CompletableFuture<T> result) throws IOException, ExecutionException {
        CompletableFuture<T> awaited = result.copy();
        Cancellation.Registration registration =
                request.cancellation().onCancel(() -> awaited.completeExceptionally(new IOException("cancelled")));
        try {
            return awaited.get(Math.max(0, left()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw tooLate();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException(
                            "interrupted while waiting for " + request.uri().getHost())
                    .initCause(e);
        } finally {
            registration.close();
        }
    }
}

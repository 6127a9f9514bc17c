package dev.tallyclerk.registry.proxy;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Work that several callers want at a time and that is done once.
 *
 * @param <T> the result
 */
final class Flights<T> {
    private final Map<String, CompletableFuture<T>> running = new ConcurrentHashMap<>();

    /**
     * Does the work on the executor, or waits for the same work of another caller.
     *
     * @param key the name of the work
     * @param time how long to wait for it
     * @param onWait called if it is being done already
     */
    T on(Executor executor, String key, Duration time, Callable<T> work, Runnable onWait) throws Exception {
        CompletableFuture<T> mine = new CompletableFuture<>();
        CompletableFuture<T> first = running.putIfAbsent(key, mine);
        if (first != null) {
            onWait.run();
            return result(first, time);
        }
        try {
            executor.execute(() -> complete(key, mine, work));
        } catch (RejectedExecutionException e) {
            Refusal busy = Refusal.of(503, "UNAVAILABLE", "the proxy takes no more work at the moment");
            running.remove(key, mine);
            mine.completeExceptionally(busy);
            throw busy;
        } catch (RuntimeException | Error e) {
            // Such as that the system gives no thread: others would wait for this one's work for ever.
            running.remove(key, mine);
            mine.completeExceptionally(e);
            throw e;
        }
        return result(mine, time);
    }

    /** Does the work in the caller's thread, or waits for the same work of another caller. */
    T here(String key, Callable<T> work) throws Exception {
        CompletableFuture<T> mine = new CompletableFuture<>();
        CompletableFuture<T> first = running.putIfAbsent(key, mine);
        if (first != null) {
            return result(first, null);
        }
        complete(key, mine, work);
        return result(mine, null);
    }

    private void complete(String key, CompletableFuture<T> flight, Callable<T> work) {
        T result = null;
        Throwable failure = null;
        try {
            result = work.call();
        } catch (Throwable e) {
            failure = e;
        }
        running.remove(key, flight);
        if (failure == null) {
            flight.complete(result);
        } else {
            flight.completeExceptionally(failure);
        }
    }

    private static <T> T result(CompletableFuture<T> flight, @Nullable Duration time) throws Exception {
        try {
            return time == null ? flight.get() : flight.get(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw Refusal.of(504, "UNAVAILABLE", "the proxy's threads are all busy");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refusal.of(503, "UNAVAILABLE", "the proxy is being stopped");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }
}

package dev.tallyclerk.examples.fleet;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A few threads that share the work. */
final class Workers implements AutoCloseable {
    private static final int AHEAD = 8;

    private final ExecutorService threads;
    private final int count;

    /** Works on one thing. */
    @FunctionalInterface
    interface Work<T, R> {
        R on(T thing) throws IOException;
    }

    /** Receives results in order. */
    @FunctionalInterface
    interface Receiver<R> {
        void accept(R result) throws IOException;
    }

    Workers(int count) {
        this.count = count;
        this.threads = Executors.newFixedThreadPool(count);
    }

    /** Works on all things; the results come in their order, and no more than a few wait. */
    <T, R> void each(Iterator<T> things, Work<T, R> work, Receiver<R> receiver) throws IOException {
        List<Future<R>> batch = new ArrayList<>();
        while (things.hasNext()) {
            T next = things.next();
            batch.add(threads.submit(() -> work.on(next)));
            if (batch.size() >= count * AHEAD) {
                receive(batch.remove(0), receiver);
            }
        }
        for (Future<R> result : batch) {
            receive(result, receiver);
        }
    }

    private static <R> void receive(Future<R> result, Receiver<R> receiver) throws IOException {
        try {
            receiver.accept(result.get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw cause instanceof IOException io ? io : new IOException(Messages.of(e), e);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}

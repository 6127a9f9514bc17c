package dev.tallyclerk.trust.fetch;

import dev.tallyclerk.internal.stream.SomeBytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.Objects;
import java.util.Optional;
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
 * A client whose waits are tasks of an executor, so that whoever waits for them can stop doing so.
 *
 * <p>A wait that was given up goes on in its task until the client's own times end it, and what it brings then is
 * closed and thrown away.
 */
final class ExecutorGet implements HttpGet {
    private static final int CHUNK = 16 * 1024;

    private final HttpGet client;
    private final Executor executor;

    ExecutorGet(HttpGet client, Executor executor) {
        this.client = client;
        this.executor = Objects.requireNonNull(executor, "executor");
    }

    @Override
    public Answer send(URI uri, FetchOptions options) throws IOException {
        Deadline deadline =
                new Deadline(System.nanoTime() + options.totalTimeout().toNanos(), String.valueOf(uri.getHost()));
        Wait<Answer> head = new Wait<>();
        head.start(executor, () -> client.send(uri, options));
        boolean answered = false;
        try {
            TimedAnswer answer = new TimedAnswer(head.await(deadline), deadline);
            answered = true;
            return answer;
        } finally {
            if (!answered) {
                head.giveUp(ExecutorGet::closeLate);
            }
        }
    }

    private static void closeLate(Answer answer) {
        try {
            answer.close();
        } catch (IOException e) {
            // Nobody waits for it any more.
        }
    }

    /** When a request has to be over. */
    private record Deadline(long nanoTime, String host) {
        long left() {
            return nanoTime - System.nanoTime();
        }

        IOException passed() {
            return new SocketTimeoutException(host + " took longer than allowed; the server is too slow");
        }
    }

    /** One task, and who waits for what it brings. */
    private static final class Wait<T> {
        private final CompletableFuture<T> result = new CompletableFuture<>();

        void start(Executor executor, Callable<T> task) throws IOException {
            try {
                executor.execute(() -> {
                    try {
                        result.complete(task.call());
                    } catch (Throwable e) { // whatever it is, the thread that waits has to have it
                        result.completeExceptionally(e);
                    }
                });
            } catch (RejectedExecutionException e) {
                throw new IOException("the executor takes no task", e);
            }
        }

        T await(Deadline deadline) throws IOException {
            try {
                return result.get(Math.max(0, deadline.left()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                throw deadline.passed();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw (IOException)
                        new InterruptedIOException("interrupted while waiting for " + deadline.host()).initCause(e);
            } catch (ExecutionException e) {
                Throwable cause = e.getCause();
                if (cause instanceof IOException failure) {
                    throw failure;
                }
                if (cause instanceof RuntimeException failure) {
                    throw failure;
                }
                if (cause instanceof Error failure) {
                    throw failure;
                }
                throw new IOException("the HTTP client failed", cause);
            }
        }

        /** Has something done when the task is over, whatever it brings. */
        void whenOver(Runnable action) {
            CompletableFuture<T> unused = result.whenComplete((value, failure) -> action.run());
        }

        /** Has what comes too late thrown away. */
        void giveUp(Consumer<? super T> closer) {
            CompletableFuture<Void> unused = result.thenAccept(closer);
        }
    }

    private final class TimedAnswer implements Answer {
        private final Answer answer;
        private final Deadline deadline;

        /**
         * The wait that was given up, or failed; what it would have brought is missing, so nothing goes on behind it.
         */
        private @Nullable Wait<?> abandoned;

        TimedAnswer(Answer answer, Deadline deadline) {
            this.answer = answer;
            this.deadline = deadline;
        }

        @Override
        public int status() {
            return answer.status();
        }

        @Override
        public Optional<String> header(String name) {
            return answer.header(name);
        }

        @Override
        public InputStream body() throws IOException {
            return new TimedBody(waited(answer::body));
        }

        private <T> T waited(Callable<T> task) throws IOException {
            Wait<T> wait = new Wait<>();
            wait.start(executor, task);
            boolean taken = false;
            try {
                T value = wait.await(deadline);
                taken = true;
                return value;
            } finally {
                if (!taken) {
                    abandoned = wait;
                }
            }
        }

        /** Beside a read that goes on, a close could wait for it, so that is left to the read's own thread. */
        @Override
        public void close() throws IOException {
            if (abandoned == null) {
                answer.close();
            } else {
                abandoned.whenOver(() -> closeLate(answer));
            }
        }

        /** Reads into a buffer of its own: one that was given up may be filled when nobody expects it. */
        private final class TimedBody extends InputStream {
            private final InputStream body;
            private byte[] chunk = new byte[CHUNK];
            private int position;
            private int limit;

            TimedBody(InputStream body) {
                this.body = body;
            }

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                Objects.checkFromIndexSize(offset, length, buffer.length);
                if (length == 0) {
                    return 0;
                }
                if (abandoned != null) {
                    throw new IOException("the body from " + deadline.host() + " broke off in an earlier read");
                }
                if (position == limit) {
                    byte[] own = chunk;
                    int read = waited(() -> SomeBytes.read(body, own, 0, own.length));
                    if (read < 0) {
                        return -1;
                    }
                    position = 0;
                    limit = read;
                }
                int n = Math.min(length, limit - position);
                System.arraycopy(chunk, position, buffer, offset, n);
                position += n;
                return n;
            }
        }
    }
}

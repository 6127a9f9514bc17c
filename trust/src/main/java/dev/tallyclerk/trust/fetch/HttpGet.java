package dev.tallyclerk.trust.fetch;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Sends a GET: what a {@linkplain MetadataFetcher#ofUri(URI, FetchOptions, HttpGet) fetcher} needs of an HTTP client.
 *
 * <p>What an answer means, which redirects are followed and how much is read is decided above it. An implementation
 * follows no redirect, changes nothing of the body, and sends no cookies and no credentials. Implementations may be
 * used by many threads.
 */
@FunctionalInterface
public interface HttpGet {
    /**
     * Sends a request and waits for the head of the answer.
     *
     * @param uri what to ask for, of http or https; without {@code Accept-Encoding: identity} a body could come
     *     compressed
     * @param options the times to keep to, of which {@link FetchOptions#totalTimeout} is what is left for the file
     * @return the answer, for the caller to close
     * @throws java.io.InterruptedIOException if the thread was interrupted or something took too long
     * @throws IOException if there is no answer
     */
    Answer send(URI uri, FetchOptions options) throws IOException;

    /**
     * {@return the older HTTP client of the Java runtime, which {@link MetadataFetcher#ofUri(URI)} uses}
     *
     * <p>It is the one that a new process has ready first. It cannot end while it reads the head of an answer, a line
     * between two chunks or what comes behind the last one, as long as the server sends a byte within each
     * {@link FetchOptions#readTimeout}; with {@link #withExecutor} whoever called does not wait for that.
     */
    static HttpGet runtime() {
        return new UrlConnectionGet();
    }

    /**
     * {@return this client with its waits as tasks of {@code executor}, so that a call ends within
     * {@link FetchOptions#totalTimeout}, and at once when its thread is interrupted, whatever server and client do}
     *
     * <p>A wait that was given up keeps its thread until the client itself ends it, and what comes late is thrown away.
     * It costs a hand-over to another thread for the head and for each 16 KiB of the body. Closing an answer that was
     * read in time is the client's own matter.
     *
     * @param executor runs one task at a time for each call, and must not run it in the thread that gives it the task
     */
    default HttpGet withExecutor(Executor executor) {
        return new ExecutorGet(this, executor);
    }

    /** An answer whose head is here, and whose body may not be. For one thread. */
    interface Answer extends Closeable {
        /** {@return the status, for example 200} */
        int status();

        /**
         * {@return the first header of that name}
         *
         * @param name the name, whose case does not matter
         */
        Optional<String> header(String name);

        /**
         * {@return the body as it was sent, which throws rather than ends where the connection breaks} Empty if there
         * is none. The caller need not close it.
         *
         * @throws IOException if it cannot be read
         */
        InputStream body() throws IOException;

        /**
         * Ends the exchange, without waiting for the rest of the body.
         *
         * @throws IOException if the connection cannot be closed
         */
        @Override
        void close() throws IOException;
    }
}

package dev.tallyclerk.verify.http;

import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.VerifyingInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * Sends verified content as the body of a server's response, so that no client takes a failed body for a whole one.
 *
 * <p>A client knows that a body is incomplete if it is shorter than its Content-Length, or if the connection or stream
 * is aborted. A body without a length, chunked or over HTTP/1.0, is complete as soon as the server closes its stream,
 * and a {@code try}-with-resources statement closes it after a failure too. So the response either has a length, or can
 * be aborted; after a failure its stream is never closed here.
 */
public final class BodySender {
    private BodySender() {}

    /** A response whose length is announced. */
    @FunctionalInterface
    public interface SizedResponse {
        /**
         * {@return the body, after status and headers were sent}
         *
         * @param contentLength the Content-Length to announce, in bytes
         */
        OutputStream begin(long contentLength) throws IOException;
    }

    /** A response that can be aborted. */
    public interface AbortableResponse {
        /**
         * {@return the body, after status and headers were sent}
         *
         * @param contentLength the Content-Length to announce, in bytes, if it is known
         */
        OutputStream begin(OptionalLong contentLength) throws IOException;

        /**
         * Ends the response so that the client sees that it is incomplete: closes the connection without the last
         * chunk, or resets the stream.
         */
        void abort() throws IOException;
    }

    /**
     * Sends content whose size is promised; the response must announce it.
     *
     * <p>After a failure the body is left open, and the caller ends the exchange: the client sees a body that is
     * shorter than its Content-Length. Content of 0 bytes is verified before the response begins.
     *
     * @param content closed in any case
     * @throws IllegalArgumentException if the content's size is not promised, or it was read already; nothing is sent
     * @throws VerificationException if the content does not match
     * @throws IOException if the content cannot be read, or the response cannot be written
     */
    public static void send(VerifyingInputStream content, SizedResponse response) throws IOException {
        Objects.requireNonNull(response, "response");
        try (content) {
            OptionalLong length = content.remaining();
            if (length.isEmpty()) {
                throw new IllegalArgumentException(
                        "the size of the content is not promised, so a client could not tell where it ends: send it as a"
                                + " response that can be aborted");
            }
            copy(content, length, response.begin(verifiedIfEmpty(content, length.getAsLong())));
        }
    }

    /**
     * Sends content with or without a promised size; aborts the response after any failure.
     *
     * @param content closed in any case
     * @throws VerificationException if the content does not match
     * @throws IOException if the content cannot be read, or the response cannot be written
     */
    public static void sendOrAbort(VerifyingInputStream content, AbortableResponse response) throws IOException {
        Objects.requireNonNull(response, "response");
        boolean sent = false;
        try (content) {
            OptionalLong length = content.remaining();
            if (length.isPresent()) {
                verifiedIfEmpty(content, length.getAsLong());
            }
            copy(content, length, response.begin(length));
            sent = true;
        } catch (IOException | RuntimeException | Error e) {
            if (!sent) {
                abortAfter(e, response);
            }
            throw e;
        }
    }

    private static void abortAfter(Throwable failure, AbortableResponse response) {
        try {
            response.abort();
        } catch (IOException | RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /** An empty body is complete with its headers, so nothing could be held back. */
    private static long verifiedIfEmpty(VerifyingInputStream content, long length) throws IOException {
        if (length == 0 && content.read() >= 0) {
            throw new IllegalStateException("content of no bytes has one");
        }
        return length;
    }

    private static void copy(VerifyingInputStream content, OptionalLong length, OutputStream body) throws IOException {
        long sent = content.transferTo(body);
        if (length.isPresent() && sent != length.getAsLong()) {
            throw new IOException("sent " + sent + " of " + length.getAsLong() + " bytes: the content was read before");
        }
        body.close();
    }
}

package dev.tallyclerk.trust.fetch;

import dev.tallyclerk.internal.stream.SomeBytes;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** The body of an answer, with what was announced about it and the time that is left for it. */
final class HttpBody extends InputStream {
    private static final int MAX_DIGITS = 18;

    private final HttpGet.Answer answer;
    private final InputStream in;
    private final String what;
    private final long announced;
    private final Supplier<Duration> timeLeft;
    private long count;

    HttpBody(HttpGet.Answer answer, String what, Supplier<Duration> timeLeft) throws IOException {
        this.answer = answer;
        this.announced = announced(answer);
        this.in = answer.body();
        this.what = what;
        this.timeLeft = timeLeft;
    }

    private static long announced(HttpGet.Answer answer) throws IOException {
        Optional<String> length = answer.header("Content-Length");
        // RFC 9112, 6.3: beside a transfer encoding the length says nothing.
        if (length.isEmpty() || answer.header("Transfer-Encoding").isPresent()) {
            return -1;
        }
        String digits = length.get().strip();
        if (digits.isEmpty() || digits.length() > MAX_DIGITS || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new ProtocolException("the answer's Content-Length is no length");
        }
        return Long.parseLong(digits);
    }

    /** {@return the announced length in bytes, negative if there is none} */
    long announced() {
        return announced;
    }

    Duration timeLeft() {
        return timeLeft.get();
    }

    @Override
    public int read() throws IOException {
        byte[] single = new byte[1];
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (timeLeft().isNegative()) {
            throw new SocketTimeoutException(what + " took longer than allowed; the server is too slow");
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted while " + what + " was read");
        }
        int read = SomeBytes.read(in, buffer, offset, length);
        if (read >= 0) {
            count += read;
            return read;
        }
        // Older runtimes take a connection that breaks for the end of the body.
        if (announced >= 0 && count != announced) {
            throw new EOFException(what + " ended after " + count + " of " + announced + " announced bytes");
        }
        return -1;
    }

    @Override
    public void close() throws IOException {
        answer.close();
    }
}

package dev.tallyclerk.registry.proxy;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer to be sent: status, headers and a body of known length. The server closes it in any case.
 *
 * <p>The headers always have {@code Content-Length}, except with status 304. With a {@code HEAD} request it is the
 * length that a {@code GET} would have, and the body is empty.
 *
 * <p>Used by one thread at a time.
 */
public final class ProxyAnswer implements Closeable {
    private static final int BUFFER = 64 * 1024;

    private final int status;
    private final Map<String, String> headers;
    private final ProxyBody body;
    private final @Nullable Closeable held;

    private ProxyAnswer(int status, Map<String, String> headers, ProxyBody body, @Nullable Closeable held) {
        this.status = status;
        this.headers = headers;
        this.body = body;
        this.held = held;
    }

    static ProxyAnswer of(int status, ProxyBody body, @Nullable Closeable held) {
        return new ProxyAnswer(status, Map.of("Content-Length", Long.toString(body.length())), body, held);
    }

    static ProxyAnswer of(int status, byte[] body) {
        return of(status, new ProxyBody.Bytes(body), null);
    }

    /** {@return an answer whose body is left out, though its length is told} */
    static ProxyAnswer ofHead(int status, long length) {
        return new ProxyAnswer(
                status, Map.of("Content-Length", Long.toString(length)), new ProxyBody.Bytes(new byte[0]), null);
    }

    static ProxyAnswer notModified() {
        return new ProxyAnswer(304, Map.of(), new ProxyBody.Bytes(new byte[0]), null);
    }

    ProxyAnswer with(String name, String value) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put(name, value);
        return new ProxyAnswer(status, Collections.unmodifiableMap(all), body, held);
    }

    /** {@return the status code} */
    public int status() {
        return status;
    }

    /** {@return the headers, in the usual case of their names} */
    public Map<String, String> headers() {
        return headers;
    }

    /** {@return the body} */
    public ProxyBody body() {
        return body;
    }

    /**
     * Writes the body, whatever its form.
     *
     * @param out left open
     * @throws IOException if the body cannot be completed, or {@code out} fails: the server then ends the connection,
     *     and must not end the body as if it were complete
     */
    public void writeTo(OutputStream out) throws IOException {
        if (body instanceof ProxyBody.FileRegion region) {
            send(region, out);
        } else {
            InputStream in = body instanceof ProxyBody.Bytes bytes ? bytes.open() : ((ProxyBody.Stream) body).content();
            long sent = in.transferTo(out);
            if (sent != body.length()) {
                throw new EOFException("the body ended after " + sent + " of " + body.length() + " bytes");
            }
        }
    }

    private static void send(ProxyBody.FileRegion region, OutputStream out) throws IOException {
        byte[] buffer = new byte[(int) Math.min(BUFFER, Math.max(1, region.length()))];
        long position = region.offset();
        long end = position + region.length();
        while (position < end) {
            int most = (int) Math.min(buffer.length, end - position);
            int n = region.file().read(ByteBuffer.wrap(buffer, 0, most), position);
            if (n < 0) {
                throw new EOFException("the file ends after " + position + " bytes, before " + end);
            }
            out.write(buffer, 0, n);
            position += n;
        }
    }

    /** Releases what the body holds open. Content that is being fetched for it is fetched to its end all the same. */
    @Override
    public void close() throws IOException {
        if (held != null) {
            held.close();
        }
    }
}

package dev.tallyclerk.trust.fetch;

import dev.tallyclerk.trust.fetch.MetadataFetcher.BodyTooLargeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** Reads a body whose length nobody has vouched for. */
final class BoundedBody {
    private static final int SLICE = 8_192;

    private BoundedBody() {}

    /** {@return the whole body, of which at most one byte more than {@code maxBytes} is ever asked for} */
    static byte[] read(InputStream in, String fileName, int maxBytes, Duration patience) throws IOException {
        long start = System.nanoTime();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] slice = new byte[SLICE];
        while (true) {
            long wanted = Math.min(SLICE, (long) maxBytes + 1 - body.size());
            int read = in.read(slice, 0, (int) wanted);
            if (read < 0) {
                return body.toByteArray();
            }
            if (read > wanted) {
                throw new IOException(fileName + ": the stream says that it gave more than it was asked for");
            }
            body.write(slice, 0, read);
            if (body.size() > maxBytes) {
                throw new BodyTooLargeException(fileName, maxBytes);
            }
            if (System.nanoTime() - start > patience.toNanos()) {
                throw new SocketTimeoutException(fileName + " took longer than allowed; the server is too slow");
            }
        }
    }
}

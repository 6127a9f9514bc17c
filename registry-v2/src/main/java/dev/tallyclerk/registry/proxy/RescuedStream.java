package dev.tallyclerk.registry.proxy;

import dev.tallyclerk.internal.stream.BulkInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * A part of a blob from the cache that goes on past it if the disk fails, such as one that is full.
 *
 * <p>What the cache has given by then came from a fetch that was never verified. So all of the part is asked for again,
 * and goes on only if it begins with the same bytes: then those that verify the second answer verify the first.
 */
final class RescuedStream extends BulkInputStream {
    private static final int BUFFER = 64 * 1024;

    /** Opens the part past the cache. */
    @FunctionalInterface
    interface Rescue {
        /** {@return the part from its beginning, of which the blob is verified at its end} */
        InputStream open() throws IOException;
    }

    private final Consumer<IOException> onFailure;
    private final Rescue rescue;
    private InputStream content;
    private boolean isRescued;
    private long position;

    private RescuedStream(InputStream content, Consumer<IOException> onFailure, Rescue rescue) {
        this.content = content;
        this.onFailure = onFailure;
        this.rescue = rescue;
    }

    /**
     * {@return a part that comes from the cache as long as the disk works}
     *
     * @param content the part, from the cache; reset to its beginning after a failure
     * @param onFailure told of the disk's failure
     * @param rescue opens it again
     */
    static RescuedStream of(InputStream content, Consumer<IOException> onFailure, Rescue rescue) {
        return new RescuedStream(content, onFailure, rescue);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int n;
        try {
            n = content.read(bytes, offset, length);
        } catch (IOException e) {
            if (isRescued || !Blobs.isOfTheStore(e)) {
                throw e;
            }
            isRescued = true;
            onFailure.accept(e);
            rescue();
            n = content.read(bytes, offset, length);
        }
        position += Math.max(0, n);
        return n;
    }

    private void rescue() throws IOException {
        InputStream again = rescue.open();
        boolean isSame = false;
        try {
            if (position > 0) {
                content.reset();
                requireSame(again);
            }
            isSame = true;
        } finally {
            if (!isSame) {
                again.close();
            }
        }
        content.close();
        content = again;
    }

    private void requireSame(InputStream again) throws IOException {
        for (long left = position; left > 0; ) {
            byte[] given = content.readNBytes((int) Math.min(BUFFER, left));
            byte[] now = again.readNBytes(given.length);
            if (given.length == 0 || !Arrays.equals(given, now)) {
                throw new IOException("the upstream gives other bytes than it gave before the disk failed");
            }
            left -= given.length;
        }
    }

    @Override
    public void close() throws IOException {
        content.close();
    }
}

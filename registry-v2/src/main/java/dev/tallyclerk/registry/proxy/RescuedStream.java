package dev.tallyclerk.registry.proxy;

import dev.tallyclerk.internal.stream.BulkInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;

/** A part of a blob from the cache that goes on past it if the disk fails, such as one that is full. */
final class RescuedStream extends BulkInputStream {
    /** Opens what the cache cannot give. */
    @FunctionalInterface
    interface Rescue {
        /** {@return the content from a position in the part on} */
        InputStream open(long position) throws IOException;
    }

    private final Consumer<IOException> onFailure;
    private final Rescue rescue;
    private InputStream content;
    private boolean isRescued;
    private final long size;
    private long position;

    private RescuedStream(
            InputStream content, long size, boolean isRescued, Consumer<IOException> onFailure, Rescue rescue) {
        this.content = content;
        this.size = size;
        this.isRescued = isRescued;
        this.onFailure = onFailure;
        this.rescue = rescue;
    }

    /**
     * {@return a part that comes from the cache as long as the disk works}
     *
     * @param content the part, from the cache
     * @param size the length of the part
     * @param onFailure told of the disk's failure
     * @param rescue opens the rest
     */
    static RescuedStream of(InputStream content, long size, Consumer<IOException> onFailure, Rescue rescue) {
        return new RescuedStream(content, size, false, onFailure, rescue);
    }

    /**
     * {@return a part that the cache gives nothing of}
     *
     * @param size the length of the part
     * @param rescue opens it
     */
    static RescuedStream past(long size, Rescue rescue) throws IOException {
        return new RescuedStream(rescue.open(0), size, true, failure -> {}, rescue);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int n;
        try {
            n = isRescued ? rest(bytes, offset, length) : content.read(bytes, offset, length);
        } catch (IOException e) {
            if (isRescued || !Blobs.isOfTheStore(e)) {
                throw e;
            }
            isRescued = true;
            onFailure.accept(e);
            content.close();
            content = rescue.open(position);
            n = rest(bytes, offset, length);
        }
        position += Math.max(0, n);
        return n;
    }

    private int rest(byte[] bytes, int offset, int length) throws IOException {
        return position == size ? -1 : content.read(bytes, offset, (int) Math.min(length, size - position));
    }

    @Override
    public void close() throws IOException {
        content.close();
    }
}

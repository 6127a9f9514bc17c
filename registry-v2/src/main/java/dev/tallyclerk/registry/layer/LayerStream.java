package dev.tallyclerk.registry.layer;

import dev.tallyclerk.registry.internal.stream.BlockStream;
import dev.tallyclerk.registry.layer.LayerException.Reason;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The uncompressed content of a layer; ends only if the blob and the content match. */
final class LayerStream extends BlockStream {
    /** Two buffers of this size and the tables of a decoder fit the processor's second-level cache. */
    private static final int CHUNK = 256 * 1024;

    private final InputStream blob;
    private final BlobReader reader;
    private final HashQueue hashes;
    private final ChunkDecoder decoder;
    private final HashQueue.Pool chunks;
    private final @Nullable ContentVerifier content;
    private final List<ContentVerifier> contentVerifiers;
    private final LayerLimits limits;
    private long count;
    private boolean over;
    private @Nullable IOException failure;
    private boolean closed;

    /**
     * Makes a stream at its start.
     *
     * @param content the verifier of the content, or null if the blob is the content, so that its digest covers both
     */
    LayerStream(
            InputStream blob,
            BlobReader reader,
            HashQueue hashes,
            ChunkDecoder decoder,
            @Nullable ContentVerifier content,
            LayerLimits limits) {
        this.blob = blob;
        this.reader = reader;
        this.hashes = hashes;
        this.decoder = decoder;
        this.chunks = hashes.pool(() -> decoder.newBuffer(CHUNK));
        this.content = content;
        this.contentVerifiers = content == null ? List.of() : List.of(content);
        this.limits = limits;
    }

    /** Reads to the end, and returns the size of the content in bytes. */
    long drain() throws IOException {
        while (nextBlock()) {
            position = limit;
        }
        return count;
    }

    @Override
    public long skip(long bytes) throws IOException {
        long skipped = 0;
        while (skipped < bytes && (position < limit || nextBlock())) {
            int n = (int) Math.min(bytes - skipped, limit - position);
            position += n;
            skipped += n;
        }
        return skipped;
    }

    @Override
    protected boolean nextBlock() throws IOException {
        if (failure != null) {
            throw failure;
        }
        if (closed) {
            throw new IOException("the stream is closed");
        }
        if (over) {
            return false;
        }
        try {
            return next();
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    private boolean next() throws IOException {
        try {
            byte[] buffer = chunks.take();
            int end = decoder.decode(buffer);
            if (end < 0) {
                chunks.giveBack(buffer);
                finish();
                return false;
            }
            int length = end - decoder.begin();
            count += length;
            checkLimits();
            block = buffer;
            position = decoder.begin();
            limit = end;
            hashes.add(chunks, buffer, position, length, contentVerifiers);
            return true;
        } catch (LayerException e) {
            // The blob is verified first: one that does not match need not be a layer.
            reader.finish();
            throw e;
        }
    }

    private void finish() throws IOException {
        reader.finish();
        if (content != null) {
            judge(content);
        }
        over = true;
    }

    private static void judge(ContentVerifier content) throws LayerException {
        try {
            content.finish();
        } catch (VerificationException e) {
            throw LayerException.mismatch(
                    e.actual().orElse(null), content.expected().get(0));
        }
    }

    private void checkLimits() throws LayerException {
        if (count > limits.maxUncompressedBytes()) {
            throw new LayerException(
                    Reason.LIMIT_EXCEEDED,
                    "layer decompresses to more than " + limits.maxUncompressedBytes() + " bytes");
        }
        if (count > limits.ratioFreeBytes() && count / limits.maxRatio() > reader.count()) {
            throw new LayerException(
                    Reason.LIMIT_EXCEEDED,
                    "layer decompresses to more than " + limits.maxRatio() + " times its compressed size");
        }
    }

    /** Releases the decoder and the queue; the blob stays open. */
    void release() throws IOException {
        if (!closed) {
            closed = true;
            position = limit;
            hashes.close();
            decoder.close();
        }
    }

    @Override
    public void close() throws IOException {
        try (blob) {
            release();
        }
    }
}

package dev.tallyclerk.registry.layer;

import dev.tallyclerk.registry.internal.stream.BufferSource;
import dev.tallyclerk.registry.internal.stream.BulkInputStream;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads a blob, passes all its bytes to its verifier, and reads at most one byte beyond the promised size. */
final class BlobReader extends BulkInputStream implements BufferSource {
    private final InputStream source;
    private final Descriptor descriptor;
    private final HashQueue hashes;
    private final HashQueue.Pool pieces;
    private final List<ContentVerifier> verifiers;

    /** A buffer taken from the pool and not filled yet. */
    private byte @Nullable [] piece;

    /** Bytes that {@link #peek} has read and {@link #fill} has not returned. */
    private byte[] ahead = {};

    private int aheadRead;

    private long count;
    private boolean ended;

    BlobReader(InputStream source, Descriptor descriptor, HashQueue hashes) throws VerificationException {
        this.source = source;
        this.descriptor = descriptor;
        this.hashes = hashes;
        this.pieces = hashes.pool(() -> new byte[SIZE]);
        this.verifiers = List.of(ContentVerifier.of(descriptor.digest(), descriptor.size()));
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        if (length == 0) {
            return 0;
        }
        byte[] from = buffer();
        int n = fill(0, Math.min(length, SIZE));
        if (n > 0) {
            System.arraycopy(from, 0, buffer, offset, n);
        }
        return n;
    }

    @Override
    public byte[] buffer() throws VerificationException {
        if (piece == null) {
            piece = pieces.take();
        }
        return piece;
    }

    @Override
    public int fill(int offset, int length) throws IOException {
        byte[] buffer = buffer();
        int n = readSource(buffer, offset, length);
        if (n > 0) {
            piece = null;
            hashes.add(pieces, buffer, offset, n, verifiers);
        }
        return n;
    }

    /** Reads at least one byte, and none after the first surplus one. */
    private int readSource(byte[] buffer, int offset, int length) throws IOException {
        if (ended) {
            return -1;
        }
        int most = (int) Math.min(length - 1, descriptor.size() - count) + 1;
        int known = Math.min(most, ahead.length - aheadRead);
        System.arraycopy(ahead, aheadRead, buffer, offset, known);
        aheadRead += known;
        int n = known == most ? 0 : some(buffer, offset + known, most - known);
        ended = n < 0;
        n = known + Math.max(0, n);
        if (n == 0) {
            return -1;
        }
        count += n;
        if (count > descriptor.size()) {
            ContentVerifier.requireSize(descriptor.digest(), descriptor.size(), count);
        }
        return n;
    }

    private int some(byte[] buffer, int offset, int length) throws IOException {
        int n = source.read(buffer, offset, length);
        if (n == 0) {
            throw new IOException("the source returns no bytes and does not end");
        }
        return n;
    }

    /**
     * {@return the first bytes, without consuming them; call before any read}
     *
     * @param length how many bytes to return, if there are as many
     */
    byte[] peek(int length) throws IOException {
        byte[] first = Arrays.copyOf(ahead, (int) Math.min(length, descriptor.size()));
        int end = ahead.length;
        while (end < first.length) {
            int n = some(first, end, first.length - end);
            if (n < 0) {
                break;
            }
            end += n;
        }
        ahead = Arrays.copyOf(first, end);
        return ahead.clone();
    }

    /** {@return how many bytes were read} */
    long count() {
        return count;
    }

    /** Reads the rest and verifies the blob, whatever its content; may be called again. */
    void finish() throws IOException {
        while (fill(0, SIZE) >= 0) {
            // Only to hash it.
        }
        hashes.finish();
        ContentVerifier verifier = verifiers.get(0);
        if (verifier.state() == ContentVerifier.State.NOT_FINISHED) {
            verifier.finish();
        }
    }
}

package dev.tallyclerk.registry.layer;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.internal.stream.BulkInputStream;
import dev.tallyclerk.registry.internal.tar.TarException;
import dev.tallyclerk.registry.internal.tar.TarLimits;
import dev.tallyclerk.registry.internal.tar.TarReader;
import dev.tallyclerk.registry.layer.LayerException.Reason;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.LayerFormat;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.verify.VerificationException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the entries of a layer one after the other.
 *
 * <p>Nothing before the end is verified or may be relied on: {@link #next} returns nothing only when the whole layer
 * was read and matches, and throws otherwise.
 *
 * <p>Reads what engines read: POSIX, pax and GNU archives, sparse files of pax (GNU tar's forms 0.0, 0.1 and 1.0; the
 * holes are zeros), names with or without a leading {@code ./} or {@code /}, archives without an end marker. Refuses
 * archives that tar readers understand differently, because such an archive holds two sets of files: two extended
 * headers or two sizes for one entry, headers after a zero block, links or directories with content, numbers with other
 * characters, entries without a name, extended headers without an entry, owners and devices with numbers that Linux
 * does not have, and global headers with other names than {@code pax_global_header}, {@code @PaxHeader} or
 * {@code GlobalHead.1.1}. For accepted archives, Go's {@code archive/tar}, with which most engines read layers, GNU
 * tar, libarchive and Python's {@code tarfile} see the same entries, or report an error. A size in the header of a
 * link, device or directory is ignored where it hides no entry from any of them. Also refuses GNU's old sparse files,
 * which engines refuse, and anything except zeros after the end, which no engine reads.
 *
 * <p>Uses about 128 KiB whatever the layer's size, plus the longest extended header that the limits allow; a verifying
 * reader also uses the memory of a {@link LayerVerifier}. Not safe for use by several threads.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md">OCI image-spec v1.1.1, Image Layer
 *     Filesystem Changeset</a>
 */
public final class LayerReader implements Closeable {
    private final InputStream source;
    private final boolean verifies;
    private final TarReader tar;
    private int position;
    private long generation;
    private @Nullable IOException failure;

    private LayerReader(InputStream source, boolean verifies, LayerLimits limits) {
        this.source = Objects.requireNonNull(source, "source");
        this.verifies = verifies;
        TarLimits tarLimits = new TarLimits(
                limits.maxEntries(),
                limits.maxNameBytes(),
                limits.maxExtendedHeaderBytes(),
                limits.maxDepth(),
                limits.maxUncompressedBytes(),
                limits.maxRatio(),
                limits.ratioFreeBytes());
        // Our streams never skip beyond their end; other streams may.
        this.tar = verifies ? TarReader.skipping(source, tarLimits) : TarReader.of(source, tarLimits);
    }

    /**
     * {@return a reader of a stored layer that verifies it while it is read}
     *
     * @param blob the layer's bytes, compressed or not; closed with the reader, and if this throws
     * @param layer the descriptor that they must match
     * @param diffId the digest that the uncompressed content must have
     * @param verifier decompresses and verifies the layer, within its limits
     * @throws LayerException if the layer's format is not supported
     * @throws dev.tallyclerk.verify.VerificationException if the bytes are already known not to match {@code layer}, or
     *     the digest's algorithm is not supported
     * @throws IOException if {@code blob} cannot be read
     */
    public static LayerReader open(InputStream blob, Descriptor layer, Digest diffId, LayerVerifier verifier)
            throws IOException {
        if (LayerFormat.of(layer.mediaType()) == LayerFormat.OPAQUE) {
            try (blob) {
                throw new LayerException(
                        Reason.UNSUPPORTED,
                        Quoted.quote(layer.mediaType()) + " is not the media type of a file system layer");
            }
        }
        return new LayerReader(verifier.open(blob, layer, diffId), true, verifier.limits());
    }

    /**
     * {@return a reader of an uncompressed archive, which is not verified unless the stream does that}
     *
     * @param archive the archive's bytes; closed with the reader
     * @param limits the limits on the archive
     */
    public static LayerReader openArchive(InputStream archive, LayerLimits limits) {
        return new LayerReader(archive, false, limits);
    }

    /**
     * Moves to the next entry. After a failure, every call fails.
     *
     * @return the entry, or nothing at the end of the layer, which is then verified
     * @throws VerificationException if the layer's bytes do not match, even if they are also not a valid archive
     * @throws LayerException if they match, but are not an archive that can be read within the limits
     * @throws IOException if the layer cannot be read
     */
    public Optional<LayerEntry> next() throws IOException {
        generation++;
        if (failure != null) {
            throw failure;
        }
        try {
            return tar.next() ? Optional.of(entry()) : Optional.empty();
        } catch (TarException e) {
            throw failed(refusal(e));
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    private LayerEntry entry() throws IOException {
        String path = tar.name().path();
        try {
            Whiteout whiteout = tar.name().hasWhiteout() ? WhiteoutName.parse(path) : null;
            LayerEntry entry = new LayerEntry(position++, tar, whiteout);
            if (whiteout instanceof Whiteout.Leftover) {
                WhiteoutName.requireHarmless(entry);
            }
            return entry;
        } catch (LayerException e) {
            throw failed(e);
        }
    }

    /** Reads the rest too, because a layer that does not match is reported as that. */
    private IOException failed(LayerException refusal) {
        failure = refusal;
        if (verifies) {
            try {
                source.transferTo(OutputStream.nullOutputStream());
            } catch (VerificationException | LayerException e) {
                e.addSuppressed(refusal);
                failure = e;
            } catch (IOException e) {
                refusal.addSuppressed(e);
            }
        }
        return failure;
    }

    private static LayerException refusal(TarException e) {
        Reason reason = switch (e.reason()) {
            case NOT_TAR, MALFORMED -> Reason.MALFORMED_ARCHIVE;
            case AMBIGUOUS -> Reason.AMBIGUOUS_ARCHIVE;
            case UNSUPPORTED -> Reason.UNSUPPORTED_ENTRY;
            case LIMIT_EXCEEDED -> Reason.LIMIT_EXCEEDED;
            case TRAILING_DATA -> Reason.TRAILING_DATA;
        };
        return new LayerException(reason, String.valueOf(e.getMessage()));
    }

    /**
     * {@return the unread content of the current entry}
     *
     * <p>The stream ends with the entry. {@link #next} skips the unread rest, after which the stream throws
     * {@link IllegalStateException}. Closing it does nothing.
     */
    public InputStream content() {
        return new Content(generation);
    }

    /**
     * {@return the names of the archive's global headers so far; none of them is a file}
     *
     * <p>Some engines remove a file of that name at the image's root, so no layer up to this one may have one; callers
     * that merge layers must check that.
     */
    public Set<String> globalHeaders() {
        return tar.globalHeaders();
    }

    /** {@return how many bytes of the uncompressed layer were read; at its end, its size} */
    public long count() {
        return tar.count();
    }

    /** Closes the layer's stream; a layer not read to its end is not verified. */
    @Override
    public void close() throws IOException {
        source.close();
    }

    /** The content of one entry. */
    private final class Content extends BulkInputStream {
        private final long entry;

        Content(long entry) {
            this.entry = entry;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, buffer.length);
            requireCurrent();
            if (length == 0) {
                return 0;
            }
            try {
                return tar.read(buffer, offset, length);
            } catch (TarException e) {
                throw failed(refusal(e));
            }
        }

        private void requireCurrent() {
            if (entry != generation) {
                throw new IllegalStateException("the reader has moved on to another entry");
            }
        }
    }
}

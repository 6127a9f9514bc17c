package dev.tallyclerk.registry.layer;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.text.Quoted;
import dev.tallyclerk.registry.internal.tar.TarException;
import dev.tallyclerk.registry.internal.tar.TarLimits;
import dev.tallyclerk.registry.internal.tar.TarReader;
import dev.tallyclerk.registry.layer.LayerException.Reason;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.LayerFormat;
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
 * Reads the entries of a layer one after the other, as they come.
 *
 * <p>What comes before the end is not yet verified, and must not be relied on: {@link #next} gives nothing only when
 * the whole layer has been read and was the promised one, and throws otherwise.
 *
 * <p>It reads what engines read: the forms of POSIX, pax and GNU, names with and without {@code ./} or {@code /} before
 * them, archives without their end marker. It refuses what readers of tar take differently, because a layer that two of
 * them read differently holds two sets of files: two extended headers for one entry, two sizes of one, headers behind a
 * zero block, a link or folder with content, numbers with something else in them, entries without a name, extended
 * headers without an entry, owners and devices of numbers that Linux does not have, global headers under another name
 * than {@code pax_global_header}, {@code @PaxHeader} or {@code GlobalHead.1.1}. What it takes, Go's
 * {@code archive/tar}, with which most engines read layers, takes for the same entries: as there, a size in the header
 * of a link, a device or a folder says nothing if another entry or the end follows at once, where other readers of tar
 * pass over what follows. It also refuses sparse files, and anything but zeros behind the end, which no engine looks
 * at.
 *
 * <p>Uses about 128 KiB whatever the layer's size, and the longest extended header that the limits allow; one that
 * verifies uses what a {@link LayerVerifier} does besides. Not safe for use by several threads.
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
                limits.maxEntries(), limits.maxNameBytes(), limits.maxExtendedHeaderBytes(), limits.maxDepth());
        // A stream of ours skips no more than there is; of a stranger's that is not known.
        this.tar = verifies ? TarReader.skipping(source, tarLimits) : TarReader.of(source, tarLimits);
    }

    /**
     * {@return a reader of a layer as it is stored, which is verified while it is read}
     *
     * @param blob the layer's bytes, compressed or not; closed with the reader, and if there is none
     * @param layer what they must be
     * @param diffId the digest that the uncompressed content must have
     * @param verifier what decompresses and verifies it, within its limits
     * @throws LayerException if the layer's format is not supported
     * @throws dev.tallyclerk.verify.VerificationException if it is known at once that the bytes are not those that
     *     {@code layer} describes, or the digest's algorithm is not supported
     * @throws IOException if {@code blob} cannot be read
     */
    public static LayerReader open(InputStream blob, Descriptor layer, Digest diffId, LayerVerifier verifier)
            throws IOException {
        if (LayerFormat.of(layer.mediaType()) == LayerFormat.OPAQUE) {
            try (blob) {
                throw new LayerException(
                        Reason.UNSUPPORTED, Quoted.quote(layer.mediaType()) + " is no type of a file system's layer");
            }
        }
        return new LayerReader(verifier.open(blob, layer, diffId), true, verifier.limits());
    }

    /**
     * {@return a reader of an archive that is not compressed, and not verified unless the stream does that itself}
     *
     * @param archive the archive's bytes; closed with the reader
     * @param limits what the archive may cost
     */
    public static LayerReader openArchive(InputStream archive, LayerLimits limits) {
        return new LayerReader(archive, false, limits);
    }

    /**
     * Moves to the next entry. Once it has failed, it fails again.
     *
     * @return the entry, or nothing at the end of the layer, which then has been verified
     * @throws VerificationException if the layer's bytes are not the promised ones, even where they are no archive
     *     either
     * @throws LayerException if they are, and are no archive that can be read within the limits
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

    /** A layer that is not the promised one is reported as that, so the rest of it is looked at too. */
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
     * {@return the content of the current entry, from where it has not been read}
     *
     * <p>The stream ends with the entry. What is not read is passed over by {@link #next}, after which the stream
     * throws {@link IllegalStateException}. Closing it does nothing.
     */
    public InputStream content() {
        return new Content(generation);
    }

    /**
     * {@return the names of the archive's global headers so far, of which none is a file}
     *
     * <p>Some engines remove a file of that name at the image's root, which is why no layer up to this one may have
     * one; that is for whoever merges the layers to see.
     */
    public Set<String> globalHeaders() {
        return tar.globalHeaders();
    }

    /** {@return how many bytes of the uncompressed layer were read, which at its end is its size} */
    public long count() {
        return tar.count();
    }

    /** Closes the layer's stream; a layer that was not read to its end was not verified. */
    @Override
    public void close() throws IOException {
        source.close();
    }

    /** The content of one entry. */
    private final class Content extends InputStream {
        private final long entry;

        Content(long entry) {
            this.entry = entry;
        }

        @Override
        public int read() throws IOException {
            byte[] single = new byte[1];
            return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
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

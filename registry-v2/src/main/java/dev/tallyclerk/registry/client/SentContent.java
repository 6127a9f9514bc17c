package dev.tallyclerk.registry.client;

import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.transport.RequestBody;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.ContentVerifier.State;
import dev.tallyclerk.verify.VerifyingInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A blob's content while it is sent in parts, verified on the way: the last bytes are given only if all of it is what
 * was promised, so no registry can be sent the whole of something else. It is opened when the first byte is sent, while
 * the request that sends it has its place among those to one host, and not before: so of copies within one registry
 * none waits for a place while it takes one that another waits for.
 *
 * <p>Used by one thread; the parts may be read by another one while the first waits for it.
 */
final class SentContent implements Closeable {
    /** Gives the content from its first byte. */
    @FunctionalInterface
    interface Opener {
        /** {@return the content, or nothing if there is none} */
        Optional<VerifyingInputStream> open() throws IOException;
    }

    private final Opener opener;
    private final long size;
    private final boolean repeatable;
    private @Nullable VerifyingInputStream stream;
    private boolean opened;
    private boolean absent;
    private long position;

    /** The part that may read; what a transport goes on reading of another one is none of the content. */
    private volatile @Nullable PartStream current;

    /** Why the content could not be read: an {@link IOException}, or a bug of the caller's. */
    private volatile @Nullable Throwable failure;

    private SentContent(Opener opener, long size, boolean repeatable) {
        this.opener = opener;
        this.size = size;
        this.repeatable = repeatable;
    }

    /** {@return content that may be opened any number of times} */
    static SentContent of(Descriptor blob, Opener opener) {
        return new SentContent(opener, blob.size(), true);
    }

    /**
     * {@return what {@code body} gives}
     *
     * @throws dev.tallyclerk.verify.VerificationException if it does not have the size that {@code blob} promises
     */
    static SentContent of(Descriptor blob, RequestBody body) throws IOException {
        ContentVerifier.requireSize(blob.digest(), blob.size(), body.length());
        Opener opener = () -> {
            InputStream in = Objects.requireNonNull(body.open(), "the body to send gave null where it was opened");
            try {
                return Optional.of(VerifyingInputStream.of(in, blob.digest(), blob.size()));
            } catch (IOException e) {
                in.close();
                throw e;
            }
        };
        return new SentContent(opener, blob.size(), body.isRepeatable());
    }

    /** {@return whether the content was wanted and was not there} */
    boolean isAbsent() {
        return absent;
    }

    boolean isRepeatable() {
        return repeatable;
    }

    /** {@return whether the content can be had from there} */
    boolean isThereFrom(long offset) {
        return repeatable || !opened || (stream != null && position == offset);
    }

    /**
     * Does nothing if the content could be read.
     *
     * @throws IOException why it could not be read; or what is not checked, as it was thrown
     */
    void requireReadable() throws IOException {
        Throwable known = failure;
        if (known instanceof IOException e) {
            throw e;
        }
        if (known instanceof RuntimeException e) {
            throw e;
        }
        if (known instanceof Error e) {
            throw e;
        }
    }

    /** {@return a body that is part of the content; it can be sent again as far as the content can be read again} */
    Part part(long offset, long length) {
        return new Part(offset, length);
    }

    /** Forgets where reading stands, because a part was not sent to its end, or may not have been. */
    void interrupted() throws IOException {
        if (repeatable || current != null) {
            close();
        }
    }

    /** Reads what has not been read, so that it is known to be the content. */
    void requireVerified() throws IOException {
        VerifyingInputStream known = stream;
        if (known == null || known.state() != State.VERIFIED) {
            VerifyingInputStream all = at(position);
            all.skipNBytes(size - position);
            position = size;
            // Of no bytes, too, the end has to be reached.
            if (all.read() >= 0) {
                throw new IllegalStateException("content that is too long was accepted");
            }
        }
    }

    private VerifyingInputStream at(long offset) throws IOException {
        VerifyingInputStream known = stream;
        if (known != null && position == offset) {
            return known;
        }
        if (opened && !repeatable) {
            throw new IOException("the content can be read once only, and was");
        }
        close();
        opened = true;
        Optional<VerifyingInputStream> found = opener.open();
        if (found.isEmpty()) {
            absent = true;
            throw new IOException("the content is not there");
        }
        VerifyingInputStream fresh = found.get();
        stream = fresh;
        position = 0;
        fresh.skipNBytes(offset);
        position = offset;
        return fresh;
    }

    @Override
    public void close() throws IOException {
        current = null;
        if (stream != null) {
            stream.close();
            stream = null;
        }
    }

    /** A part of the content as the body of a request. */
    final class Part implements RequestBody {
        private final long offset;
        private final long length;

        private Part(long offset, long length) {
            this.offset = offset;
            this.length = length;
        }

        @Override
        public long length() {
            return length;
        }

        @Override
        public boolean isRepeatable() {
            return repeatable;
        }

        /** {@return whether all of it was read, the last time that it was sent} */
        boolean isSent() {
            PartStream sent = current;
            return length == 0 || (sent != null && sent.of == this && sent.left == 0);
        }

        @Override
        public InputStream open() throws IOException {
            if (length == 0) {
                return InputStream.nullInputStream();
            }
            try {
                PartStream part = new PartStream(this, at(offset));
                current = part;
                return part;
            } catch (IOException | RuntimeException | Error e) {
                failure = e;
                throw e;
            }
        }
    }

    private final class PartStream extends InputStream {
        private final Part of;
        private final VerifyingInputStream in;
        private long left;

        PartStream(Part of, VerifyingInputStream in) {
            this.of = of;
            this.in = in;
            this.left = of.length;
        }

        @Override
        public int read() throws IOException {
            byte[] single = new byte[1];
            return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (left == 0) {
                return -1;
            }
            if (current != this) {
                throw new IOException("the request that sent this is over");
            }
            try {
                int n = in.read(buffer, offset, (int) Math.min(length, left));
                left -= n;
                position += n;
                return n;
            } catch (IOException | RuntimeException | Error e) {
                failure = e;
                throw e;
            }
        }
    }
}

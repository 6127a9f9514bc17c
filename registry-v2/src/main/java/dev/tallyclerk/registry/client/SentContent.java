package dev.tallyclerk.registry.client;

import dev.tallyclerk.http.RequestBody;
import dev.tallyclerk.internal.stream.BulkInputStream;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.ContentVerifier.State;
import dev.tallyclerk.verify.VerifyingInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A blob's content while it is sent in parts, verified on the way: the last bytes are given only if all of it is what
 * was promised, so no registry can be sent the whole of something else. It is opened when the request that sends its
 * first byte has its place at the host, and not before: two copies within one registry could else each hold the place
 * that the other waits for.
 *
 * <p>Used by one thread; the parts may be read by another one while the first waits for it. One that the first does not
 * wait for any more may continue an old part, until its reading fails: nothing that it does, or that happens to it, is
 * of any consequence to the parts after that.
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
    private volatile boolean opened;
    private volatile boolean absent;

    /** Guarded by this object, as the next three are. */
    private @Nullable Reading reading;

    /** The part that may be opened; what a transport still opens of another one is none of the content. */
    private @Nullable Part wanted;

    /** The part that may read; what a transport goes on reading of another one is none of the content. */
    private @Nullable PartStream current;

    /** Why the content could not be read: an {@link IOException}, or a bug of the caller's. */
    private @Nullable Throwable failure;

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
    synchronized boolean isThereFrom(long offset) {
        return repeatable || !opened || (reading != null && reading.position.get() == offset);
    }

    /**
     * Does nothing if the content could be read.
     *
     * @throws IOException why it could not be read; or what is not checked, as it was thrown
     */
    void requireReadable() throws IOException {
        Throwable known;
        synchronized (this) {
            known = failure;
        }
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

    /**
     * {@return a body that is part of the content and replaces those before; it can be sent again as far as the content
     * can be read again}
     */
    synchronized Part part(long offset, long length) {
        Part part = new Part(offset, length);
        wanted = part;
        return part;
    }

    /** Forgets where reading stands, because a part was not sent to its end, or may not have been. */
    void interrupted() throws IOException {
        boolean begun;
        synchronized (this) {
            wanted = null;
            begun = current != null;
        }
        if (repeatable || begun) {
            close();
        }
    }

    /** Reads what has not been read, so that it is known to be the content. */
    void requireVerified() throws IOException {
        Reading known;
        Part before;
        synchronized (this) {
            known = reading;
            before = wanted;
        }
        if (known == null || known.content.state() != State.VERIFIED) {
            Reading all = at(known == null ? 0 : known.position.get(), before);
            all.pass(size - all.position.get());
            // Of no bytes, too, the end has to be reached.
            if (all.content.read() >= 0) {
                throw new IllegalStateException("content that is too long was accepted");
            }
        }
    }

    /** {@return the content at {@code offset}, for the part that is wanted as long as it is} */
    private Reading at(long offset, @Nullable Part part) throws IOException {
        Reading before;
        synchronized (this) {
            requireWanted(part);
            // What was not read to its end may still be read by an earlier request.
            boolean free = !repeatable || current == null || current.left.get() == 0;
            if (free && reading != null && reading.position.get() == offset) {
                return reading;
            }
            if (opened && !repeatable) {
                throw new IOException("the content can be read once only, and was");
            }
            opened = true;
            before = taken();
        }
        close(before);
        Optional<VerifyingInputStream> found = opener.open();
        if (found.isEmpty()) {
            absent = true;
            throw new IOException("the content is not there");
        }
        Reading fresh = new Reading(found.get());
        keep(fresh, part);
        fresh.pass(offset);
        return fresh;
    }

    /** Makes {@code fresh} what is closed when this is, which may have happened already. */
    private void keep(Reading fresh, @Nullable Part part) throws IOException {
        synchronized (this) {
            if (wanted == part) {
                reading = fresh;
                return;
            }
        }
        fresh.content.close();
        throw over();
    }

    private void requireWanted(@Nullable Part part) throws IOException {
        if (wanted != part) {
            throw over();
        }
    }

    /** Notes why the content could not be read, if {@code isWanted} still: else it is only a consequence of closing. */
    private synchronized void failed(Throwable cause, BooleanSupplier isWanted) {
        failure = isWanted.getAsBoolean() ? cause : failure;
    }

    private static IOException over() {
        return new IOException("the request that sent this is over");
    }

    @Override
    public void close() throws IOException {
        close(taken());
    }

    /** {@return what is to be closed; it has no place here any more} */
    private synchronized @Nullable Reading taken() {
        Reading open = reading;
        current = null;
        reading = null;
        return open;
    }

    /** Not to be called under the lock: a read may take its time, and this is what ends it. */
    private static void close(@Nullable Reading open) throws IOException {
        if (open != null) {
            open.content.close();
        }
    }

    /** The content, opened once, and how far it was read. */
    private static final class Reading {
        private final VerifyingInputStream content;
        private final AtomicLong position = new AtomicLong();

        Reading(VerifyingInputStream content) {
            this.content = content;
        }

        void pass(long count) throws IOException {
            content.skipNBytes(count);
            position.addAndGet(count);
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
            synchronized (SentContent.this) {
                return length == 0 || (current != null && current.of == this && current.left.get() == 0);
            }
        }

        @Override
        public InputStream open() throws IOException {
            if (length == 0) {
                return InputStream.nullInputStream();
            }
            try {
                PartStream part = new PartStream(this, at(offset, this));
                synchronized (SentContent.this) {
                    requireWanted(this);
                    current = part;
                    return part;
                }
            } catch (IOException | RuntimeException | Error e) {
                failed(e, () -> wanted == this);
                throw e;
            }
        }
    }

    private final class PartStream extends BulkInputStream {
        private final Part of;
        private final Reading in;
        private final AtomicLong left;

        PartStream(Part of, Reading in) {
            this.of = of;
            this.in = in;
            this.left = new AtomicLong(of.length);
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (left.get() == 0) {
                return -1;
            }
            if (!isCurrent()) {
                throw over();
            }
            try {
                int n = in.content.read(buffer, offset, (int) Math.min(length, left.get()));
                in.position.addAndGet(n);
                left.addAndGet(-n);
                return n;
            } catch (IOException | RuntimeException | Error e) {
                failed(e, () -> current == this);
                throw e;
            }
        }

        private boolean isCurrent() {
            synchronized (SentContent.this) {
                return current == this;
            }
        }
    }
}

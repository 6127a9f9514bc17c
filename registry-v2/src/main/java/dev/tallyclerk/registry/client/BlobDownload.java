package dev.tallyclerk.registry.client;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.internal.call.Attempts;
import dev.tallyclerk.internal.call.CallResponse;
import dev.tallyclerk.internal.call.Deadline;
import dev.tallyclerk.internal.stream.BulkInputStream;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.ContentVerifier.State;
import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.VerifyingInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A blob's bytes from an offset on, unverified. Where the way to them breaks, it asks for the rest; never at an address
 * that it was redirected to before, because such addresses expire. It gives one byte more than the blob's size at most.
 *
 * <p>It is read by one thread at a time, and may be closed by another one meanwhile.
 */
final class BlobDownload extends BulkInputStream {
    /** In bytes: who gives less for a request makes no headway, and is not asked again and again. */
    private static final int GAIN = 4 * 1024;

    private static final String ANY_TYPE = "application/octet-stream";

    private final List<BlobAddress> addresses;
    private final Descriptor blob;
    private final Deadline deadline;
    private final Supplier<State> verdict;

    /** Which addresses have given bytes. */
    private final BitSet givers = new BitSet();

    private int current;

    /** Guarded by this object: once this is closed there is none. */
    private @Nullable BlobPart part;

    private long position;

    /** Since the part was opened. */
    private long gained;

    /** Attempts in a row, at the current address, that gained too little. */
    private Attempts attempts;

    private volatile boolean closed;

    private BlobDownload(
            List<BlobAddress> addresses,
            int current,
            Descriptor blob,
            BlobPart part,
            long position,
            Deadline deadline,
            Supplier<State> verdict) {
        this.deadline = deadline;
        this.verdict = verdict;
        this.addresses = addresses;
        this.current = current;
        this.blob = blob;
        this.part = part;
        this.position = position;
        this.attempts = session().attempts(deadline);
        givers.set(current);
    }

    /**
     * {@return the bytes of a blob, from the first of {@code addresses} that has it, or nothing if the last one does
     * not have it}
     *
     * @param addresses where to ask, one at least; those before the last are passed over if they fail
     * @param offset how many bytes are not wanted, at most the blob's size
     * @param deadline when all of it ends, the reading of the bytes included
     * @param verdict what is known of the bytes when the stream is closed; who gave wrong ones is remembered
     * @throws IOException if the last one fails, or the call is not to go on
     */
    static Optional<InputStream> open(
            List<BlobAddress> addresses, Descriptor blob, long offset, Deadline deadline, Supplier<State> verdict)
            throws IOException {
        Objects.checkFromToIndex(0, offset, blob.size());
        if (offset > 0 && offset == blob.size()) {
            return Optional.of(InputStream.nullInputStream());
        }
        return first(
                addresses,
                deadline,
                (address, i) -> BlobPart.begin(address, blob, offset).map(part ->
                        (InputStream) new BlobDownload(addresses, i, blob, part, offset, deadline, verdict)));
    }

    /**
     * {@return a blob of which only the digest is known, verified while it is read, or nothing if the last address does
     * not have it}
     *
     * <p>Its size is the one that the answer gives. Without one, the answer cannot be resumed, and no bytes are held
     * back.
     *
     * @param addresses where to ask, one at least; those before the last are passed over if they fail
     * @throws VerificationException if the digest's algorithm is not supported
     * @throws IOException if the last one fails, or the call is not to go on
     */
    static Optional<VerifyingInputStream> open(List<BlobAddress> addresses, Digest digest, Deadline deadline)
            throws IOException {
        ContentVerifier unsized = ContentVerifier.ofAtMost(digest, Long.MAX_VALUE);
        return first(addresses, deadline, (address, i) -> {
            CallResponse answer = address.session().execute(address.call());
            if (answer.status() == 404) {
                answer.close();
                return Optional.empty();
            }
            OptionalLong size = answer.claimedSize();
            if (size.isEmpty()) {
                return Optional.of(VerifyingInputStream.of(answer.body(), unsized, 0));
            }
            Descriptor blob = Descriptor.of(ANY_TYPE, digest, size.getAsLong());
            ContentVerifier verifier = sized(blob);
            BlobDownload content = new BlobDownload(
                    addresses, i, blob, BlobPart.positioned(answer, blob, 0), 0, deadline, verifier::state);
            return Optional.of(VerifyingInputStream.of(content, verifier, ContentVerifier.DEFAULT_HOLD_BACK));
        });
    }

    private static ContentVerifier sized(Descriptor blob) {
        try {
            return ContentVerifier.of(blob.digest(), blob.size());
        } catch (VerificationException e) {
            throw new IllegalStateException("the digest's algorithm was supported a moment ago", e);
        }
    }

    /** Begins a download at one address. */
    @FunctionalInterface
    private interface Beginning<T> {
        /** {@return the blob, or nothing if it is not there} */
        Optional<T> at(BlobAddress address, int index) throws HttpException;
    }

    private static <T> Optional<T> first(List<BlobAddress> addresses, Deadline deadline, Beginning<T> beginning)
            throws HttpException {
        for (int i = 0; i < addresses.size(); i++) {
            try {
                boolean last = i == addresses.size() - 1;
                Optional<T> begun = beginning.at(addresses.get(i).within(last ? deadline : deadline.half()), i);
                if (begun.isPresent()) {
                    return begun;
                }
            } catch (HttpException e) {
                if (i == addresses.size() - 1) {
                    throw e;
                }
                deadline.checkAfter(e);
                tellPassedOver(addresses, i, e);
            }
        }
        return Optional.empty();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        requireOpen();
        if (length == 0) {
            return 0;
        }
        while (position <= blob.size()) {
            BlobPart known = part();
            BlobPart from = known == null ? reopened(null) : known;
            HttpException broken = null;
            int n = -1;
            try {
                n = from.read(buffer, offset, length);
            } catch (HttpException e) {
                broken = e;
            }
            if (n >= 0) {
                position += n;
                gained += n;
                return n;
            }
            if (broken != null) {
                deadline.checkAfter(broken);
            }
            if (position == blob.size()) {
                return -1; // all is there, and its digest says whether it is right
            }
            if (broken == null && (from.endsTooEarly() || (attempts.failed() > 0 && gained == 0))) {
                return -1;
            }
            if (broken == null && from.isComplete() && gained >= GAIN) {
                attempts.reset();
                closePart();
            } else {
                reopened(broken == null ? cutOff() : broken);
            }
        }
        return -1;
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("the stream is closed");
        }
    }

    private synchronized @Nullable BlobPart part() {
        return part;
    }

    /** Makes {@code next} the part that is closed with this, which may have happened already. */
    private void keep(BlobPart next) throws IOException {
        synchronized (this) {
            if (!closed) {
                part = next;
                return;
            }
        }
        next.close();
        requireOpen();
    }

    private HttpException cutOff() {
        return new RegistryException(
                Reason.UNREACHABLE, 0, "the answer ends after " + position + " of " + blob.size() + " bytes");
    }

    /** {@return an answer that goes on at {@link #position}} */
    private BlobPart reopened(@Nullable HttpException broken) throws IOException {
        BlobPart before = part();
        if (before != null && gained - before.discarded() >= GAIN) {
            attempts.reset();
        }
        // First, because there may be no place for another request at the host.
        closePart();
        HttpException cause = broken;
        while (true) {
            // What broke may have done so because this was closed.
            requireOpen();
            if (cause != null) {
                failAttempt(cause);
            }
            try {
                Optional<BlobPart> next = BlobPart.ask(once(addresses.get(current)), blob, position);
                if (next.isPresent()) {
                    keep(next.get());
                    givers.set(current);
                    gained = 0;
                    return next.get();
                }
                cause = new RegistryException(
                        Reason.NOT_FOUND,
                        404,
                        session().host() + " no longer has " + blob.digest() + ", of which it gave a part");
            } catch (HttpException e) {
                deadline.checkAfter(e);
                cause = e;
            }
        }
    }

    /** Waits after a failure; after one that stands, or too many, it goes on elsewhere, or not at all. */
    private void failAttempt(HttpException cause) throws HttpException {
        try {
            // An address that the registry gave may have expired before it was used: the registry gives another one.
            boolean expired = cause.status() == 400 || cause.status() == 403;
            if (expired && !attempts.isLast()) {
                attempts.retryAtOnce(cause);
            } else {
                attempts.retry(cause, addresses.get(current).call().mayFollow(cause));
            }
        } catch (HttpException e) {
            deadline.checkAfter(e);
            if (current == addresses.size() - 1) {
                throw e;
            }
            tellPassedOver(addresses, current, e);
            current++;
            attempts = session().attempts(deadline);
        }
    }

    private RegistrySession session() {
        return addresses.get(current).session();
    }

    /** {@return the address, asked once at a time and no longer than all may take: repeating is done here} */
    private BlobAddress once(BlobAddress address) throws HttpException {
        boolean last = current == addresses.size() - 1;
        BlobAddress limited = address.within(last ? deadline : deadline.half());
        return new BlobAddress(
                limited.session().withHttp(http -> http.withRetries(RetryPolicy.never())),
                address.uri(),
                address.scope());
    }

    private static void tellPassedOver(List<BlobAddress> addresses, int index, HttpException failure) {
        RegistrySession wanted = addresses.get(addresses.size() - 1).session();
        wanted.listener()
                .passedOver(wanted.registry(), addresses.get(index).session().host(), failure);
    }

    private void closePart() throws IOException {
        BlobPart open;
        synchronized (this) {
            open = part;
            part = null;
        }
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() throws IOException {
        if (!closed && verdict.get() == State.FAILED) {
            for (int i = givers.nextSetBit(0); i >= 0; i = givers.nextSetBit(i + 1)) {
                addresses.get(i).session().settings().state().rememberWrong(blob.digest());
            }
        }
        closed = true;
        closePart();
    }
}

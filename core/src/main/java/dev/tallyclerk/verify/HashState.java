package dev.tallyclerk.verify;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.digest.HashEngine;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One or more hashes of the same bytes, and the count of the bytes.
 *
 * <p>Small updates are collected in a buffer, because each call of a digest costs as much as hashing a few dozen bytes.
 * That pays only if collecting costs next to nothing: {@link #gather} makes one comparison, with {@link #gatherEnd}.
 * That is the end of the buffer or the position at which {@link #limit} is reached, whichever is first; after
 * {@link #stop} it is before the buffer. While the buffer is empty it is 0 or less, because bytes that bypass the
 * buffer do not move it, and it would allow bytes beyond the limit.
 */
final class HashState {
    /**
     * The size of the slices that large updates are hashed in. The runtime uses its multi-block intrinsic only in calls
     * that it has compiled, and a few calls with huge arrays never get there; smaller slices get there sooner in a new
     * process. Below this size the calls themselves cost time.
     */
    private static final int SLICE = 4 * 1024;

    /**
     * Memory outside the heap is copied before it is hashed; the runtime does that too. A copy of this size finds data
     * that the processor has prefetched while the previous piece was hashed. Larger copies wait for memory.
     */
    private static final int COPY = 1024;

    /** The block size of the hashes. Smaller updates are collected. */
    private static final int BLOCK = 64;

    /**
     * Below this size, updates are also collected if they are not whole blocks, or if the buffer is not empty: the
     * runtime's hash is slow on partial blocks.
     */
    private static final int RAGGED = 4 * BLOCK;

    /**
     * Arrays of this size or more do not fit the processor's cache. Hashing them waits for memory at page boundaries,
     * where the processor does not prefetch, so the slice after the next is touched before each slice is hashed.
     */
    private static final int FAR = 8 * 1024 * 1024;

    /** The slice size for such arrays: as much as the processor can fetch at once. */
    private static final int AHEAD = 1024;

    private static final int GATHER = 8 * 1024;
    private static final byte[] NOTHING = {};

    private final DigestAlgorithm[] algorithms;
    private final MessageDigest[] hashes;
    private final long limit;
    private long hashed;
    private byte[] gathered = NOTHING;
    private int gatheredLength;
    private int gatherEnd;

    /** Written only so that the compiler does not remove the prefetching reads. */
    @SuppressWarnings("unused")
    private int touched;

    private HashState(DigestAlgorithm[] algorithms, MessageDigest[] hashes, long limit) {
        this.algorithms = algorithms;
        this.hashes = hashes;
        this.limit = limit;
    }

    /**
     * {@return the hashes of an empty content}
     *
     * @param limit the most bytes that will be added
     */
    static HashState start(List<Digest> expected, long limit, HashEngine engine) throws VerificationException {
        if (expected.isEmpty()) {
            throw new IllegalArgumentException("no digest to verify");
        }
        DigestAlgorithm[] algorithms = new DigestAlgorithm[expected.size()];
        MessageDigest[] hashes = new MessageDigest[expected.size()];
        for (int i = 0; i < hashes.length; i++) {
            Digest digest = expected.get(i);
            algorithms[i] = digest.algorithm();
            Optional<MessageDigest> hash = engine.newHash(digest.algorithm());
            if (hash.isEmpty()) {
                throw VerificationException.unsupported(digest, limit);
            }
            hashes[i] = hash.get();
        }
        return new HashState(algorithms, hashes, limit);
    }

    /** {@return a state without hashes that accepts no bytes} */
    static HashState none() {
        HashState none = new HashState(new DigestAlgorithm[0], new MessageDigest[0], 0);
        none.stop();
        return none;
    }

    HashState copy() {
        MessageDigest[] copies = new MessageDigest[hashes.length];
        for (int i = 0; i < hashes.length; i++) {
            try {
                copies[i] = (MessageDigest) hashes[i].clone();
            } catch (CloneNotSupportedException e) {
                throw new UnsupportedOperationException(
                        "the engine's hash for " + algorithms[i] + " cannot be copied", e);
            }
        }
        HashState copy = new HashState(algorithms, copies, limit);
        copy.hashed = hashed;
        copy.gathered = gathered.clone();
        copy.gatheredLength = gatheredLength;
        copy.gatherEnd = gatherEnd;
        return copy;
    }

    /** {@return how many bytes were added} */
    long count() {
        return hashed + gatheredLength;
    }

    /** Stops {@link #gather} from accepting bytes. */
    void stop() {
        gatherEnd = -1;
    }

    /** {@return whether the byte was added; if not, no limit has been checked} */
    boolean gather(byte value) {
        if (gatheredLength >= gatherEnd) {
            return false;
        }
        gathered[gatheredLength++] = value;
        return true;
    }

    /** {@return whether the bytes were added; if not, neither the range nor a limit has been checked} */
    boolean gather(byte[] content, int offset, int length) {
        int at = gatheredLength;
        if (length > gatherEnd - at) {
            return false;
        }
        byte[] to = gathered;
        if (length > 2 * Word.BYTES) {
            if (!isGathered(length)) {
                return false;
            }
            System.arraycopy(content, offset, to, at, length);
        } else if (length > Word.BYTES) {
            long first = (long) Word.LONGS.get(content, offset);
            long last = (long) Word.LONGS.get(content, offset + length - Word.BYTES);
            Word.LONGS.set(to, at, first);
            Word.LONGS.set(to, at + length - Word.BYTES, last);
        } else if (length > 0 && offset <= content.length - Word.BYTES) {
            // The surplus bytes are overwritten later and never counted.
            Word.LONGS.set(to, at, (long) Word.LONGS.get(content, offset));
        } else {
            System.arraycopy(content, offset, to, at, length);
        }
        gatheredLength = at + length;
        return true;
    }

    /** Adds a byte that is within the limit. */
    void update(byte value) {
        makeRoom(1);
        gathered[gatheredLength++] = value;
    }

    /**
     * Adds bytes of a checked range that are within the limit.
     *
     * <p>One method, and longer than the 325 bytes of code that the compiler inlines. If it were inlined, its caller
     * would be too long to be inlined itself, and each small update would cost a call, which costs as much as
     * collecting the bytes.
     */
    void update(byte[] content, int offset, int length) {
        if (isGathered(length)) {
            makeRoom(length);
            System.arraycopy(content, offset, gathered, gatheredLength, length);
            gatheredLength += length;
            return;
        }
        flush();
        // Counts down, because the end of an array and a slice may exceed an int.
        int left = length;
        if (length >= FAR) {
            for (; left >= 3 * AHEAD; left -= AHEAD) {
                int at = offset + (length - left);
                int ahead = at + 2 * AHEAD;
                int seen = 0;
                for (int line = ahead; line < ahead + AHEAD; line += BLOCK) {
                    seen ^= content[line];
                }
                touched = seen;
                for (MessageDigest hash : hashes) {
                    hash.update(content, at, AHEAD);
                }
            }
        }
        if (hashes.length == 1) {
            MessageDigest hash = hashes[0];
            for (; left > SLICE; left -= SLICE) {
                hash.update(content, offset + (length - left), SLICE);
            }
            hash.update(content, offset + (length - left), left);
        } else {
            for (; left > SLICE; left -= SLICE) {
                for (MessageDigest hash : hashes) {
                    hash.update(content, offset + (length - left), SLICE);
                }
            }
            for (MessageDigest hash : hashes) {
                hash.update(content, offset + (length - left), left);
            }
        }
        hashed += length;
    }

    /** Adds bytes that are within the limit. */
    void update(ByteBuffer content) {
        int length = content.remaining();
        if (length == 0) {
            return; // makeRoom requires at least one byte
        }
        if (content.hasArray()) {
            update(content.array(), content.arrayOffset() + content.position(), length);
            content.position(content.limit());
            return;
        }
        if (isGathered(length)) {
            makeRoom(length);
            content.get(gathered, gatheredLength, length);
            gatheredLength += length;
            return;
        }
        flush();
        allocate();
        for (int left = length; left > 0; left -= COPY) {
            int copied = Math.min(COPY, left);
            content.get(gathered, 0, copied);
            for (MessageDigest hash : hashes) {
                hash.update(gathered, 0, copied);
            }
        }
        hashed += length;
    }

    List<Digest> finish() {
        flush();
        stop();
        List<Digest> digests = new ArrayList<>(hashes.length);
        for (int i = 0; i < hashes.length; i++) {
            digests.add(Digest.ofHash(algorithms[i], hashes[i].digest()));
        }
        return digests;
    }

    private boolean isGathered(int length) {
        return length < BLOCK || (length < RAGGED && (length % BLOCK != 0 || gatheredLength > 0));
    }

    /** Makes room for bytes, at least one, which must be collected next. */
    private void makeRoom(int length) {
        allocate();
        if (length > GATHER - gatheredLength) {
            flush();
        }
        gatherEnd = gatheredLength + (int) Math.min(GATHER - gatheredLength, limit - count());
    }

    private void allocate() {
        if (gathered.length == 0) {
            gathered = new byte[GATHER + Word.BYTES];
        }
    }

    private void flush() {
        if (gatheredLength > 0) {
            hashGathered();
        }
    }

    /** A method of its own, so that {@link #flush} is small enough to be inlined into every update. */
    private void hashGathered() {
        for (MessageDigest hash : hashes) {
            hash.update(gathered, 0, gatheredLength);
        }
        hashed += gatheredLength;
        gatheredLength = 0;
        gatherEnd = 0;
    }

    /** Access to eight bytes at a time. A class of its own, because the first use of a handle costs startup time. */
    private static final class Word {
        static final int BYTES = Long.BYTES;

        static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    }
}

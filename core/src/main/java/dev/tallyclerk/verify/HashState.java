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
 * One hash or more over the same bytes, fed as fast as the engine can hash, and a count of the bytes.
 *
 * <p>Small updates are gathered, because each call of a digest costs as much as hashing a few dozen bytes. That is only
 * worth it if gathering costs next to nothing, so {@link #gather} makes one comparison, with {@link #gatherEnd}: that
 * is where the buffer or {@link #limit} ends, whichever is first, and before the buffer once the hash has been
 * {@linkplain #stop stopped}. While nothing is gathered it is 0 or less: what is hashed past the buffer does not move
 * it, and would leave room beyond the limit.
 */
final class HashState {
    /**
     * Larger updates keep the runtime's multi-block intrinsic from being used: it is taken only from a caller that the
     * compiler knows well, and a few calls with huge arrays never become one. The smaller the slice, the sooner it is
     * in a new process; below this the calls themselves begin to cost.
     */
    private static final int SLICE = 4 * 1024;

    /**
     * Memory outside the heap is copied before it is hashed, by the runtime too. In pieces of this size a copy finds
     * what the processor has fetched ahead while the piece before was hashed; larger ones wait for memory.
     */
    private static final int COPY = 1024;

    /** What a hash works on at a time. Updates below one block are gathered. */
    private static final int BLOCK = 64;

    /**
     * Updates below this are gathered too if they are not whole blocks, or if something is gathered already: the
     * runtime's hash is slow with what does not fill its own block.
     */
    private static final int RAGGED = 4 * BLOCK;

    /**
     * An array of this size or more is not in the processor's own cache, and hashing waits for memory where the
     * processor does not look ahead from page to page. So what comes two slices later is fetched before one is hashed.
     */
    private static final int FAR = 8 * 1024 * 1024;

    /** The slice then, and how much is fetched at a time: as much as the processor can wait for at once. */
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

    /** Kept only so that the compiler has to read what is fetched ahead. */
    @SuppressWarnings("unused")
    private int touched;

    private HashState(DigestAlgorithm[] algorithms, MessageDigest[] hashes, long limit) {
        this.algorithms = algorithms;
        this.hashes = hashes;
        this.limit = limit;
    }

    /**
     * {@return the hashes of no bytes yet}
     *
     * @param limit how many bytes will be given at most
     */
    static HashState start(List<Digest> expected, long limit, HashEngine engine) throws VerificationException {
        if (expected.isEmpty()) {
            throw new IllegalArgumentException("there is no digest to verify");
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

    /** {@return one that has no hash and takes nothing} */
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

    /** {@return how many bytes were given} */
    long count() {
        return hashed + gatheredLength;
    }

    /** Keeps anything more from being gathered. */
    void stop() {
        gatherEnd = -1;
    }

    /** {@return whether the byte was taken; if not, nothing is known about it} */
    boolean gather(byte value) {
        if (gatheredLength >= gatherEnd) {
            return false;
        }
        gathered[gatheredLength++] = value;
        return true;
    }

    /** {@return whether the bytes were taken; if not, nothing is known about them, not even that they exist} */
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
            // What is copied too much is written over, and never counted.
            Word.LONGS.set(to, at, (long) Word.LONGS.get(content, offset));
        } else {
            System.arraycopy(content, offset, to, at, length);
        }
        gatheredLength = at + length;
        return true;
    }

    /** Takes one byte that is within the limit. */
    void update(byte value) {
        makeRoom(1);
        gathered[gatheredLength++] = value;
    }

    /**
     * Takes bytes that exist and are within the limit.
     *
     * <p>It is one method, and longer than what the compiler makes a part of a caller (325 bytes of code). A caller
     * that it were a part of would be too long for its own callers, and they would pay a call for each small piece,
     * which costs as much as gathering it.
     */
    void update(byte[] content, int offset, int length) {
        if (isGathered(length)) {
            makeRoom(length);
            System.arraycopy(content, offset, gathered, gatheredLength, length);
            gatheredLength += length;
            return;
        }
        flush();
        // Counted down: an array may end so close to 2^31 that its end and a slice are no int.
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

    /** Takes bytes that are within the limit. */
    void update(ByteBuffer content) {
        int length = content.remaining();
        if (length == 0) {
            return; // makeRoom is only for bytes that follow
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

    /** Makes room for one byte or more, which must be gathered next. */
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

    /** Apart from {@link #flush}, so that the check alone is small enough to be compiled into every update. */
    private void hashGathered() {
        for (MessageDigest hash : hashes) {
            hash.update(gathered, 0, gatheredLength);
        }
        hashed += gatheredLength;
        gatheredLength = 0;
        gatherEnd = 0;
    }

    /** Copies eight bytes at once, apart from the rest because the first use of a handle costs a new process time. */
    private static final class Word {
        static final int BYTES = Long.BYTES;

        static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    }
}

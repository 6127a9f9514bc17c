package dev.tallyclerk.verify;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/** One hash or more over the same bytes, fed as fast as the Java runtime can hash. */
final class HashState {
    /**
     * Larger updates keep the runtime's multi-block intrinsic from being used: it is taken only from a caller that the
     * compiler knows well, and a few calls with huge arrays never become one.
     */
    private static final int SLICE = 16 * 1024;

    /**
     * Updates below this are gathered first, because each call of a digest costs as much as hashing a few dozen bytes.
     */
    private static final int SMALL = 64;

    private static final int GATHER = 1024;

    private final DigestAlgorithm[] algorithms;
    private final MessageDigest[] hashes;
    private final byte[] gathered;
    private int gatheredLength;

    private HashState(DigestAlgorithm[] algorithms, MessageDigest[] hashes, byte[] gathered, int gatheredLength) {
        this.algorithms = algorithms;
        this.hashes = hashes;
        this.gathered = gathered;
        this.gatheredLength = gatheredLength;
    }

    static HashState start(List<Digest> expected) throws VerificationException {
        if (expected.isEmpty()) {
            throw new IllegalArgumentException("there is no digest to verify");
        }
        DigestAlgorithm[] algorithms = new DigestAlgorithm[expected.size()];
        MessageDigest[] hashes = new MessageDigest[expected.size()];
        for (int i = 0; i < hashes.length; i++) {
            Digest digest = expected.get(i);
            algorithms[i] = digest.algorithm();
            hashes[i] =
                    digest.algorithm().newMessageDigest().orElseThrow(() -> VerificationException.unsupported(digest));
        }
        return new HashState(algorithms, hashes, new byte[GATHER], 0);
    }

    HashState copy() {
        MessageDigest[] copies = new MessageDigest[hashes.length];
        for (int i = 0; i < hashes.length; i++) {
            try {
                copies[i] = (MessageDigest) hashes[i].clone();
            } catch (CloneNotSupportedException e) {
                throw new IllegalStateException("every digest of the Java runtime can be cloned", e);
            }
        }
        return new HashState(algorithms, copies, gathered.clone(), gatheredLength);
    }

    void update(byte value) {
        if (gatheredLength == GATHER) {
            flush();
        }
        gathered[gatheredLength++] = value;
    }

    void update(byte[] content, int offset, int length) {
        if (length < SMALL) {
            if (length > GATHER - gatheredLength) {
                flush();
            }
            System.arraycopy(content, offset, gathered, gatheredLength, length);
            gatheredLength += length;
            return;
        }
        flush();
        if (length <= SLICE) {
            for (MessageDigest hash : hashes) {
                hash.update(content, offset, length);
            }
            return;
        }
        // Counted down: an array may end so close to 2^31 that its end and a slice are no int.
        for (int left = length; left > 0; left -= SLICE) {
            int slice = Math.min(SLICE, left);
            for (MessageDigest hash : hashes) {
                hash.update(content, offset + (length - left), slice);
            }
        }
    }

    void update(ByteBuffer content) {
        if (content.hasArray()) {
            update(content.array(), content.arrayOffset() + content.position(), content.remaining());
            content.position(content.limit());
            return;
        }
        int end = content.limit();
        if (end - content.position() < SMALL) {
            int length = end - content.position();
            if (length > GATHER - gatheredLength) {
                flush();
            }
            content.get(gathered, gatheredLength, length);
            gatheredLength += length;
            return;
        }
        flush();
        while (content.position() < end) {
            int start = content.position();
            content.limit(start + Math.min(SLICE, end - start));
            for (MessageDigest hash : hashes) {
                content.position(start);
                hash.update(content);
            }
        }
        content.limit(end);
    }

    List<Digest> finish() {
        flush();
        List<Digest> digests = new ArrayList<>(hashes.length);
        for (int i = 0; i < hashes.length; i++) {
            digests.add(Digest.ofHash(algorithms[i], hashes[i].digest()));
        }
        return digests;
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
        gatheredLength = 0;
    }
}

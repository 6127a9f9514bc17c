package dev.tallyclerk.trust.sigstore.internal;

import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.digest.HashEngine;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;

/** Inclusion proofs of Merkle trees (RFC 6962, 2.1; the algorithm of RFC 9162, 2.1.3.2). */
final class Merkle {
    static final int HASH_LENGTH = 32;

    private Merkle() {}

    /** {@return the hash of a leaf} */
    static byte[] leafHash(byte[] leaf) {
        MessageDigest hash = sha256();
        hash.update((byte) 0);
        return hash.digest(leaf);
    }

    static byte[] nodeHash(byte[] left, byte[] right) {
        MessageDigest hash = sha256();
        hash.update((byte) 1);
        hash.update(left);
        return hash.digest(right);
    }

    private static MessageDigest sha256() {
        return HashEngine.runtime().newHash(DigestAlgorithm.SHA256).orElseThrow();
    }

    /**
     * {@return whether a path leads from the leaf with that index to the root of a tree of that size, and is no longer}
     */
    static boolean isIncluded(byte[] leafHash, long index, long size, List<byte[]> path, byte[] root) {
        if (index < 0 || index >= size) {
            return false;
        }
        long node = index;
        long last = size - 1;
        byte[] hash = leafHash;
        for (byte[] sibling : path) {
            if (last == 0 || sibling.length != HASH_LENGTH) {
                return false;
            }
            if ((node & 1) == 1 || node == last) {
                hash = nodeHash(sibling, hash);
                while ((node & 1) == 0 && node != 0) {
                    node >>>= 1;
                    last >>>= 1;
                }
            } else {
                hash = nodeHash(hash, sibling);
            }
            node >>>= 1;
            last >>>= 1;
        }
        return last == 0 && Arrays.equals(hash, root);
    }
}

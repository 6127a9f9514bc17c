package dev.tallyclerk.trust.sigstore.internal;

import java.util.ArrayList;
import java.util.List;

/** A log's tree, by the definitions of RFC 6962, 2.1. */
final class MerkleTree {
    private final List<byte[]> leaves;

    MerkleTree(List<byte[]> leaves) {
        this.leaves = leaves;
    }

    int size() {
        return leaves.size();
    }

    byte[] root() {
        return root(leaves);
    }

    private static byte[] root(List<byte[]> leaves) {
        if (leaves.size() == 1) {
            return Merkle.leafHash(leaves.get(0));
        }
        int split = split(leaves.size());
        return Merkle.nodeHash(root(leaves.subList(0, split)), root(leaves.subList(split, leaves.size())));
    }

    /** {@return the largest power of two below a size} */
    private static int split(int size) {
        return Integer.highestOneBit(size - 1);
    }

    /** {@return the audit path of a leaf} */
    List<byte[]> path(int index) {
        return path(index, leaves);
    }

    private static List<byte[]> path(int index, List<byte[]> leaves) {
        if (leaves.size() == 1) {
            return new ArrayList<>();
        }
        int split = split(leaves.size());
        List<byte[]> left = leaves.subList(0, split);
        List<byte[]> right = leaves.subList(split, leaves.size());
        List<byte[]> path = index < split ? path(index, left) : path(index - split, right);
        path.add(root(index < split ? right : left));
        return path;
    }
}

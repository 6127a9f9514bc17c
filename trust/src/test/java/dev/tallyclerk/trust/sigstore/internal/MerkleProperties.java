package dev.tallyclerk.trust.sigstore.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class MerkleProperties {
    private static MerkleTree tree(int size) {
        return new MerkleTree(IntStream.range(0, size)
                .mapToObj(i -> ByteBuffer.allocate(4).putInt(i).array())
                .toList());
    }

    private static byte[] leaf(int index) {
        return Merkle.leafHash(ByteBuffer.allocate(4).putInt(index).array());
    }

    @Property(tries = 500)
    void everyLeafIsIncludedByItsPathOnly(
            @ForAll @IntRange(min = 1, max = 130) int size, @ForAll @IntRange(max = 129) int at) {
        MerkleTree tree = tree(size);
        int index = at % size;
        List<byte[]> path = tree.path(index);
        assertTrue(Merkle.isIncluded(leaf(index), index, size, path, tree.root()));
        assertFalse(Merkle.isIncluded(leaf(size), index, size, path, tree.root()), "another leaf");
        for (int other = -1; other <= size; other++) {
            assertEquals(
                    other == index,
                    Merkle.isIncluded(leaf(index), other, size, path, tree.root()),
                    () -> "index of " + size + " leaves");
        }
        List<byte[]> longer = new ArrayList<>(path);
        longer.add(new byte[32]);
        assertFalse(Merkle.isIncluded(leaf(index), index, size, longer, tree.root()));
        if (!path.isEmpty()) {
            assertFalse(Merkle.isIncluded(leaf(index), index, size, path.subList(0, path.size() - 1), tree.root()));
        }
    }

    @Property(tries = 500)
    void aChangedHashIsNotAccepted(
            @ForAll @IntRange(min = 2, max = 130) int size,
            @ForAll @IntRange(max = 129) int at,
            @ForAll @IntRange(max = 255) int bit,
            @ForAll @IntRange(max = 7) int step) {
        MerkleTree tree = tree(size);
        int index = at % size;
        List<byte[]> path = tree.path(index);
        byte[] changed = path.get(step % path.size());
        changed[bit / 8] ^= (byte) (1 << (bit % 8));
        assertFalse(Merkle.isIncluded(leaf(index), index, size, path, tree.root()));
    }

    @Property(tries = 500)
    void anySizesAreAnswered(@ForAll long index, @ForAll long size, @ForAll List<byte[]> path) {
        assertFalse(Merkle.isIncluded(leaf(0), index, size, path, new byte[32]));
    }
}

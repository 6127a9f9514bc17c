package dev.tallyclerk.registry.base;

import dev.tallyclerk.digest.Digest;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The lists of layers of all images as one tree, which stores a common beginning once. Not thread-safe. */
final class PrefixTree {
    /** The node of no layers. */
    static final int ROOT = 0;

    /** Archives without entries: two blocks of zeros, GNU tar's record of them, and no bytes at all. */
    private static final Set<Digest> EMPTY_LAYERS = Set.of(
            Digest.parse("sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"),
            Digest.parse("sha256:84ff92691f909a05b224e1c56abb4864f01b4f8e3c854e4bb4c7baf1d3f6d652"),
            Digest.parse("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));

    private final Map<Step, Integer> nodes = new HashMap<>();
    private final List<Integer> parents = new ArrayList<>(List.of(ROOT));
    private final BitSet withContent = new BitSet();

    /** A layer on top of others. Ordered, so that chosen hashes do not make the map slow. */
    private record Step(int below, Digest layer) implements Comparable<Step> {
        @Override
        public int compareTo(Step other) {
            int byBelow = Integer.compare(below, other.below);
            return byBelow != 0 ? byBelow : layer.compareTo(other.layer);
        }
    }

    /** {@return the node of a list of layers} */
    int add(List<Digest> layers) {
        int node = ROOT;
        for (Digest layer : layers) {
            Step step = new Step(node, layer);
            Integer next = nodes.get(step);
            if (next == null) {
                next = parents.size();
                nodes.put(step, next);
                parents.add(node);
                withContent.set(next, withContent.get(node) || !EMPTY_LAYERS.contains(layer));
            }
            node = next;
        }
        return node;
    }

    /** {@return the node without the topmost layer} */
    int parent(int node) {
        return parents.get(node);
    }

    /** {@return whether a layer below the node, or its own, is not empty} */
    boolean hasContent(int node) {
        return withContent.get(node);
    }

    /** {@return whether {@code lower} is {@code upper} without some of the topmost layers, or with all} */
    boolean isBelow(int lower, int upper) {
        // Parents have lower numbers than their children.
        int node = upper;
        while (node > lower) {
            node = parent(node);
        }
        return node == lower;
    }
}

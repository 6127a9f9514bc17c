package dev.tallyclerk.registry.filesystem;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Nodes by parent and name, so that following a path costs its length once. With whole paths as keys, each directory on
 * the way would cost the length of all names before it.
 *
 * <p>The hash of a path is the value of a polynomial at a secret point, modulo a prime, so that no image can have names
 * crafted to collide.
 */
final class NodeTable {
    private static final long PRIME = (1L << 61) - 1;
    private static final SecureRandom RANDOM = new SecureRandom();

    final Node root = new Node(null, "", 1);
    private final List<Node> all = new ArrayList<>();
    private final long point = (RANDOM.nextLong() >>> 4) + (1 << 20);
    private final long mixer = RANDOM.nextLong() | 1;
    private @Nullable Node[] slots = new @Nullable Node[1024];

    /** {@return the child of a directory whose name is {@code text} from {@code start} to {@code end}, or null} */
    @Nullable Node child(Node directory, String text, int start, int end) {
        long hash = hash(directory, text, start, end);
        int slot = slot(hash);
        for (Node node = slots[slot]; node != null; node = slots[slot]) {
            if (node.hash == hash && node.parent == directory && node.isNamed(text, start, end)) {
                return node;
            }
            slot = next(slot);
        }
        return null;
    }

    /** {@return the node at a normalised path, or null; the root for an empty path} */
    @Nullable Node at(String path) {
        Node at = root;
        int start = 0;
        while (at != null && start < path.length()) {
            int end = nameEnd(path, start);
            at = child(at, path, start, end);
            start = end + 1;
        }
        return at;
    }

    /** {@return the end of the name that starts at {@code start}} */
    static int nameEnd(String path, int start) {
        int slash = path.indexOf('/', start);
        return slash < 0 ? path.length() : slash;
    }

    /**
     * {@return a new node at {@code path}, whose last name starts at {@code start}, in a directory without such a
     * child}
     */
    Node add(Node directory, String path, int start) {
        Node node = new Node(directory, path, hash(directory, path, start, path.length()));
        all.add(node);
        if (all.size() > slots.length / 2) {
            slots = new @Nullable Node[slots.length * 2];
            all.forEach(this::put);
        } else {
            put(node);
        }
        return node;
    }

    private void put(Node node) {
        int slot = slot(node.hash);
        while (slots[slot] != null) {
            slot = next(slot);
        }
        slots[slot] = node;
    }

    /** Mixes the hash, because names that differ in their last letter have adjacent hashes. */
    private int slot(long hash) {
        long mixed = (hash ^ (hash >>> 32)) * mixer;
        return (int) (mixed >>> 32) & (slots.length - 1);
    }

    private int next(int slot) {
        return (slot + 1) & (slots.length - 1);
    }

    /** {@return all nodes except the root} */
    List<Node> all() {
        return Collections.unmodifiableList(all);
    }

    private long hash(Node directory, String text, int start, int end) {
        long hash = next(directory.hash, '/');
        for (int i = start; i < end; i++) {
            hash = next(hash, text.charAt(i));
        }
        return hash;
    }

    /** Multiplies and adds, modulo the prime; 2 to the power of 61 is 1. */
    private long next(long hash, char c) {
        long high = Math.multiplyHigh(hash, point);
        long low = hash * point;
        long sum = (low & PRIME) + (high << 3 | low >>> 61) + c;
        return (sum & PRIME) + (sum >>> 61);
    }
}

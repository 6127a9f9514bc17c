package dev.tallyclerk.trust.tuf.internal.state;

import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The files of delegated roles by name. Immutable: one with another file shares all but a few nodes with the one
 * before, so that a search through thousands of roles does not copy them for each.
 */
public final class VerifiedRoles {
    static final VerifiedRoles NONE = new VerifiedRoles(new Node(new @Nullable Object[Node.WIDTH]), Instant.MAX, 0);

    private final Node top;
    private final Instant expires;
    private final long bytes;

    private VerifiedRoles(Node top, Instant expires, long bytes) {
        this.top = top;
        this.expires = expires;
        this.bytes = bytes;
    }

    /** Has nodes, and leaves where only one hash leads, by five bits of the names' hash. */
    private static final class Node {
        private static final int BITS = 5;
        private static final int WIDTH = 1 << BITS;

        private final @Nullable Object[] below;

        Node(@Nullable Object[] below) {
            this.below = below;
        }

        static int slot(int hash, int shift) {
            return (hash >>> shift) & (WIDTH - 1);
        }

        Node with(Leaf leaf, int shift) {
            @Nullable Object[] copy = below.clone();
            int slot = slot(leaf.hash(), shift);
            @Nullable Object there = copy[slot];
            if (there instanceof Node node) {
                copy[slot] = node.with(leaf, shift + BITS);
            } else if (there instanceof Leaf other && other.hash() != leaf.hash()) {
                copy[slot] = new Node(new @Nullable Object[WIDTH])
                        .with(other, shift + BITS)
                        .with(leaf, shift + BITS);
            } else {
                copy[slot] = there instanceof Leaf same ? new Leaf(leaf.file(), same) : leaf;
            }
            return new Node(copy);
        }
    }

    /** Files of roles whose names have one hash. */
    private record Leaf(VerifiedTargets file, @Nullable Leaf next) {
        int hash() {
            return file.role().name().hashCode();
        }
    }

    /** {@return these with a file of a role that has none here} */
    VerifiedRoles with(VerifiedTargets file) {
        Instant next = file.content().expires();
        return new VerifiedRoles(
                top.with(new Leaf(file, null), 0), next.isBefore(expires) ? next : expires, bytes + file.length());
    }

    /** {@return these, which know that another file was relied on too} */
    VerifiedRoles expiringWith(VerifiedTargets file) {
        Instant other = file.content().expires();
        return other.isBefore(expires) ? new VerifiedRoles(top, other, bytes) : this;
    }

    /** {@return none, which still know when the first of these expires} */
    VerifiedRoles letGo() {
        return new VerifiedRoles(NONE.top, expires, 0);
    }

    /**
     * {@return when the first of the files, also of those that were let go, stops being valid; {@link Instant#MAX} if
     * there is none}
     */
    Instant expires() {
        return expires;
    }

    /** {@return how long the files are together} */
    long bytes() {
        return bytes;
    }

    /** {@return the file of the role of that name, or null} */
    public @Nullable VerifiedTargets get(String name) {
        int hash = name.hashCode();
        @Nullable Object at = top;
        for (int shift = 0; at instanceof Node node; shift += Node.BITS) {
            at = node.below[Node.slot(hash, shift)];
        }
        for (@Nullable Leaf leaf = (Leaf) at; leaf != null; leaf = leaf.next) {
            if (leaf.file.role().name().equals(name)) {
                return leaf.file;
            }
        }
        return null;
    }

    public void forEach(Consumer<VerifiedTargets> action) {
        forEach(top, action);
    }

    private static void forEach(Node node, Consumer<VerifiedTargets> action) {
        for (@Nullable Object at : node.below) {
            if (at instanceof Node inner) {
                forEach(inner, action);
            } else {
                for (@Nullable Leaf leaf = (Leaf) at; leaf != null; leaf = leaf.next) {
                    action.accept(leaf.file);
                }
            }
        }
    }
}

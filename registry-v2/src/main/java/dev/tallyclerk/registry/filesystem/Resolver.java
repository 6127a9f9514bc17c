package dev.tallyclerk.registry.filesystem;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Follows paths as Linux does for a process whose root is the image's. */
final class Resolver {
    /** As many as Linux follows. */
    private static final int MAX_LINKS = 40;

    private final NodeTable nodes;

    Resolver(NodeTable nodes) {
        this.nodes = nodes;
    }

    /** What the links on the way of one path may still cost. */
    static final class Budget {
        private int links = MAX_LINKS;
        private int names;

        /** Begins with 40 links, whose targets may have so many names together. */
        Budget(int names) {
            this.names = names;
        }

        boolean takeLink() {
            links--;
            return links >= 0;
        }

        private boolean takeNames(int count) {
            names -= count;
            return names >= 0;
        }
    }

    /** {@return what is at {@code name} in a folder, though it may be gone} */
    @Nullable Node child(Node directory, String name) {
        return nodes.child(directory, name, 0, name.length());
    }

    static String join(Node directory, String name) {
        return directory.path.isEmpty() ? name : directory.path + "/" + name;
    }

    /** {@return what is at the end of {@code path}, or nothing if it does not lead to anything} */
    @Nullable Node follow(String path) {
        return follow(nodes.root(), path, new Budget(Integer.MAX_VALUE));
    }

    @Nullable Node follow(Node from, String path, Budget budget) {
        Node root = nodes.root();
        Deque<String> left = new ArrayDeque<>();
        Node at = push(path, left) ? root : from;
        if (!budget.takeNames(left.size())) {
            return null;
        }
        while (!left.isEmpty()) {
            String name = left.pop();
            if (!at.isDirectory()) {
                return null;
            }
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            if (name.equals("..")) {
                at = at.parent == null ? at : at.parent;
                continue;
            }
            Node next = child(at, name);
            if (next == null || !next.live) {
                return null;
            }
            if (next.isSymbolicLink()) {
                int before = left.size();
                at = push(target(next), left) ? root : at;
                if (!budget.takeLink() || !budget.takeNames(left.size() - before)) {
                    return null;
                }
            } else {
                at = next;
            }
        }
        return at;
    }

    static String target(Node link) {
        return Objects.requireNonNull(link.described()).linkTarget();
    }

    /** Puts the names of a path before those that are left, and says whether it begins at the root. */
    private static boolean push(String path, Deque<String> left) {
        int end = path.length();
        while (true) {
            int slash = path.lastIndexOf('/', end - 1);
            left.push(path.substring(slash + 1, end));
            if (slash < 0) {
                return path.startsWith("/");
            }
            end = slash;
            if (end == 0) {
                left.push("");
                return true;
            }
        }
    }
}

package dev.tallyclerk.registry.filesystem;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Resolves paths as Linux does for a process whose root is the image's. */
final class Resolver {
    /** The limit of Linux. */
    private static final int MAX_LINKS = 40;

    private final NodeTable nodes;

    Resolver(NodeTable nodes) {
        this.nodes = nodes;
    }

    /** The remaining links and components for the resolution of one path. */
    static final class Budget {
        private int links = MAX_LINKS;
        private int names;

        /** Starts with 40 links, whose targets may have {@code names} components in total. */
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

    /** {@return the child of a directory, which may be deleted, or null} */
    @Nullable Node child(Node directory, String name) {
        return nodes.child(directory, name, 0, name.length());
    }

    static String join(Node directory, String name) {
        return directory.path.isEmpty() ? name : directory.path + "/" + name;
    }

    /** {@return the node that {@code path} leads to, or null} */
    @Nullable Node follow(String path) {
        return follow(nodes.root, path, new Budget(Integer.MAX_VALUE));
    }

    @Nullable Node follow(Node from, String path, Budget budget) {
        Node root = nodes.root;
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

    /** Puts the components of a path before the remaining ones, and returns whether the path is absolute. */
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

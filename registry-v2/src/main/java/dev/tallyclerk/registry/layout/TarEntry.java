package dev.tallyclerk.registry.layout;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * An entry of a tar file.
 *
 * @param path the normalised name: no leading slash, no {@code .} and {@code ..}
 * @param link the raw target of a link; empty for other types
 * @param offset the position of the content in the file, in bytes
 * @param size the content's size in bytes
 */
record TarEntry(String path, Type type, String link, long offset, long size) {
    enum Type {
        FILE,
        FOLDER,
        SYMBOLIC_LINK,
        HARD_LINK,
        OTHER
    }

    boolean isFolder() {
        return type == Type.FOLDER;
    }

    /** Resolves {@code .} and {@code ..} within the archive, and nothing above its root. */
    static String normalize(String path) {
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/", -1)) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return String.join("/", parts);
    }
}

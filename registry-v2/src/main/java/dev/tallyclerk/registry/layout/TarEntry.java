package dev.tallyclerk.registry.layout;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * An entry of a tar file.
 *
 * @param path the normalised name: no leading slash, no {@code .} and {@code ..}
 * @param link what a link points to, as it is written; empty for anything else
 * @param offset where the content begins, in bytes from the start of the file
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

    /** Resolves {@code .} and {@code ..} within the archive; nothing lies above its root. */
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

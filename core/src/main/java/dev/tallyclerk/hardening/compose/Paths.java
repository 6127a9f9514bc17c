package dev.tallyclerk.hardening.compose;

import java.util.ArrayDeque;
import java.util.Deque;

/** Paths as documents name them: with slashes, relative to where the audit runs, or absolute. */
final class Paths {
    private Paths() {}

    /** {@return the folder of a file, or empty for the current one} */
    static String folder(String file) {
        String path = normal(file.replace('\\', '/'));
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : slash == 0 ? "/" : path.substring(0, slash);
    }

    /** {@return a path in a folder; one that is absolute stays} */
    static String join(String folder, String path) {
        return path.startsWith("/") || folder.isEmpty() ? normal(path) : normal(folder + "/" + path);
    }

    /** {@return whether a path leads above where it starts} */
    static boolean climbs(String path) {
        String normal = normal(path);
        return normal.equals("..") || normal.startsWith("../");
    }

    /** {@return the path without {@code .} and double slashes, and with {@code ..} only at its start} */
    static String normal(String path) {
        Deque<String> steps = new ArrayDeque<>();
        boolean isAbsolute = path.startsWith("/");
        for (String step : path.split("/", -1)) {
            if (step.equals("..")) {
                if (!steps.isEmpty() && !steps.peekLast().equals("..")) {
                    steps.removeLast();
                } else if (!isAbsolute) {
                    steps.addLast(step);
                }
            } else if (!step.isEmpty() && !step.equals(".")) {
                steps.addLast(step);
            }
        }
        return (isAbsolute ? "/" : "") + String.join("/", steps);
    }
}

package dev.tallyclerk.hardening.container.internal.reader;

import dev.tallyclerk.internal.text.Words;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * An absolute path of a Linux host in normal form: without {@code .}, {@code ..} and double slashes, and with
 * {@code /run} for {@code /var/run}, which links to it.
 */
public record HostPath(String text) {
    public static HostPath of(String path) {
        String clean = isNormal(path) ? path : normal(path);
        boolean isRun = clean.equals("/var/run") || clean.startsWith("/var/run/");
        return new HostPath(isRun ? clean.substring("/var".length()) : clean);
    }

    /** {@return whether a path has nothing to leave out; false for some paths that need not be changed} */
    private static boolean isNormal(String path) {
        return path.startsWith("/") && !path.endsWith("/") && !path.contains("//") && !path.contains("/.");
    }

    private static String normal(String path) {
        Deque<String> steps = new ArrayDeque<>();
        for (String step : path.split("/", -1)) {
            if (step.equals("..")) {
                steps.pollLast();
            } else if (!step.isEmpty() && !step.equals(".")) {
                steps.addLast(step);
            }
        }
        return "/" + String.join("/", steps);
    }

    /** {@return the paths in {@code paths}, which white space separates} */
    public static List<HostPath> list(String paths) {
        return Words.list(paths).stream().map(HostPath::of).toList();
    }

    public String lastStep() {
        return text.substring(text.lastIndexOf('/') + 1);
    }

    /** {@return whether this path is {@code folder} or below it} */
    public boolean isWithin(HostPath folder) {
        return text.equals(folder.text) || isBelow(folder);
    }

    /** {@return whether this path is below {@code folder}} */
    public boolean isBelow(HostPath folder) {
        int length = folder.text.equals("/") ? 0 : folder.text.length();
        return text.length() > length + 1 && text.charAt(length) == '/' && text.startsWith(folder.text);
    }
}

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
        Deque<String> steps = new ArrayDeque<>();
        for (String step : path.split("/", -1)) {
            if (step.equals("..")) {
                steps.pollLast();
            } else if (!step.isEmpty() && !step.equals(".")) {
                steps.addLast(step);
            }
        }
        String clean = "/" + String.join("/", steps);
        boolean isRun = clean.equals("/var/run") || clean.startsWith("/var/run/");
        return new HostPath(isRun ? clean.substring("/var".length()) : clean);
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
        String prefix = folder.text.equals("/") ? "/" : folder.text + "/";
        return text.length() > prefix.length() && text.startsWith(prefix);
    }
}

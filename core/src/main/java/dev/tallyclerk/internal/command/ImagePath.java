package dev.tallyclerk.internal.command;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;

/** Compares paths of an image as text, without following links. */
public final class ImagePath {
    private ImagePath() {}

    /** {@return the absolute path without empty, {@code .} and {@code ..} components} */
    public static String clean(String path) {
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

    /** {@return whether a clean path is one of {@code folders} or below one} */
    public static boolean isIn(String clean, Collection<String> folders) {
        return folders.stream().anyMatch(folder -> clean.equals(folder) || clean.startsWith(folder + "/"));
    }
}

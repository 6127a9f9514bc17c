package dev.tallyclerk.hardening.dockerfile;

import java.util.regex.Pattern;

/** Paths as Dockerfiles write them. */
final class Paths {
    private static final Pattern DRIVE = Pattern.compile("[A-Za-z]:.*", Pattern.DOTALL);

    private Paths() {}

    /** {@return a path without quotes around it, which are there by mistake, as the builder has removed its own} */
    static String unquoted(String path) {
        boolean isQuoted = path.length() > 1
                && (path.charAt(0) == '\'' || path.charAt(0) == '"')
                && path.charAt(path.length() - 1) == path.charAt(0);
        return isQuoted ? path.substring(1, path.length() - 1) : path;
    }

    /** {@return whether a path is absolute on Linux or Windows} */
    static boolean isAbsolute(String path) {
        return path.startsWith("/")
                || path.startsWith("\\")
                || DRIVE.matcher(path).matches();
    }
}

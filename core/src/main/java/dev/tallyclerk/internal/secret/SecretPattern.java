package dev.tallyclerk.internal.secret;

import java.util.List;

/**
 * A line of the table of patterns.
 *
 * @param name the kind of secret, for people
 * @param kind what it gives access to
 * @param isForFiles whether it is looked for in files
 * @param isDoubtful whether only the form speaks for a secret, so that documents are not searched for it
 * @param paths endings of the paths of the files that it applies to; empty for all
 * @param keywords the texts one of which starts the secret, in ASCII
 * @param form what has to follow
 */
record SecretPattern(
        String name,
        SecretKind kind,
        boolean isForFiles,
        boolean isDoubtful,
        List<String> paths,
        List<String> keywords,
        Form form) {
    /** At the end of a path, any file of the directory. */
    private static final String ANY_NAME = "/*";

    SecretPattern {
        paths = List.copyOf(paths);
        keywords = List.copyOf(keywords);
    }

    /** {@return whether this applies to all files, or to the file at a path alone} */
    boolean isFor(String path) {
        for (String ending : paths) {
            if (isAt(path, ending)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAt(String path, String ending) {
        if (ending.startsWith("*")) {
            return path.endsWith(ending.substring(1));
        }
        return ending.endsWith(ANY_NAME)
                ? endsWithNames(path.substring(0, path.lastIndexOf('/') + 1), ending.substring(0, ending.length() - 1))
                : endsWithNames(path, ending);
    }

    private static boolean endsWithNames(String path, String names) {
        int start = path.length() - names.length();
        return path.endsWith(names) && (start == 0 || path.charAt(start - 1) == '/');
    }
}

package dev.tallyclerk.command;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Guesses the kind of a file that {@code audit} was given in the wrong place. */
final class InputGuess {
    private static final int MAX_BYTES = 64 * 1024;
    private static final Pattern COMPOSE = Pattern.compile("(?m)^(services|version):");
    private static final Pattern DOCKERFILE = Pattern.compile("(?mi)^\\s*FROM\\s+\\S");

    private InputGuess() {}

    /** {@return advice on a document of no known kind, after a semicolon; may be empty} */
    static String ofDocument(byte[] document) {
        return guess(document);
    }

    /** {@return advice on a document that could not be read as a container, after a semicolon; may be empty} */
    static String ofMalformedContainer(byte[] document) {
        String guess = guess(document);
        return guess.contains("--container FILE") ? "" : guess;
    }

    private static String guess(byte[] document) {
        String text = new String(document, 0, Math.min(document.length, MAX_BYTES), StandardCharsets.UTF_8).strip();
        if (!text.startsWith("{") && !text.startsWith("[")) {
            if (COMPOSE.matcher(text).find()) {
                return "; this looks like a Compose file: name it without an option, or with --file";
            }
            return DOCKERFILE.matcher(text).find() ? "; this looks like a Dockerfile: name it without an option" : "";
        }
        if (text.contains("\"HostConfig\"")) {
            return "; this looks like a container: write --container FILE";
        }
        if (text.contains("\"defaultAction\"")) {
            return "; this looks like a seccomp profile: write --seccomp FILE";
        }
        return text.contains("\"RootFS\"") || text.contains("\"RepoTags\"")
                ? "; this looks like an image: write --image-document FILE, together with the --container that uses it"
                : "";
    }
}

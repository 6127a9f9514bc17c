package dev.tallyclerk.command;

import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.text.Quoted;
import java.util.Locale;

/** The name of an artifact that carries metadata: {@code docker://HOST/REPOSITORY:TAG}. */
final class ArtifactName {
    private static final String SCHEME = "docker://";

    private ArtifactName() {}

    /** {@return whether a text is meant as such a name} */
    static boolean isMeant(String text) {
        return text.toLowerCase(Locale.ROOT).startsWith(SCHEME);
    }

    /**
     * {@return the name, with its tag}
     *
     * @throws IllegalArgumentException if it is malformed, with a message for the user
     */
    static Reference parse(String text) {
        Reference name = Reference.parseNormalized(text.substring(SCHEME.length()));
        if (name.tag().isEmpty() || name.digest().isPresent()) {
            throw new IllegalArgumentException(
                    "metadata in a registry is docker://HOST/REPOSITORY:TAG, not " + Quoted.quote(text));
        }
        return name;
    }
}

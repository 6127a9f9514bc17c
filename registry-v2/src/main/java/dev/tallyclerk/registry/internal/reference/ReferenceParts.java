package dev.tallyclerk.registry.internal.reference;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.MalformedReferenceException;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.text.Quoted;
import java.util.Locale;
import java.util.Optional;

/** Says whether a text is a part of a reference. The grammar has one place, which reads whole references. */
public final class ReferenceParts {
    private ReferenceParts() {}

    public static boolean isTag(String text) {
        return parse("localhost/any:" + text)
                .flatMap(Reference::tag)
                .filter(text::equals)
                .isPresent();
    }

    public static boolean isPath(String text) {
        return parse("localhost/" + text)
                .filter(reference -> reference.domain().equals("localhost")
                        && reference.path().equals(text))
                .isPresent();
    }

    public static boolean isDomain(String text) {
        return parse(text + "/any")
                .filter(reference -> reference.domain().equals(text))
                .isPresent();
    }

    /** {@return whether a reference can have this digest: not all algorithms may stand there} */
    public static boolean mayCarry(Digest digest) {
        return parse("localhost/any@" + digest).isPresent();
    }

    public static void requireDomain(String text) {
        if (!isDomain(text)) {
            throw new IllegalArgumentException("not a registry: " + Quoted.quote(text));
        }
    }

    /** {@return one name for a registry, whichever of Docker Hub's people know it by} */
    public static String oneName(String registry) {
        String name = registry.toLowerCase(Locale.ROOT);
        return switch (name) {
            case "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com" -> Reference.DEFAULT_DOMAIN;
            default -> name;
        };
    }

    public static void requirePath(String text) {
        if (!isPath(text)) {
            throw new IllegalArgumentException("not the name of a repository: " + Quoted.quote(text));
        }
    }

    public static void requireTag(String text) {
        if (!isTag(text)) {
            throw new IllegalArgumentException("not a tag: " + Quoted.quote(text));
        }
    }

    /**
     * {@return the name of an image in a repository}
     *
     * @param registry the registry's name as it stands in references
     * @throws IllegalArgumentException if {@code tag} is none
     */
    public static Reference withTag(String registry, String path, String tag) {
        requireTag(tag);
        return Reference.parse(registry + "/" + path + ":" + tag);
    }

    /**
     * {@return the name of the image of a digest in a repository}
     *
     * @param registry the registry's name as it stands in references
     */
    public static Reference withDigest(String registry, String path, Digest digest) {
        return Reference.parse(registry + "/" + path).withDigest(digest);
    }

    private static Optional<Reference> parse(String text) {
        try {
            return Optional.of(Reference.parse(text));
        } catch (MalformedReferenceException e) {
            return Optional.empty();
        }
    }
}

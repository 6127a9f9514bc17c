package dev.tallyclerk.hardening.dockerfile;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The parts of an image's name, some of which may be unknown. Names that no registry accepts have parts too. */
final class ImageName {
    private final String domain;
    private final @Nullable String tag;
    private final boolean hasDigest;
    private final boolean isKnown;

    private ImageName(String domain, @Nullable String tag, boolean hasDigest, boolean isKnown) {
        this.domain = domain;
        this.tag = tag;
        this.hasDigest = hasDigest;
        this.isKnown = isKnown;
    }

    static ImageName of(String text) {
        int at = text.indexOf('@');
        String name = at < 0 ? text : text.substring(0, at);
        int slash = name.lastIndexOf('/');
        int colon = name.indexOf(':', slash + 1);
        int first = name.indexOf('/');
        String start = first < 0 ? "" : name.substring(0, first);
        boolean isDomain = start.indexOf('.') >= 0
                || start.indexOf(':') >= 0
                || start.equals("localhost")
                || start.indexOf(WordExpander.HOLE) >= 0;
        return new ImageName(
                isDomain ? start : "docker.io",
                colon < 0 ? null : name.substring(colon + 1),
                at >= 0,
                text.indexOf(WordExpander.HOLE) < 0);
    }

    /** {@return the registry; with {@link WordExpander#HOLE} if it is not known} */
    String domain() {
        return domain;
    }

    Optional<String> tag() {
        return Optional.ofNullable(tag);
    }

    boolean hasDigest() {
        return hasDigest;
    }

    boolean isKnown() {
        return isKnown;
    }

    /** {@return whether the tag is latest, or missing, whatever unknown parts stand for} */
    boolean isLatest() {
        return !hasDigest && isKnown && (tag == null || tag.isEmpty() || tag.equals("latest"));
    }

    /** {@return whether the tag may be latest, depending on unknown parts} */
    boolean mayBeLatest() {
        if (hasDigest || isKnown) {
            return isLatest();
        }
        // Without a tag in sight, an unknown part may bring one or not.
        return tag == null
                || (tag.indexOf(WordExpander.HOLE) >= 0 && Pattern.matches(pattern(tag), "latest"))
                || tag.equals("latest")
                || tag.isEmpty();
    }

    private static String pattern(String text) {
        StringBuilder pattern = new StringBuilder();
        for (String part : text.split(String.valueOf(WordExpander.HOLE), -1)) {
            pattern.append(pattern.length() == 0 ? "" : ".*").append(Pattern.quote(part));
        }
        return pattern.toString();
    }
}

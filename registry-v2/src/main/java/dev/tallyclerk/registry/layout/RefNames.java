package dev.tallyclerk.registry.layout;

import dev.tallyclerk.reference.MalformedReferenceException;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.text.Quoted;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Names of images in layouts: the annotation {@code org.opencontainers.image.ref.name} has components of letters and
 * digits, separated by one separator or two hyphens.
 *
 * @see <a
 *     href="https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md#pre-defined-annotation-keys">OCI
 *     image-spec v1.1.1, Pre-Defined Annotation Keys</a>
 */
final class RefNames {
    private static final int MAX_LENGTH = 255;

    private static final int MAX_LISTED = 20;

    private RefNames() {}

    /** {@return a valid name; an invalid one is an {@link IllegalArgumentException}} */
    static String require(String refName) {
        if (!isRefName(refName)) {
            throw new IllegalArgumentException("not a valid image name for a layout: " + Quoted.quote(refName));
        }
        return refName;
    }

    static boolean isRefName(String text) {
        if (text.length() > MAX_LENGTH) {
            return false;
        }
        boolean afterLetter = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
                afterLetter = true;
            } else if (afterLetter && "-._:@+/".indexOf(c) >= 0) {
                boolean two = c == '-' && i + 1 < text.length() && text.charAt(i + 1) == '-';
                i += two ? 1 : 0;
                afterLetter = false;
            } else {
                return false;
            }
        }
        return afterLetter;
    }

    /** {@return the full name that a text is, with its tag, or empty if it is none} */
    static Optional<Reference> fullName(String text) {
        try {
            return Optional.of(Reference.parseNormalized(text).withDefaultTag());
        } catch (MalformedReferenceException e) {
            return Optional.empty();
        }
    }

    /**
     * {@return whether {@code name} is only the tag of the full name beside it, as Docker and containerd write both}
     */
    static boolean isTagOf(String name, String fullName) {
        return fullName(fullName).flatMap(Reference::tag).equals(Optional.of(name));
    }

    /** {@return names for a message to somebody whose name does not exist} */
    static String listed(List<String> names) {
        if (names.isEmpty()) {
            return "no names";
        }
        String some = names.stream().limit(MAX_LISTED).map(Quoted::quote).collect(Collectors.joining(", "));
        return names.size() > MAX_LISTED ? some + " and " + (names.size() - MAX_LISTED) + " more" : some;
    }
}

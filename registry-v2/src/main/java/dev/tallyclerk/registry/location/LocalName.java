package dev.tallyclerk.registry.location;

import dev.tallyclerk.digest.Digest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A path with the name or the digest of an image behind it, as in {@code DIR:REF} and {@code DIR@DIGEST}.
 *
 * @param path the folder or file
 * @param name what follows a colon
 * @param digest what follows an at sign
 */
public record LocalName(Path path, Optional<String> name, Optional<Digest> digest) {
    /**
     * {@return the path and name that a text spells}
     *
     * <p>A path may contain colons and at signs: the longest path that exists is meant. If none exists, the path ends
     * before the first of these signs.
     *
     * @throws IllegalArgumentException if it is no path, or what follows the at sign is no digest
     */
    public static LocalName parse(String text) {
        for (int end = text.length();
                end > 0;
                end = Math.max(text.lastIndexOf(':', end - 1), text.lastIndexOf('@', end - 1))) {
            if (Files.exists(Path.of(text.substring(0, end)))) {
                return at(text, end);
            }
        }
        int drive = text.matches("[A-Za-z]:[\\\\/].*") ? 2 : 0;
        int end = text.indexOf(':', drive);
        int at = text.indexOf('@');
        int first = end < 0 ? at : at < 0 ? end : Math.min(end, at);
        return at(text, first < 0 ? text.length() : first);
    }

    private static LocalName at(String text, int end) {
        Path path = Path.of(text.substring(0, end));
        if (end == text.length()) {
            return new LocalName(path, Optional.empty(), Optional.empty());
        }
        String suffix = text.substring(end + 1);
        return text.charAt(end) == '@'
                ? new LocalName(path, Optional.empty(), Optional.of(Digest.parse(suffix)))
                : new LocalName(path, Optional.of(suffix), Optional.empty());
    }
}

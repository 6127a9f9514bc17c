package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.registry.layer.LayerEntry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A file of the image whose content rules look at. Immutable. */
final class ContentFile {
    private static final Pattern LINE_END = Pattern.compile("\r?\n");

    private final String path;
    private final int layer;
    private final @Nullable LayerEntry entry;
    private final byte @Nullable [] content;
    private final String problem;

    /**
     * Describes a file.
     *
     * @param path its path in the image
     * @param layer the layer that brought it, from 0
     * @param entry the entry with its content, or null if it is a link that leads to no file
     * @param content the content, not copied, or null if it was not read
     * @param problem why it was not read, as a predicate; empty if it was
     */
    ContentFile(String path, int layer, @Nullable LayerEntry entry, byte @Nullable [] content, String problem) {
        this.path = path;
        this.layer = layer;
        this.entry = entry;
        this.content = content;
        this.problem = problem;
    }

    String path() {
        return path;
    }

    /** {@return the last component of the path} */
    String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    int layer() {
        return layer;
    }

    @Nullable LayerEntry entry() {
        return entry;
    }

    boolean isRead() {
        return content != null;
    }

    /** {@return the file with what is wrong, for people} */
    String describeProblem() {
        return path + " of layer " + (layer + 1) + " " + problem;
    }

    /**
     * {@return the lines of the text, in which bytes that are not UTF-8 are replaced; none if it was not read}
     *
     * <p>Only a line feed ends a line, as for the programs that read these files: a carriage return within a line,
     * unlike one at its end, is part of the text.
     */
    List<String> lines() {
        byte[] bytes = content;
        if (bytes == null || bytes.length == 0) {
            return List.of();
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        return LINE_END.splitAsStream(text).toList();
    }

    /** {@return the lines that are neither blank nor a comment, without blanks at their ends} */
    List<String> statements() {
        return lines().stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
    }
}

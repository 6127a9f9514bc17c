package dev.tallyclerk.hardening.yaml;

import dev.tallyclerk.hardening.policy.PolicyException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;

/**
 * A YAML document for a reader of JSON, whose errors then have the line and column in the YAML.
 *
 * <p>It supports the subset of YAML 1.2 that JSON can express. Plain scalars follow the specification's JSON schema:
 * {@code true}, {@code false}, {@code null} and numbers have their types, and everything else is text, including dates
 * and the word {@code no}. Anchors, aliases, tags, non-text keys, duplicate keys and a second document are refused, so
 * that a document cannot grow while it is read and is not ambiguous. It is at most 64 levels deep. Immutable.
 */
public final class YamlDocument {
    private final YamlToJson.Converted converted;

    private YamlDocument(YamlToJson.Converted converted) {
        this.converted = converted;
    }

    /**
     * Reads JSON.
     *
     * @param <T> what it makes of it
     */
    @FunctionalInterface
    public interface JsonReader<T> {
        /**
         * {@return what the document says}
         *
         * @param json the document in UTF-8
         * @throws PolicyException if it is malformed
         */
        T read(byte[] json) throws PolicyException;
    }

    /**
     * Parses a document.
     *
     * @param yaml the document in UTF-8
     * @param maxBytes the longest document, in bytes
     * @throws PolicyException if it is not YAML of the supported subset, or exceeds a limit
     */
    public static YamlDocument parse(byte[] yaml, int maxBytes) throws PolicyException {
        return new YamlDocument(YamlToJson.convert(yaml, maxBytes));
    }

    /**
     * {@return what a reader makes of the document in a file: YAML if the name ends in {@code .yaml} or {@code .yml},
     * in small or capital letters, and else JSON}
     *
     * @param <T> what it makes of it
     * @param fileName the name of the file, or its path; only the end matters
     * @param document the content of the file
     * @param maxBytes the longest document, in bytes
     * @param reader gets the document as JSON; of YAML it is at most six times as long, because it is in ASCII
     * @throws PolicyException if it exceeds the limit or is not YAML, or the reader's, with the position in the file
     */
    public static <T> T readNamed(String fileName, byte[] document, int maxBytes, JsonReader<T> reader)
            throws PolicyException {
        Objects.requireNonNull(reader, "reader");
        if (isNamed(fileName)) {
            return parse(document, maxBytes).read(reader);
        }
        if (document.length > maxBytes) {
            throw PolicyException.of(
                    PolicyException.Reason.LIMIT_EXCEEDED,
                    "document of " + document.length + " bytes, allowed are " + maxBytes);
        }
        return reader.read(document);
    }

    /** {@return whether a file is YAML by its name} */
    static boolean isNamed(String fileName) {
        String name = fileName.toLowerCase(Locale.ROOT);
        return name.endsWith(".yaml") || name.endsWith(".yml");
    }

    /**
     * {@return what a reader makes of the document}
     *
     * @param <T> what it makes of it
     * @param reader gets the document as JSON, which is at most six times as long because it is in ASCII
     * @throws PolicyException the reader's, with the position in the YAML
     */
    public <T> T read(JsonReader<T> reader) throws PolicyException {
        Objects.requireNonNull(reader, "reader");
        try {
            return reader.read(converted.json().getBytes(StandardCharsets.US_ASCII));
        } catch (PolicyException e) {
            throw e.withPosition(converted.positionOf(e.pointer()));
        }
    }
}

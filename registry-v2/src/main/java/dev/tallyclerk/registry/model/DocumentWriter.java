package dev.tallyclerk.registry.model;

import dev.tallyclerk.internal.json.CompactJson;
import dev.tallyclerk.internal.json.JsonLimits;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes new documents in canonical form: members in the order of the specification, the names of a map sorted by code
 * point, no white space, strings as in RFC 8785.
 */
final class DocumentWriter {
    /** The caller decides what a new document may cost; readers have limits of their own. */
    private static final DocumentLimits NO_LIMITS = new DocumentLimits(
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            JsonLimits.DEEPEST,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE);

    private final StringBuilder out = new StringBuilder();

    /** Whether a comma comes before the next member or element. */
    private boolean separate;

    /** Reads a kind of document. */
    @FunctionalInterface
    interface Reader<T> {
        T read(byte[] document, DocumentLimits limits) throws MalformedDocumentException;
    }

    /** {@return the document, read back, so that the typed view is what the bytes say} */
    <T> T readBack(Reader<T> reader) {
        try {
            return reader.read(out.toString().getBytes(StandardCharsets.UTF_8), NO_LIMITS);
        } catch (MalformedDocumentException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    DocumentWriter begin(char bracket) {
        separate();
        out.append(bracket);
        separate = false;
        return this;
    }

    DocumentWriter end(char bracket) {
        out.append(bracket);
        separate = true;
        return this;
    }

    private void separate() {
        if (separate) {
            out.append(',');
        }
        separate = true;
    }

    DocumentWriter name(String name) {
        separate();
        CompactJson.appendString(name, out);
        out.append(':');
        separate = false;
        return this;
    }

    DocumentWriter value(String text) {
        separate();
        CompactJson.appendString(text, out);
        return this;
    }

    DocumentWriter value(long number) {
        separate();
        out.append(number);
        return this;
    }

    DocumentWriter value(boolean value) {
        separate();
        out.append(value);
        return this;
    }

    /** Writes a text, unless it is empty. */
    DocumentWriter member(String name, @Nullable String text) {
        return text == null || text.isEmpty() ? this : name(name).value(text);
    }

    /** Writes a list, unless it is empty. */
    DocumentWriter member(String name, Collection<String> texts) {
        return texts.isEmpty() ? this : array(name, texts);
    }

    DocumentWriter array(String name, Collection<String> texts) {
        name(name).begin('[');
        texts.forEach(this::value);
        return end(']');
    }

    /** Writes a map, unless it is empty. */
    DocumentWriter member(String name, Map<String, String> texts) {
        if (texts.isEmpty()) {
            return this;
        }
        name(name).begin('{');
        sorted(texts).forEach((key, text) -> name(key).value(text));
        return end('}');
    }

    /** Writes a set as an object of empty objects, unless it is empty. */
    DocumentWriter set(String name, Collection<String> keys) {
        if (keys.isEmpty()) {
            return this;
        }
        name(name).begin('{');
        keys.stream()
                .sorted(CODE_POINTS)
                .distinct()
                .forEach(key -> name(key).begin('{').end('}'));
        return end('}');
    }

    /** Writes unknown members of another document unchanged. */
    DocumentWriter unknown(Map<String, String> members) {
        members.forEach((name, json) -> {
            name(name);
            out.append(json);
            separate = true;
        });
        return this;
    }

    DocumentWriter descriptor(Descriptor descriptor) {
        begin('{');
        name("mediaType").value(descriptor.mediaType());
        name("digest").value(descriptor.digest().toString());
        name("size").value(descriptor.size());
        member("urls", descriptor.urls());
        member("annotations", descriptor.annotations());
        if (descriptor.dataText() != null) {
            name("data").value(descriptor.dataText()); // empty if the content is
        }
        descriptor.artifactType().ifPresent(type -> name("artifactType").value(type));
        descriptor.platform().ifPresent(platform -> name("platform").platform(platform));
        unknown(descriptor.unknownMembers());
        return end('}');
    }

    DocumentWriter descriptors(String name, Collection<Descriptor> descriptors) {
        name(name).begin('[');
        descriptors.forEach(this::descriptor);
        return end(']');
    }

    private void platform(Platform platform) {
        begin('{').platformMembers(platform).unknown(platform.unknownMembers()).end('}');
    }

    DocumentWriter platformMembers(Platform platform) {
        name("architecture").value(platform.architecture());
        name("os").value(platform.os());
        member("os.version", platform.osVersionText());
        member("os.features", platform.osFeatures());
        return member("variant", platform.variantText());
    }

    private static Map<String, String> sorted(Map<String, String> map) {
        Map<String, String> sorted = new TreeMap<>(CODE_POINTS);
        sorted.putAll(map);
        return sorted;
    }

    /** String sorts by UTF-16 units, which differs from the order of code points for some characters. */
    private static final Comparator<String> CODE_POINTS = (a, b) ->
            java.util.Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());
}

package dev.tallyclerk.internal.document;

import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.hardening.document.DocumentDialect;
import dev.tallyclerk.hardening.document.DocumentReader;
import dev.tallyclerk.hardening.document.DocumentValue;
import dev.tallyclerk.hardening.source.SourceDocument;
import dev.tallyclerk.internal.json.CompactJson;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A document made of values, in which only the pointers of places mean something, and not the lines. */
public final class MadeDocument {
    /** What stands for a value that is not known: no test of a condition takes it. */
    public static final JsonValue UNKNOWN = new JsonArray(List.of(new JsonArray(List.of())));

    /** The values were bounded when they were read. */
    private static final SubjectLimits LIMITS = SubjectLimits.defaults().withMaxDocumentBytes(Integer.MAX_VALUE);

    private static final Pattern LINE = Pattern.compile(" at line [0-9]+(?=, not )");

    private MadeDocument() {}

    /**
     * {@return the document}
     *
     * @param source the source of the places in it
     * @param root the values
     * @throws IllegalStateException if the values cannot be a document, for example because they are too deep
     */
    public static DocumentValue of(String source, JsonValue root) {
        try {
            byte[] json = CompactJson.of(root).getBytes(StandardCharsets.UTF_8);
            return DocumentReader.of(DocumentDialect.JSON)
                    .withLimits(LIMITS)
                    .read(SourceDocument.of(source, json))
                    .get(0)
                    .root();
        } catch (MalformedSubjectException e) {
            throw new IllegalStateException("the values of the " + source + " are no document for conditions", e);
        }
    }

    /** {@return the pointer of a place in the document; empty for any other place} */
    public static Optional<String> pointer(String source, Location at) {
        return at instanceof Location.Region region && region.source().equals(source)
                ? Optional.of(region.pointer())
                : Optional.empty();
    }

    /** {@return the reason without the line, which nobody can look up} */
    public static MissingValue withoutLine(MissingValue missing) {
        MissingValue plain =
                new MissingValue(missing.reason(), LINE.matcher(missing.what()).replaceFirst(""));
        return missing.at().map(plain::withLocation).orElse(plain);
    }
}

package dev.tallyclerk.hardening.source;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.internal.subject.MarkedText;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file to audit: its bytes, under the name that a report gives it.
 *
 * <p>Immutable. Two documents are equal only if they are the same instance.
 */
public final class SourceDocument {
    private static final int START = 64 * 1024;

    private final String name;
    private final byte[] content;
    private volatile @Nullable String start;
    private volatile @Nullable Set<String> memberNames;

    private SourceDocument(String name, byte[] content) {
        this.name = name;
        this.content = content;
    }

    /**
     * {@return a document}
     *
     * @param name the path as a reader of the report knows it, best relative to the repository, or for example
     *     {@code standard input}; locations of findings begin with it
     * @param content the bytes, which are copied
     * @throws IllegalArgumentException if {@code name} is blank
     */
    public static SourceDocument of(String name, byte[] content) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("the name of a document is blank");
        }
        return new SourceDocument(name, content.clone());
    }

    /** {@return the path as a reader of the report knows it} */
    public String name() {
        return name;
    }

    /** {@return the number of bytes} */
    public int size() {
        return content.length;
    }

    /** {@return a copy of the bytes} */
    public byte[] content() {
        return content.clone();
    }

    /**
     * {@return the text, without byte order mark}
     *
     * @param limits the limits
     * @throws MalformedSubjectException if it is longer than the limits allow, or not UTF-8, nor UTF-16 with a byte
     *     order mark
     */
    public String text(SubjectLimits limits) throws MalformedSubjectException {
        Objects.requireNonNull(limits, "limits");
        if (content.length > limits.maxDocumentBytes()) {
            throw new MalformedSubjectException(
                    MalformedSubjectException.Reason.LIMIT_EXCEEDED,
                    name,
                    "",
                    "the document has " + content.length + " bytes; " + limits.maxDocumentBytes() + " are allowed");
        }
        byte[] utf8 = MarkedText.withoutMark(name, content, limits);
        // A decoder that reports errors takes three times the memory, and is needed only if there may be one.
        String text = new String(utf8, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') < 0) {
            return text;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedSubjectException(
                    MalformedSubjectException.Reason.SYNTAX, name, "", "the document is not UTF-8");
        }
    }

    /**
     * {@return the first 64 KiB as text, without byte order mark, for {@link SubjectKind#recognise}}
     *
     * <p>Bytes that are not UTF-8 are replaced; so is the last character if it is cut.
     */
    public String start() {
        String known = start;
        if (known == null) {
            boolean isUtf16 = content.length > 1
                    && ((content[0] == (byte) 0xFE && content[1] == (byte) 0xFF)
                            || (content[0] == (byte) 0xFF && content[1] == (byte) 0xFE));
            Charset charset = isUtf16 ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8;
            known = new String(content, 0, Math.min(content.length, START), charset);
            known = known.startsWith("\uFEFF") ? known.substring(1) : known;
            start = known;
        }
        return known;
    }

    /**
     * {@return the names of the members that a JSON object or YAML mapping has at the top, in the first 64 KiB}
     *
     * <p>For an array, the names in its elements; for several YAML documents, the names in all of them. It is a scan
     * that accepts malformed documents too, for {@link SubjectKind#recognise}; empty for anything else.
     */
    public Set<String> memberNames() {
        Set<String> known = memberNames;
        if (known == null) {
            known = NameScan.of(start());
            memberNames = known;
        }
        return known;
    }

    /** {@return the name} */
    @Override
    public String toString() {
        return name;
    }
}

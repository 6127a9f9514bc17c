package dev.tallyclerk.trust.sigstore.internal;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** An element of a DER document, with lengths in their shortest form (X.690, 10.1). Immutable. */
final class Der {
    static final int BOOLEAN = 0x01;
    static final int BIT_STRING = 0x03;
    static final int OCTET_STRING = 0x04;
    static final int OBJECT_IDENTIFIER = 0x06;
    static final int UTF8_STRING = 0x0c;
    static final int SEQUENCE = 0x30;

    private static final int MAX_LENGTH_BYTES = 3;
    private static final int HIGH_TAG_NUMBER = 0x1f;

    /** More than any certificate needs. */
    private static final int MAX_CHILDREN = 512;

    private final byte[] document;
    private final int start;
    private final int contentStart;
    private final int end;

    private Der(byte[] document, int start, int contentStart, int end) {
        this.document = document;
        this.start = start;
        this.contentStart = contentStart;
        this.end = end;
    }

    /** {@return the only element of a document} */
    static Der parse(byte[] document) throws EvidenceException {
        Der element = at(document, 0, document.length);
        if (element.end != document.length) {
            throw malformed("bytes after the element");
        }
        return element;
    }

    private static Der at(byte[] document, int start, int limit) throws EvidenceException {
        if (limit - start < 2 || (document[start] & HIGH_TAG_NUMBER) == HIGH_TAG_NUMBER) {
            throw malformed("no element with a short tag at byte " + start);
        }
        int content = start + 2;
        int length = document[start + 1];
        if (length < 0) {
            int bytes = length & 0x7f;
            if (bytes == 0 || bytes > MAX_LENGTH_BYTES || limit - content < bytes || document[content] == 0) {
                throw malformed("a length that is not in its shortest form at byte " + start);
            }
            length = 0;
            for (int i = 0; i < bytes; i++) {
                length = (length << Byte.SIZE) | (document[content++] & 0xff);
            }
            if (length < 0x80) {
                throw malformed("a length that is not in its shortest form at byte " + start);
            }
        }
        if (length > limit - content) {
            throw malformed("an element that ends after its document, at byte " + start);
        }
        return new Der(document, start, content, content + length);
    }

    private static EvidenceException malformed(String what) {
        return new EvidenceException(Reason.MALFORMED, "not DER: " + what);
    }

    int tag() {
        return document[start] & 0xff;
    }

    boolean is(int tag) {
        return tag() == tag;
    }

    /** {@return this, if it has the tag} */
    Der as(int tag) throws EvidenceException {
        if (!is(tag)) {
            throw malformed("tag " + tag() + " where " + tag + " must be, at byte " + start);
        }
        return this;
    }

    /** {@return a copy of the content} */
    byte[] content() {
        return Arrays.copyOfRange(document, contentStart, end);
    }

    /** {@return a copy of the whole element} */
    byte[] encoded() {
        return Arrays.copyOfRange(document, start, end);
    }

    /** {@return the elements in the content} */
    List<Der> children() throws EvidenceException {
        List<Der> children = new ArrayList<>();
        for (int at = contentStart; at < end; ) {
            if (children.size() == MAX_CHILDREN) {
                throw new EvidenceException(
                        Reason.LIMIT_EXCEEDED, "a DER element with more than " + MAX_CHILDREN + " parts");
            }
            Der child = at(document, at, end);
            children.add(child);
            at = child.end;
        }
        return children;
    }

    /** {@return the children of an element that must have that many} */
    List<Der> children(int number) throws EvidenceException {
        List<Der> children = children();
        if (children.size() != number) {
            throw malformed(children.size() + " parts where " + number + " must be, at byte " + start);
        }
        return children;
    }

    /** {@return the object identifier here, as the hexadecimal digits of its content} */
    String objectIdentifier() throws EvidenceException {
        as(OBJECT_IDENTIFIER);
        return HexFormat.of().formatHex(document, contentStart, end);
    }

    /** {@return the content as UTF-8 text without control characters} */
    String text() throws EvidenceException {
        return text(content(), false);
    }

    /** {@return bytes as UTF-8 text, without control characters but line ends where those are allowed} */
    static String text(byte[] bytes, boolean hasLines) throws EvidenceException {
        try {
            CharBuffer text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes));
            String value = text.toString();
            if (value.chars().anyMatch(c -> Character.isISOControl(c) && !(hasLines && (c == '\n' || c == '\r')))) {
                throw malformed("a text with control characters");
            }
            return value;
        } catch (CharacterCodingException e) {
            throw new EvidenceException(Reason.MALFORMED, "not DER: a text that is not UTF-8", e);
        }
    }

    /** {@return an element} */
    static byte[] element(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        int lengthBytes = length < 0x80 ? 0 : length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
        ByteBuffer out = ByteBuffer.allocate(2 + lengthBytes + length);
        out.put((byte) tag).put((byte) (lengthBytes == 0 ? length : 0x80 | lengthBytes));
        for (int i = lengthBytes - 1; i >= 0; i--) {
            out.put((byte) (length >>> (Byte.SIZE * i)));
        }
        for (byte[] part : parts) {
            out.put(part);
        }
        return out.array();
    }
}

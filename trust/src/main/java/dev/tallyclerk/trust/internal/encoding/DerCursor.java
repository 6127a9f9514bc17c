package dev.tallyclerk.trust.internal.encoding;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import java.util.Arrays;

/**
 * Moves over the elements of a part of a DER document, without copying it: one-byte tags, lengths in their shortest
 * form. Not safe for use by several threads.
 */
public final class DerCursor {
    public static final int BOOLEAN = 0x01;
    public static final int BIT_STRING = 0x03;
    public static final int OCTET_STRING = 0x04;
    public static final int OBJECT_IDENTIFIER = 0x06;
    public static final int SEQUENCE = 0x30;

    private static final int MAX_LENGTH_BYTES = 4;
    private static final int NUMBER = 0x1f;

    private final byte[] der;
    private final int end;
    private int at;

    private DerCursor(byte[] der, int at, int end) {
        this.der = der;
        this.at = at;
        this.end = end;
    }

    /** {@return a cursor at the start of a document, which must not change} */
    public static DerCursor of(byte[] der) {
        return new DerCursor(der, 0, der.length);
    }

    /** {@return the tag of the next element, or -1 if there is none} */
    public int tag() {
        return at < end ? der[at] & 0xff : -1;
    }

    /**
     * {@return the content of the next element, after moving past it}
     *
     * @throws EvidenceException if it has another tag, or is malformed
     */
    public DerCursor enter(int tag) throws EvidenceException {
        if (tag() != tag || (tag & NUMBER) == NUMBER || end - at < 2) {
            throw malformed("the element at byte " + at + " has not the tag " + tag);
        }
        int start = at + 2;
        int length = der[at + 1];
        if (length < 0) {
            int bytes = length & 0x7f;
            if (bytes == 0 || bytes > MAX_LENGTH_BYTES || end - start < bytes || der[start] == 0) {
                throw malformed("the length at byte " + at + " is not in its shortest form");
            }
            length = 0;
            for (int i = 0; i < bytes; i++) {
                length = (length << Byte.SIZE) | (der[start++] & 0xff);
            }
            if (length < 0x80) {
                throw malformed("the length at byte " + at + " is not in its shortest form");
            }
        }
        if (length > end - start) {
            throw malformed("the element at byte " + at + " ends after its parent");
        }
        at = start + length;
        return new DerCursor(der, start, at);
    }

    /** {@return a copy of the content of the next element, after moving past it} */
    public byte[] content(int tag) throws EvidenceException {
        DerCursor inner = enter(tag);
        return Arrays.copyOfRange(der, inner.at, inner.end);
    }

    /** {@return a copy of the next element, tag and length included, after moving past it} */
    public byte[] encoded(int tag) throws EvidenceException {
        int start = at;
        enter(tag);
        return Arrays.copyOfRange(der, start, at);
    }

    /**
     * Ends the elements.
     *
     * @throws EvidenceException if one is left
     */
    public void end() throws EvidenceException {
        if (at != end) {
            throw malformed("an element too many at byte " + at);
        }
    }

    /** {@return the content of the next element, an OBJECT IDENTIFIER, in its dotted form} */
    public String identifier() throws EvidenceException {
        byte[] content = content(OBJECT_IDENTIFIER);
        StringBuilder out = new StringBuilder();
        long number = 0;
        for (byte part : content) {
            if (number > Long.MAX_VALUE >> 8) {
                throw malformed("an object identifier with a number of more than 56 bits");
            }
            number = (number << 7) | (part & 0x7f);
            if (part < 0) {
                continue;
            }
            if (out.isEmpty()) {
                long first = Math.min(number / 40, 2);
                out.append(first).append('.').append(number - 40 * first);
            } else {
                out.append('.').append(number);
            }
            number = 0;
        }
        if (content.length == 0 || content[content.length - 1] < 0) {
            throw malformed("an object identifier that ends too early");
        }
        return out.toString();
    }

    private static EvidenceException malformed(String message) {
        return new EvidenceException(Reason.MALFORMED, "DER: " + message);
    }
}

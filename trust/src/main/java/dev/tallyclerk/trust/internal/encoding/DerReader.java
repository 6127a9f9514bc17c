package dev.tallyclerk.trust.internal.encoding;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Moves over the elements of a part of a DER document, without copying it: one-byte tags, definite lengths in their
 * shortest form (X.690, 10.1). What an element contains is checked when it is entered; {@link DerForm#isOneElement}
 * checks a whole document. Not safe for use by several threads.
 */
public final class DerReader {
    public static final int BOOLEAN = 0x01;
    public static final int INTEGER = 0x02;
    public static final int BIT_STRING = 0x03;
    public static final int OCTET_STRING = 0x04;
    public static final int OBJECT_IDENTIFIER = 0x06;
    public static final int UTF8_STRING = 0x0c;
    public static final int SEQUENCE = 0x30;

    private static final int MAX_LENGTH_BYTES = 4;
    private static final int NUMBER = 0x1f;

    /** Begins no number of an object identifier (X.690, 8.19.2). */
    private static final byte LEADING_ZERO = (byte) 0x80;

    /** More than the parts of any certificate. */
    private static final int MAX_ELEMENTS = 512;

    private final byte[] der;
    private final int end;
    private int at;

    private DerReader(byte[] der, int at, int end) {
        this.der = der;
        this.at = at;
        this.end = end;
    }

    /** {@return a reader at the start of a document, which must not change} */
    public static DerReader of(byte[] der) {
        return new DerReader(der, 0, der.length);
    }

    /**
     * {@return the content of the only element of a document, which must not change}
     *
     * @throws EvidenceException if it has another tag, is malformed, or is not the only one
     */
    public static DerReader only(int tag, byte[] der) throws EvidenceException {
        DerReader document = of(der);
        DerReader content = document.enter(tag);
        document.end();
        return content;
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
    public DerReader enter(int tag) throws EvidenceException {
        if (tag() != tag) {
            throw malformed("the element at byte " + at + " has the tag " + tag() + ", not " + tag);
        }
        if ((tag & NUMBER) == NUMBER || end - at < 2) {
            throw malformed("the element at byte " + at + " has a long tag, or no length");
        }
        int content = at + 2;
        int length = der[at + 1];
        if (length < 0) {
            int bytes = length & 0x7f;
            if (bytes == 0 || bytes > MAX_LENGTH_BYTES || end - content < bytes || der[content] == 0) {
                throw malformed("the length at byte " + at + " is not in its shortest form");
            }
            length = 0;
            for (int i = 0; i < bytes; i++) {
                length = (length << Byte.SIZE) | (der[content++] & 0xff);
            }
            if (length < 0x80) {
                throw malformed("the length at byte " + at + " is not in its shortest form");
            }
        }
        if (length > end - content) {
            throw malformed("the element at byte " + at + " ends after its parent");
        }
        at = content + length;
        return new DerReader(der, content, at);
    }

    /**
     * {@return copies of the elements that are left, tags and lengths included, after moving past them}
     *
     * @throws EvidenceException if one is malformed, or there are more than 512
     */
    public List<byte[]> elements() throws EvidenceException {
        List<byte[]> elements = new ArrayList<>();
        while (at < end) {
            if (elements.size() == MAX_ELEMENTS) {
                throw new EvidenceException(
                        Reason.LIMIT_EXCEEDED, "a DER element with more than " + MAX_ELEMENTS + " parts");
            }
            elements.add(encoded(tag()));
        }
        return elements;
    }

    /** {@return a copy of the content of the next element, after moving past it} */
    public byte[] content(int tag) throws EvidenceException {
        return enter(tag).rest();
    }

    /** {@return a copy of the next element, tag and length included, after moving past it} */
    public byte[] encoded(int tag) throws EvidenceException {
        int from = at;
        enter(tag);
        return Arrays.copyOfRange(der, from, at);
    }

    /** {@return a copy of all bytes that are left} */
    public byte[] rest() {
        return Arrays.copyOfRange(der, at, end);
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

    /**
     * {@return the content of the next element, an OBJECT IDENTIFIER, in its dotted form}
     *
     * @throws EvidenceException if it has another tag, is malformed, or has a number of more than 56 bits
     */
    public String identifier() throws EvidenceException {
        byte[] content = content(OBJECT_IDENTIFIER);
        StringBuilder out = new StringBuilder();
        long number = 0;
        boolean isStart = true;
        for (byte part : content) {
            if (isStart && part == LEADING_ZERO) {
                throw malformed("an object identifier with a number that is not in its shortest form");
            }
            isStart = part >= 0;
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

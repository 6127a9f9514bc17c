package dev.tallyclerk.trust.internal.encoding;

import dev.tallyclerk.evidence.EvidenceException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * The distinguished form of ASN.1 (X.690, 10) as far as it can be told without knowing the types: one-byte tags,
 * definite and shortest lengths, no strings in parts, booleans 0x00 and 0xff.
 *
 * <p>The order in sets is not checked: CMS sorts only what is signed.
 */
public final class DerForm {
    private static final int MAX_DEPTH = 64;
    private static final int CONSTRUCTED = 0x20;
    private static final int CLASS = 0xc0;
    private static final int NUMBER = 0x1f;
    private static final int BOOLEAN = 0x01;
    private static final int INTEGER = 0x02;
    private static final int SEQUENCE = 0x10;
    private static final int SET = 0x11;

    private final byte[] der;

    private DerForm(byte[] der) {
        this.der = der;
    }

    /** {@return whether the bytes are exactly one element in that form, nested at most 64 deep} */
    public static boolean isOneElement(byte[] der) {
        return new DerForm(der).element(0, der.length, 0) == der.length;
    }

    /** {@return where the element ends, or -1 if it does not have the form} */
    private int element(int start, int end, int depth) {
        if (end - start < 2 || depth > MAX_DEPTH) {
            return -1;
        }
        int tag = der[start] & 0xff;
        int content = start + 2;
        int length = der[start + 1];
        if (length < 0) {
            int bytes = length & 0x7f;
            if (bytes == 0 || bytes > 3 || end - content < bytes || der[content] == 0) {
                return -1;
            }
            length = 0;
            for (int i = 0; i < bytes; i++) {
                length = (length << Byte.SIZE) | (der[content++] & 0xff);
            }
            if (length < 0x80) {
                return -1;
            }
        }
        if (length > end - content || !hasForm(tag, content, length)) {
            return -1;
        }
        int last = content + length;
        if ((tag & CONSTRUCTED) != 0) {
            int at = content;
            while (at < last) {
                at = element(at, last, depth + 1);
                if (at < 0) {
                    return -1;
                }
            }
        }
        return last;
    }

    private boolean hasForm(int tag, int content, int length) {
        int number = tag & NUMBER;
        boolean constructed = (tag & CONSTRUCTED) != 0;
        if (number == NUMBER) {
            return false;
        }
        if ((tag & CLASS) != 0) {
            return true;
        }
        if (number == 0 || constructed != (number == SEQUENCE || number == SET)) {
            return false;
        }
        if (number == BOOLEAN) {
            return length == 1 && (der[content] == 0 || der[content] == -1);
        }
        if (number == INTEGER) {
            return length == 1
                    || (length > 1
                            && ((der[content] != 0 && der[content] != -1)
                                    || (der[content] < 0) != (der[content + 1] < 0)));
        }
        return true;
    }

    /**
     * {@return the time of the content of a GeneralizedTime, in the form of RFC 3161: Zulu time with seconds, and a
     * fraction without zeros at its end}
     *
     * @throws EvidenceException if it has another form, or is no date
     */
    public static Instant time(byte[] content) throws EvidenceException {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        if (!text.matches("[0-9]{14}(\\.[0-9]{0,8}[1-9])?Z")) {
            throw new EvidenceException(
                    EvidenceException.Reason.MALFORMED, "a time has not the form YYYYMMDDhhmmss[.s…]Z");
        }
        try {
            LocalDateTime whole = LocalDateTime.of(
                    Integer.parseInt(text.substring(0, 4)),
                    Integer.parseInt(text.substring(4, 6)),
                    Integer.parseInt(text.substring(6, 8)),
                    Integer.parseInt(text.substring(8, 10)),
                    Integer.parseInt(text.substring(10, 12)),
                    Integer.parseInt(text.substring(12, 14)));
            String fraction = text.length() > 15 ? text.substring(15, text.length() - 1) : "";
            int nanos = Integer.parseInt((fraction + "000000000").substring(0, 9));
            return whole.withNano(nanos).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw new EvidenceException(EvidenceException.Reason.MALFORMED, "a time is no date: " + text, e);
        }
    }
}

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
    private static final int SEQUENCE = 0x10;
    private static final int SET = 0x11;

    private DerForm() {}

    /** {@return whether the bytes are exactly one element in that form, nested at most 64 deep} */
    public static boolean isOneElement(byte[] der) {
        try {
            DerReader document = DerReader.of(der);
            boolean hasForm = hasForm(document, 0);
            document.end();
            return hasForm;
        } catch (EvidenceException e) {
            return false;
        }
    }

    private static boolean hasForm(DerReader parent, int depth) throws EvidenceException {
        int tag = parent.tag();
        DerReader content = parent.enter(tag);
        boolean isConstructed = (tag & CONSTRUCTED) != 0;
        if (depth > MAX_DEPTH || ((tag & CLASS) == 0 && !hasUniversalForm(tag & NUMBER, isConstructed, content))) {
            return false;
        }
        while (isConstructed && content.tag() >= 0) {
            if (!hasForm(content, depth + 1)) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasUniversalForm(int number, boolean isConstructed, DerReader content) {
        if (number == 0 || isConstructed != (number == SEQUENCE || number == SET)) {
            return false;
        }
        return switch (number) {
            case DerReader.BOOLEAN -> {
                byte[] value = content.rest();
                yield value.length == 1 && (value[0] == 0 || value[0] == -1);
            }
            case DerReader.INTEGER -> {
                byte[] value = content.rest();
                yield value.length == 1
                        || (value.length > 1
                                && ((value[0] != 0 && value[0] != -1) || (value[0] < 0) != (value[1] < 0)));
            }
            default -> true;
        };
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

package dev.tallyclerk.trust.internal.notation;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.text.Quoted;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.security.auth.x500.X500Principal;

/**
 * A distinguished name (RFC 4514) with one value per attribute and one attribute per relative name. Immutable.
 *
 * @param attributes the values by type, such as {@code CN}
 */
public record DistinguishedName(Map<String, String> attributes) {
    private static final int MAX_CHARACTERS = 4_096;
    private static final int MAX_ATTRIBUTES = 64;

    /** The types beside those of RFC 2253, by object identifier. */
    private static final Map<String, String> MORE_TYPES = Map.of(
            "2.5.4.4", "SN",
            "2.5.4.5", "SERIALNUMBER",
            "2.5.4.12", "TITLE",
            "2.5.4.17", "POSTALCODE",
            "2.5.4.42", "GIVENNAME",
            "1.2.840.113549.1.9.1", "EMAILADDRESS");

    /** Begins the value of another encoding than a text, which no text equals. */
    private static final char NOT_TEXT = '\0';

    /** Keeps a copy. */
    public DistinguishedName {
        attributes = Map.copyOf(attributes);
    }

    /** {@return the subject of a certificate} */
    public static DistinguishedName of(X500Principal subject) throws EvidenceException {
        return parse(subject.getName(X500Principal.RFC2253, MORE_TYPES), true);
    }

    /**
     * Parses a name such as {@code C=US, ST=WA, O=Acme}.
     *
     * @throws EvidenceException if it is none, has an attribute twice, several attributes in one relative name, or more
     *     than 4,096 characters
     */
    public static DistinguishedName parse(String text) throws EvidenceException {
        return parse(text, false);
    }

    private static DistinguishedName parse(String text, boolean isSubject) throws EvidenceException {
        if (text.length() > MAX_CHARACTERS) {
            throw new EvidenceException(
                    Reason.LIMIT_EXCEEDED,
                    "a distinguished name of " + text.length() + " characters; the limit is " + MAX_CHARACTERS);
        }
        Map<String, String> attributes = new TreeMap<>();
        int at = 0;
        while (at <= text.length()) {
            int equals = text.indexOf('=', at);
            if (equals < 0) {
                throw malformed(text, "an attribute without a value");
            }
            String type = type(text.substring(at, equals).strip(), text);
            int end = endOfValue(text, equals + 1);
            String value = value(text.substring(equals + 1, end), text, isSubject);
            if (attributes.put(type, value) != null) {
                throw malformed(text, "the attribute " + type + " twice");
            }
            if (attributes.size() > MAX_ATTRIBUTES) {
                throw new EvidenceException(
                        Reason.LIMIT_EXCEEDED, "a distinguished name of more than " + MAX_ATTRIBUTES + " attributes");
            }
            at = end + 1;
        }
        return new DistinguishedName(attributes);
    }

    private static String type(String type, String text) throws EvidenceException {
        for (int i = 0; i < type.length(); i++) {
            char c = type.charAt(i);
            boolean isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            boolean isDigit = c >= '0' && c <= '9';
            if (!isLetter && !isDigit && c != '.' && c != '-') {
                throw malformed(text, "a character that types of attributes do not have");
            }
        }
        if (type.isEmpty()) {
            throw malformed(text, "an attribute without a type");
        }
        String upper = type.toUpperCase(Locale.ROOT);
        return upper.equals("S") ? "ST" : upper;
    }

    /** {@return the position of the comma behind a value, or the length of the text} */
    private static int endOfValue(String text, int from) throws EvidenceException {
        for (int i = from; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '\\' -> i++;
                case ',' -> {
                    return i;
                }
                case '+' -> throw malformed(text, "several attributes in one relative name");
                case '"', ';', '<', '>', '\0' -> throw malformed(text, "a character that must be escaped");
                default -> {
                    // part of the value
                }
            }
        }
        return text.length();
    }

    private static String value(String raw, String text, boolean isSubject) throws EvidenceException {
        int from = 0;
        int to = raw.length();
        while (from < to && raw.charAt(from) == ' ') {
            from++;
        }
        while (to > from && raw.charAt(to - 1) == ' ' && !isEscaped(raw, to - 1)) {
            to--;
        }
        if (from == to) {
            throw malformed(text, "an attribute without a value");
        }
        if (raw.charAt(from) == '#') {
            if (isSubject) {
                return NOT_TEXT + raw.substring(from, to);
            }
            throw malformed(text, "a value in hexadecimal");
        }
        return unescape(raw.substring(from, to), text);
    }

    private static boolean isEscaped(String raw, int at) {
        int backslashes = 0;
        while (at - backslashes > 0 && raw.charAt(at - backslashes - 1) == '\\') {
            backslashes++;
        }
        return backslashes % 2 == 1;
    }

    private static String unescape(String raw, String text) throws EvidenceException {
        StringBuilder value = new StringBuilder();
        int at = 0;
        while (at < raw.length()) {
            char c = raw.charAt(at);
            if (c != '\\') {
                value.append(c);
                at++;
            } else if (at + 1 < raw.length() && " \"#+,;<=>\\".indexOf(raw.charAt(at + 1)) >= 0) {
                value.append(raw.charAt(at + 1));
                at += 2;
            } else {
                at = unescapeBytes(raw, at, value, text);
            }
        }
        return value.toString();
    }

    /** Appends the text whose bytes stand at a position as pairs of hexadecimal digits. */
    private static int unescapeBytes(String raw, int from, StringBuilder value, String text) throws EvidenceException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int at = from;
        while (at + 2 < raw.length() && raw.charAt(at) == '\\') {
            int high = Character.digit(raw.charAt(at + 1), 16);
            int low = Character.digit(raw.charAt(at + 2), 16);
            if (high < 0 || low < 0) {
                break;
            }
            bytes.write(high << 4 | low);
            at += 3;
        }
        if (at == from) {
            throw malformed(text, "a backslash before a character that needs none");
        }
        try {
            String decoded = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
            if (decoded.indexOf('\0') >= 0) {
                throw malformed(text, "a null character");
            }
            value.append(decoded);
        } catch (CharacterCodingException e) {
            throw new EvidenceException(Reason.MALFORMED, "a distinguished name with bytes that are no UTF-8", e);
        }
        return at;
    }

    private static EvidenceException malformed(String text, String what) {
        return new EvidenceException(Reason.MALFORMED, "the distinguished name " + Quoted.quote(text) + " has " + what);
    }

    /** {@return whether every attribute of this name is one of the other, with the same value} */
    public boolean isPartOf(DistinguishedName other) {
        return other.attributes.entrySet().containsAll(attributes.entrySet());
    }
}

package dev.tallyclerk.trust.key;

import dev.tallyclerk.trust.key.MalformedKeyException.Reason;
import java.util.Base64;
import java.util.regex.Pattern;

/** Decodes one PEM block (RFC 7468). */
final class PemBlock {
    private static final String BEGIN = "-----BEGIN PUBLIC KEY-----";
    private static final String END = "-----END PUBLIC KEY-----";

    private static final Pattern BLANKS = Pattern.compile("[\n\r \t]+");

    /** An uncompressed point of X9.62. */
    private static final Pattern POINT = Pattern.compile("04[0-9a-fA-F]{128}");

    private PemBlock() {}

    /** {@return the bytes of the only block in {@code pem}, which may be surrounded by white space} */
    static byte[] publicKey(String pem) {
        String text = pem.strip();
        if (text.length() < BEGIN.length() + END.length() || !text.startsWith(BEGIN) || !text.endsWith(END)) {
            throw new MalformedKeyException(whyNot(text), pem);
        }
        String body = text.substring(BEGIN.length(), text.length() - END.length());
        try {
            // Not the MIME decoder, which skips unknown characters.
            return Base64.getDecoder().decode(BLANKS.matcher(body).replaceAll(""));
        } catch (IllegalArgumentException e) {
            throw new MalformedKeyException(Reason.NOT_PEM, pem);
        }
    }

    private static Reason whyNot(String text) {
        if (POINT.matcher(text).matches()) {
            return Reason.BARE_POINT;
        }
        boolean other = text.startsWith("-----BEGIN ") && text.endsWith("-----") && !text.startsWith(BEGIN);
        return other ? Reason.NOT_SUBJECT_PUBLIC_KEY_INFO : Reason.NOT_PEM;
    }
}

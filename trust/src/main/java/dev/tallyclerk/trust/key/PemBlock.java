package dev.tallyclerk.trust.key;

import dev.tallyclerk.trust.key.MalformedKeyException.Reason;
import java.util.Base64;

/** The textual encoding of RFC 7468, for one block. */
final class PemBlock {
    private static final String BEGIN = "-----BEGIN PUBLIC KEY-----";
    private static final String END = "-----END PUBLIC KEY-----";

    private PemBlock() {}

    /** {@return the bytes of the one block in {@code pem}, around which only blanks may stand} */
    static byte[] publicKey(String pem) {
        String text = pem.strip();
        if (text.length() < BEGIN.length() + END.length() || !text.startsWith(BEGIN) || !text.endsWith(END)) {
            boolean other = text.startsWith("-----BEGIN ") && text.endsWith("-----") && !text.startsWith(BEGIN);
            throw new MalformedKeyException(other ? Reason.NOT_SUBJECT_PUBLIC_KEY_INFO : Reason.NOT_PEM, pem);
        }
        String body = text.substring(BEGIN.length(), text.length() - END.length());
        StringBuilder base64 = new StringBuilder(body.length());
        for (int i = 0; i < body.length(); i++) {
            char c = body.charAt(i);
            if (c != '\n' && c != '\r' && c != ' ' && c != '\t') {
                base64.append(c);
            }
        }
        try {
            // Not the MIME decoder: that one skips whatever it does not know.
            return Base64.getDecoder().decode(base64.toString());
        } catch (IllegalArgumentException e) {
            throw new MalformedKeyException(Reason.NOT_PEM, pem);
        }
    }
}

package dev.tallyclerk.trust.sign;

import dev.tallyclerk.trust.sign.SigningException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One PEM block (RFC 7468). Works on bytes that can be cleared; a String of a key could not be.
 *
 * @param label the label, such as {@code PRIVATE KEY}
 * @param content the decoded content; the caller clears it
 */
@SuppressWarnings("ArrayRecordComponent")
record KeyPem(String label, byte[] content) {
    private static final Pattern FIRST_LINE = Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,64})-----[ \t]*");
    private static final int LINE = 64;

    /** Parses the only block of a file, which may be surrounded by white space. */
    static KeyPem parse(byte[] pem) throws SigningException {
        int start = 0;
        int end = pem.length;
        while (start < end && isBlank(pem[start])) {
            start++;
        }
        while (end > start && isBlank(pem[end - 1])) {
            end--;
        }
        int lineEnd = start;
        while (lineEnd < end && pem[lineEnd] != '\n' && pem[lineEnd] != '\r' && lineEnd - start < 2 * LINE) {
            lineEnd++;
        }
        Matcher first = FIRST_LINE.matcher(new String(pem, start, lineEnd - start, StandardCharsets.ISO_8859_1));
        if (!first.matches()) {
            throw new SigningException(Reason.MALFORMED, "not one PEM block with a private key");
        }
        byte[] last = ("-----END " + first.group(1) + "-----").getBytes(StandardCharsets.ISO_8859_1);
        int bodyEnd = end - last.length;
        if (bodyEnd < lineEnd || !Arrays.equals(pem, bodyEnd, end, last, 0, last.length)) {
            throw new SigningException(
                    Reason.MALFORMED, "not one PEM block: it does not end with the label " + first.group(1));
        }
        return new KeyPem(first.group(1), decoded(pem, lineEnd, bodyEnd));
    }

    private static byte[] decoded(byte[] pem, int from, int to) throws SigningException {
        byte[] body = new byte[to - from];
        int length = 0;
        for (int i = from; i < to; i++) {
            if (!isBlank(pem[i])) {
                body[length++] = pem[i];
            }
        }
        byte[] exact = Arrays.copyOf(body, length);
        try {
            return Base64.getDecoder().decode(exact);
        } catch (IllegalArgumentException e) {
            // Without the cause, whose message quotes the key.
            throw new SigningException(Reason.MALFORMED, "the PEM block is not base64");
        } finally {
            Arrays.fill(body, (byte) 0);
            Arrays.fill(exact, (byte) 0);
        }
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t' || b == '\r' || b == '\n';
    }

    /** {@return a block with lines of 64 characters} */
    static byte[] write(String label, byte[] content) {
        byte[] body = Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encode(content);
        byte[] first = ("-----BEGIN " + label + "-----\n").getBytes(StandardCharsets.ISO_8859_1);
        byte[] last = ("\n-----END " + label + "-----\n").getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = Arrays.copyOf(first, first.length + body.length + last.length);
        System.arraycopy(body, 0, all, first.length, body.length);
        System.arraycopy(last, 0, all, first.length + body.length, last.length);
        return all;
    }
}

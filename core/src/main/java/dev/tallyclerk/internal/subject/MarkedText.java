package dev.tallyclerk.internal.subject;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.SubjectLimits;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Removes byte order marks, which some editors and shells write: PowerShell redirects output as UTF-16. */
public final class MarkedText {
    private MarkedText() {}

    /** {@return the text in UTF-8 without a byte order mark; unchanged if it has none or exceeds the limit} */
    public static byte[] withoutMark(String document, byte[] bytes, SubjectLimits limits)
            throws MalformedSubjectException {
        if (bytes.length > limits.maxDocumentBytes()) {
            return bytes;
        }
        if (startsWith(bytes, 0xEF, 0xBB, 0xBF)) {
            return Arrays.copyOfRange(bytes, 3, bytes.length);
        }
        if (startsWith(bytes, 0xFE, 0xFF)) {
            return decoded(document, bytes, StandardCharsets.UTF_16BE);
        }
        return startsWith(bytes, 0xFF, 0xFE) ? decoded(document, bytes, StandardCharsets.UTF_16LE) : bytes;
    }

    private static byte[] decoded(String document, byte[] bytes, Charset charset) throws MalformedSubjectException {
        try {
            return charset.newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 2, bytes.length - 2))
                    .toString()
                    .getBytes(StandardCharsets.UTF_8);
        } catch (CharacterCodingException e) {
            throw new MalformedSubjectException(
                    MalformedSubjectException.Reason.NOT_JSON,
                    document,
                    "",
                    "not " + charset + ", despite its byte order mark");
        }
    }

    private static boolean startsWith(byte[] bytes, int... mark) {
        for (int i = 0; i < mark.length; i++) {
            if (i == bytes.length || bytes[i] != (byte) mark[i]) {
                return false;
            }
        }
        return true;
    }
}

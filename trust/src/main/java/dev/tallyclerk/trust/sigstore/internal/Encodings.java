package dev.tallyclerk.trust.sigstore.internal;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.trust.internal.encoding.DerForm;
import dev.tallyclerk.trust.internal.encoding.DerReader;
import dev.tallyclerk.trust.internal.encoding.StrictBase64;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Strict base64, PEM, text and certificates. */
public final class Encodings {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\\s]*+)-----END \\1-----");

    private static final int MAX_PEM = 1 << 20;
    private static final int MAX_BLOCKS = 64;

    /**
     * A PEM block.
     *
     * @param label the label, such as {@code CERTIFICATE}
     * @param content the decoded bytes
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Block(String label, byte[] content) {}

    private Encodings() {}

    /**
     * {@return the bytes of a text in standard base64 with padding, which has only one such text}
     *
     * @param what what it is, for the message
     */
    static byte[] base64(String text, String what) throws EvidenceException {
        return StrictBase64.decode(text)
                .orElseThrow(
                        () -> new EvidenceException(Reason.MALFORMED, what + " is not base64 in its standard form"));
    }

    /** {@return the blocks of a PEM text, which has nothing but white space around them (RFC 7468)} */
    public static List<Block> pem(String text) throws EvidenceException {
        if (text.length() > MAX_PEM) {
            throw new EvidenceException(Reason.LIMIT_EXCEEDED, "a PEM text of " + text.length() + " characters");
        }
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        int at = 0;
        while (matcher.find()) {
            if (blocks.size() == MAX_BLOCKS) {
                throw new EvidenceException(Reason.LIMIT_EXCEEDED, "a PEM text of more than " + MAX_BLOCKS + " blocks");
            }
            if (!text.substring(at, matcher.start()).isBlank()) {
                throw new EvidenceException(Reason.MALFORMED, "a PEM text with something before or between blocks");
            }
            String body = matcher.group(2).replaceAll("[ \t\r\n]", "");
            blocks.add(new Block(matcher.group(1), base64(body, "a PEM block")));
            at = matcher.end();
        }
        if (blocks.isEmpty() || !text.substring(at).isBlank()) {
            throw new EvidenceException(Reason.MALFORMED, "not a PEM text");
        }
        return blocks;
    }

    /** {@return the only block of a PEM text} */
    static Block onlyPem(String text) throws EvidenceException {
        List<Block> blocks = pem(text);
        if (blocks.size() != 1) {
            throw new EvidenceException(Reason.MALFORMED, blocks.size() + " PEM blocks where one must be");
        }
        return blocks.get(0);
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
                throw new EvidenceException(Reason.MALFORMED, "a text with control characters");
            }
            return value;
        } catch (CharacterCodingException e) {
            throw new EvidenceException(Reason.MALFORMED, "a text that is not UTF-8", e);
        }
    }

    /** {@return the certificate in DER} */
    public static X509Certificate certificate(byte[] der) throws EvidenceException {
        // The runtime also reads PEM and BER, and ignores bytes after the certificate.
        DerReader.only(DerReader.SEQUENCE, der);
        if (!DerForm.isOneElement(der)) {
            throw new EvidenceException(Reason.CERTIFICATE_INVALID, "a certificate that is not in DER");
        }
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException | RuntimeException e) {
            throw new EvidenceException(Reason.CERTIFICATE_INVALID, "not a certificate: " + e.getMessage(), e);
        }
    }
}

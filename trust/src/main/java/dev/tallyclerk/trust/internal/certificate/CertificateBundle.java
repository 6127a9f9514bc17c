package dev.tallyclerk.trust.internal.certificate;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** Reads PEM certificates (RFC 7468, 5). */
public final class CertificateBundle {
    /** In characters, for a whole bundle. */
    private static final int MAX_TEXT = 65_536;

    private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
    private static final String END = "-----END CERTIFICATE-----";
    private static final Pattern BLANKS = Pattern.compile("[\n\r \t]+");

    private CertificateBundle() {}

    /**
     * {@return the certificates, at least one, in their order}
     *
     * @param pem blocks with the label {@code CERTIFICATE}, with nothing but white space between them
     * @param most how many there may be
     * @throws CertificateException if it is not such a text
     */
    public static List<X509Certificate> parse(byte[] pem, int most) throws CertificateException {
        if (pem.length > MAX_TEXT) {
            throw new CertificateException("more than " + MAX_TEXT + " bytes of certificates");
        }
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> certificates = new ArrayList<>();
        String rest = new String(pem, StandardCharsets.ISO_8859_1).strip();
        while (!rest.isEmpty()) {
            int end = rest.indexOf(END);
            if (!rest.startsWith(BEGIN) || end < 0) {
                throw new CertificateException("not a PEM certificate");
            }
            if (certificates.size() == most) {
                throw new CertificateException("more than " + most + " certificates");
            }
            String body = rest.substring(BEGIN.length(), end);
            certificates.add(certificate(factory, BLANKS.matcher(body).replaceAll("")));
            rest = rest.substring(end + END.length()).strip();
        }
        if (certificates.isEmpty()) {
            throw new CertificateException("no certificate");
        }
        return List.copyOf(certificates);
    }

    private static X509Certificate certificate(CertificateFactory factory, String base64) throws CertificateException {
        try {
            // Not the MIME decoder, which skips unknown characters.
            ByteArrayInputStream der =
                    new ByteArrayInputStream(Base64.getDecoder().decode(base64));
            X509Certificate certificate = (X509Certificate) factory.generateCertificate(der);
            if (der.available() > 0) {
                throw new CertificateException("bytes after the certificate");
            }
            return certificate;
        } catch (GeneralSecurityException | RuntimeException e) {
            // The runtime answers some hostile bytes with an unchecked exception.
            throw e instanceof CertificateException malformed
                    ? malformed
                    : new CertificateException("not a certificate", e);
        }
    }
}

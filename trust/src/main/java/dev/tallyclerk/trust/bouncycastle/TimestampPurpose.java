package dev.tallyclerk.trust.bouncycastle;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import java.io.IOException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.x509.GeneralName;
import org.jspecify.annotations.Nullable;

/** What a certificate that signs timestamps has to say of itself (RFC 3161, 2.3). */
final class TimestampPurpose {
    private static final String TIME_STAMPING = "1.3.6.1.5.5.7.3.8";
    private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
    private static final int DIGITAL_SIGNATURE = 0;
    private static final int DIRECTORY_NAME = 4;

    private TimestampPurpose() {}

    /**
     * Checks that the certificate is for timestamping only, and not one of an authority for certificates.
     *
     * @throws EvidenceException if it is not
     */
    static void check(X509Certificate certificate) throws EvidenceException {
        List<String> purposes;
        try {
            purposes = certificate.getExtendedKeyUsage();
        } catch (CertificateParsingException e) {
            throw new EvidenceException(
                    Reason.CERTIFICATE_INVALID,
                    "the extended key usage of the timestamp's certificate is malformed",
                    e);
        }
        if (!List.of(TIME_STAMPING).equals(purposes)) {
            throw invalid("is not for timestamping only: extended key usage " + purposes);
        }
        Set<String> critical = certificate.getCriticalExtensionOIDs();
        if (critical == null || !critical.contains(EXTENDED_KEY_USAGE)) {
            throw invalid("has an extended key usage that is not critical");
        }
        boolean @Nullable [] usage = certificate.getKeyUsage();
        if (usage == null || !usage[DIGITAL_SIGNATURE]) {
            throw invalid("has no key usage digitalSignature");
        }
        if (certificate.getBasicConstraints() >= 0) {
            throw invalid("is one of a certificate authority");
        }
    }

    /** {@return whether a name is among the certificate's; true for names other than directory names} */
    static boolean isNameOf(GeneralName name, X509Certificate certificate) throws EvidenceException, IOException {
        if (name.getTagNo() != GeneralName.directoryName) {
            return true;
        }
        X500Principal wanted =
                new X500Principal(name.getName().toASN1Primitive().getEncoded(ASN1Encoding.DER));
        if (wanted.equals(certificate.getSubjectX500Principal())) {
            return true;
        }
        try {
            Collection<List<?>> others = certificate.getSubjectAlternativeNames();
            return others != null
                    && others.stream()
                            .anyMatch(other -> other.get(0).equals(DIRECTORY_NAME)
                                    && new X500Principal((String) other.get(1)).equals(wanted));
        } catch (CertificateParsingException e) {
            throw new EvidenceException(
                    Reason.CERTIFICATE_INVALID, "the names of the timestamp's certificate are malformed", e);
        }
    }

    private static EvidenceException invalid(String message) {
        return new EvidenceException(Reason.CERTIFICATE_INVALID, "the certificate of the timestamp " + message);
    }
}

package dev.tallyclerk.trust.internal.notation;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.internal.signature.PlainSignatures;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rules for certificates and their order (Notary Project signature specification, "Certificate Requirements").
 *
 * <p>Of the extensions, only basic constraints, key usage and extended key usage are evaluated, as the specification
 * demands. Times and trust are not looked at here.
 */
public final class CertificateChain {
    private static final int MAX_LENGTH = 16;

    private static final String BASIC_CONSTRAINTS = "2.5.29.19";
    private static final String KEY_USAGE = "2.5.29.15";
    private static final int DIGITAL_SIGNATURE = 0;
    private static final int KEY_CERT_SIGN = 5;

    /** Any usage, TLS servers and clients, e-mail, timestamps, OCSP. */
    private static final Set<String> FORBIDDEN_USAGES = Set.of(
            "2.5.29.37.0",
            "1.3.6.1.5.5.7.3.1",
            "1.3.6.1.5.5.7.3.2",
            "1.3.6.1.5.5.7.3.4",
            "1.3.6.1.5.5.7.3.8",
            "1.3.6.1.5.5.7.3.9");

    private static final Set<String> SIGNATURE_ALGORITHMS = Set.of(
            "SHA256WITHRSA",
            "SHA384WITHRSA",
            "SHA512WITHRSA",
            "RSASSA-PSS",
            "SHA256WITHECDSA",
            "SHA384WITHECDSA",
            "SHA512WITHECDSA");

    private CertificateChain() {}

    static void requireLength(int length) throws EvidenceException {
        if (length < 1) {
            throw SignedAttributes.malformed("has no certificate");
        }
        if (length > MAX_LENGTH) {
            throw new EvidenceException(
                    Reason.LIMIT_EXCEEDED, "the envelope has " + length + " certificates; the limit is " + MAX_LENGTH);
        }
    }

    /** {@return the certificates, whose number was checked, each in the one DER encoding that it has} */
    static List<X509Certificate> parse(List<byte[]> encoded) throws EvidenceException {
        List<X509Certificate> chain = new ArrayList<>();
        for (byte[] der : encoded) {
            X509Certificate certificate = certificate(der);
            if (certificate == null) {
                throw SignedAttributes.malformed("has a certificate that is none, at " + chain.size());
            }
            chain.add(certificate);
        }
        return List.copyOf(chain);
    }

    private static @Nullable X509Certificate certificate(byte[] der) {
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            // The factory reads PEM too, ignores bytes behind a certificate, and drops bits that a signature calls
            // unused.
            return factory.generateCertificate(new ByteArrayInputStream(der)) instanceof X509Certificate certificate
                            && Arrays.equals(der, certificate.getEncoded())
                            && der[der.length - certificate.getSignature().length - 1] == 0
                    ? certificate
                    : null;
        } catch (CertificateException | RuntimeException e) {
            // Some providers answer hostile bytes with an unchecked exception.
            return null;
        }
    }

    /**
     * Checks that a chain leads from a certificate for signing to its root, in order and with nothing else.
     *
     * @throws EvidenceException with {@link Reason#CERTIFICATE_INVALID}
     */
    public static void check(List<X509Certificate> chain) throws EvidenceException {
        int last = chain.size() - 1;
        for (int i = 0; i <= last; i++) {
            requireStrong(chain.get(i));
        }
        requireLeaf(chain.get(0));
        for (int i = 0; i < last; i++) {
            if (isSelfIssued(chain.get(i))) {
                throw invalid(chain.get(i), "is issued by itself, and must be the last of the chain");
            }
            if (!isIssuedBy(chain.get(i), chain.get(i + 1))) {
                throw invalid(chain.get(i), "is not issued by the next one of the chain, " + name(chain.get(i + 1)));
            }
        }
        if (!isSelfSigned(chain.get(last))) {
            throw invalid(chain.get(last), "ends the chain and is not signed by its own key");
        }
        for (int i = 1; i <= last; i++) {
            requireAuthority(chain.get(i), i - 1);
        }
    }

    /** {@return whether it is issued and signed by itself} */
    public static boolean isSelfSigned(X509Certificate certificate) {
        return isIssuedBy(certificate, certificate);
    }

    private static boolean isSelfIssued(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
    }

    private static boolean isIssuedBy(X509Certificate certificate, X509Certificate issuer) {
        if (!certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
            return false;
        }
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException | RuntimeException e) {
            return false;
        }
    }

    private static void requireStrong(X509Certificate certificate) throws EvidenceException {
        String algorithm = certificate.getSigAlgName();
        if (!SIGNATURE_ALGORITHMS.contains(algorithm.toUpperCase(Locale.ROOT))) {
            throw invalid(certificate, "is signed by " + Quoted.printable(algorithm) + ", which is not allowed");
        }
        String weakness = PlainSignatures.weakness(certificate.getPublicKey()).orElse("");
        if (!weakness.isEmpty()) {
            throw invalid(certificate, "has " + weakness);
        }
    }

    private static void requireLeaf(X509Certificate leaf) throws EvidenceException {
        if (leaf.getBasicConstraints() >= 0) {
            throw invalid(leaf, "is one of an authority, and may not sign images");
        }
        boolean[] usage = keyUsage(leaf);
        for (int i = 0; i < usage.length; i++) {
            if (usage[i] != (i == DIGITAL_SIGNATURE)) {
                throw invalid(leaf, "must have the key usage digitalSignature and no other");
            }
        }
        try {
            List<String> extended = leaf.getExtendedKeyUsage();
            if (extended != null && extended.stream().anyMatch(FORBIDDEN_USAGES::contains)) {
                throw invalid(leaf, "has an extended key usage that signers may not have: " + extended);
            }
        } catch (CertificateParsingException e) {
            throw new EvidenceException(
                    Reason.CERTIFICATE_INVALID, name(leaf) + " has a malformed extended key usage", e);
        }
    }

    private static void requireAuthority(X509Certificate authority, int below) throws EvidenceException {
        int pathLength = authority.getBasicConstraints();
        if (pathLength < 0 || !isCritical(authority, BASIC_CONSTRAINTS)) {
            throw invalid(authority, "issues others and does not say, critically, that it is one of an authority");
        }
        if (pathLength < below) {
            throw invalid(authority, "allows " + pathLength + " authorities below it, and has " + below);
        }
        if (!keyUsage(authority)[KEY_CERT_SIGN]) {
            throw invalid(authority, "issues others without the key usage keyCertSign");
        }
    }

    private static boolean[] keyUsage(X509Certificate certificate) throws EvidenceException {
        boolean[] usage = certificate.getKeyUsage();
        if (usage == null || usage.length <= KEY_CERT_SIGN || !isCritical(certificate, KEY_USAGE)) {
            throw invalid(certificate, "has no critical key usage");
        }
        return usage;
    }

    private static boolean isCritical(X509Certificate certificate, String extension) {
        Set<String> critical = certificate.getCriticalExtensionOIDs();
        return critical != null && critical.contains(extension);
    }

    private static EvidenceException invalid(X509Certificate certificate, String what) {
        return new EvidenceException(Reason.CERTIFICATE_INVALID, name(certificate) + " " + what);
    }

    /** {@return what to call a certificate in messages} */
    public static String name(X509Certificate certificate) {
        return "the certificate "
                + Quoted.quote(certificate.getSubjectX500Principal().getName());
    }
}

package dev.tallyclerk.trust.sigstore.internal;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXReason;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;

/** Validates paths from a signing certificate to a trusted root (client 4.3; RFC 5280, 6). */
public final class CertificatePath {
    private static final String CODE_SIGNING = "1.3.6.1.5.5.7.3.3";
    private static final String ANY_USAGE = "2.5.29.37.0";
    private static final int KEY_CERT_SIGN = 5;

    private CertificatePath() {}

    /**
     * {@return the trusted chain by which a certificate was valid at all the times}
     *
     * @param times the times of the signature, at least one
     * @throws EvidenceException if there is none
     */
    public static TrustedChain validate(
            LeafCertificate leaf, Collection<TrustedChain> authorities, Collection<Instant> times)
            throws EvidenceException {
        EvidenceException failure = new EvidenceException(
                Reason.CERTIFICATE_UNTRUSTED, "the trusted root has no authority that issued the certificate");
        for (TrustedChain authority : authorities) {
            X509Certificate issuer = authority.certificates().get(0);
            if (!issuer.getSubjectX500Principal().equals(leaf.certificate().getIssuerX500Principal())) {
                continue;
            }
            try {
                for (Instant time : times) {
                    validate(leaf.certificate(), authority, time);
                }
                return authority;
            } catch (EvidenceException e) {
                // The authority that comes nearest knows best why.
                if (failure.reason() == Reason.CERTIFICATE_UNTRUSTED) {
                    failure = e;
                }
            }
        }
        throw failure;
    }

    private static void validate(X509Certificate leaf, TrustedChain authority, Instant time) throws EvidenceException {
        List<X509Certificate> chain = authority.certificates();
        List<X509Certificate> path = new ArrayList<>();
        path.add(leaf);
        path.addAll(chain.subList(0, chain.size() - 1));
        try {
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(authority.root(), null)));
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(time));
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
        } catch (CertPathValidatorException e) {
            String message = reason(e) == Reason.CERTIFICATE_EXPIRED && e.getIndex() >= 0
                    ? "a certificate of the path is valid from " + validity(path.get(e.getIndex()))
                            + ", the signature is of " + time
                    : "the certificate's path at " + time + ": " + e.getMessage();
            throw new EvidenceException(reason(e), message, e);
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new EvidenceException(
                    Reason.CERTIFICATE_INVALID, "the certificate's path cannot be validated: " + e.getMessage(), e);
        }
        checkValidity(authority.root(), time);
        for (X509Certificate issuer : chain) {
            checkAuthority(issuer);
        }
        if (!authority.validity().contains(time)) {
            throw new EvidenceException(
                    Reason.CERTIFICATE_EXPIRED,
                    "the authority is trusted from " + authority.validity() + ", the signature is of " + time);
        }
    }

    private static String validity(X509Certificate certificate) {
        return certificate.getNotBefore().toInstant() + " to "
                + certificate.getNotAfter().toInstant();
    }

    private static Reason reason(CertPathValidatorException e) {
        if (e.getReason() == BasicReason.EXPIRED || e.getReason() == BasicReason.NOT_YET_VALID) {
            return Reason.CERTIFICATE_EXPIRED;
        }
        boolean isForm = e.getReason() instanceof PKIXReason && e.getReason() != PKIXReason.NAME_CHAINING;
        return isForm || e.getReason() == BasicReason.ALGORITHM_CONSTRAINED
                ? Reason.CERTIFICATE_INVALID
                : Reason.CERTIFICATE_UNTRUSTED;
    }

    /** The runtime does not look at the validity of an anchor. */
    private static void checkValidity(X509Certificate root, Instant time) throws EvidenceException {
        try {
            root.checkValidity(Date.from(time));
        } catch (CertificateException e) {
            throw new EvidenceException(
                    Reason.CERTIFICATE_EXPIRED, "the root was not valid at " + time + ": " + e.getMessage(), e);
        }
    }

    /** The runtime does not look at the extended key usage of issuers, and at nothing of an anchor. */
    private static void checkAuthority(X509Certificate issuer) throws EvidenceException {
        boolean[] usage = issuer.getKeyUsage();
        if (issuer.getBasicConstraints() < 0 || (usage != null && !usage[KEY_CERT_SIGN])) {
            throw new EvidenceException(
                    Reason.CERTIFICATE_INVALID,
                    "the issuer " + issuer.getSubjectX500Principal() + " is no certificate authority");
        }
        try {
            List<String> extended = issuer.getExtendedKeyUsage();
            if (extended != null && !extended.contains(CODE_SIGNING) && !extended.contains(ANY_USAGE)) {
                throw new EvidenceException(
                        Reason.CERTIFICATE_INVALID,
                        "the issuer " + issuer.getSubjectX500Principal() + " may not issue for code signing");
            }
        } catch (CertificateParsingException e) {
            throw new EvidenceException(Reason.CERTIFICATE_INVALID, "a malformed extended key usage", e);
        }
    }
}

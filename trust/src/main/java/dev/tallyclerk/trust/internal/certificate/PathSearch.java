package dev.tallyclerk.trust.internal.certificate;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.internal.signature.PlainSignatures;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXReason;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Searches the path from a certificate to a root that is valid at a given time (RFC 5280, 6).
 *
 * <p>Checks no revocation, and nothing of the first certificate's purpose. The number of attempts is bounded, because
 * the certificates between may be of an attacker's choice. Not safe for use by several threads.
 */
public final class PathSearch {
    /** Certificates between the first one and the root. */
    private static final int MAX_BETWEEN = 5;

    private static final int MAX_STEPS = 64;
    private static final int KEY_CERT_SIGN = 5;

    /** SHA-2 with RSA in both paddings and with ECDSA, and Ed25519. */
    private static final Set<String> SIGNATURE_ALGORITHMS = Set.of(
            "1.2.840.113549.1.1.10",
            "1.2.840.113549.1.1.11",
            "1.2.840.113549.1.1.12",
            "1.2.840.113549.1.1.13",
            "1.2.840.10045.4.3.2",
            "1.2.840.10045.4.3.3",
            "1.2.840.10045.4.3.4",
            "1.3.101.112");

    private final List<X509Certificate> roots;
    private final List<X509Certificate> between;
    private final Instant time;
    private int steps;
    private @Nullable EvidenceException failure;

    private PathSearch(List<X509Certificate> roots, List<X509Certificate> between, Instant time) {
        this.roots = roots;
        this.between = between;
        this.time = time;
    }

    /**
     * {@return the path from {@code first} to a root, with both ends}
     *
     * @param roots the trusted certificates, each of which must be one of an authority
     * @param between certificates that may be of the path; nothing is assumed of them
     * @param time when all certificates, the root too, have to be valid
     * @throws EvidenceException if there is no path, or the best one has an invalid or expired certificate
     */
    public static List<X509Certificate> find(
            X509Certificate first, List<X509Certificate> roots, List<X509Certificate> between, Instant time)
            throws EvidenceException {
        PathSearch search = new PathSearch(roots, between, time);
        Optional<List<X509Certificate>> path = search.from(List.of(first));
        if (path.isPresent()) {
            return path.get();
        }
        throw search.failure != null
                ? search.failure
                : new EvidenceException(
                        Reason.CERTIFICATE_UNTRUSTED,
                        "no path leads from the certificate of " + name(first) + " to a trusted root");
    }

    private Optional<List<X509Certificate>> from(List<X509Certificate> path) throws EvidenceException {
        X509Certificate last = path.get(path.size() - 1);
        for (X509Certificate root : roots) {
            if (root.getSubjectX500Principal().equals(last.getIssuerX500Principal()) && !path.contains(root)) {
                step();
                try {
                    return Optional.of(valid(path, root));
                } catch (EvidenceException e) {
                    keep(e);
                }
            }
        }
        if (path.size() > MAX_BETWEEN) {
            return Optional.empty();
        }
        for (X509Certificate issuer : between) {
            if (issuer.getSubjectX500Principal().equals(last.getIssuerX500Principal()) && !path.contains(issuer)) {
                step();
                List<X509Certificate> longer = new ArrayList<>(path);
                longer.add(issuer);
                Optional<List<X509Certificate>> found = from(longer);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private void step() throws EvidenceException {
        steps++;
        if (steps > MAX_STEPS) {
            throw new EvidenceException(
                    Reason.LIMIT_EXCEEDED, "the certificates make more than " + MAX_STEPS + " paths to try");
        }
    }

    /** A certificate that is expired or invalid says more than one by an unknown issuer of the same name. */
    private void keep(EvidenceException e) {
        if (failure == null || failure.reason() == Reason.CERTIFICATE_UNTRUSTED) {
            failure = e;
        }
    }

    private List<X509Certificate> valid(List<X509Certificate> path, X509Certificate root) throws EvidenceException {
        validate(path, root);
        List<X509Certificate> whole = new ArrayList<>(path);
        whole.add(root);
        for (X509Certificate certificate : whole) {
            Optional<String> weakness = PlainSignatures.weakness(certificate.getPublicKey());
            if (weakness.isPresent()) {
                throw new EvidenceException(
                        Reason.CERTIFICATE_INVALID,
                        "the certificate of " + name(certificate) + " has " + weakness.get());
            }
            // The runtime's validator does not look at the root's dates, and rounds the time.
            if (time.isBefore(certificate.getNotBefore().toInstant())
                    || time.isAfter(certificate.getNotAfter().toInstant())) {
                throw new EvidenceException(
                        Reason.CERTIFICATE_EXPIRED,
                        "the certificate of " + name(certificate) + " is valid from "
                                + certificate.getNotBefore().toInstant() + " until "
                                + certificate.getNotAfter().toInstant() + ", not at " + time);
            }
        }
        for (X509Certificate certificate : path) {
            // Nobody verifies the signature of a root, so an old one may be by SHA-1.
            if (!SIGNATURE_ALGORITHMS.contains(certificate.getSigAlgOID())) {
                throw new EvidenceException(
                        Reason.CERTIFICATE_INVALID,
                        "the certificate of " + name(certificate) + " is signed by " + certificate.getSigAlgName());
            }
        }
        boolean @Nullable [] usage = root.getKeyUsage();
        if (root.getBasicConstraints() < 0 || (usage != null && !usage[KEY_CERT_SIGN])) {
            throw new EvidenceException(
                    Reason.CERTIFICATE_INVALID, "the root " + name(root) + " is not one of an authority");
        }
        long issuedBetween = path.stream()
                .skip(1)
                .filter(c -> !c.getSubjectX500Principal().equals(c.getIssuerX500Principal()))
                .count();
        // The runtime's validator does not look at the root's extensions.
        if (root.getBasicConstraints() < issuedBetween) {
            throw new EvidenceException(
                    Reason.CERTIFICATE_INVALID,
                    "the root " + name(root) + " allows " + root.getBasicConstraints()
                            + " authorities below it; the path has " + issuedBetween);
        }
        return List.copyOf(whole);
    }

    private void validate(List<X509Certificate> path, X509Certificate root) throws EvidenceException {
        try {
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(time));
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
        } catch (CertPathValidatorException e) {
            Reason reason = Reason.CERTIFICATE_INVALID;
            if (e.getReason() == BasicReason.EXPIRED || e.getReason() == BasicReason.NOT_YET_VALID) {
                reason = Reason.CERTIFICATE_EXPIRED;
            } else if (e.getReason() == BasicReason.INVALID_SIGNATURE
                    || e.getReason() == PKIXReason.NO_TRUST_ANCHOR
                    || e.getReason() == PKIXReason.NAME_CHAINING) {
                reason = Reason.CERTIFICATE_UNTRUSTED;
            }
            X509Certificate at = path.get(Math.max(0, e.getIndex()));
            throw new EvidenceException(
                    reason, "the certificate of " + name(at) + " does not hold: " + Quoted.printable(text(e)), e);
        } catch (GeneralSecurityException | RuntimeException e) {
            // Some runtimes answer hostile certificates with an unchecked exception.
            throw new EvidenceException(
                    Reason.CERTIFICATE_INVALID,
                    "the certificates cannot be validated: " + Quoted.printable(text(e)),
                    e);
        }
    }

    private static String text(Exception e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }

    private static String name(X509Certificate certificate) {
        return Quoted.printable(certificate.getSubjectX500Principal().getName());
    }
}

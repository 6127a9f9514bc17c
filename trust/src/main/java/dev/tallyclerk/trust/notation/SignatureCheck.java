package dev.tallyclerk.trust.notation;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.Evidence;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.evidence.Signer;
import dev.tallyclerk.evidence.TargetArtifact;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.attestation.VerifiedStatement;
import dev.tallyclerk.trust.internal.notation.CertificateChain;
import dev.tallyclerk.trust.internal.notation.DistinguishedName;
import dev.tallyclerk.trust.internal.notation.EnvelopeContent;
import dev.tallyclerk.trust.internal.notation.SignedPayload;
import dev.tallyclerk.trust.internal.notation.SigningAlgorithm;
import dev.tallyclerk.trust.notation.NotationLevel.Action;
import dev.tallyclerk.trust.notation.NotationLevel.Validation;
import dev.tallyclerk.trust.notation.NotationStatement.TimestampCheck;
import dev.tallyclerk.trust.revocation.CertificateRevocation;
import dev.tallyclerk.trust.revocation.RevocationChecker;
import dev.tallyclerk.trust.revocation.RevocationReport;
import dev.tallyclerk.trust.timestamp.TimestampEngine;
import dev.tallyclerk.trust.timestamp.TimestampTrust;
import dev.tallyclerk.trust.timestamp.VerifiedTimestamp;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The verification of one envelope against one statement, at one time (Notary Project trust policy specification,
 * "Signature Verification"). Belongs to one thread.
 */
final class SignatureCheck {
    /** The store of a signer that no trust store vouches for. */
    private static final String NO_STORE = "none";

    private final NotationStatement statement;
    private final NotationTrustStore trustStore;
    private final TimestampEngine timestamps;
    private final RevocationChecker revocation;
    private final Instant now;
    private final EnvelopeContent content;
    private final List<String> notChecked = new ArrayList<>();

    private @Nullable String store;

    /** The position of the trusted certificate in the chain, if there is a store. */
    private int anchor;

    private @Nullable Instant signedAt;
    private @Nullable VerifiedTimestamp timestamp;

    SignatureCheck(
            NotationStatement statement,
            NotationTrustStore trustStore,
            TimestampEngine timestamps,
            RevocationChecker revocation,
            Instant now,
            EnvelopeContent content) {
        this.statement = statement;
        this.trustStore = trustStore;
        this.timestamps = timestamps;
        this.revocation = revocation;
        this.now = now;
        this.content = content;
    }

    /** One of the validations that a level can log. */
    private interface Step {
        void run() throws EvidenceException;
    }

    VerifiedStatement verify(TargetArtifact target, Map<String, String> userMetadata, String origin)
            throws EvidenceException {
        requireIntegrity();
        SignedPayload payload = SignedPayload.parse(content.payload());
        requireTarget(payload.target(), target);
        requireMetadata(payload.annotations(), userMetadata);
        validate(Validation.AUTHENTICITY, this::requireAuthenticity);
        validate(Validation.EXPIRY, this::requireNotExpired);
        validate(Validation.AUTHENTIC_TIMESTAMP, this::requireTime);
        validate(Validation.REVOCATION, this::requireNotRevoked);
        return new VerifiedStatement(
                new Evidence(
                        Evidence.Kind.NOTATION_SIGNATURE,
                        target.digest(),
                        signer(),
                        Optional.empty(),
                        // Nobody who is trusted says when, if nobody who is trusted signed.
                        store == null ? Optional.empty() : Optional.ofNullable(signedAt),
                        content.attributes().expiry(),
                        origin,
                        notChecked,
                        Optional.empty()),
                Optional.empty(),
                payload.annotations());
    }

    private void validate(Validation validation, Step step) throws EvidenceException {
        Action action = statement.level().action(validation);
        if (action == Action.SKIP) {
            notChecked.add(validation + ": skipped by the policy");
            return;
        }
        try {
            step.run();
        } catch (EvidenceException e) {
            if (action == Action.ENFORCE) {
                throw e;
            }
            notChecked.add(validation + ": failed, and the policy only logs that: " + e.getMessage());
        }
    }

    private X509Certificate leaf() {
        return content.chain().get(0);
    }

    /** The algorithm is that of the key; the signed name of it must agree. */
    private void requireIntegrity() throws EvidenceException {
        SigningAlgorithm algorithm = SigningAlgorithm.of(leaf().getPublicKey());
        if (algorithm != content.algorithm()) {
            throw new EvidenceException(
                    Reason.SIGNATURE_INVALID,
                    "the envelope names the algorithm " + content.algorithm() + ", and its key is one for "
                            + algorithm);
        }
        if (!algorithm.verify(leaf().getPublicKey(), content.signedBytes(), content.signature())) {
            throw new EvidenceException(
                    Reason.SIGNATURE_INVALID,
                    "the signature is not one of " + CertificateChain.name(leaf()) + " over the content");
        }
        CertificateChain.check(content.chain());
    }

    private static void requireTarget(TargetArtifact signed, TargetArtifact target) throws EvidenceException {
        if (!signed.equals(target)) {
            throw new EvidenceException(
                    Reason.SUBJECT_MISMATCH,
                    "signed is " + describe(signed) + ", and the image is " + describe(target));
        }
    }

    private static String describe(TargetArtifact target) {
        return target.digest() + " with " + target.size() + " bytes of " + Quoted.quote(target.mediaType());
    }

    private static void requireMetadata(Map<String, String> signed, Map<String, String> wanted)
            throws EvidenceException {
        for (Map.Entry<String, String> entry : wanted.entrySet()) {
            String value = signed.get(entry.getKey());
            if (!entry.getValue().equals(value)) {
                throw new EvidenceException(
                        Reason.ANNOTATION_MISMATCH,
                        "the signed metadata has " + Quoted.quote(entry.getKey()) + " = "
                                + (value == null ? "nothing" : Quoted.quote(value)) + "; wanted "
                                + Quoted.quote(entry.getValue()));
            }
        }
    }

    private void requireAuthenticity() throws EvidenceException {
        List<String> stores = statement.trustStoresOf(content.attributes().isAuthority() ? "signingAuthority" : "ca");
        for (String name : stores) {
            for (int i = content.chain().size() - 1; i >= 0; i--) {
                if (trustStore.certificates(name).contains(content.chain().get(i))) {
                    requireIdentity();
                    anchor = i;
                    store = name;
                    return;
                }
            }
        }
        throw new EvidenceException(
                Reason.CERTIFICATE_UNTRUSTED,
                "no certificate of the chain of " + CertificateChain.name(leaf())
                        + " is in a trust store for the scheme "
                        + content.attributes().scheme() + "; the policy names " + stores);
    }

    private void requireIdentity() throws EvidenceException {
        if (statement.trustsEverySubject()) {
            return;
        }
        DistinguishedName subject;
        try {
            subject = DistinguishedName.of(leaf().getSubjectX500Principal());
        } catch (EvidenceException e) {
            throw new EvidenceException(
                    Reason.IDENTITY_MISMATCH, CertificateChain.name(leaf()) + " is ambiguous: " + e.getMessage(), e);
        }
        if (!statement.trusts(subject)) {
            throw new EvidenceException(
                    Reason.IDENTITY_MISMATCH,
                    CertificateChain.name(leaf()) + " is none of the trusted identities "
                            + Quoted.quote(statement.trustedIdentities().toString(), 300));
        }
    }

    private void requireNotExpired() throws EvidenceException {
        Optional<Instant> expiry = content.attributes().expiry();
        if (expiry.isPresent() && !now.isBefore(expiry.get())) {
            throw new EvidenceException(Reason.EXPIRED, "the signature ended at " + expiry.get() + "; now is " + now);
        }
    }

    private void requireTime() throws EvidenceException {
        if (content.attributes().isAuthority()) {
            Instant time = content.attributes().time();
            requireValid(time, time);
            signedAt = time;
            return;
        }
        List<String> authorities = statement.trustStoresOf("tsa");
        boolean isLookedAt = !authorities.isEmpty()
                && (statement.timestampCheck() == TimestampCheck.ALWAYS || hasExpiredCertificate());
        if (!isLookedAt) {
            requireValid(now, now);
            return;
        }
        VerifiedTimestamp verified = timestamp(authorities);
        requireValid(verified.time().minus(verified.accuracy()), verified.time().plus(verified.accuracy()));
        timestamp = verified;
        signedAt = verified.time();
    }

    private boolean hasExpiredCertificate() {
        return content.chain().stream()
                .anyMatch(certificate -> now.isAfter(certificate.getNotAfter().toInstant()));
    }

    private VerifiedTimestamp timestamp(List<String> authorities) throws EvidenceException {
        if (content.timestamp().isEmpty()) {
            throw new EvidenceException(
                    Reason.TIME_MISSING,
                    "the signature has no timestamp, which the policy demands by naming " + authorities);
        }
        List<X509Certificate> roots = authorities.stream()
                .flatMap(name -> trustStore.certificates(name).stream())
                .toList();
        if (roots.isEmpty()) {
            throw new EvidenceException(
                    Reason.TIMESTAMP_INVALID, "the trust stores " + authorities + " have no certificate");
        }
        try {
            return timestamps.verifyToken(
                    content.timestamp().get(), content.signature(), new TimestampTrust(roots, List.of()));
        } catch (EvidenceException e) {
            throw new EvidenceException(reasonOfTimestamp(e.reason()), "the timestamp: " + e.getMessage(), e);
        }
    }

    /** The other reasons about certificates are about those of the signer. */
    private static Reason reasonOfTimestamp(Reason reason) {
        return switch (reason) {
            case UNSUPPORTED, LIMIT_EXCEEDED, MALFORMED -> reason;
            default -> Reason.TIMESTAMP_INVALID;
        };
    }

    private void requireValid(Instant from, Instant to) throws EvidenceException {
        for (X509Certificate certificate : content.chain()) {
            Instant notBefore = certificate.getNotBefore().toInstant();
            Instant notAfter = certificate.getNotAfter().toInstant();
            if (from.isBefore(notBefore) || to.isAfter(notAfter)) {
                throw new EvidenceException(
                        Reason.CERTIFICATE_EXPIRED,
                        CertificateChain.name(certificate) + " is valid from " + notBefore + " to " + notAfter
                                + ", and the time that counts is " + from
                                + (from.equals(to) ? "" : " to " + to));
            }
        }
    }

    /**
     * Of the signer's certificates below the trusted one, and of those of the timestamp that counted. Certificates name
     * the servers to ask, so those of a signer that nobody vouches for choose none.
     */
    private void requireNotRevoked() throws EvidenceException {
        List<X509Certificate> chain = content.chain();
        if (store == null) {
            requireNotRevoked("", RevocationChecker.offline().check(chain));
            return;
        }
        if (anchor < chain.size() - 1) {
            notChecked.add(Validation.REVOCATION + ": " + CertificateChain.name(chain.get(anchor))
                    + " is trusted itself, and was not asked about");
        }
        List<X509Certificate> path = chain.subList(0, anchor + 1);
        Instant time = signedAt;
        requireNotRevoked("", time == null ? revocation.check(path) : revocation.check(path, time));
        VerifiedTimestamp counted = timestamp;
        if (counted != null) {
            requireNotRevoked("the timestamp: ", revocation.check(counted.path(), counted.time()));
        }
    }

    private void requireNotRevoked(String of, RevocationReport report) throws EvidenceException {
        for (CertificateRevocation result : report.certificates()) {
            String name = of + CertificateChain.name(result.certificate());
            switch (result.status()) {
                case GOOD -> {
                    // nothing to report
                }
                case NOT_STATED ->
                    notChecked.add(
                            Validation.REVOCATION + ": " + name + " does not say where revocations are published");
                case UNKNOWN ->
                    throw new EvidenceException(
                            Reason.REVOCATION_UNKNOWN,
                            "whether " + name + " is revoked is unknown: " + String.join("; ", result.steps()));
                case REVOKED ->
                    throw new EvidenceException(
                            Reason.CERTIFICATE_REVOKED,
                            name + " was revoked at "
                                    + result.revokedAt().map(Instant::toString).orElse("an unknown time")
                                    + (result.revocationReason().isEmpty() ? "" : ": " + result.revocationReason()));
            }
        }
    }

    private Signer signer() {
        X509Certificate leaf = leaf();
        return new Signer.Certificate(
                leaf.getSubjectX500Principal().getName(),
                Digest.sha256Of(leaf.getPublicKey().getEncoded()).encoded(),
                store == null ? NO_STORE : store);
    }
}

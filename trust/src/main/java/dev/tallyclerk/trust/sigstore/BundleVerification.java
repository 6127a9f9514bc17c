package dev.tallyclerk.trust.sigstore;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.evidence.Signer;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.attestation.DsseEnvelope;
import dev.tallyclerk.trust.attestation.Statement;
import dev.tallyclerk.trust.internal.engine.Signatures;
import dev.tallyclerk.trust.internal.signature.PlainSignatures.Hash;
import dev.tallyclerk.trust.key.TrustedKey;
import dev.tallyclerk.trust.sigstore.VerifiedBundle.LoggedEntry;
import dev.tallyclerk.trust.sigstore.internal.BundleParts;
import dev.tallyclerk.trust.sigstore.internal.CertificatePath;
import dev.tallyclerk.trust.sigstore.internal.CertificateProofs;
import dev.tallyclerk.trust.sigstore.internal.LeafCertificate;
import dev.tallyclerk.trust.sigstore.internal.LogEntries;
import dev.tallyclerk.trust.sigstore.internal.LogEntry;
import dev.tallyclerk.trust.sigstore.internal.RootParts;
import dev.tallyclerk.trust.sigstore.internal.SignedContent;
import dev.tallyclerk.trust.sigstore.internal.TrustedChain;
import dev.tallyclerk.trust.sigstore.internal.TrustedLog;
import dev.tallyclerk.trust.timestamp.TimestampEngine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Verifies one bundle, by the steps of the client specification. Used once, by one thread. */
final class BundleVerification {
    private final RootParts root;
    private final TimestampEngine timestampEngine;
    private final SigstoreThresholds thresholds;
    private final List<TrustedKey> keys;
    private final Signatures verifying;
    private final @Nullable Instant now;
    private final List<String> notChecked = new ArrayList<>();

    /**
     * The certificate or key that signed.
     *
     * @param leaf the certificate, null if a key signed
     * @param keys the keys that made the signature, none if a certificate signed
     * @param signature the signature that is good
     */
    @SuppressWarnings("ArrayRecordComponent")
    private record SignedBy(@Nullable LeafCertificate leaf, List<TrustedKey> keys, byte[] signature) {
        byte[] verifier() {
            return leaf != null ? leaf.encoded() : keys.get(0).publicKey().getEncoded();
        }
    }

    BundleVerification(
            RootParts root,
            TimestampEngine timestampEngine,
            SigstoreThresholds thresholds,
            List<TrustedKey> keys,
            Signatures verifying,
            @Nullable Instant now) {
        this.root = root;
        this.timestampEngine = timestampEngine;
        this.thresholds = thresholds;
        this.keys = keys;
        this.verifying = verifying;
        this.now = now;
    }

    VerifiedBundle verify(BundleParts bundle, SignedContent artifact) throws EvidenceException {
        if (bundle.entries().size() < thresholds.logs()) {
            throw new EvidenceException(
                    Reason.THRESHOLD_NOT_MET,
                    bundle.entries().size() + " log entries, " + thresholds.logs() + " are needed");
        }
        DsseEnvelope envelope = bundle.envelope();
        SignedContent content = envelope == null ? artifact : SignedContent.of(envelope);

        // Client 4.5. First, because timestamps and log entries are about the signature. The steps need no order.
        checkDigest(bundle, artifact);
        SignedBy by = signedBy(bundle, content);
        Optional<Statement> statement = Optional.empty();
        Map<String, String> annotations = Map.of();
        if (envelope != null) {
            Statement said = envelope.statement();
            annotations = artifact.subjectOf(said)
                    .orElseThrow(() -> new EvidenceException(
                            Reason.SUBJECT_MISMATCH, "no subject of the statement has the digest of the artifact"))
                    .annotations();
            statement = Optional.of(said);
        }

        // Client 4.2.
        SignatureTimes times = new SignatureTimes(root, timestampEngine, now);
        times.addTimestamps(bundle.timestamps(), by.signature());
        times.addPromises(bundle.entries());
        times.require(thresholds.times(), by.leaf() != null);

        // Client 4.3.
        Signer signer = by.leaf() == null ? validKey(by.keys(), times) : validIdentity(by.leaf(), times);

        // Client 4.4.
        List<LoggedEntry> logged = logged(bundle, content, by, times);

        notChecked.addAll(times.notChecked());
        return new VerifiedBundle(signer, times.times(), logged, statement, annotations, notChecked);
    }

    /** The digest in the bundle is a hint and nothing is verified by it, but a wrong one is refused. */
    private static void checkDigest(BundleParts bundle, SignedContent artifact) throws EvidenceException {
        if (bundle.digest().length == 0) {
            return;
        }
        Hash hash = SignedContent.hash(bundle.digestAlgorithm())
                .orElseThrow(() -> new EvidenceException(
                        Reason.UNSUPPORTED,
                        "a message digest of the algorithm " + Quoted.quote(bundle.digestAlgorithm())));
        if (!Arrays.equals(bundle.digest(), artifact.digest(hash))) {
            throw new EvidenceException(
                    Reason.SUBJECT_MISMATCH, "the bundle's message digest is not the one of the artifact");
        }
    }

    private SignedBy signedBy(BundleParts bundle, SignedContent content) throws EvidenceException {
        List<byte[]> signatures = new ArrayList<>();
        DsseEnvelope envelope = bundle.envelope();
        byte[] bare = bundle.signature();
        if (envelope != null) {
            envelope.signatures().forEach(signature -> signatures.add(signature.value()));
        } else if (bare != null) {
            signatures.add(bare);
        }
        byte[] encoded = bundle.leaf();
        if (encoded != null) {
            LeafCertificate leaf = LeafCertificate.parse(encoded);
            for (byte[] signature : signatures) {
                if (content.isSigned(leaf.publicKey(), signature, verifying)) {
                    return new SignedBy(leaf, List.of(), signature);
                }
            }
            throw new EvidenceException(
                    Reason.SIGNATURE_INVALID, "the signature is not one of the certificate over the artifact");
        }
        List<TrustedKey> candidates = candidates(bundle);
        for (byte[] signature : signatures) {
            List<TrustedKey> made = new ArrayList<>();
            for (TrustedKey key : candidates) {
                if (content.isSigned(key.publicKey(), signature, verifying)) {
                    made.add(key);
                }
            }
            if (!made.isEmpty()) {
                return new SignedBy(null, made, signature);
            }
        }
        throw new EvidenceException(
                Reason.SIGNATURE_INVALID, "the signature is not one of a trusted key over the artifact");
    }

    /** {@return the trusted keys that the bundle's hint does not exclude} */
    private List<TrustedKey> candidates(BundleParts bundle) throws EvidenceException {
        String hint = bundle.keyHint();
        DsseEnvelope envelope = bundle.envelope();
        if (envelope != null && !hint.isEmpty()) {
            for (DsseEnvelope.Signature signature : envelope.signatures()) {
                if (!signature.keyId().isEmpty() && !signature.keyId().equals(hint)) {
                    throw new EvidenceException(
                            Reason.MALFORMED,
                            "the envelope's keyid is " + Quoted.quote(signature.keyId()) + ", the bundle's hint "
                                    + Quoted.quote(hint));
                }
            }
        }
        List<TrustedKey> candidates = keys.stream()
                .filter(key -> key.hint().isEmpty() || key.hint().equals(hint))
                .toList();
        if (candidates.isEmpty()) {
            throw new EvidenceException(
                    Reason.KEY_UNTRUSTED,
                    "the bundle is signed by a key, and no trusted key has its hint " + Quoted.quote(hint));
        }
        return candidates;
    }

    private Signer validKey(List<TrustedKey> made, SignatureTimes times) throws EvidenceException {
        if (times.times().isEmpty()) {
            notChecked.add("when the signature was made");
        }
        EvidenceException failure = new EvidenceException(Reason.KEY_UNTRUSTED, "no key");
        for (TrustedKey key : made) {
            boolean isLimited = key.validFrom().isPresent() || key.validUntil().isPresent();
            if (isLimited && times.times().isEmpty()) {
                failure = new EvidenceException(
                        Reason.TIME_MISSING,
                        "the key's validity is limited, and nobody says when the signature was made");
            } else if (times.instants().stream().allMatch(key::isValidAt)) {
                return new Signer.Key(key.fingerprint());
            } else {
                failure = new EvidenceException(
                        Reason.KEY_NOT_VALID, "the key was not valid at " + times.instants() + ", when it signed");
            }
        }
        throw failure;
    }

    private Signer validIdentity(LeafCertificate leaf, SignatureTimes times) throws EvidenceException {
        TrustedChain authority = CertificatePath.validate(leaf, root.authorities(), times.instants());
        CertificateProofs.verify(
                leaf, authority.certificates().get(0), root.certificateLogs(), thresholds.certificateLogs());
        if (thresholds.certificateLogs() == 0) {
            notChecked.add("that a certificate log has the certificate");
        }
        return new Signer.Identity(leaf.identity(), leaf.issuer(), leaf.extensions());
    }

    /**
     * {@return the entries of trusted logs} Those of unknown logs do not count; a wrong one of a trusted log is an
     * error.
     */
    private List<LoggedEntry> logged(BundleParts bundle, SignedContent content, SignedBy by, SignatureTimes times)
            throws EvidenceException {
        Set<String> counted = new TreeSet<>();
        List<LoggedEntry> logged = new ArrayList<>();
        EvidenceException failure = null;
        for (LogEntry entry : bundle.entries()) {
            Optional<TrustedLog> log = Optional.empty();
            try {
                log = Optional.of(times.logOf(entry));
            } catch (EvidenceException e) {
                failure = failure == null ? e : failure;
                notChecked.add("a log entry: " + e.getMessage());
            }
            if (log.isPresent()) {
                LogEntries.verifyInclusion(entry, bundle.version(), log.get());
                LogEntries.verifyBody(entry, content, by.signature(), by.verifier(), by.leaf() != null);
                counted.add(log.get().counted());
                logged.add(new LoggedEntry(entry.logId(), LogEntries.signedIndex(entry)));
            }
        }
        if (counted.isEmpty() && failure != null && thresholds.logs() > 0) {
            throw failure;
        }
        if (counted.size() < thresholds.logs()) {
            throw new EvidenceException(
                    Reason.THRESHOLD_NOT_MET,
                    "entries of " + counted.size() + " logs, " + thresholds.logs() + " are needed");
        }
        if (counted.isEmpty()) {
            notChecked.add("that a log has the signature");
        }
        return logged;
    }
}

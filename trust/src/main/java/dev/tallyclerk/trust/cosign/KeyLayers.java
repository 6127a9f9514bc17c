package dev.tallyclerk.trust.cosign;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.AttachedBlob;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.evidence.Signer;
import dev.tallyclerk.trust.attestation.DsseEnvelope;
import dev.tallyclerk.trust.internal.signature.PlainSignatures;
import dev.tallyclerk.trust.key.TrustedKey;
import dev.tallyclerk.trust.sigstore.SigstoreBundle;
import dev.tallyclerk.trust.sigstore.SigstoreThresholds;
import dev.tallyclerk.trust.sigstore.SigstoreVerifier;
import dev.tallyclerk.trust.sigstore.TrustedRoot;
import dev.tallyclerk.trust.sigstore.VerifiedBundle;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Verifies signatures with keys. A certificate beside a signature is not looked at. */
final class KeyLayers implements LayerVerifier {
    private static final String NO_LOG = "that a log has the signature";
    private static final SigstoreVerifier WITHOUT_LOG =
            SigstoreVerifier.of(TrustedRoot.empty()).withThresholds(new SigstoreThresholds(0, 0, 0));

    private final List<TrustedKey> keys;
    private final SignatureHash hash;
    private final @Nullable SigstoreVerifier log;

    private KeyLayers(List<TrustedKey> keys, SignatureHash hash, @Nullable SigstoreVerifier log) {
        this.keys = List.copyOf(keys);
        this.hash = hash;
        this.log = log;
    }

    static KeyLayers of(List<TrustedKey> keys) {
        return new KeyLayers(keys, SignatureHash.SHA256, null);
    }

    @Override
    public KeyLayers withHash(SignatureHash hash) {
        return new KeyLayers(keys, hash, log);
    }

    @Override
    public KeyLayers withLog(SigstoreVerifier log) {
        return new KeyLayers(keys, hash, log);
    }

    @Override
    public Signed signature(byte[] payload, byte[] signature, AttachedBlob layer) throws EvidenceException {
        TrustedKey key = keyOf(List.of(payload), signature).orElseThrow(this::invalid);
        if (log == null) {
            return signed(key);
        }
        SigstoreBundle bundle = ClassicAnnotations.addTo(SigstoreBundle.ofSignature(signature), layer);
        return Signed.by(logged(log, key).verify(bundle, payload));
    }

    @Override
    public SignedStatement envelope(DsseEnvelope envelope, AttachedBlob layer, Digest image) throws EvidenceException {
        TrustedKey key = keyOf(envelope);
        if (log == null) {
            Signed signed = signed(key);
            return new SignedStatement(envelope.statement(), signed);
        }
        SigstoreBundle bundle = ClassicAnnotations.addTo(SigstoreBundle.ofEnvelope(envelope), layer);
        VerifiedBundle verified = logged(log, key).verify(bundle, image);
        return new SignedStatement(verified.statement().orElseThrow(), Signed.by(verified));
    }

    /** Classic signatures have no hint. */
    private static SigstoreVerifier logged(SigstoreVerifier log, TrustedKey key) {
        return log.withKeys(List.of(key.withHint("")));
    }

    @Override
    public VerifiedBundle bundle(SigstoreBundle bundle, Digest image) throws EvidenceException {
        if (bundle.hasCertificate()) {
            throw new EvidenceException(Reason.KEY_UNTRUSTED, "a certificate signed the bundle, wanted is a " + this);
        }
        return (log == null ? WITHOUT_LOG : log).withKeys(keys).verify(bundle, image);
    }

    private TrustedKey keyOf(DsseEnvelope envelope) throws EvidenceException {
        List<byte[]> message = envelope.signedParts();
        for (DsseEnvelope.Signature signature : envelope.signatures()) {
            Optional<TrustedKey> key = keyOf(message, signature.value());
            if (key.isPresent()) {
                return key.get();
            }
        }
        throw invalid();
    }

    private Optional<TrustedKey> keyOf(List<byte[]> message, byte[] signature) {
        return keys.stream()
                .filter(key -> PlainSignatures.verify(key.publicKey(), hash.plain(), message, signature))
                .findFirst();
    }

    private static Signed signed(TrustedKey key) throws EvidenceException {
        if (key.validFrom().isPresent() || key.validUntil().isPresent()) {
            throw new EvidenceException(
                    Reason.TIME_MISSING, key + " counts only for some time, and no log says when it signed");
        }
        return new Signed(new Signer.Key(key.fingerprint()), Optional.empty(), List.of(NO_LOG));
    }

    private EvidenceException invalid() {
        return new EvidenceException(
                Reason.SIGNATURE_INVALID,
                keys.size() == 1
                        ? "the signature is not one of " + keys.get(0) + " over the content with " + hash
                        : "the signature is not one of the " + keys.size() + " keys over the content with " + hash);
    }

    @Override
    public String toString() {
        return "cosign signature by "
                + keys.stream().map(key -> "key sha256:" + key.fingerprint()).collect(Collectors.joining(" or "));
    }
}

package dev.tallyclerk.trust.cosign;

import dev.tallyclerk.evidence.AttachedBlob;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.evidence.Signer;
import dev.tallyclerk.trust.attestation.DsseEnvelope;
import dev.tallyclerk.trust.internal.signature.PlainSignatures;
import dev.tallyclerk.trust.key.TrustedKey;
import java.util.List;
import java.util.Optional;

/** Verifies signatures with keys. Certificates and hints of keys beside a signature are not looked at. */
final class KeyLayers implements LayerVerifier {
    private static final String NO_LOG = "no transparency log entry was demanded";

    private final List<TrustedKey> keys;
    private final SignatureHash hash;

    KeyLayers(List<TrustedKey> keys, SignatureHash hash) {
        this.keys = keys;
        this.hash = hash;
    }

    @Override
    public Signed signature(byte[] payload, byte[] signature, AttachedBlob layer) throws EvidenceException {
        return signed(keyOf(List.of(payload), signature).orElseThrow(this::invalid));
    }

    @Override
    public Signed envelope(DsseEnvelope envelope, AttachedBlob layer) throws EvidenceException {
        List<byte[]> message = envelope.signedParts();
        for (DsseEnvelope.Signature signature : envelope.signatures()) {
            Optional<TrustedKey> key = keyOf(message, signature.value());
            if (key.isPresent()) {
                return signed(key.get());
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
        return keys.size() == 1 ? keys.get(0).toString() : "one of " + keys;
    }
}

package dev.tallyclerk.trust.cosign;

import dev.tallyclerk.evidence.AttachedBlob;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.Signer;
import dev.tallyclerk.trust.attestation.DsseEnvelope;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Verifies who made the signature of a layer: with keys, or with certificates. */
interface LayerVerifier {
    /**
     * The maker of a verified signature.
     *
     * @param signedAt when it was made, if somebody trustworthy says
     * @param notChecked for people: what was left unchecked
     */
    record Signed(Signer signer, Optional<Instant> signedAt, List<String> notChecked) {}

    /** {@return the maker of a classic signature over a payload} */
    Signed signature(byte[] payload, byte[] signature, AttachedBlob layer) throws EvidenceException;

    /** {@return the maker of a signature of an envelope} */
    Signed envelope(DsseEnvelope envelope, AttachedBlob layer) throws EvidenceException;
}

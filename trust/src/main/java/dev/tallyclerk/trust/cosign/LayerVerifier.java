package dev.tallyclerk.trust.cosign;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.AttachedBlob;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.Signer;
import dev.tallyclerk.trust.attestation.DsseEnvelope;
import dev.tallyclerk.trust.attestation.Statement;
import dev.tallyclerk.trust.sigstore.SigstoreBundle;
import dev.tallyclerk.trust.sigstore.SigstoreVerifier;
import dev.tallyclerk.trust.sigstore.VerifiedBundle;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Verifies the maker of a layer's signature: the owner of a key, or of a certificate. Immutable.
 *
 * <p>Its {@code toString} says which signature is wanted, in the words of a policy's requirement.
 */
interface LayerVerifier {
    /**
     * The maker of a verified signature.
     *
     * @param signedAt when it was made, if somebody trustworthy says
     * @param notChecked for people: what was left unchecked
     */
    record Signed(Signer signer, Optional<Instant> signedAt, List<String> notChecked) {
        static Signed by(VerifiedBundle bundle) {
            return new Signed(bundle.signer(), bundle.signedAt(), bundle.notChecked());
        }
    }

    /** A signed statement, and its maker. */
    record SignedStatement(Statement statement, Signed signed) {}

    /** {@return the maker of a classic signature over a payload} */
    Signed signature(byte[] payload, byte[] signature, AttachedBlob layer) throws EvidenceException;

    /** {@return the statement in an envelope; its subjects are not checked} */
    SignedStatement envelope(DsseEnvelope envelope, AttachedBlob layer, Digest image) throws EvidenceException;

    /** {@return a verified bundle, which is about the image} */
    VerifiedBundle bundle(SigstoreBundle bundle, Digest image) throws EvidenceException;

    /** {@return this for signatures over another hash} */
    default LayerVerifier withHash(SignatureHash hash) {
        throw new IllegalStateException(
                "certificates determine the hash of their signatures; " + hash + " is for keys");
    }

    /** {@return this, which also demands log entries} */
    default LayerVerifier withLog(SigstoreVerifier log) {
        throw new IllegalStateException("the verifier of certificates demands log entries itself");
    }
}

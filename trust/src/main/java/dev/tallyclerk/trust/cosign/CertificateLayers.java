package dev.tallyclerk.trust.cosign;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.AttachedBlob;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.trust.attestation.DsseEnvelope;
import dev.tallyclerk.trust.sigstore.CertificateIdentity;
import dev.tallyclerk.trust.sigstore.SigstoreBundle;
import dev.tallyclerk.trust.sigstore.SigstoreVerifier;
import dev.tallyclerk.trust.sigstore.VerifiedBundle;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Verifies signatures by the short-lived certificates of identities. The chain beside a certificate is not looked at.
 */
final class CertificateLayers implements LayerVerifier {
    private final SigstoreVerifier verifier;
    private final List<CertificateIdentity> identities;

    private CertificateLayers(SigstoreVerifier verifier, List<CertificateIdentity> identities) {
        this.verifier = verifier;
        this.identities = identities;
    }

    /** Keys of the verifier are not trusted here. */
    static CertificateLayers of(SigstoreVerifier verifier, List<CertificateIdentity> identities) {
        return new CertificateLayers(verifier.withKeys(List.of()), List.copyOf(identities));
    }

    @Override
    public Signed signature(byte[] payload, byte[] signature, AttachedBlob layer) throws EvidenceException {
        SigstoreBundle bundle = certified(SigstoreBundle.ofSignature(signature), layer);
        return Signed.by(identified(verifier.verify(bundle, payload)));
    }

    @Override
    public SignedStatement envelope(DsseEnvelope envelope, AttachedBlob layer, Digest image) throws EvidenceException {
        SigstoreBundle bundle = certified(SigstoreBundle.ofEnvelope(envelope), layer);
        VerifiedBundle verified = identified(verifier.verify(bundle, image));
        return new SignedStatement(verified.statement().orElseThrow(), Signed.by(verified));
    }

    private SigstoreBundle certified(SigstoreBundle signature, AttachedBlob layer) throws EvidenceException {
        String pem = layer.annotations().get(ClassicAnnotations.CERTIFICATE);
        if (pem == null) {
            throw new EvidenceException(Reason.KEY_UNTRUSTED, "there is no certificate with it, wanted is a " + this);
        }
        return ClassicAnnotations.addTo(signature.withCertificate(pem), layer);
    }

    @Override
    public VerifiedBundle bundle(SigstoreBundle bundle, Digest image) throws EvidenceException {
        return identified(verifier.verify(bundle, image));
    }

    private VerifiedBundle identified(VerifiedBundle bundle) throws EvidenceException {
        EvidenceException first = new EvidenceException(Reason.IDENTITY_MISMATCH, "no identity is trusted");
        for (int i = 0; i < identities.size(); i++) {
            try {
                identities.get(i).check(bundle);
                return bundle;
            } catch (EvidenceException e) {
                first = i == 0 ? e : first;
            }
        }
        throw first;
    }

    @Override
    public String toString() {
        return "signature by "
                + identities.stream().map(CertificateIdentity::toString).collect(Collectors.joining(" or "));
    }
}

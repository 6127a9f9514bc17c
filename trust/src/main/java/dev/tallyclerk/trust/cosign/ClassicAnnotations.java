package dev.tallyclerk.trust.cosign;

import dev.tallyclerk.evidence.AttachedBlob;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.trust.sigstore.SigstoreBundle;

/** The annotations by which classic layers carry what belongs to their signature. All of them are unsigned. */
final class ClassicAnnotations {
    /** The signature in base64. */
    static final String SIGNATURE = "dev.cosignproject.cosign/signature";
    /** The certificate in PEM. */
    static final String CERTIFICATE = "dev.sigstore.cosign/certificate";

    private static final String LOG_ENTRY = "dev.sigstore.cosign/bundle";
    private static final String TIMESTAMP = "dev.sigstore.cosign/rfc3161timestamp";

    private ClassicAnnotations() {}

    /** {@return a signature with the log entry and timestamp of its layer} */
    static SigstoreBundle addTo(SigstoreBundle signature, AttachedBlob layer) throws EvidenceException {
        SigstoreBundle bundle = signature;
        String entry = layer.annotations().get(LOG_ENTRY);
        if (entry != null) {
            bundle = bundle.withLogEntry(entry);
        }
        String timestamp = layer.annotations().get(TIMESTAMP);
        return timestamp == null ? bundle : bundle.withTimestamp(timestamp);
    }
}

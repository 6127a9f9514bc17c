package dev.tallyclerk.maven;

import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.registry.admission.AdmissionResult;
import java.util.Optional;

/**
 * The decision on one image for one platform.
 *
 * @param image the location of the image
 * @param digest the digest of its manifest, or an empty text
 * @param audit what the rules say, unless there was nothing to audit
 * @param isCached whether another module of the build had the layers read
 */
record Verdict(String image, String digest, Decision decision, Optional<AuditReport> audit, boolean isCached) {
    static Verdict of(AdmissionResult result) {
        return new Verdict(
                result.source(),
                result.manifestDigest().map(Object::toString).orElse(""),
                result.decision(),
                result.audit(),
                result.isCached());
    }

    boolean isAccepted() {
        return decision.isAccepted();
    }
}

package dev.tallyclerk.maven;

import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.registry.admission.AdmissionResult;
import java.time.Instant;
import java.util.Optional;

/**
 * The decision on one image for one platform.
 *
 * @param image the location of the image
 * @param digest the digest of its manifest, or an empty text
 * @param audit what the rules say, unless there was nothing to audit
 * @param start a time before the decision
 * @param validUntil when the first thing that the decision rests on ends, if it does
 * @param isCached whether another module of the build had the layers read
 */
record Verdict(
        String image,
        String digest,
        Decision decision,
        Optional<AuditReport> audit,
        Instant start,
        Optional<Instant> validUntil,
        boolean isCached) {
    static Verdict of(AdmissionResult result, Instant start) {
        return new Verdict(
                result.source(),
                result.manifestDigest().map(Object::toString).orElse(""),
                result.decision(),
                result.audit(),
                start,
                result.validUntil(start),
                result.isCached());
    }

    boolean isAccepted() {
        return decision.isAccepted();
    }
}

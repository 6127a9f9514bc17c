package dev.tallyclerk.command;

import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.report.JsonReporter;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.admission.AdmissionResult;
import dev.tallyclerk.registry.verify.ContentCheck;
import dev.tallyclerk.registry.verify.ContentResult;
import dev.tallyclerk.registry.verify.ImageVerification;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;

/**
 * Writes the report of {@code verify} as JSON. Within a schema version, members are only added:
 *
 * <pre>{@code
 * {"schema": "dev.tallyclerk.verify-report", "schemaVersion": 1,
 *  "decision": {"kind": "accepted" | "rejected" | "incomplete", "because": [TEXT...]},
 *  "image": {"source": TEXT, "digest"?: DIGEST, "voucher"?: TEXT, "size"?: BYTES,
 *            "manifestDigest"?: DIGEST of the image that was verified if "digest" is that of an index,
 *            "imageId"?: DIGEST, "platform"?: OS/ARCHITECTURE[/VARIANT], "artifactType"?: TEXT},
 *  "trust"?: the document of TrustReporter,
 *  "content": [{"kind": "index" | "manifest" | "config" | "layer", "position"?: LAYER FROM 0, "mediaType": TEXT,
 *               "digest": DIGEST, "size": BYTES, "result": "verified" | "failed" | "unverifiable",
 *               "uncompressedSize"?: BYTES, "reason"?: ContentResult.Reason, "message"?: TEXT}...],
 *  "others"?: [{"manifestDigest"?: DIGEST, "content": [as above]} of each other image that some engine takes from the
 *              index for the same platform],
 *  "audit"?: the document of JsonReporter}
 * }</pre>
 */
final class JsonReport {
    private static final String SCHEMA = "dev.tallyclerk.verify-report";
    private static final int SCHEMA_VERSION = 1;

    private JsonReport() {}

    static void write(AdmissionResult report, OutputStream out) throws IOException {
        JsonOutput json = new JsonOutput(out);
        json.beginObject().member("schema", SCHEMA).member("schemaVersion", SCHEMA_VERSION);
        json.name("decision");
        TrustJson.decision(report.decision(), json);
        json.name("image").beginObject().member("source", report.source());
        ImageVerification verification = report.verification().orElse(null);
        if (verification != null) {
            image(verification, json);
        }
        json.endObject();
        if (report.trust().isPresent()) {
            json.name("trust");
            TrustJson.write(report.trust().get(), json);
        }
        contents(verification == null ? List.of() : verification.checks(), json);
        if (verification != null && !verification.others().isEmpty()) {
            json.name("others").beginArray();
            for (ImageVerification other : verification.others()) {
                json.beginObject();
                if (other.manifestDigest().isPresent()) {
                    json.member("manifestDigest", other.manifestDigest().get().toString());
                }
                contents(other.checks(), json);
                json.endObject();
            }
            json.endArray();
        }
        AuditReport audit = report.audit().orElse(null);
        if (audit != null) {
            json.name("audit");
            audit(audit, json);
        }
        json.endObject().finish();
    }

    private static void contents(List<ContentCheck> checks, JsonOutput json) throws IOException {
        json.name("content").beginArray();
        for (ContentCheck check : checks) {
            content(check, json);
        }
        json.endArray();
    }

    private static String word(ContentResult result) {
        return result.<String>fold(verified -> "verified", failed -> "failed", unverifiable -> "unverifiable");
    }

    private static void image(ImageVerification verification, JsonOutput json) throws IOException {
        ResolvedDigest resolved = verification.resolved();
        json.member("digest", resolved.digest().toString());
        json.member("voucher", resolved.voucher());
        if (resolved.size().isPresent()) {
            json.member("size", resolved.size().getAsLong());
        }
        if (verification.manifestDigest().isPresent()) {
            json.member("manifestDigest", verification.manifestDigest().get().toString());
        }
        if (verification.config().isPresent()) {
            json.member("imageId", verification.config().get().digest().toString());
            json.member("platform", verification.config().get().platform().toString());
        }
        if (verification.manifest().isPresent()
                && verification.manifest().get().artifactType().isPresent()) {
            json.member(
                    "artifactType", verification.manifest().get().artifactType().get());
        }
    }

    private static void content(ContentCheck check, JsonOutput json) throws IOException {
        json.beginObject().member("kind", check.kind().name().toLowerCase(Locale.ROOT));
        if (check.kind() == ContentCheck.Kind.LAYER) {
            json.member("position", check.position());
        }
        json.member("mediaType", check.mediaType());
        json.member("digest", check.digest().toString());
        json.member("size", check.size());
        json.member("result", word(check.result()));
        if (check.result() instanceof ContentResult.Verified verified) {
            json.member("uncompressedSize", verified.uncompressedSize());
        } else if (check.result() instanceof ContentResult.Failed failed) {
            json.member("reason", failed.reason().name()).member("message", failed.message());
        } else if (check.result() instanceof ContentResult.Unverifiable unknown) {
            json.member("reason", unknown.reason().name()).member("message", unknown.message());
        }
        json.endObject();
    }

    private static void audit(AuditReport report, JsonOutput json) throws IOException {
        ByteArrayOutputStream document = new ByteArrayOutputStream();
        JsonReporter.create().withIndentation(false).write(report, document);
        json.copy(document.toByteArray());
    }
}

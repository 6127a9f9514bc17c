package dev.tallyclerk.trust.internal.notation;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.MalformedDigestException;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.evidence.TargetArtifact;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.trust.internal.encoding.UnreadableDocument;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The payload of an envelope (Notary Project signature specification, "Payload").
 *
 * @param target the artifact that is signed
 * @param annotations the user metadata
 */
public record SignedPayload(TargetArtifact target, Map<String, String> annotations) {
    /** Keeps a copy of the annotations. */
    public SignedPayload {
        annotations = Map.copyOf(annotations);
    }

    /**
     * Parses a payload whose signature was verified.
     *
     * @throws EvidenceException if it is none
     */
    public static SignedPayload parse(byte[] payload) throws EvidenceException {
        try {
            JsonCursor root = JsonCursor.parse(payload, JsonLimits.ofBytes(payload.length + 1));
            root.refuseCaseVariants(List.of("targetArtifact"));
            JsonCursor target = root.required("targetArtifact");
            target.refuseCaseVariants(List.of("mediaType", "digest", "size", "annotations"));
            Optional<JsonCursor> annotations = target.member("annotations");
            return new SignedPayload(
                    new TargetArtifact(
                            target.required("mediaType").string(),
                            Digest.parse(target.required("digest").string()),
                            target.required("size").integer(0, Long.MAX_VALUE)),
                    annotations.isPresent() ? annotations.get().stringMap() : Map.of());
        } catch (JsonException e) {
            throw UnreadableDocument.of("no Notation payload", e);
        } catch (MalformedDigestException e) {
            throw new EvidenceException(Reason.MALFORMED, "no Notation payload: " + e.getMessage(), e);
        }
    }
}

package dev.tallyclerk.trust.cosign;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.MalformedDigestException;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import dev.tallyclerk.internal.json.MemberNames;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.internal.encoding.UnreadableDocument;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A simple signing document: the content of a classic signature. Immutable.
 *
 * @param dockerReference the image's name when it was signed
 * @param digest the digest of the image's manifest
 * @param annotations the signed annotations whose values are texts
 * @see <a
 *     href="https://github.com/containers/image/blob/main/docs/containers-signature.5.md">containers-signature(5)</a>
 */
record SimpleSigning(String dockerReference, Digest digest, Map<String, String> annotations) {
    private static final String COSIGN_TYPE = "cosign container image signature";
    /** The type of signatures by GPG, which cosign accepts too. */
    private static final String ATOMIC_TYPE = "atomic container signature";

    private static final MemberNames MEMBERS = MemberNames.of("critical", "optional");
    private static final MemberNames CRITICAL = MemberNames.of("identity", "image", "type");
    private static final MemberNames IDENTITY = MemberNames.of("docker-reference");
    private static final MemberNames IMAGE = MemberNames.of("docker-manifest-digest");

    SimpleSigning {
        annotations = Map.copyOf(annotations);
    }

    /**
     * Parses a document.
     *
     * @throws EvidenceException if it is malformed, has an unknown critical member, or is of another type
     */
    static SimpleSigning parse(byte[] document, int maxBytes) throws EvidenceException {
        try {
            return read(JsonCursor.parse(document, JsonLimits.ofBytes(maxBytes)));
        } catch (JsonException e) {
            throw UnreadableDocument.of("no simple signing document", e);
        }
    }

    private static SimpleSigning read(JsonCursor document) throws JsonException, EvidenceException {
        document.refuseCaseVariants(MEMBERS);
        JsonCursor critical = critical(document, "critical", CRITICAL);
        String type = critical.required("type").string();
        if (!type.equals(COSIGN_TYPE) && !type.equals(ATOMIC_TYPE)) {
            throw new EvidenceException(
                    Reason.UNSUPPORTED,
                    "a signature of the type " + Quoted.quote(type) + ", wanted \"" + COSIGN_TYPE + "\"");
        }
        JsonCursor identity = critical(critical, "identity", IDENTITY);
        JsonCursor image = critical(critical, "image", IMAGE);
        return new SimpleSigning(
                identity.required("docker-reference").string(),
                digest(image.required("docker-manifest-digest")),
                annotations(document.optional("optional")));
    }

    /** containers-signature(5): a reader that does not know a member of {@code critical} must refuse the signature. */
    private static JsonCursor critical(JsonCursor owner, String name, MemberNames known)
            throws JsonException, EvidenceException {
        JsonCursor object = owner.required(name);
        object.refuseCaseVariants(known);
        for (String member : object.object().members().keySet()) {
            if (!known.contains(member)) {
                throw new EvidenceException(
                        Reason.CRITICAL_UNKNOWN,
                        "unknown critical member " + Quoted.quote(member) + " at " + object.pointer());
            }
        }
        return object;
    }

    private static Digest digest(JsonCursor text) throws JsonException {
        try {
            return Digest.parse(text.string());
        } catch (MalformedDigestException e) {
            throw text.badValue("is no digest");
        }
    }

    private static Map<String, String> annotations(Optional<JsonCursor> optional) throws JsonException {
        Map<String, String> texts = new LinkedHashMap<>();
        if (optional.isPresent()) {
            for (Map.Entry<String, JsonValue> member :
                    optional.get().object().members().entrySet()) {
                if (member.getValue() instanceof JsonString text) {
                    texts.put(member.getKey(), text.value());
                }
            }
        }
        return texts;
    }
}

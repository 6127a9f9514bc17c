package dev.tallyclerk.registry.model;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonException.Reason;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.MemberNames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the signatures of a schema 1 manifest, and extracts their payload.
 *
 * <p>Such a manifest is the payload with the signatures inserted before its closing brace. The signed header of each
 * signature has the position ({@code formatLength}) and the rest of the payload ({@code formatTail}). The other members
 * of a signature are not signed, so only those that Docker's signer writes are allowed: an unknown member could mean
 * something to another reader. White space and the order of members may differ; they change neither the payload nor its
 * meaning.
 */
final class JwsReader {
    private static final MemberNames SIGNATURE_MEMBERS = MemberNames.of("header", "signature", "protected");
    private static final MemberNames HEADER_MEMBERS = MemberNames.of("jwk", "alg", "x5c");
    private static final MemberNames PROTECTED_MEMBERS = MemberNames.of("formatLength", "formatTail", "time");
    private static final MemberNames JWK_MEMBERS = MemberNames.of("kty kid crv x y n e".split(" "));
    private static final int MAX_CERTIFICATES = 10;

    private static final String ONE_PAYLOAD = Specifications.JWS + ": all signatures are over the same payload";
    private static final String INSERTED = Specifications.JWS + ": the manifest is its payload and the signatures";

    private final List<JwsSignature> signatures = new ArrayList<>();
    private int formatLength = -1;
    private byte[] formatTail = {};

    private JwsReader() {}

    static JwsReader read(JsonCursor place, DocumentLimits limits) throws JsonException {
        JsonCursor json = place.under(Specifications.JWS);
        List<JsonCursor> elements = json.elements();
        if (elements.isEmpty()) {
            throw json.badValue("is empty, must have at least one signature");
        }
        if (elements.size() > limits.maxSignatures()) {
            throw json.failure(
                    Reason.LIMIT,
                    elements.size() + " signatures, " + limits.maxSignatures() + " allowed",
                    Specifications.LIMITS);
        }
        JwsReader reader = new JwsReader();
        for (JsonCursor element : elements) {
            reader.add(element, limits);
        }
        return reader;
    }

    private void add(JsonCursor json, DocumentLimits limits) throws JsonException {
        requireKnown(json, SIGNATURE_MEMBERS);
        JsonCursor header = json.required("header");
        requireKnown(header, HEADER_MEMBERS);
        JsonCursor protectedHeader = json.required("protected");
        addFormat(protectedHeader, limits);
        Optional<JsonCursor> jwk = header.optional("jwk");
        Optional<JsonCursor> x5c = header.optional("x5c");
        signatures.add(new JwsSignature(
                protectedHeader.string(),
                json.required("signature").string(),
                header.required("alg").string(),
                jwk.isPresent() ? key(jwk.get()) : Map.of(),
                x5c.isPresent() ? certificates(x5c.get()) : List.of()));
    }

    private static Map<String, String> key(JsonCursor json) throws JsonException {
        requireKnown(json, JWK_MEMBERS);
        return json.stringMap();
    }

    private static List<String> certificates(JsonCursor json) throws JsonException {
        List<String> certificates = json.strings();
        if (certificates.isEmpty() || certificates.size() > MAX_CERTIFICATES) {
            throw json.badValue("has " + certificates.size() + " certificates, must have 1 to " + MAX_CERTIFICATES);
        }
        return certificates;
    }

    private static void requireKnown(JsonCursor json, MemberNames names) throws JsonException {
        json.refuseCaseVariants(names);
        for (Map.Entry<String, JsonCursor> member : json.members().entrySet()) {
            if (!names.contains(member.getKey())) {
                throw member.getValue().badValue("is no known member of a schema 1 signature");
            }
        }
    }

    private void addFormat(JsonCursor place, DocumentLimits limits) throws JsonException {
        byte[] text =
                Base64Url.decode(place.string()).orElseThrow(() -> place.badValue("not base64url without padding"));
        int length;
        byte[] tail;
        try {
            JsonCursor json = JsonCursor.parseInterchangeable(text, limits.manifestJson());
            requireKnown(json, PROTECTED_MEMBERS);
            length = (int) json.required("formatLength").integer(1, Integer.MAX_VALUE);
            JsonCursor encoded = json.required("formatTail");
            tail = Base64Url.decode(encoded.string())
                    .orElseThrow(() -> encoded.badValue("not base64url without padding"));
        } catch (JsonException e) {
            throw place.failure(e.reason(), "in its text: " + e.getMessage());
        }
        boolean first = formatLength < 0;
        if (!first && (length != formatLength || !Arrays.equals(tail, formatTail))) {
            throw place.failure(Reason.BAD_VALUE, "signs another payload than the first signature", ONE_PAYLOAD);
        }
        formatLength = length;
        formatTail = tail;
    }

    List<JwsSignature> signatures() {
        return signatures;
    }

    /** {@return the payload of that document} */
    byte[] payload(byte[] document, JsonCursor place) throws JsonException {
        if (formatLength > document.length) {
            throw place.failure(
                    Reason.BAD_VALUE,
                    "sign " + formatLength + " bytes, but the manifest has " + document.length,
                    INSERTED);
        }
        byte[] payload = Arrays.copyOf(document, formatLength + formatTail.length);
        System.arraycopy(formatTail, 0, payload, formatLength, formatTail.length);
        return payload;
    }

    /**
     * {@return the payload, which must be the document without its signatures}
     *
     * <p>So readers of the document and readers of the payload read the same manifest.
     */
    JsonCursor requireSame(JsonCursor document, byte[] payload, DocumentLimits limits) throws JsonException {
        JsonCursor place = document.required("signatures");
        JsonCursor signed;
        try {
            signed = JsonCursor.parseInterchangeable(payload, limits.manifestJson());
            signed.object();
        } catch (JsonException e) {
            throw place.failure(e.reason(), "the signed payload is no manifest: " + e.getMessage(), INSERTED);
        }
        Map<String, JsonValue> rest = new LinkedHashMap<>(document.object().members());
        rest.remove("signatures");
        List<Map.Entry<String, JsonValue>> wanted =
                List.copyOf(signed.object().members().entrySet());
        if (!wanted.equals(List.copyOf(rest.entrySet()))) {
            throw place.failure(
                    Reason.BAD_VALUE, "the signed payload differs from the manifest around the signatures", INSERTED);
        }
        return signed;
    }
}

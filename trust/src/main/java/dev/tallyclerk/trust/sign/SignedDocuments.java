package dev.tallyclerk.trust.sign;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.CompactJson;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.StrictJson;
import dev.tallyclerk.trust.attestation.AttestationLimits;
import dev.tallyclerk.trust.attestation.DsseEnvelope;
import dev.tallyclerk.trust.attestation.PredicateType;
import dev.tallyclerk.trust.sign.SigningException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/** Writes the documents that cosign signs, and those around them, with its members in its order. */
final class SignedDocuments {
    private SignedDocuments() {}

    /**
     * {@return a simple signing document}
     *
     * @see <a
     *     href="https://github.com/containers/image/blob/main/docs/containers-signature.5.md">containers-signature(5)</a>
     */
    static byte[] simpleSigning(String name, Digest digest, Map<String, String> annotations) {
        StringBuilder out = new StringBuilder("{\"critical\":{\"identity\":{\"docker-reference\":");
        CompactJson.appendString(name, out);
        out.append("},\"image\":{\"docker-manifest-digest\":\"").append(digest);
        out.append("\"},\"type\":\"cosign container image signature\"},\"optional\":");
        if (annotations.isEmpty()) {
            out.append("null");
        } else {
            appendMembers(annotations, out);
        }
        return bytes(out.append('}'));
    }

    /** {@return the statement of a signature} */
    static byte[] signature(String name, Digest digest, Map<String, String> annotations) {
        StringBuilder out = new StringBuilder("{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicateType\":");
        CompactJson.appendString(PredicateType.COSIGN_SIGN.uris().get(0), out);
        appendSubject(name, digest, out);
        if (!annotations.isEmpty()) {
            appendMembers(annotations, out.append(",\"annotations\":"));
        }
        return bytes(out.append("}],\"predicate\":{}}"));
    }

    /** {@return the statement of an attestation} */
    static byte[] attestation(String name, Digest digest, String predicateType, byte[] predicate)
            throws SigningException {
        StringBuilder out = new StringBuilder("{\"_type\":\"https://in-toto.io/Statement/v0.1\",\"predicateType\":");
        CompactJson.appendString(predicateType, out);
        appendSubject(name, digest, out);
        return bytes(out.append("}],\"predicate\":")
                .append(CompactJson.of(parsed(predicate)))
                .append('}'));
    }

    private static JsonValue parsed(byte[] predicate) throws SigningException {
        try {
            return StrictJson.parseInterchangeable(
                    predicate, JsonLimits.ofBytes(AttestationLimits.defaults().maxDocumentBytes()));
        } catch (JsonException e) {
            Reason reason = e.reason() == JsonException.Reason.LIMIT ? Reason.LIMIT_EXCEEDED : Reason.MALFORMED;
            throw new SigningException(reason, "the predicate is no JSON document: " + e.getMessage(), e);
        }
    }

    /** Leaves the subject open, because a signature has annotations there. */
    private static void appendSubject(String name, Digest digest, StringBuilder out) {
        out.append(",\"subject\":[{");
        if (!name.isEmpty()) {
            CompactJson.appendString(name, out.append("\"name\":"));
            out.append(',');
        }
        out.append("\"digest\":{\"").append(digest.algorithm().name());
        out.append("\":\"").append(digest.encoded()).append("\"}");
    }

    private static void appendMembers(Map<String, String> members, StringBuilder out) {
        char separator = '{';
        for (Map.Entry<String, String> member : new TreeMap<>(members).entrySet()) {
            CompactJson.appendString(member.getKey(), out.append(separator));
            CompactJson.appendString(member.getValue(), out.append(':'));
            separator = ',';
        }
        out.append('}');
    }

    /** {@return a DSSE envelope} */
    static byte[] envelope(byte[] statement, byte[] signature) {
        return bytes(new StringBuilder("{\"payloadType\":\"")
                .append(DsseEnvelope.IN_TOTO)
                .append("\",\"payload\":\"")
                .append(base64(statement))
                .append("\",\"signatures\":[{\"keyid\":\"\",\"sig\":\"")
                .append(base64(signature))
                .append("\"}]}"));
    }

    /**
     * {@return a Sigstore bundle of version 0.3 with the signature of a key}
     *
     * @param hint the hint of the key
     */
    static byte[] bundle(String hint, byte[] statement, byte[] signature) {
        return bytes(new StringBuilder("{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\",")
                .append("\"verificationMaterial\":{\"publicKey\":{\"hint\":\"")
                .append(hint)
                .append("\"}},\"dsseEnvelope\":{\"payload\":\"")
                .append(base64(statement))
                .append("\",\"payloadType\":\"")
                .append(DsseEnvelope.IN_TOTO)
                .append("\",\"signatures\":[{\"sig\":\"")
                .append(base64(signature))
                .append("\"}]}}"));
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static byte[] bytes(StringBuilder document) {
        return document.toString().getBytes(StandardCharsets.UTF_8);
    }
}

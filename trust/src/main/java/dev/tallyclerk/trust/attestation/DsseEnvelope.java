package dev.tallyclerk.trust.attestation;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A DSSE envelope: a payload, its type, and signatures that are not yet verified. Immutable.
 *
 * @see <a href="https://github.com/secure-systems-lab/dsse/blob/v1.0.2/protocol.md">DSSE protocol v1.0.2</a>
 */
public final class DsseEnvelope {
    /** The payload type of in-toto statements. */
    public static final String IN_TOTO = "application/vnd.in-toto+json";

    private static final int MAX_SIGNATURES = 32;

    private final String payloadType;
    private final byte[] payload;
    private final List<Signature> signatures;

    /**
     * A signature of an envelope.
     *
     * @param keyId the unsigned hint of the key, may be empty
     * @param value the signature's bytes; callers must not change them
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Signature(String keyId, byte[] value) {}

    private DsseEnvelope(String payloadType, byte[] payload, List<Signature> signatures) {
        this.payloadType = payloadType;
        this.payload = payload;
        this.signatures = List.copyOf(signatures);
    }

    /**
     * Parses an envelope.
     *
     * <p>Unknown members are ignored, as the specification demands; members given twice are an error.
     *
     * @param document the JSON document
     * @throws EvidenceException if it is no envelope, has no signature, or more than 32
     */
    public static DsseEnvelope parse(byte[] document) throws EvidenceException {
        try {
            return read(JsonCursor.parse(document, JsonLimits.ofBytes(document.length + 1)));
        } catch (JsonException e) {
            throw new EvidenceException(Reason.MALFORMED, "no DSSE envelope: " + e.getMessage(), e);
        }
    }

    private static DsseEnvelope read(JsonCursor envelope) throws JsonException, EvidenceException {
        envelope.refuseCaseVariants(List.of("payload", "payloadType", "signatures"));
        List<Signature> signatures = new ArrayList<>();
        for (JsonCursor signature : envelope.required("signatures").elements()) {
            if (signatures.size() == MAX_SIGNATURES) {
                throw new EvidenceException(
                        Reason.LIMIT_EXCEEDED, "an envelope with more than " + MAX_SIGNATURES + " signatures");
            }
            signature.refuseCaseVariants(List.of("keyid", "sig"));
            String keyId = "";
            if (signature.optional("keyid").isPresent()) {
                keyId = signature.required("keyid").string();
            }
            signatures.add(new Signature(keyId, base64(signature.required("sig"))));
        }
        if (signatures.isEmpty()) {
            throw new EvidenceException(Reason.MALFORMED, "an envelope without a signature");
        }
        return new DsseEnvelope(
                envelope.required("payloadType").string(), base64(envelope.required("payload")), signatures);
    }

    private static byte[] base64(JsonCursor text) throws JsonException, EvidenceException {
        String value = text.string();
        try {
            // The protocol allows both alphabets.
            boolean isUrlSafe = value.indexOf('-') >= 0 || value.indexOf('_') >= 0;
            return (isUrlSafe ? Base64.getUrlDecoder() : Base64.getDecoder()).decode(value);
        } catch (IllegalArgumentException e) {
            throw new EvidenceException(Reason.MALFORMED, text.pointer() + " is not base64", e);
        }
    }

    /** {@return the type of the payload, which is signed with it} */
    public String payloadType() {
        return payloadType;
    }

    /** {@return the payload; callers must not change it} */
    public byte[] payload() {
        return payload;
    }

    /** {@return the signatures, at least one} */
    public List<Signature> signatures() {
        return signatures;
    }

    /** {@return the bytes that are signed: the pre-authentication encoding, PAE} */
    public byte[] signedBytes() {
        byte[] type = payloadType.getBytes(StandardCharsets.UTF_8);
        byte[] head = ("DSSEv1 " + type.length + " " + payloadType + " " + payload.length + " ")
                .getBytes(StandardCharsets.UTF_8);
        byte[] signed = new byte[head.length + payload.length];
        System.arraycopy(head, 0, signed, 0, head.length);
        System.arraycopy(payload, 0, signed, head.length, payload.length);
        return signed;
    }

    /**
     * {@return the statement in the payload; it is not trustworthy before a signature was verified}
     *
     * @throws EvidenceException if the payload is of another type, or no statement
     */
    public Statement statement() throws EvidenceException {
        if (!payloadType.equals(IN_TOTO)) {
            throw new EvidenceException(
                    Reason.MALFORMED, "a payload of the type \"" + payloadType + "\", wanted " + IN_TOTO);
        }
        return Statement.parse(payload);
    }
}

package dev.tallyclerk.trust.attestation;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.MemberNames;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.internal.encoding.StrictBase64;
import dev.tallyclerk.trust.internal.encoding.UnreadableDocument;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A DSSE envelope: a payload, its type, and signatures that are not yet verified. Immutable.
 *
 * @see <a href="https://github.com/secure-systems-lab/dsse/blob/v1.0.2/protocol.md">DSSE protocol v1.0.2</a>
 */
public final class DsseEnvelope {
    /** The payload type of in-toto statements. */
    public static final String IN_TOTO = "application/vnd.in-toto+json";

    private static final MemberNames MEMBERS = MemberNames.of("payload", "payloadType", "signatures");
    private static final MemberNames SIGNATURE_MEMBERS = MemberNames.of("keyid", "sig");

    private final String payloadType;
    private final byte[] payload;
    private final List<Signature> signatures;
    private final AttestationLimits limits;
    private final byte @Nullable [] document;

    /**
     * A signature of an envelope.
     *
     * @param keyId the unsigned hint of the key, may be empty
     * @param value the signature's bytes; callers must not change them
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Signature(String keyId, byte[] value) {}

    private DsseEnvelope(
            String payloadType,
            byte[] payload,
            List<Signature> signatures,
            AttestationLimits limits,
            byte @Nullable [] document) {
        this.payloadType = payloadType;
        this.payload = payload;
        this.signatures = List.copyOf(signatures);
        this.limits = limits;
        this.document = document;
    }

    /**
     * {@return an envelope that another document contains}
     *
     * @param payloadType the type of the payload
     * @param payload the payload, which is not copied
     * @param signatures the signatures, at least one
     * @param limits the limits on the statement in it
     * @throws IllegalArgumentException if there is no signature
     */
    public static DsseEnvelope of(
            String payloadType, byte[] payload, List<Signature> signatures, AttestationLimits limits) {
        if (signatures.isEmpty()) {
            throw new IllegalArgumentException("an envelope without a signature");
        }
        return new DsseEnvelope(payloadType, payload, signatures, limits, null);
    }

    /**
     * Parses an envelope within the default limits.
     *
     * <p>Unknown members are ignored, as the specification demands; members given twice are an error.
     *
     * @param document the JSON document, which is not copied
     * @throws EvidenceException if it is no envelope, has no signature, or exceeds a limit
     */
    public static DsseEnvelope parse(byte[] document) throws EvidenceException {
        return parse(document, AttestationLimits.defaults());
    }

    /**
     * Parses an envelope.
     *
     * @param document the JSON document, which is not copied
     * @param limits the limits on the envelope, and on the statement in it
     * @throws EvidenceException if it is no envelope, has no signature, or exceeds a limit
     */
    public static DsseEnvelope parse(byte[] document, AttestationLimits limits) throws EvidenceException {
        try {
            return read(JsonCursor.parse(document, limits.envelope()), limits, document);
        } catch (JsonException e) {
            throw UnreadableDocument.of("no DSSE envelope", e);
        }
    }

    private static DsseEnvelope read(JsonCursor envelope, AttestationLimits limits, byte[] document)
            throws JsonException, EvidenceException {
        envelope.refuseCaseVariants(MEMBERS);
        JsonCursor list = envelope.required("signatures");
        if (list.length() > limits.maxSignatures()) {
            throw Documents.tooMany("signatures in a DSSE envelope", limits.maxSignatures());
        }
        List<Signature> signatures = new ArrayList<>();
        for (JsonCursor signature : list.elements()) {
            signature.refuseCaseVariants(SIGNATURE_MEMBERS);
            Optional<JsonCursor> keyId = signature.optional("keyid");
            signatures.add(
                    new Signature(keyId.isPresent() ? keyId.get().string() : "", base64(signature.required("sig"))));
        }
        if (signatures.isEmpty()) {
            throw new EvidenceException(Reason.MALFORMED, "a DSSE envelope without a signature");
        }
        return new DsseEnvelope(
                envelope.required("payloadType").string(),
                base64(envelope.required("payload")),
                signatures,
                limits,
                document);
    }

    private static byte[] base64(JsonCursor text) throws JsonException {
        return StrictBase64.decodeEither(text.string()).orElseThrow(() -> text.badValue("is not base64"));
    }

    /** {@return the type of the payload, which is signed with it} */
    public String payloadType() {
        return payloadType;
    }

    /** {@return the payload; callers must not change it} */
    public byte[] payload() {
        return payload;
    }

    /** {@return the JSON document, empty if the envelope is part of another one; callers must not change it} */
    public Optional<byte[]> document() {
        return Optional.ofNullable(document);
    }

    /** {@return the signatures, at least one} */
    public List<Signature> signatures() {
        return signatures;
    }

    /** {@return the bytes that are signed: the pre-authentication encoding, PAE} */
    public byte[] signedBytes() {
        return signedBytes(payloadType, payload);
    }

    /**
     * {@return the bytes to sign for a payload: the pre-authentication encoding, PAE}
     *
     * @param payloadType the type of the payload
     */
    public static byte[] signedBytes(String payloadType, byte[] payload) {
        byte[] head = head(payloadType, payload);
        byte[] signed = Arrays.copyOf(head, head.length + payload.length);
        System.arraycopy(payload, 0, signed, head.length, payload.length);
        return signed;
    }

    /**
     * {@return the signed bytes in parts, one after the other, without a copy of the payload}
     *
     * <p>Callers must not change them.
     */
    public List<byte[]> signedParts() {
        return List.of(head(payloadType, payload), payload);
    }

    private static byte[] head(String payloadType, byte[] payload) {
        int typeLength = payloadType.getBytes(StandardCharsets.UTF_8).length;
        String head = "DSSEv1 " + typeLength + " " + payloadType + " " + payload.length + " ";
        return head.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * {@return the statement in the payload; it is not trustworthy before a signature was verified}
     *
     * @throws EvidenceException if the payload is of another type, is no statement, or exceeds a limit
     */
    public Statement statement() throws EvidenceException {
        if (!payloadType.equals(IN_TOTO)) {
            throw new EvidenceException(
                    Reason.MALFORMED, "a payload of the type " + Quoted.quote(payloadType) + ", wanted " + IN_TOTO);
        }
        return Statement.parse(payload, limits);
    }
}

package dev.tallyclerk.trust.cosign;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.evidence.Attachment.Place;
import dev.tallyclerk.evidence.TargetArtifact;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.StrictJson;
import dev.tallyclerk.trust.attestation.AttachmentFindings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A changed bit is refused, unless the document says the same as before. */
class ByteFlipTest {
    private static final TargetArtifact TARGET = new TargetArtifact("", TestSigner.IMAGE, 418);

    /** Verifies a changed document. */
    private interface Verification {
        AttachmentFindings verify(byte[] changed) throws IOException;
    }

    /** {@return the positions of bytes of which a changed bit is accepted} */
    private static List<Integer> accepted(byte[] document, Verification verification) throws IOException {
        List<Integer> accepted = new ArrayList<>();
        for (int at = 0; at < document.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] changed = document.clone();
                changed[at] ^= (byte) (1 << bit);
                if (!verification.verify(changed).verified().isEmpty() && !saysTheSame(document, changed)) {
                    accepted.add(at);
                }
            }
        }
        return accepted;
    }

    /** Blanks are free, and so are members that nobody reads: an envelope's keyid. */
    private static boolean saysTheSame(byte[] document, byte[] changed) {
        return withoutKeyId(document).equals(withoutKeyId(changed));
    }

    private static Optional<JsonValue> withoutKeyId(byte[] document) {
        try {
            String text =
                    new String(document, StandardCharsets.UTF_8).replaceAll("\"[^\"]{5}\":\"unread\"", "\"\":\"\"");
            return Optional.of(StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), JsonLimits.ofBytes(1 << 16)));
        } catch (JsonException e) {
            return Optional.empty();
        }
    }

    @Test
    void ofAClassicSignature() throws GeneralSecurityException, IOException {
        TestSigner signer = TestSigner.create("EC", 256);
        CosignVerifier verifier = CosignVerifier.of(signer.key());
        byte[] payload =
                TestSigner.payload(TestSigner.IMAGE, "acme.test/shop", "null").getBytes(StandardCharsets.UTF_8);
        byte[] signature = signer.base64("SHA256withECDSA", payload).getBytes(StandardCharsets.US_ASCII);
        assertEquals(List.of(), accepted(payload, changed -> verify(verifier, changed, signature)), "the payload");
        assertEquals(List.of(), accepted(signature, changed -> verify(verifier, payload, changed)), "the signature");
        assertEquals(1, verify(verifier, payload, signature).verified().size());
    }

    private static AttachmentFindings verify(CosignVerifier verifier, byte[] payload, byte[] signature)
            throws IOException {
        Map<String, String> annotations =
                Map.of(TestSigner.SIGNATURE, new String(signature, StandardCharsets.ISO_8859_1));
        return verifier.verify(
                MemoryAttachment.at(Place.SIGNATURE_TAG).with(TestSigner.SIMPLE_SIGNING, payload, annotations), TARGET);
    }

    @Test
    void ofAnAttestation() throws GeneralSecurityException, IOException {
        TestSigner signer = TestSigner.create("EC", 256);
        CosignVerifier verifier = CosignVerifier.of(signer.key());
        byte[] envelope = signer.envelope(
                        "application/vnd.in-toto+json", TestSigner.statement(TestSigner.IMAGE, "{}", "t:t", "{}"))
                .replace("\"keyid\":\"\"", "\"hints\":\"unread\"")
                .getBytes(StandardCharsets.UTF_8);
        assertEquals(1, attested(verifier, envelope).verified().size());
        List<Integer> accepted = accepted(envelope, changed -> attested(verifier, changed));
        String text = new String(envelope, StandardCharsets.UTF_8);
        int unread = text.indexOf("unread");
        accepted.removeIf(at -> at >= unread && at < unread + "unread".length());
        assertEquals(List.of(), accepted);
    }

    private static AttachmentFindings attested(CosignVerifier verifier, byte[] envelope) throws IOException {
        return verifier.verify(
                MemoryAttachment.at(Place.ATTESTATION_TAG).with(TestSigner.ENVELOPE, envelope, Map.of()), TARGET);
    }
}

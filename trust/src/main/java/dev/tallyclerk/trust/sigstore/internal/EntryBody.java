package dev.tallyclerk.trust.sigstore.internal;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.internal.encoding.UnreadableDocument;
import dev.tallyclerk.trust.internal.signature.PlainSignatures.Hash;
import dev.tallyclerk.trust.sigstore.internal.Encodings.Block;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The body of a log entry: which signature, by which certificate or key, over which content was logged (client 4.4).
 */
final class EntryBody {
    private static final int MAX_BYTES = 1 << 20;

    /**
     * The type of a body.
     *
     * @param kind such as {@code hashedrekord}
     * @param version such as {@code 0.0.1}
     */
    record KindVersion(String kind, String version) {
        @Override
        public String toString() {
            return Quoted.printable(kind) + " " + Quoted.printable(version);
        }
    }

    private final SignedContent content;
    private final byte[] signature;
    private final byte[] verifier;
    private final boolean isCertificate;

    private EntryBody(SignedContent content, byte[] signature, byte[] verifier, boolean isCertificate) {
        this.content = content;
        this.signature = signature;
        this.verifier = verifier;
        this.isCertificate = isCertificate;
    }

    /** {@return the type that a body says it has} */
    static KindVersion kindVersion(byte[] body) throws EvidenceException {
        try {
            ProtoMessage message = ProtoMessage.parse(body, MAX_BYTES);
            return new KindVersion(message.requiredText("kind"), message.requiredText("apiVersion"));
        } catch (JsonException e) {
            throw UnreadableDocument.of("no body of a log entry", e);
        }
    }

    /**
     * Verifies that an entry is about a signature.
     *
     * @param content what was signed
     * @param verifier the certificate or SubjectPublicKeyInfo that signed, in DER
     * @throws EvidenceException if the body is malformed, of an unsupported type, or about something else
     */
    static void verify(LogEntry entry, SignedContent content, byte[] signature, byte[] verifier, boolean isCertificate)
            throws EvidenceException {
        EntryBody wanted = new EntryBody(content, signature, verifier, isCertificate);
        try {
            wanted.verify(ProtoMessage.parse(entry.body(), MAX_BYTES), new KindVersion(entry.kind(), entry.version()));
        } catch (JsonException e) {
            throw UnreadableDocument.of("no body of a log entry", e);
        }
    }

    private void verify(ProtoMessage body, KindVersion declared) throws JsonException, EvidenceException {
        body.only("apiVersion", "kind", "spec");
        KindVersion found = new KindVersion(body.requiredText("kind"), body.requiredText("apiVersion"));
        if (!found.equals(declared)) {
            throw mismatch("the entry is declared as " + declared + ", its body is " + found);
        }
        ProtoMessage spec = body.message("spec");
        switch (found.kind() + "/" + found.version()) {
            case "hashedrekord/0.0.1" -> hashedRekord(spec);
            case "hashedrekord/0.0.2" -> hashedRekord2(spec.message("hashedRekordV002"));
            case "dsse/0.0.1" -> dsse(spec);
            case "dsse/0.0.2" -> dsse2(spec.message("dsseV002"));
            case "intoto/0.0.1" -> inTotoText(spec);
            case "intoto/0.0.2" -> inToto(spec.message("content"));
            default -> throw new EvidenceException(Reason.UNSUPPORTED, "a log entry of the kind " + found);
        }
    }

    private void hashedRekord(ProtoMessage spec) throws JsonException, EvidenceException {
        ProtoMessage hash = spec.message("data").message("hash");
        sameHash(content, hash.requiredText("algorithm"), hex(hash, "value"));
        ProtoMessage logged = spec.message("signature");
        sameSignature(logged.requiredBytes("content"));
        sameVerifier(logged.message("publicKey").requiredBytes("content"));
    }

    private void hashedRekord2(ProtoMessage spec) throws JsonException, EvidenceException {
        ProtoMessage data = spec.message("data");
        sameHash(content, data.requiredText("algorithm"), data.requiredBytes("digest"));
        sameSignature2(spec.message("signature"));
    }

    private void dsse(ProtoMessage spec) throws JsonException, EvidenceException {
        ProtoMessage hash = spec.message("payloadHash");
        sameHash(payload(), hash.requiredText("algorithm"), hex(hash, "value"));
        // envelopeHash is over the JSON text that was sent to the log, which the bundle does not keep.
        ProtoMessage logged = onlySignature(spec);
        sameSignature(logged.requiredBytes("signature"));
        sameVerifier(logged.requiredBytes("verifier"));
    }

    private void dsse2(ProtoMessage spec) throws JsonException, EvidenceException {
        ProtoMessage hash = spec.message("payloadHash");
        sameHash(payload(), hash.requiredText("algorithm"), hash.requiredBytes("digest"));
        sameSignature2(onlySignature(spec));
    }

    /** The log keeps the hash of the envelope's text and no signature, so the text must be the same. */
    private void inTotoText(ProtoMessage spec) throws JsonException, EvidenceException {
        SignedContent payload = payload();
        SignedContent text = content.envelopeText()
                .orElseThrow(() -> new EvidenceException(
                        Reason.UNSUPPORTED,
                        "a log entry of the kind intoto 0.0.1, which is about the text of an envelope; a bundle does not"
                                + " have it"));
        ProtoMessage logged = spec.message("content");
        ProtoMessage hash = logged.message("hash");
        sameHash(text, hash.requiredText("algorithm"), hex(hash, "value"));
        Optional<ProtoMessage> payloadHash = logged.optional("payloadHash");
        if (payloadHash.isPresent()) {
            sameHash(payload, payloadHash.get().requiredText("algorithm"), hex(payloadHash.get(), "value"));
        }
        sameVerifier(spec.requiredBytes("publicKey"));
    }

    private void inToto(ProtoMessage logged) throws JsonException, EvidenceException {
        ProtoMessage hash = logged.message("payloadHash");
        sameHash(payload(), hash.requiredText("algorithm"), hex(hash, "value"));
        ProtoMessage envelope = logged.message("envelope");
        String type = envelope.requiredText("payloadType");
        if (!type.equals(content.payloadType())) {
            throw mismatch("the entry is about a payload of the type " + Quoted.quote(type));
        }
        ProtoMessage first = onlySignature(envelope);
        // The log keeps the text of the envelope's base64, in base64.
        sameSignature(Encodings.base64(
                new String(first.requiredBytes("sig"), StandardCharsets.ISO_8859_1), "the signature of a log entry"));
        sameVerifier(first.requiredBytes("publicKey"));
    }

    private SignedContent payload() throws EvidenceException {
        Optional<SignedContent> payload = content.payload();
        if (payload.isEmpty()) {
            throw mismatch("the entry is about an envelope, the bundle has none");
        }
        return payload.get();
    }

    private static ProtoMessage onlySignature(ProtoMessage spec) throws JsonException, EvidenceException {
        List<ProtoMessage> signatures = spec.list("signatures", BundleParts.MAX_ENTRIES);
        if (signatures.size() != 1) {
            throw mismatch("the entry is about " + signatures.size() + " signatures, the bundle has one");
        }
        return signatures.get(0);
    }

    private static byte[] hex(ProtoMessage message, String name) throws JsonException {
        try {
            return HexFormat.of().parseHex(message.requiredText(name));
        } catch (IllegalArgumentException e) {
            throw message.cursor().required(name).badValue("must be hexadecimal");
        }
    }

    private static void sameHash(SignedContent content, String algorithm, byte[] value) throws EvidenceException {
        Optional<Hash> hash = SignedContent.hash(algorithm);
        if (hash.isEmpty()) {
            throw new EvidenceException(
                    Reason.UNSUPPORTED, "a log entry with a hash of the algorithm " + Quoted.quote(algorithm));
        }
        if (!Arrays.equals(content.digest(hash.get()), value)) {
            throw mismatch("the entry is about other content");
        }
    }

    private void sameSignature(byte[] logged) throws EvidenceException {
        if (!Arrays.equals(logged, signature)) {
            throw mismatch("the entry is about another signature");
        }
    }

    private void sameVerifier(byte[] pem) throws EvidenceException {
        Block block = Encodings.onlyPem(Encodings.text(pem, true));
        sameVerifier(block.content(), block.label().equals("CERTIFICATE"));
    }

    private void sameVerifier(byte[] logged, boolean isLoggedCertificate) throws EvidenceException {
        if (isLoggedCertificate != isCertificate || !Arrays.equals(logged, verifier)) {
            throw mismatch("the entry is about another certificate or key");
        }
    }

    private void sameSignature2(ProtoMessage logged) throws JsonException, EvidenceException {
        sameSignature(logged.requiredBytes("content"));
        ProtoMessage by = logged.message("verifier");
        Optional<ProtoMessage> certificate = by.optional("x509Certificate");
        Optional<ProtoMessage> key = by.optional("publicKey");
        if (certificate.isPresent() == key.isPresent()) {
            throw by.cursor().badValue("exactly one of x509Certificate and publicKey must be there");
        }
        sameVerifier(certificate.or(() -> key).orElseThrow().requiredBytes("rawBytes"), certificate.isPresent());
    }

    private static EvidenceException mismatch(String message) {
        return new EvidenceException(Reason.LOG_ENTRY_MISMATCH, message);
    }
}

package dev.tallyclerk.trust.cosign;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.trust.attestation.DsseEnvelope;
import dev.tallyclerk.trust.key.TrustedKey;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import java.util.Map;

/** Signs as cosign does. */
public final class TestSigner {
    public static final String SIMPLE_SIGNING = "application/vnd.dev.cosign.simplesigning.v1+json";
    public static final String ENVELOPE = "application/vnd.dsse.envelope.v1+json";
    public static final String SIGNATURE = "dev.cosignproject.cosign/signature";
    public static final Digest IMAGE = Digest.parse("sha256:" + "ab".repeat(32));

    private final KeyPair pair;

    private TestSigner(KeyPair pair) {
        this.pair = pair;
    }

    public static TestSigner create(String algorithm, int size) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (size > 0) {
            generator.initialize(size);
        }
        return new TestSigner(generator.generateKeyPair());
    }

    public TrustedKey key() {
        return TrustedKey.ofEncoded(pair.getPublic().getEncoded());
    }

    public byte[] sign(String algorithm, byte[] message) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(pair.getPrivate());
        signature.update(message);
        return signature.sign();
    }

    public String base64(String algorithm, byte[] message) throws GeneralSecurityException {
        return Base64.getEncoder().encodeToString(sign(algorithm, message));
    }

    /** {@return the simple signing document of an image, with {@code optional} as JSON} */
    public static String payload(Digest image, String name, String optional) {
        return "{\"critical\":{\"identity\":{\"docker-reference\":\"" + name + "\"},\"image\":"
                + "{\"docker-manifest-digest\":\"" + image + "\"},\"type\":\"cosign container image signature\"},"
                + "\"optional\":" + optional + "}";
    }

    /** Adds a signature over a document to an artifact. */
    public void sign(MemoryAttachment artifact, String payload) throws GeneralSecurityException {
        byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
        artifact.with(SIMPLE_SIGNING, bytes, Map.of(SIGNATURE, base64("SHA256withECDSA", bytes)));
    }

    /** {@return a statement about an image} */
    public static String statement(Digest image, String annotations, String predicateType, String predicate) {
        return "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"name\":\"shop\",\"digest\":{\"sha256\":\""
                + image.encoded() + "\"},\"annotations\":" + annotations + "}],\"predicateType\":\"" + predicateType
                + "\",\"predicate\":" + predicate + "}";
    }

    /** {@return an envelope around a payload of a type} */
    public String envelope(String type, String payload) throws GeneralSecurityException {
        byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream signed = new ByteArrayOutputStream();
        signed.writeBytes(
                ("DSSEv1 " + type.length() + " " + type + " " + bytes.length + " ").getBytes(StandardCharsets.UTF_8));
        signed.writeBytes(bytes);
        return "{\"payloadType\":\"" + type + "\",\"payload\":\""
                + Base64.getEncoder().encodeToString(bytes) + "\",\"signatures\":[{\"keyid\":\"\",\"sig\":\""
                + base64("SHA256withECDSA", signed.toByteArray()) + "\"}]}";
    }

    /** Adds an attestation to an artifact. */
    public void attest(MemoryAttachment artifact, String statement) throws GeneralSecurityException {
        artifact.with(
                ENVELOPE,
                envelope(DsseEnvelope.IN_TOTO, statement).getBytes(StandardCharsets.UTF_8),
                Map.of(SIGNATURE, ""));
    }
}

package dev.tallyclerk.trust.sign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.Evidence.Kind;
import dev.tallyclerk.evidence.NewAttachment;
import dev.tallyclerk.evidence.NewBlob;
import dev.tallyclerk.evidence.TargetArtifact;
import dev.tallyclerk.trust.cosign.CosignVerifier;
import dev.tallyclerk.trust.cosign.MemoryAttachment;
import dev.tallyclerk.trust.key.TrustedKey;
import dev.tallyclerk.trust.sign.ImageSigner.Form;
import dev.tallyclerk.trust.sign.SigningException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Keys of a service that signs digests, or short messages, and never hands out a key. */
class RemoteKeyTest {
    private static final String NAME = "registry.example.org/team/app";
    private static final Digest IMAGE = Digest.sha256Of("image".getBytes(StandardCharsets.UTF_8));

    /** The limit of the services of the large clouds. */
    private static final int MAX_MESSAGE = 4096;

    /** The start of a DigestInfo of SHA-256 (RFC 8017, 9.2, note 1). */
    private static final String DIGEST_INFO = "3031300d060960864801650304020105000420";

    private static final class KmsException extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /** The service. */
    private static final class Kms {
        private KeyPair pair;
        private boolean available = true;

        Kms(KeyPair pair) {
            this.pair = pair;
        }

        byte[] signSha256(byte[] digest) throws KmsException {
            if (digest.length != 32 || pair.getPublic().getAlgorithm().startsWith("Ed")) {
                throw new KmsException();
            }
            boolean isRsa = pair.getPublic().getAlgorithm().equals("RSA");
            String prefix = isRsa ? DIGEST_INFO : "";
            return sign(
                    isRsa ? "NONEwithRSA" : "NONEwithECDSA",
                    HexFormat.of().parseHex(prefix + HexFormat.of().formatHex(digest)));
        }

        byte[] signMessage(byte[] message) throws KmsException {
            if (message.length > MAX_MESSAGE) {
                throw new KmsException();
            }
            return sign("Ed25519", message);
        }

        byte[] sign(String algorithm, byte[] input) throws KmsException {
            if (!available) {
                throw new KmsException();
            }
            try {
                Signature signature = Signature.getInstance(algorithm);
                signature.initSign(pair.getPrivate());
                signature.update(input);
                return signature.sign();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** What an embedder writes for a service that signs digests. */
    private record KmsKey(TrustedKey publicKey, Kms kms) implements SigningKey {
        @Override
        public byte[] sign(byte[] message) throws SigningException {
            try {
                return kms.signSha256(MessageDigest.getInstance("SHA-256").digest(message));
            } catch (KmsException | NoSuchAlgorithmException e) {
                throw new SigningException(Reason.KEY_UNAVAILABLE, "the KMS did not sign", e);
            }
        }
    }

    /** What an embedder writes for a service that signs messages. */
    private record MessageKey(TrustedKey publicKey, Kms kms) implements SigningKey {
        @Override
        public byte[] sign(byte[] message) throws SigningException {
            try {
                return kms.signMessage(message);
            } catch (KmsException e) {
                throw new SigningException(Reason.KEY_UNAVAILABLE, "the KMS did not sign", e);
            }
        }
    }

    private static KeyPair pair(String algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (bits > 0) {
                generator.initialize(bits);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static TrustedKey half(KeyPair pair) {
        return TrustedKey.ofEncoded(pair.getPublic().getEncoded());
    }

    private static void assertVerifies(TrustedKey key, NewAttachment made, Kind kind) throws IOException {
        MemoryAttachment attached = MemoryAttachment.at(made.place());
        for (NewBlob blob : made.blobs()) {
            attached.with(blob.mediaType(), blob.content(), blob.annotations());
        }
        assertEquals(
                1,
                CosignVerifier.of(key)
                        .verify(List.of(attached), new TargetArtifact("", IMAGE, 0))
                        .ofKind(kind)
                        .verified()
                        .size());
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void aServiceThatSignsDigestsIsEnough(Form form) throws Exception {
        for (KeyPair pair : List.of(pair("EC", 256), pair("EC", 521), pair("RSA", 2048))) {
            SigningKey key = new KmsKey(half(pair), new Kms(pair));
            ImageSigner signer = ImageSigner.of(key, Clock.systemUTC()).withForm(form);
            assertVerifies(key.publicKey(), signer.sign(NAME, IMAGE, Map.of()), Kind.COSIGN_SIGNATURE);
            // Larger than what the service takes as a message.
            byte[] predicate = ("{\"name\":\"" + "a".repeat(2 * MAX_MESSAGE) + "\"}").getBytes(StandardCharsets.UTF_8);
            assertVerifies(
                    key.publicKey(), signer.attest(NAME, IMAGE, "https://type.test/v1", predicate), Kind.ATTESTATION);
        }
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void aServiceThatSignsMessagesIsEnoughForShortOnes(Form form) throws Exception {
        KeyPair pair = pair("Ed25519", 0);
        SigningKey key = new MessageKey(half(pair), new Kms(pair));
        ImageSigner signer = ImageSigner.of(key, Clock.systemUTC()).withForm(form);
        assertVerifies(key.publicKey(), signer.sign(NAME, IMAGE, Map.of()), Kind.COSIGN_SIGNATURE);
        byte[] predicate = ("{\"name\":\"" + "a".repeat(MAX_MESSAGE) + "\"}").getBytes(StandardCharsets.UTF_8);
        SigningException refused = assertThrows(
                SigningException.class, () -> signer.attest(NAME, IMAGE, "https://type.test/v1", predicate));
        assertEquals(Reason.KEY_UNAVAILABLE, refused.reason());
    }

    @Test
    void aServiceThatDoesNotSignGivesTheCause() {
        KeyPair pair = pair("EC", 256);
        Kms kms = new Kms(pair);
        kms.available = false;
        ImageSigner signer = ImageSigner.of(new KmsKey(half(pair), kms), Clock.systemUTC());
        SigningException refused = assertThrows(SigningException.class, () -> signer.sign(NAME, IMAGE, Map.of()));
        assertEquals(Reason.KEY_UNAVAILABLE, refused.reason());
        assertInstanceOf(KmsException.class, refused.getCause());
    }

    /** A key that was rotated, one that signs in the form of IEEE P1363, and one that signs by another hash. */
    @Test
    void noSignatureLeavesThatDoesNotVerify() {
        KeyPair pair = pair("EC", 256);
        Kms rotated = new Kms(pair);
        rotated.pair = pair("EC", 256);
        Kms same = new Kms(pair);
        for (SigningKey key : List.<SigningKey>of(
                new KmsKey(half(pair), rotated),
                new Wrong(half(pair), same, "SHA256withECDSAinP1363Format"),
                new Wrong(half(pair), same, "SHA512withECDSA"))) {
            for (Form form : Form.values()) {
                ImageSigner signer = ImageSigner.of(key, Clock.systemUTC()).withForm(form);
                SigningException refused =
                        assertThrows(SigningException.class, () -> signer.sign(NAME, IMAGE, Map.of()));
                assertEquals(Reason.KEY_MISMATCH, refused.reason());
                byte[] predicate = {'{', '}'};
                SigningException attested = assertThrows(
                        SigningException.class, () -> signer.attest(NAME, IMAGE, "https://type.test/v1", predicate));
                assertEquals(Reason.KEY_MISMATCH, attested.reason());
            }
        }
    }

    private record Wrong(TrustedKey publicKey, Kms kms, String algorithm) implements SigningKey {
        @Override
        public byte[] sign(byte[] message) throws SigningException {
            try {
                return kms.sign(algorithm, message);
            } catch (KmsException e) {
                throw new SigningException(Reason.KEY_UNAVAILABLE, "the KMS did not sign", e);
            }
        }
    }
}

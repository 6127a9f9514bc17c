package dev.tallyclerk.trust.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.trust.bouncycastle.BouncyCastleEngine;
import dev.tallyclerk.trust.tink.TinkEngine;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class KeyProperties {
    private static final byte[] MESSAGE = "message".getBytes(StandardCharsets.UTF_8);
    private static final int ED25519_PREFIX = 12;
    private static final SignatureScheme[] OPT_IN = {
        SignatureScheme.RSA_PKCS1V15_SHA256, SignatureScheme.RSA_PKCS1V15_SHA512
    };
    private static final List<SignatureEngine> ENGINES = List.of(
            SignatureEngine.runtime(OPT_IN), BouncyCastleEngine.of(OPT_IN).withCofactor(true), TinkEngine.of(OPT_IN));
    private static final List<Signer> SIGNERS =
            Arrays.stream(SignatureScheme.values()).map(Signer::of).toList();

    /** A key, what verifies with it, and its signature of the message. */
    private record Signer(SigningKey key, List<SignatureVerifier> verifiers, String signature) {
        static Signer of(SignatureScheme scheme) {
            SigningKey key = SigningKey.of(scheme);
            List<SignatureVerifier> verifiers = ENGINES.stream()
                    .map(engine -> engine.verifierFor(key.verificationKey()).orElseThrow())
                    .toList();
            return new Signer(key, verifiers, HexFormat.of().formatHex(key.sign(MESSAGE)));
        }
    }

    private static Signer signer(SignatureScheme scheme) {
        return SIGNERS.stream()
                .filter(signer -> signer.key.verificationKey().scheme() == scheme)
                .findFirst()
                .orElseThrow();
    }

    private static void assertRefusedWithItsReason(String keyType, SignatureScheme scheme, String text) {
        MalformedKeyException e = assertThrows(
                MalformedKeyException.class, () -> VerificationKey.parse(keyType, scheme.schemeName(), text));
        assertTrue(String.valueOf(e.getMessage()).length() < 300, "bounded message");
        assertEquals(
                new DeclaredKey.Unusable("id", e.reason()), DeclaredKey.of("id", keyType, scheme.schemeName(), text));
    }

    @Property(tries = 300)
    void textInsteadOfAKeyIsRefusedWithItsReason(@ForAll String text, @ForAll SignatureScheme scheme) {
        for (String keyType : List.of("ecdsa", "ed25519", "rsa")) {
            assertRefusedWithItsReason(keyType, scheme, text);
        }
    }

    @Property(tries = 300)
    void bytesInsteadOfAKeyAreRefusedWithTheirReason(@ForAll byte[] der, @ForAll SignatureScheme scheme) {
        String pem =
                "-----BEGIN PUBLIC KEY-----" + Base64.getEncoder().encodeToString(der) + "-----END PUBLIC KEY-----";
        assertRefusedWithItsReason("ecdsa", scheme, pem);
        assertRefusedWithItsReason("rsa", scheme, pem);
    }

    /** What is not read of a key may differ; what is read makes it another one, which did not sign. */
    @Property(tries = 1_000)
    void aDamagedKeyIsRefusedOrAnotherOne(
            @ForAll SignatureScheme scheme, @ForAll Random random, @ForAll @IntRange(min = 1, max = 3) int changes) {
        Signer signer = signer(scheme);
        VerificationKey good = signer.key.verificationKey();
        byte[] damaged = damaged(good.encoded(), random, changes);
        String text = scheme == SignatureScheme.ED25519
                ? HexFormat.of().formatHex(damaged, Math.min(ED25519_PREFIX, damaged.length), damaged.length)
                : SigningKey.pem(damaged);
        DeclaredKey declared = DeclaredKey.of("id", signer.key.keyType(), scheme.schemeName(), text);
        if (declared instanceof DeclaredKey.Usable usable) {
            byte[] signature = HexFormat.of().parseHex(signer.signature);
            for (SignatureEngine engine : ENGINES) {
                engine.verifierFor(usable.key())
                        .ifPresent(verifier ->
                                assertEquals(good.equals(usable.key()), verifier.verify(MESSAGE, signature), text));
            }
        } else {
            assertRefusedWithItsReason(signer.key.keyType(), scheme, text);
        }
    }

    @Property(tries = 300)
    void aSignatureIsOfItsMessageOnly(@ForAll SignatureScheme scheme, @ForAll byte[] message) {
        Signer signer = signer(scheme);
        byte[] signature = signer.key.sign(message);
        byte[] other = Arrays.copyOf(message, message.length + 1);
        for (SignatureVerifier verifier : signer.verifiers) {
            assertTrue(verifier.verify(message, signature));
            assertFalse(verifier.verify(other, signature));
        }
    }

    @Property(tries = 1_000)
    void aDamagedSignatureIsNone(
            @ForAll SignatureScheme scheme, @ForAll Random random, @ForAll @IntRange(min = 1, max = 3) int changes) {
        Signer signer = signer(scheme);
        byte[] damaged = damaged(HexFormat.of().parseHex(signer.signature), random, changes);
        for (SignatureVerifier verifier : signer.verifiers) {
            assertFalse(verifier.verify(MESSAGE, damaged), () -> HexFormat.of().formatHex(damaged));
        }
    }

    @Property(tries = 300)
    void bytesInsteadOfASignatureAreNeverOne(@ForAll byte[] message, @ForAll byte[] signature) {
        for (Signer signer : SIGNERS) {
            for (SignatureVerifier verifier : signer.verifiers) {
                assertFalse(verifier.verify(message, signature));
            }
        }
    }

    @Property(tries = 60)
    void anyEd25519PointIsSafeToVerifyWith(@ForAll @Size(32) byte[] point, @ForAll @Size(64) byte[] signature) {
        DeclaredKey declared =
                DeclaredKey.of("id", "ed25519", "ed25519", HexFormat.of().formatHex(point));
        if (declared instanceof DeclaredKey.Usable usable) {
            for (SignatureEngine engine : ENGINES) {
                engine.verifierFor(usable.key()).ifPresent(verifier -> assertFalse(verifier.verify(point, signature)));
            }
        }
    }

    /** Other bytes than these: some are changed, left out or put in. */
    private static byte[] damaged(byte[] good, Random random, int changes) {
        byte[] bytes = good;
        while (Arrays.equals(good, bytes)) {
            bytes = good.clone();
            for (int i = 0; i < changes; i++) {
                int at = random.nextInt(bytes.length);
                switch (random.nextInt(5)) {
                    case 0 -> bytes = without(bytes, at);
                    case 1 -> bytes = with(bytes, random.nextInt(bytes.length + 1), (byte) random.nextInt(2));
                    case 2 -> bytes[at] = (byte) random.nextInt(256);
                    // Where the lengths and tags of DER are.
                    case 3 -> bytes[at % 8] = (byte) random.nextInt(256);
                    default -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                }
            }
        }
        return bytes;
    }

    private static byte[] without(byte[] bytes, int at) {
        byte[] less = new byte[bytes.length - 1];
        System.arraycopy(bytes, 0, less, 0, at);
        System.arraycopy(bytes, at + 1, less, at, less.length - at);
        return less;
    }

    private static byte[] with(byte[] bytes, int at, byte added) {
        byte[] more = new byte[bytes.length + 1];
        System.arraycopy(bytes, 0, more, 0, at);
        more[at] = added;
        System.arraycopy(bytes, at, more, at + 1, bytes.length - at);
        return more;
    }
}

package dev.tallyclerk.trust.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fixed signatures that no Java has made, against every engine. The folders of the fixtures say where they are from.
 */
class ForeignSignatureTest {
    private static final byte[] MESSAGE = "message".getBytes(StandardCharsets.UTF_8);

    private static String text(String name) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(ForeignSignatureTest.class.getResourceAsStream("/testdata/" + name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static byte[] hex(String name) throws IOException {
        return HexFormat.of().parseHex(text(name).replace("\n", ""));
    }

    @ParameterizedTest
    @MethodSource("dev.tallyclerk.trust.key.SignatureEngineTest#engines")
    void verifiesWhatOpensslHasSignedByRsa(String engine) throws IOException {
        String[][] signatures = {
            {"rsassa-pss-sha256", "pss-sha256"},
            {"rsassa-pss-sha256", "pss-sha256-longest-salt"},
            {"rsassa-pss-sha512", "pss-sha512"},
            {"rsa-pkcs1v15-sha256", "pkcs1-sha256"},
            {"rsa-pkcs1v15-sha512", "pkcs1-sha512"}
        };
        for (String[] vector : signatures) {
            byte[] signature = hex("openssl-rsa/" + vector[1] + ".hex");
            for (SignatureScheme scheme : SignatureScheme.values()) {
                if (!scheme.schemeName().startsWith("rsa")) {
                    continue;
                }
                VerificationKey key = VerificationKey.parse("rsa", scheme.schemeName(), text("openssl-rsa/public.pem"));
                SignatureVerifier verifier = SignatureEngineTest.verifier(engine, key);
                boolean own = scheme.schemeName().equals(vector[0]);
                assertEquals(own, verifier.verify(MESSAGE, signature), vector[1] + " as " + scheme);
                assertFalse(verifier.verify("Message".getBytes(StandardCharsets.UTF_8), signature));
            }
        }
    }

    /** RFC 8032, 7.1, TEST 1024 and TEST SHA(abc). */
    @ParameterizedTest
    @MethodSource("dev.tallyclerk.trust.key.SignatureEngineTest#engines")
    void verifiesTheLongVectorsOfRfc8032(String engine) throws IOException {
        assertVerifies(
                engine,
                "278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e",
                hex("rfc8032/test-1024.hex"),
                "0aab4c900501b3e24d7cdf4663326a3a87df5e4843b2cbdb67cbf6e460fec350aa5371b1508f9f4528ecea23c436d94b"
                        + "5e8fcd4f681e30a6ac00a9704a188a03");
        assertVerifies(
                engine,
                "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
                HexFormat.of()
                        .parseHex("ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                                + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"),
                "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e030"
                        + "3dca179c138ac17ad9bef1177331a704");
    }

    private static void assertVerifies(String engine, String key, byte[] message, String signature) {
        SignatureVerifier verifier =
                SignatureEngineTest.verifier(engine, VerificationKey.parse("ed25519", "ed25519", key));
        assertTrue(verifier.verify(message, HexFormat.of().parseHex(signature)));
        message[message.length - 1] ^= 1;
        assertFalse(verifier.verify(message, HexFormat.of().parseHex(signature)));
    }
}

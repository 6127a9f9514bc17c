package dev.tallyclerk.registry.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.registry.model.Schema1Verification.Invalid;
import dev.tallyclerk.registry.model.Schema1Verification.Reason;
import dev.tallyclerk.registry.model.Schema1Verification.SelfSigned;
import dev.tallyclerk.registry.model.Schema1Verification.Signer;
import dev.tallyclerk.registry.model.Schema1Verification.TrustedBy;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys, algorithms and signatures of schema 1, hostile ones first. */
class Schema1SignatureTest {
    private static final String PAYLOAD = Schema1ManifestTest.PAYLOAD;
    private static final TestSigner EC = TestSigner.es256();
    private static final TestSigner RSA = TestSigner.rs256(2048);

    private static Schema1Verification verify(String... signatures) throws MalformedDocumentException {
        return Schema1ManifestTest.parse(TestSigner.assemble(PAYLOAD, signatures))
                .verifySignatures();
    }

    private static void assertInvalid(Reason reason, String signature) throws MalformedDocumentException {
        Schema1Verification result = verify(signature);
        assertEquals(reason, assertInstanceOf(Invalid.class, result).reason(), result.toString());
        assertEquals("invalid", result.<String>fold(t -> "trusted", s -> "self", u -> "unsigned", i -> "invalid"));
    }

    private static String jwk(TestSigner signer) {
        return "\"jwk\":" + signer.jwk();
    }

    private static String withSignature(byte[] signature, String key, String algorithm) {
        return TestSigner.block(key, algorithm, Base64Url.encode(signature), TestSigner.protectedHeader(PAYLOAD));
    }

    @Test
    void takesBothAlgorithmsWithKeysInBothForms() throws MalformedDocumentException {
        for (TestSigner signer : List.of(EC, RSA)) {
            Signer bare = assertInstanceOf(SelfSigned.class, verify(signer.signature(PAYLOAD, jwk(signer))))
                    .signers()
                    .get(0);
            Signer certified = assertInstanceOf(SelfSigned.class, verify(signer.signature(PAYLOAD, signer.x5c())))
                    .signers()
                    .get(0);
            Signer both = assertInstanceOf(
                            SelfSigned.class, verify(signer.signature(PAYLOAD, jwk(signer) + "," + signer.x5c())))
                    .signers()
                    .get(0);
            assertTrue(!bare.certified() && certified.certified() && both.certified());
            assertEquals(bare.keyId(), certified.keyId());
            assertEquals(59, bare.keyId().length());
            assertTrue(JwsKey.isSame(bare.key(), signer.keys().getPublic()));
        }
    }

    @Test
    void trustsAKeyThatTheCallerKnowsHoweverItComes() throws MalformedDocumentException {
        for (String signature : List.of(RSA.signature(PAYLOAD, jwk(RSA)), RSA.signature(PAYLOAD, RSA.x5c()))) {
            Schema1Manifest manifest = Schema1ManifestTest.parse(TestSigner.assemble(PAYLOAD, signature));
            assertInstanceOf(
                    TrustedBy.class,
                    manifest.verifySignatures(
                            List.of(EC.keys().getPublic(), RSA.keys().getPublic())));
            assertInstanceOf(
                    SelfSigned.class,
                    manifest.verifySignatures(List.of(EC.keys().getPublic())));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "HS256", "ES384", "RS512", "PS256", "es256", "ES256 ", ""})
    void refusesOtherAlgorithms(String algorithm) throws MalformedDocumentException {
        byte[] signature = EC.rawSignature(PAYLOAD, TestSigner.protectedHeader(PAYLOAD));
        assertInvalid(Reason.UNSUPPORTED_ALGORITHM, withSignature(signature, jwk(EC), algorithm));
    }

    @Test
    void refusesAKeyOfAnotherKindThanTheAlgorithmNeeds() throws MalformedDocumentException {
        byte[] ec = EC.rawSignature(PAYLOAD, TestSigner.protectedHeader(PAYLOAD));
        byte[] rsa = RSA.rawSignature(PAYLOAD, TestSigner.protectedHeader(PAYLOAD));
        assertInvalid(Reason.BAD_KEY, withSignature(ec, jwk(RSA), "ES256"));
        assertInvalid(Reason.BAD_KEY, withSignature(rsa, jwk(EC), "RS256"));
        assertInvalid(Reason.BAD_KEY, withSignature(rsa, EC.x5c(), "RS256"));
    }

    @Test
    void refusesNumbersOutsideOfTheGroup() throws MalformedDocumentException {
        byte[] order = TestSigner.coordinate(JwsKey.groupOrder());
        byte[] good = EC.rawSignature(PAYLOAD, TestSigner.protectedHeader(PAYLOAD));
        byte[] zeros = new byte[64];
        byte[] zeroS = Arrays.copyOf(Arrays.copyOf(good, 32), 64);
        byte[] zeroR = zeros.clone();
        System.arraycopy(good, 32, zeroR, 32, 32);
        byte[] orderR = good.clone();
        System.arraycopy(order, 0, orderR, 0, 32);
        byte[] orderS = good.clone();
        System.arraycopy(order, 0, orderS, 32, 32);
        byte[] ones = new byte[64];
        Arrays.fill(ones, (byte) 0xff);
        for (byte[] signature : List.of(
                zeros,
                zeroS,
                zeroR,
                orderR,
                orderS,
                ones,
                new byte[0],
                Arrays.copyOf(good, 63),
                Arrays.copyOf(good, 65))) {
            assertInvalid(Reason.MALFORMED_SIGNATURE, withSignature(signature, jwk(EC), "ES256"));
        }
    }

    @Test
    void refusesWrongSignatures() throws MalformedDocumentException {
        String header = TestSigner.protectedHeader(PAYLOAD);
        byte[] ec = EC.rawSignature(PAYLOAD, header);
        ec[40] ^= 1;
        assertInvalid(Reason.WRONG_SIGNATURE, withSignature(ec, jwk(EC), "ES256"));
        byte[] rsa = RSA.rawSignature(PAYLOAD, header);
        rsa[40] ^= 1;
        assertInvalid(Reason.WRONG_SIGNATURE, withSignature(rsa, jwk(RSA), "RS256"));
        assertInvalid(Reason.WRONG_SIGNATURE, withSignature(new byte[0], jwk(RSA), "RS256"));
        assertInvalid(
                Reason.WRONG_SIGNATURE,
                withSignature(EC.rawSignature(PAYLOAD.replace("team", "meat"), header), jwk(EC), "ES256"));
        String otherHeader = Base64Url.encode(TestSigner.utf8("{}"));
        assertInvalid(Reason.WRONG_SIGNATURE, withSignature(EC.rawSignature(PAYLOAD, otherHeader), jwk(EC), "ES256"));
    }

    @Test
    void refusesBase64InAnotherForm() throws MalformedDocumentException {
        String header = TestSigner.protectedHeader(PAYLOAD);
        String good = Base64Url.encode(EC.rawSignature(PAYLOAD, header));
        // 64 bytes leave four bits of the last character unused.
        char last = good.charAt(good.length() - 1);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        String other = good.substring(0, good.length() - 1) + alphabet.charAt(alphabet.indexOf(last) ^ 1);
        for (String text : List.of(other, good + "==", good + "\\n", good.substring(1), " " + good, "+/" + good)) {
            assertInvalid(Reason.MALFORMED_SIGNATURE, TestSigner.block(jwk(EC), "ES256", text, header));
        }
    }

    @Test
    void refusesAKeyThatIsNone() throws MalformedDocumentException {
        byte[] signature = EC.rawSignature(PAYLOAD, TestSigner.protectedHeader(PAYLOAD));
        String x = Base64Url.encode(new byte[32]);
        String p = Base64Url.encode(TestSigner.coordinate(
                new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16)));
        for (String key : List.of(
                "{'kty':'EC','crv':'P-256','x':'" + x + "','y':'" + x + "'}",
                "{'kty':'EC','crv':'P-256','x':'" + p + "','y':'" + p + "'}",
                "{'kty':'EC','crv':'P-256','x':'','y':''}",
                "{'kty':'EC','crv':'P-256','x':'AA','y':'AA'}",
                "{'kty':'EC','crv':'P-256','x':'%%','y':'%%'}",
                "{'kty':'EC','crv':'P-384','x':'" + x + "','y':'" + x + "'}",
                "{'kty':'EC','crv':'P-256','x':'" + x + "'}",
                "{'kty':'oct','n':'AA'}",
                "{'kty':'RSA','n':'AQAB','e':'AQAB','x':'AA'}")) {
            assertInvalid(Reason.BAD_KEY, withSignature(signature, "\"jwk\":" + key.replace('\'', '"'), "ES256"));
        }
        String mixed = EC.jwk().replace("\"crv\"", "\"n\":\"AQAB\",\"crv\"");
        assertInvalid(Reason.BAD_KEY, withSignature(signature, "\"jwk\":" + mixed, "ES256"));
    }

    @Test
    void refusesRsaKeysThatAreTooShortOrOdd() throws MalformedDocumentException {
        TestSigner weak = TestSigner.rs256(1024);
        assertInvalid(Reason.WEAK_KEY, weak.signature(PAYLOAD, jwk(weak)));
        assertInvalid(Reason.WEAK_KEY, weak.signature(PAYLOAD, weak.x5c()));
        byte[] signature = RSA.rawSignature(PAYLOAD, TestSigner.protectedHeader(PAYLOAD));
        byte[] modulus = new byte[256];
        Arrays.fill(modulus, (byte) 0xff);
        String n = Base64Url.encode(modulus);
        String huge = Base64Url.encode(new byte[] {1});
        for (String key : List.of(
                "{'kty':'RSA','n':'" + n + "','e':'AQ'}",
                "{'kty':'RSA','n':'" + n + "','e':'AA'}",
                "{'kty':'RSA','n':'" + n + "','e':'Ag'}",
                "{'kty':'RSA','n':'" + n + "','e':'AAEAAQ'}",
                "{'kty':'RSA','n':'" + n + "','e':'" + n + "'}",
                "{'kty':'RSA','n':'','e':'AQAB'}",
                "{'kty':'RSA','n':'" + Base64Url.encode(new byte[300]) + "','e':'AQAB'}",
                "{'kty':'RSA','n':'_" + "A".repeat(4000) + "','e':'AQAB'}")) {
            assertInvalid(Reason.BAD_KEY, withSignature(signature, "\"jwk\":" + key.replace('\'', '"'), "RS256"));
        }
        assertInvalid(
                Reason.WEAK_KEY,
                withSignature(signature, "\"jwk\":{\"kty\":\"RSA\",\"n\":\"" + huge + "\",\"e\":\"AQAB\"}", "RS256"));
    }

    @Test
    void takesRsaKeysOfUpTo8192Bits() throws MalformedDocumentException {
        // No signature is of these keys, which nobody has: the one is looked at, and the other is not.
        String largest = Base64Url.encode(ones(1024));
        String larger = Base64Url.encode(ones(1025));
        assertInvalid(Reason.WRONG_SIGNATURE, withSignature(ones(1024), rsaKey(largest), "RS256"));
        assertInvalid(Reason.BAD_KEY, withSignature(ones(1025), rsaKey(larger), "RS256"));
    }

    private static byte[] ones(int bytes) {
        byte[] number = new byte[bytes];
        Arrays.fill(number, (byte) 0xff);
        return number;
    }

    private static String rsaKey(String modulus) {
        return "\"jwk\":{\"kty\":\"RSA\",\"n\":\"" + modulus + "\",\"e\":\"AQAB\"}";
    }

    @Test
    void takesAChainOfUpToTenCertificates() throws MalformedDocumentException {
        String one = "\"" + Base64.getEncoder().encodeToString(EC.certificate()) + "\"";
        String ten = String.join(",", Collections.nCopies(10, one));
        assertInstanceOf(SelfSigned.class, verify(EC.signature(PAYLOAD, "\"x5c\":[" + ten + "]")));
        var e = assertThrows(
                MalformedDocumentException.class,
                () -> verify(EC.signature(PAYLOAD, "\"x5c\":[" + ten + "," + one + "]")));
        assertEquals(MalformedDocumentException.Reason.BAD_VALUE, e.reason());
    }

    @Test
    void refusesAKeyIdentifierThatIsNotTheFingerprint() throws MalformedDocumentException {
        Signer signer = assertInstanceOf(SelfSigned.class, verify(EC.signature(PAYLOAD, jwk(EC))))
                .signers()
                .get(0);
        String right = jwk(EC).replace("\"kty\"", "\"kid\":\"" + signer.keyId() + "\",\"kty\"");
        assertInstanceOf(SelfSigned.class, verify(EC.signature(PAYLOAD, right)));
        String wrong = right.replace(signer.keyId(), signer.keyId().replace(':', '-'));
        assertInvalid(Reason.WRONG_KEY_ID, EC.signature(PAYLOAD, wrong));
    }

    @Test
    void refusesASignatureWithoutAKeyOrWithTwo() throws MalformedDocumentException {
        String header = TestSigner.protectedHeader(PAYLOAD);
        String signature = Base64Url.encode(EC.rawSignature(PAYLOAD, header));
        assertInvalid(
                Reason.NO_KEY,
                "{\"header\":{\"alg\":\"ES256\"},\"signature\":\"" + signature + "\",\"protected\":\"" + header
                        + "\"}");
        TestSigner other = TestSigner.es256();
        assertInvalid(Reason.NO_KEY, EC.signature(PAYLOAD, jwk(other) + "," + EC.x5c()));
        assertInvalid(Reason.NO_KEY, EC.signature(PAYLOAD, jwk(EC) + "," + other.x5c()));
    }

    @Test
    void refusesCertificatesThatAreNone() throws MalformedDocumentException {
        byte[] good = EC.certificate();
        Base64.Encoder base64 = Base64.getEncoder();
        String pem = "-----BEGIN CERTIFICATE-----\n" + base64.encodeToString(good) + "\n-----END CERTIFICATE-----\n";
        for (String certificate : List.of(
                "",
                "%%",
                base64.encodeToString(new byte[] {0x30}),
                base64.encodeToString(Arrays.copyOf(good, good.length - 1)),
                base64.encodeToString(Arrays.copyOf(good, good.length + 1)),
                base64.encodeToString(TestSigner.utf8(pem)))) {
            assertInvalid(Reason.BAD_KEY, EC.signature(PAYLOAD, "\"x5c\":[\"" + certificate + "\"]"));
        }
        TestSigner otherCurve = TestSigner.elliptic("secp384r1");
        assertInvalid(Reason.BAD_KEY, EC.signature(PAYLOAD, otherCurve.x5c()));
    }

    @Test
    void saysWhichOfSeveralIsWrong() throws MalformedDocumentException {
        TestSigner other = TestSigner.es256();
        var invalid = assertInstanceOf(
                Invalid.class, verify(EC.signature(PAYLOAD, jwk(EC)), EC.signature(PAYLOAD, jwk(other))));
        assertTrue(invalid.message().startsWith("signature 2 "), invalid.message());
    }
}

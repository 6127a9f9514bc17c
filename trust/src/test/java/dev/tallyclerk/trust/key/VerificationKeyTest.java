package dev.tallyclerk.trust.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.trust.key.MalformedKeyException.Reason;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerificationKeyTest {
    private static final String ED25519_TEXT = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

    @ParameterizedTest
    @CsvSource({
        "ed25519, ed448, 00, UNKNOWN_SCHEME",
        "rsa, rsa-pkcs1v15-sha1, 00, UNKNOWN_SCHEME",
        "ed25519, rsa-pkcs1v15-sha256, 00, SCHEME_DOES_NOT_FIT",
        "rsa, ed25519, 00, SCHEME_DOES_NOT_FIT",
        "ecdsa-sha2-nistp256, ecdsa-sha2-nistp384, 00, SCHEME_DOES_NOT_FIT",
        "ed25519, ed25519, '', NO_PUBLIC_VALUE",
        "ed25519, ed25519, zz, NOT_HEX",
        "ed25519, ed25519, d75a98, WRONG_LENGTH",
        "ed25519, ed25519, d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a00, WRONG_LENGTH",
        "ecdsa, ecdsa-sha2-nistp256, 04d75a, NOT_PEM",
        // Key of root 1 of Sigstore.
        "ecdsa-sha2-nistp256, ecdsa-sha2-nistp256, 04cbc5cab2684160323c25cd06c3307178a6b1d1c9b949328453ae473c5ba7527e35b13f2"
                + "98b41633382241f3fd8526c262d43b45adee5c618fa0642c82b8a9803, BARE_POINT",
        "ecdsa, ecdsa-sha2-nistp256, -----BEGIN PUBLIC KEY-----AAAA-----END PUBLIC KEY-----, NOT_A_PUBLIC_KEY",
        "rsa, rsassa-pss-sha256, -----BEGIN PUBLIC KEY-----A*AA-----END PUBLIC KEY-----, NOT_PEM",
        "rsa, rsassa-pss-sha256, -----BEGIN PUBLIC KEY-----, NOT_PEM",
        "rsa, rsassa-pss-sha256, -----BEGIN PRIVATE KEY-----AAAA-----END PRIVATE KEY-----, NOT_SUBJECT_PUBLIC_KEY_INFO",
        "rsa, rsassa-pss-sha256, -----BEGIN RSA PUBLIC KEY-----MA==-----END RSA PUBLIC KEY-----, NOT_SUBJECT_PUBLIC_KEY_INFO",
    })
    void refusesWithAReason(String keyType, String scheme, String text, Reason reason) {
        var e = assertThrows(MalformedKeyException.class, () -> VerificationKey.parse(keyType, scheme, text));
        assertEquals(reason, e.reason());
    }

    @Test
    void refusesATextLongerThanAnyKey() {
        var e = assertThrows(
                MalformedKeyException.class, () -> VerificationKey.parse("ed25519", "ed25519", "00".repeat(5_000)));
        assertEquals(Reason.TOO_LONG, e.reason());
        assertTrue(e.toString().length() < 300, "the message quotes a bounded part of the text");
    }

    @Test
    void refusesAShortRsaKey() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(1_024);
        String pem = pem(generator.generateKeyPair().getPublic());
        var e = assertThrows(MalformedKeyException.class, () -> VerificationKey.parse("rsa", "rsassa-pss-sha256", pem));
        assertEquals(Reason.RSA_TOO_SHORT, e.reason());
    }

    /** A signature would take as long as some hundred of the usual ones. */
    @ParameterizedTest
    @CsvSource({"64, true", "65, false", "2047, false"})
    void refusesAnRsaKeyWithALongExponent(int bits, boolean taken) throws GeneralSecurityException {
        BigInteger modulus = BigInteger.ONE.shiftLeft(2_047).setBit(0);
        BigInteger exponent = BigInteger.ONE.shiftLeft(bits - 1).setBit(0);
        String pem = pem(KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent)));
        if (taken) {
            assertEquals(
                    SignatureScheme.RSASSA_PSS_SHA256,
                    VerificationKey.parse("rsa", "rsassa-pss-sha256", pem).scheme());
        } else {
            var e = assertThrows(
                    MalformedKeyException.class, () -> VerificationKey.parse("rsa", "rsassa-pss-sha256", pem));
            assertEquals(Reason.RSA_EXPONENT_TOO_LONG, e.reason());
        }
    }

    @Test
    void refusesAKeyOfAnotherCurve() throws GeneralSecurityException {
        String pem = pem(ec("secp384r1"));
        var e = assertThrows(
                MalformedKeyException.class, () -> VerificationKey.parse("ecdsa", "ecdsa-sha2-nistp256", pem));
        assertEquals(Reason.WRONG_CURVE, e.reason());
    }

    @Test
    void refusesAPointThatIsNotOnItsCurve() throws GeneralSecurityException {
        byte[] encoded = ec("secp256r1").getEncoded();
        encoded[encoded.length - 1] ^= 1;
        String pem = pem(encoded);
        var e = assertThrows(
                MalformedKeyException.class, () -> VerificationKey.parse("ecdsa", "ecdsa-sha2-nistp256", pem));
        assertEquals(Reason.NOT_A_PUBLIC_KEY, e.reason());
    }

    @ParameterizedTest
    @CsvSource({
        "secp256r1, ecdsa-sha2-nistp256, ecdsa-sha2-nistp384",
        "secp384r1, ecdsa-sha2-nistp384, ecdsa-sha2-nistp521",
        "secp521r1, ecdsa-sha2-nistp521, ecdsa-sha2-nistp256",
    })
    void takesBothKeyTypesOfEllipticCurves(String curve, String scheme, String other) throws GeneralSecurityException {
        String pem = pem(ec(curve));
        assertEquals(VerificationKey.parse("ecdsa", scheme, pem), VerificationKey.parse(scheme, scheme, pem));
        for (String keyType : List.of(other, "ecdsa-sha2", "ECDSA", "rsa")) {
            var e = assertThrows(MalformedKeyException.class, () -> VerificationKey.parse(keyType, scheme, pem));
            assertEquals(Reason.SCHEME_DOES_NOT_FIT, e.reason());
        }
    }

    @Test
    void oneKeyHasOneFingerprintHoweverItIsWritten() throws GeneralSecurityException {
        String upper = ED25519_TEXT.toUpperCase(Locale.ROOT);
        assertEquals(
                VerificationKey.parse("ed25519", "ed25519", ED25519_TEXT),
                VerificationKey.parse("ed25519", "ed25519", upper));
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2_048);
        String pem = pem(generator.generateKeyPair().getPublic());
        VerificationKey sha256 = VerificationKey.parse("rsa", "rsassa-pss-sha256", pem);
        VerificationKey sha512 = VerificationKey.parse("rsa", "rsassa-pss-sha512", pem.replace("\n", "\r\n"));
        assertEquals(sha256.fingerprint(), sha512.fingerprint());
        assertNotEquals(sha256, sha512);
    }

    @Test
    void aDeclaredKeyKeepsWhyItIsUnusable() {
        DeclaredKey good = DeclaredKey.of("a", "ed25519", "ed25519", ED25519_TEXT);
        DeclaredKey bad = DeclaredKey.of("b", "ed25519", "ed25519", "00");
        assertEquals("ed25519", good.<String>fold(key -> key.scheme().schemeName(), Enum::name));
        assertEquals("WRONG_LENGTH", bad.<String>fold(key -> key.scheme().schemeName(), Enum::name));
    }

    private static PublicKey ec(String curve) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair().getPublic();
    }

    private static String pem(PublicKey key) {
        return pem(key.getEncoded());
    }

    private static String pem(byte[] encoded) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        return "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n";
    }
}

package dev.tallyclerk.trust.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class JdkSignatureEngineTest {
    private static final byte[] MESSAGE = "message".getBytes(StandardCharsets.UTF_8);
    private static final HexFormat HEX = HexFormat.of();

    /** RFC 8032, 7.1, TEST 1, TEST 2 and TEST 3. */
    @ParameterizedTest
    @CsvSource({
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a, '',"
                + " e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
                + "d25bf5f0595bbe24655141438e7a100b",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c, 72,"
                + " 92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
                + "387b2eaeb4302aeeb00d291612bb0c00",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025, af82,"
                + " 6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
                + "4a7c15e9716ed28dc027beceea1ec40a",
    })
    void verifiesTheVectorsOfRfc8032(String publicText, String message, String signature) {
        SignatureVerifier verifier = verifier(VerificationKey.parse("ed25519", "ed25519", publicText));
        byte[] good = HEX.parseHex(signature);
        assertTrue(verifier.verify(HEX.parseHex(message), good));
        assertFalse(verifier.verify(HEX.parseHex(message + "00"), good));
        // RFC 8032, 5.1.7: an S from the group's order on is refused, else one signature has several forms.
        byte[] malleable = good.clone();
        malleable[63] |= (byte) 0xe0;
        assertFalse(verifier.verify(HEX.parseHex(message), malleable));
    }

    @Test
    void aKeyThatIsNoPointVerifiesNothing() {
        VerificationKey key = VerificationKey.parse("ed25519", "ed25519", "ff".repeat(32));
        assertFalse(verifier(key).verify(MESSAGE, new byte[64]));
    }

    @ParameterizedTest
    @EnumSource(SignatureScheme.class)
    void verifiesEveryScheme(SignatureScheme scheme) {
        SigningKey key = SigningKey.of(scheme);
        SignatureVerifier verifier = verifier(key.verificationKey());
        byte[] signature = key.sign(MESSAGE);
        assertTrue(verifier.verify(MESSAGE, signature));
        assertFalse(verifier.verify("another".getBytes(StandardCharsets.UTF_8), signature));
        assertFalse(verifier(SigningKey.of(scheme).verificationKey()).verify(MESSAGE, signature));
    }

    @ParameterizedTest
    @EnumSource(SignatureScheme.class)
    void aSignatureOfAWrongFormIsFalseAndNoCrash(SignatureScheme scheme) {
        SigningKey key = SigningKey.of(scheme);
        SignatureVerifier verifier = verifier(key.verificationKey());
        byte[] good = key.sign(MESSAGE);
        for (int length : new int[] {0, 1, 2, 3, 63, good.length - 1}) {
            assertFalse(verifier.verify(MESSAGE, Arrays.copyOf(good, length)));
        }
        assertFalse(verifier.verify(MESSAGE, Arrays.copyOf(good, good.length + 1)));
        byte[] ones = new byte[good.length];
        Arrays.fill(ones, (byte) 0xff);
        assertFalse(verifier.verify(MESSAGE, ones));
        assertFalse(verifier.verify(MESSAGE, new byte[good.length]));
        for (int i = 0; i < good.length; i += 7) {
            byte[] flipped = good.clone();
            flipped[i] ^= 1;
            assertFalse(verifier.verify(MESSAGE, flipped), "byte " + i);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 20, 32, 100, 222})
    void verifiesPssWithAnySaltLength(int saltLength) {
        SigningKey key = SigningKey.of(SignatureScheme.RSASSA_PSS_SHA256);
        assertTrue(verifier(key.verificationKey()).verify(MESSAGE, key.sign(MESSAGE, saltLength)));
    }

    /** CVE-2022-21449: an integer of zero, on runtimes that would take it. */
    @ParameterizedTest
    @CsvSource({
        "3006020101020101, true",
        "3006020100020101, false",
        "3006020101020100, false",
        "3006020100020100, false",
        "30060201ff020101, false",
        "300702020001020101, false",
        "300702020080020101, true",
        "30060201010201, false",
        "300602010102010100, false",
        "30810602010102 0101, false",
        "3006020101, false",
        "30800201010201010000, false",
        "3106020101020101, false",
        "3000, false",
        "300502010102 00, false",
        "'', false",
    })
    void anEcdsaSignatureIsTwoPositivesInDer(String hex, boolean expected) {
        assertEquals(expected, DerSignature.isPairOfPositives(HEX.parseHex(hex.replace(" ", ""))));
    }

    private static SignatureVerifier verifier(VerificationKey key) {
        return SignatureEngine.jdk().verifierFor(key).orElseThrow();
    }
}

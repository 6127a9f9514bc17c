package dev.tallyclerk.trust.internal.encoding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyFormTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final int SEQUENCE = 0x30;
    private static final int INTEGER = 0x02;
    private static final byte[] RSA_ALGORITHM = {
        0x30, 0x0d, 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00
    };
    private static final byte[] EXPONENT = element(INTEGER, new byte[] {1, 0, 1});

    private static byte[] encoded(String algorithm, int size) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(size);
        return generator.generateKeyPair().getPublic().getEncoded();
    }

    private static byte[] element(int tag, byte[]... parts) {
        byte[] content = joined(parts);
        byte[] head = content.length < 0x80
                ? new byte[] {(byte) tag, (byte) content.length}
                : new byte[] {(byte) tag, (byte) 0x82, (byte) (content.length >> 8), (byte) content.length};
        return joined(head, content);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] rsa(byte[] modulus, byte[]... more) {
        byte[] pair = element(SEQUENCE, joined(element(INTEGER, modulus), EXPONENT, joined(more)));
        return element(SEQUENCE, RSA_ALGORITHM, element(0x03, new byte[1], pair));
    }

    private static byte[] modulus(int... head) {
        byte[] modulus = new byte[256 + head.length];
        Arrays.fill(modulus, (byte) 0x91);
        for (int i = 0; i < head.length; i++) {
            modulus[i] = (byte) head[i];
        }
        return modulus;
    }

    @Test
    void takesWhatTheRuntimeWrites() throws GeneralSecurityException {
        assertTrue(KeyForm.isPublicKey(encoded("RSA", 2048), true));
        assertTrue(KeyForm.isPublicKey(encoded("EC", 256), false));
        assertTrue(KeyForm.isPublicKey(encoded("EC", 521), false));
        assertTrue(KeyForm.isPublicKey(rsa(modulus(0)), true));
        assertTrue(KeyForm.isPublicKey(rsa(modulus(0x11)), true));
    }

    @Test
    void refusesWhatIsLeftOver() throws GeneralSecurityException {
        byte[] ec = encoded("EC", 256);
        assertFalse(KeyForm.isPublicKey(Arrays.copyOf(ec, ec.length + 1), false));
        assertFalse(KeyForm.isPublicKey(rsa(modulus(0), new byte[] {5, 0}), true));
        assertFalse(KeyForm.isPublicKey(joined(rsa(modulus(0)), new byte[1]), true));
    }

    @Test
    void refusesEveryPrefix() throws GeneralSecurityException {
        byte[] ec = encoded("EC", 256);
        byte[] rsa = rsa(modulus(0));
        for (int i = 0; i < ec.length; i++) {
            assertFalse(KeyForm.isPublicKey(Arrays.copyOf(ec, i), false));
        }
        for (int i = 0; i < rsa.length; i++) {
            assertFalse(KeyForm.isPublicKey(Arrays.copyOf(rsa, i), true));
        }
    }

    @Test
    void refusesLengthsThatAreNotShortestOrNotDefinite() throws GeneralSecurityException {
        byte[] ec = encoded("EC", 256);
        byte[] content = Arrays.copyOfRange(ec, 2, ec.length);
        assertFalse(KeyForm.isPublicKey(joined(new byte[] {0x30, (byte) 0x81, (byte) content.length}, content), false));
        assertFalse(KeyForm.isPublicKey(joined(new byte[] {0x30, (byte) 0x80}, content, new byte[2]), false));
    }

    @Test
    void refusesNumbersThatAreNegativeOrNotShortest() {
        assertFalse(KeyForm.isPublicKey(rsa(modulus(0x91)), true));
        assertFalse(KeyForm.isPublicKey(rsa(modulus(0, 0)), true));
        assertFalse(KeyForm.isPublicKey(rsa(new byte[0]), true));
        assertFalse(KeyForm.isPublicKey(rsa(new byte[1]), true));
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
        assertEquals(expected, KeyForm.isSignature(HEX.parseHex(hex.replace(" ", ""))));
    }
}

package dev.tallyclerk.trust.internal.encoding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 8032, 5.1: the prime, the order L of the group, and the one encoding of each. */
class Ed25519EncodingTest {
    private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
    private static final BigInteger L =
            BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

    /** The y of the base point. */
    private static final BigInteger R =
            BigInteger.valueOf(4).multiply(BigInteger.valueOf(5).modInverse(P)).mod(P);

    /** {@return a number in 32 bytes, least byte first} */
    private static byte[] encoded(BigInteger number) {
        byte[] bytes = new byte[32];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = number.shiftRight(8 * i).byteValue();
        }
        return bytes;
    }

    private static byte[] withSign(byte[] point) {
        byte[] negative = point.clone();
        negative[31] |= (byte) 0x80;
        return negative;
    }

    private static byte[] signature(byte[] r, BigInteger s) {
        byte[] both = Arrays.copyOf(r, 64);
        System.arraycopy(encoded(s), 0, both, 32, 32);
        return both;
    }

    private static boolean takesS(BigInteger s) {
        return Ed25519Encoding.isStrictSignature(signature(encoded(R), s));
    }

    @Test
    void theSOfASignatureIsBelowTheOrder() {
        assertTrue(takesS(BigInteger.ZERO));
        assertTrue(takesS(L.subtract(BigInteger.ONE)));
        assertFalse(takesS(L));
        assertFalse(takesS(L.add(BigInteger.ONE)));
        assertFalse(takesS(L.add(L.subtract(BigInteger.ONE))), "the same signature in another form");
        assertFalse(takesS(BigInteger.TWO.pow(256).subtract(BigInteger.ONE)));
    }

    @Test
    void theYOfAPointIsBelowThePrimeWhateverItsSign() {
        for (BigInteger good : new BigInteger[] {BigInteger.TWO, R, P.subtract(BigInteger.TWO)}) {
            assertTakesPoint(true, encoded(good));
        }
        for (BigInteger bad : new BigInteger[] {
            P,
            P.add(BigInteger.ONE),
            P.add(BigInteger.TWO),
            BigInteger.TWO.pow(255).subtract(BigInteger.ONE)
        }) {
            assertTakesPoint(false, encoded(bad));
        }
    }

    /** The eight points whose order divides 8 have five y between them. */
    @ParameterizedTest
    @CsvSource({
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"
    })
    void aPointOfSmallOrderIsNone(String hex) {
        assertTakesPoint(false, HexFormat.of().parseHex(hex));
    }

    private static void assertTakesPoint(boolean expected, byte[] point) {
        for (byte[] each : new byte[][] {point, withSign(point)}) {
            assertEquals(
                    expected,
                    Ed25519Encoding.isStrictPoint(each),
                    HexFormat.of().formatHex(each));
            assertEquals(expected, Ed25519Encoding.isStrictSignature(signature(each, BigInteger.ONE)), "as an R");
        }
    }

    @Test
    void bothHaveOneLength() {
        for (int length : new int[] {0, 31, 33, 64}) {
            assertFalse(Ed25519Encoding.isStrictPoint(Arrays.copyOf(encoded(R), length)), length + " bytes");
        }
        byte[] signature = signature(encoded(R), BigInteger.ONE);
        for (int length : new int[] {0, 32, 63, 65}) {
            assertFalse(Ed25519Encoding.isStrictSignature(Arrays.copyOf(signature, length)), length + " bytes");
        }
    }
}

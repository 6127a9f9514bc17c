package dev.tallyclerk.trust.key;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Points of edwards25519 in plain arithmetic, to make signatures that no signer makes.
 *
 * @param x the first coordinate
 * @param y the second coordinate
 */
record EdwardsPoint(BigInteger x, BigInteger y) {
    static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
    static final BigInteger L = BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
    private static final BigInteger D = BigInteger.valueOf(-121665)
            .multiply(BigInteger.valueOf(121666).modInverse(P))
            .mod(P);
    static final EdwardsPoint NEUTRAL = new EdwardsPoint(BigInteger.ZERO, BigInteger.ONE);

    /** RFC 8032, 5.1. */
    static final EdwardsPoint BASE = new EdwardsPoint(
            new BigInteger("15112221349535400772501151409588531511454012693041857206046113283949847762202"),
            new BigInteger("46316835694926478169428394003475163141307993866256225615783033603165251855960"));

    EdwardsPoint plus(EdwardsPoint other) {
        BigInteger product =
                D.multiply(x).multiply(other.x).multiply(y).multiply(other.y).mod(P);
        BigInteger up = x.multiply(other.y).add(y.multiply(other.x));
        BigInteger across = y.multiply(other.y).add(x.multiply(other.x));
        return new EdwardsPoint(
                up.multiply(BigInteger.ONE.add(product).modInverse(P)).mod(P),
                across.multiply(BigInteger.ONE.subtract(product).modInverse(P)).mod(P));
    }

    EdwardsPoint times(BigInteger scalar) {
        EdwardsPoint sum = NEUTRAL;
        for (int bit = scalar.bitLength() - 1; bit >= 0; bit--) {
            sum = sum.plus(sum);
            if (scalar.testBit(bit)) {
                sum = sum.plus(this);
            }
        }
        return sum;
    }

    /** {@return the point with that y and an even x, or the neutral one if there is none} */
    static EdwardsPoint withY(BigInteger y) {
        BigInteger square = y.multiply(y);
        BigInteger x2 = square.subtract(BigInteger.ONE)
                .multiply(D.multiply(square).add(BigInteger.ONE).modInverse(P))
                .mod(P);
        BigInteger x = x2.modPow(P.add(BigInteger.valueOf(3)).shiftRight(3), P);
        if (!x.multiply(x).mod(P).equals(x2)) {
            x = x.multiply(BigInteger.TWO.modPow(P.subtract(BigInteger.ONE).shiftRight(2), P))
                    .mod(P);
        }
        if (!x.multiply(x).mod(P).equals(x2)) {
            return NEUTRAL;
        }
        return new EdwardsPoint(x.testBit(0) ? P.subtract(x).mod(P) : x, y);
    }

    /** {@return a point of order 8} */
    static EdwardsPoint ofOrderEight() {
        for (int i = 2; ; i++) {
            EdwardsPoint torsion = withY(BigInteger.valueOf(i)).times(L);
            if (!torsion.times(BigInteger.valueOf(4)).equals(NEUTRAL)) {
                return torsion;
            }
        }
    }

    byte[] encoded() {
        byte[] out = littleEndian(y);
        out[31] |= (byte) (x.testBit(0) ? 0x80 : 0);
        return out;
    }

    static byte[] littleEndian(BigInteger number) {
        byte[] big = number.toByteArray();
        byte[] out = new byte[32];
        for (int i = 0; i < Math.min(32, big.length); i++) {
            out[i] = big[big.length - 1 - i];
        }
        return out;
    }

    /** The k of RFC 8032, 5.1.7. */
    static BigInteger challenge(byte[] r, byte[] a, byte[] message) {
        try {
            MessageDigest sha512 = MessageDigest.getInstance("SHA-512");
            sha512.update(r);
            sha512.update(a);
            byte[] little = sha512.digest(message);
            byte[] big = new byte[little.length];
            for (int i = 0; i < big.length; i++) {
                big[i] = little[big.length - 1 - i];
            }
            return new BigInteger(1, big).mod(L);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

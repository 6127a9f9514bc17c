package dev.tallyclerk.trust.internal.encoding;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;

/**
 * The strict encoding of Ed25519 points and signatures (RFC 8032, 5.1.3 and 5.1.7).
 *
 * <p>Rejects points of small order: such a key would accept a signature of every message, and no honest signer uses
 * one.
 */
public final class Ed25519Encoding {
    private static final int POINT_BYTES = 32;
    private static final int SIGNATURE_BYTES = 64;

    /** The prime of the field, and below it the order of the group; little-endian. */
    private static final byte[] P = HexFormat.of().parseHex("ed" + "ff".repeat(30) + "7f");

    private static final byte[] L =
            HexFormat.of().parseHex("edd3f55c1a631258d69cf7a2def9de14" + "00".repeat(15) + "10");

    /** The y coordinates of the eight points whose order divides 8; little-endian. */
    private static final Set<String> SMALL_ORDER = Set.of(
            "00".repeat(32),
            "01" + "00".repeat(31),
            "ec" + "ff".repeat(30) + "7f",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a");

    private Ed25519Encoding() {}

    /**
     * {@return whether this has 32 bytes, a y below the prime, and no small order} Does not check that it is a point.
     */
    public static boolean isStrictPoint(byte[] point) {
        if (point.length != POINT_BYTES) {
            return false;
        }
        byte[] y = point.clone();
        y[POINT_BYTES - 1] &= 0x7f;
        return isBelow(y, 0, P) && !SMALL_ORDER.contains(HexFormat.of().formatHex(y));
    }

    /** {@return whether this has 64 bytes, a strict point R, and an S below the order of the group} */
    public static boolean isStrictSignature(byte[] signature) {
        return signature.length == SIGNATURE_BYTES
                && isBelow(signature, POINT_BYTES, L)
                && isStrictPoint(Arrays.copyOf(signature, POINT_BYTES));
    }

    private static boolean isBelow(byte[] number, int offset, byte[] bound) {
        for (int i = POINT_BYTES - 1; i >= 0; i--) {
            int difference = (number[offset + i] & 0xff) - (bound[i] & 0xff);
            if (difference != 0) {
                return difference < 0;
            }
        }
        return false;
    }
}

package dev.tallyclerk.trust.internal.encoding;

/**
 * The DER form of an ECDSA signature, checked before a provider sees it.
 *
 * <p>Early Java 17 releases accept a signature of two zeros for any message (CVE-2022-21449); an embedder's runtime may
 * be one of them.
 */
public final class DerSignature {
    private static final int SEQUENCE = 0x30;
    private static final int INTEGER = 0x02;

    private DerSignature() {}

    /** {@return whether {@code der} is exactly a SEQUENCE of two INTEGERs above zero, in the shortest form} */
    public static boolean isPairOfPositives(byte[] der) {
        int start = contentStart(der, 0, SEQUENCE);
        if (start < 0 || start + length(der, 0) != der.length) {
            return false;
        }
        int second = afterPositive(der, start);
        return second > 0 && afterPositive(der, second) == der.length;
    }

    /** {@return the offset after the INTEGER at {@code at}, or -1 if it is not one above zero} */
    private static int afterPositive(byte[] der, int at) {
        int start = contentStart(der, at, INTEGER);
        if (start < 0) {
            return -1;
        }
        int length = length(der, at);
        if (length < 1 || start + length > der.length || der[start] < 0) {
            return -1;
        }
        boolean leadingZero = der[start] == 0;
        if (leadingZero && (length == 1 || der[start + 1] >= 0)) {
            return -1;
        }
        return start + length;
    }

    /** {@return where the content starts, or -1 if the tag is another or the length is not in its shortest form} */
    private static int contentStart(byte[] der, int at, int tag) {
        if (at + 2 > der.length || der[at] != tag) {
            return -1;
        }
        if (der[at + 1] >= 0) {
            return at + 2;
        }
        // P-521 needs up to 139 bytes, so one length byte above 127 is the longest form there is.
        boolean oneByteForm = (der[at + 1] & 0xff) == 0x81 && at + 3 <= der.length && der[at + 2] < 0;
        return oneByteForm ? at + 3 : -1;
    }

    private static int length(byte[] der, int at) {
        return der[at + 1] >= 0 ? der[at + 1] : der[at + 2] & 0xff;
    }
}

package dev.tallyclerk.trust.internal.encoding;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The strict DER form of a SubjectPublicKeyInfo and an ECDSA signature. Providers differ in what else they accept.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc3279#section-2.2.3">RFC 3279, 2.2.3, Ecdsa-Sig-Value</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5280#section-4.1">RFC 5280, 4.1</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8017#appendix-A.1.1">RFC 8017, A.1.1, RSAPublicKey</a>
 */
public final class StrictDer {
    private static final int SEQUENCE = 0x30;
    private static final int BIT_STRING = 0x03;
    private static final int OBJECT_IDENTIFIER = 0x06;
    private static final int INTEGER = 0x02;
    private static final int MAX_LENGTH_BYTES = 3;

    /** In bytes: two integers of 66 bytes, for P-521. */
    private static final int MAX_SIGNATURE = 139;

    private final byte[] der;
    private final int end;
    private int at;

    private StrictDer(byte[] der, int at, int end) {
        this.der = der;
        this.at = at;
        this.end = end;
    }

    /**
     * {@return whether {@code der} is exactly one SubjectPublicKeyInfo, with each length in its shortest form}
     *
     * @param isRsa whether the key must be a pair of positive INTEGERs in their shortest form
     */
    public static boolean isPublicKey(byte[] der, boolean isRsa) {
        StrictDer outer = new StrictDer(der, 0, der.length);
        StrictDer info = outer.next(SEQUENCE);
        if (info == null || outer.at != outer.end) {
            return false;
        }
        StrictDer algorithm = info.next(SEQUENCE);
        if (algorithm == null || algorithm.next(OBJECT_IDENTIFIER) == null || !algorithm.hasOneMoreAtMost()) {
            return false;
        }
        StrictDer bits = info.next(BIT_STRING);
        if (bits == null || info.at != info.end || bits.at == bits.end || der[bits.at] != 0) {
            return false;
        }
        bits.at++;
        return !isRsa || bits.isPairOfPositives();
    }

    /**
     * {@return whether {@code der} is exactly a SEQUENCE of two positive INTEGERs, in the shortest form}
     *
     * <p>Early Java 17 releases, which an embedder may use, accept a signature of two zeros for any message
     * (CVE-2022-21449).
     */
    public static boolean isSignature(byte[] der) {
        return der.length <= MAX_SIGNATURE && new StrictDer(der, 0, der.length).isPairOfPositives();
    }

    /** {@return the algorithm's object identifier of a SubjectPublicKeyInfo in hexadecimal, empty if it has none} */
    public static String publicKeyAlgorithm(byte[] der) {
        StrictDer outer = new StrictDer(der, 0, der.length);
        StrictDer info = outer.next(SEQUENCE);
        StrictDer algorithm = info == null ? null : info.next(SEQUENCE);
        StrictDer identifier = algorithm == null ? null : algorithm.next(OBJECT_IDENTIFIER);
        return identifier == null ? "" : HexFormat.of().formatHex(der, identifier.at, identifier.end);
    }

    /** {@return whether one element follows, or none: old RSA keys have no parameters} */
    private boolean hasOneMoreAtMost() {
        return at == end || (next(der[at] & 0xff) != null && at == end);
    }

    private boolean isPairOfPositives() {
        StrictDer pair = next(SEQUENCE);
        return pair != null && at == end && pair.isPositive() && pair.isPositive() && pair.at == pair.end;
    }

    private boolean isPositive() {
        StrictDer number = next(INTEGER);
        if (number == null || number.at == number.end || der[number.at] < 0) {
            return false;
        }
        return der[number.at] != 0 || (number.end - number.at > 1 && der[number.at + 1] < 0);
    }

    /** {@return the content of the next element, after moving past it; null if it does not have that tag} */
    private @Nullable StrictDer next(int tag) {
        if (end - at < 2 || (der[at] & 0xff) != tag) {
            return null;
        }
        int start = at + 2;
        int length = der[at + 1];
        if (length < 0) {
            int bytes = length & 0x7f;
            if (bytes == 0 || bytes > MAX_LENGTH_BYTES || end - start < bytes || der[start] == 0) {
                return null;
            }
            length = 0;
            for (int i = 0; i < bytes; i++) {
                length = (length << Byte.SIZE) | (der[start++] & 0xff);
            }
            if (length < 0x80) {
                return null;
            }
        }
        if (length > end - start) {
            return null;
        }
        at = start + length;
        return new StrictDer(der, start, at);
    }
}

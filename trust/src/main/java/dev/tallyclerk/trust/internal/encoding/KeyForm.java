package dev.tallyclerk.trust.internal.encoding;

import dev.tallyclerk.evidence.EvidenceException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The strict DER form of a SubjectPublicKeyInfo and an ECDSA signature. Providers differ in what else they accept.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc3279#section-2.2.3">RFC 3279, 2.2.3, Ecdsa-Sig-Value</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5280#section-4.1">RFC 5280, 4.1</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8017#appendix-A.1.1">RFC 8017, A.1.1, RSAPublicKey</a>
 */
public final class KeyForm {
    /** In bytes: two integers of 66 bytes, for P-521. */
    private static final int MAX_SIGNATURE = 139;

    private KeyForm() {}

    /**
     * {@return whether {@code der} is exactly one SubjectPublicKeyInfo, with each length in its shortest form}
     *
     * @param isRsa whether the key must be a pair of positive INTEGERs in their shortest form
     */
    public static boolean isPublicKey(byte[] der, boolean isRsa) {
        try {
            DerReader info = DerReader.only(DerReader.SEQUENCE, der);
            DerReader algorithm = info.enter(DerReader.SEQUENCE);
            algorithm.enter(DerReader.OBJECT_IDENTIFIER);
            if (algorithm.tag() >= 0) { // old RSA keys have no parameters
                algorithm.enter(algorithm.tag());
            }
            algorithm.end();
            byte[] bits = info.content(DerReader.BIT_STRING);
            info.end();
            return bits.length > 0
                    && bits[0] == 0
                    && (!isRsa || isPairOfPositives(Arrays.copyOfRange(bits, 1, bits.length)));
        } catch (EvidenceException e) {
            return false;
        }
    }

    /**
     * {@return whether {@code der} is exactly a SEQUENCE of two positive INTEGERs, in the shortest form}
     *
     * <p>Early Java 17 releases, which an embedder may use, accept a signature of two zeros for any message
     * (CVE-2022-21449).
     */
    public static boolean isSignature(byte[] der) {
        try {
            return der.length <= MAX_SIGNATURE && isPairOfPositives(der);
        } catch (EvidenceException e) {
            return false;
        }
    }

    /** {@return the algorithm's object identifier of a SubjectPublicKeyInfo in hexadecimal, empty if it has none} */
    public static String publicKeyAlgorithm(byte[] der) {
        try {
            DerReader algorithm = DerReader.of(der).enter(DerReader.SEQUENCE).enter(DerReader.SEQUENCE);
            return HexFormat.of().formatHex(algorithm.content(DerReader.OBJECT_IDENTIFIER));
        } catch (EvidenceException e) {
            return "";
        }
    }

    private static boolean isPairOfPositives(byte[] der) throws EvidenceException {
        DerReader pair = DerReader.only(DerReader.SEQUENCE, der);
        boolean isFirstPositive = isPositive(pair);
        return isFirstPositive && isPositive(pair) && pair.tag() < 0;
    }

    private static boolean isPositive(DerReader numbers) throws EvidenceException {
        byte[] number = numbers.content(DerReader.INTEGER);
        return number.length > 0 && number[0] >= 0 && (number[0] != 0 || (number.length > 1 && number[1] < 0));
    }
}

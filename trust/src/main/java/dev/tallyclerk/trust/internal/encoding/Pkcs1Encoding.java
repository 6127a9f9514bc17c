package dev.tallyclerk.trust.internal.encoding;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The strict encoding of RSASSA-PKCS1-v1_5 signatures. Libraries differ in whether they accept a DigestInfo without
 * parameters.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8017#section-9.2">RFC 8017, 9.2, EMSA-PKCS1-v1_5</a>
 */
public final class Pkcs1Encoding {
    private static final int MIN_PADDING = 8;

    private Pkcs1Encoding() {}

    /** {@return whether the signature is as long as the modulus and recovers exactly the encoded message} */
    public static boolean isExact(byte[] message, byte[] signature, RSAPublicKey key, String hashName) {
        Optional<MessageDigest> hash = RuntimeHash.named(hashName);
        return hash.isPresent() && isExactDigest(hash.get().digest(message), signature, key, hashName);
    }

    /**
     * {@return whether the signature is as long as the modulus and recovers exactly the encoded message that has the
     * digest}
     */
    public static boolean isExactDigest(byte[] digest, byte[] signature, RSAPublicKey key, String hashName) {
        BigInteger modulus = key.getModulus();
        int length = (modulus.bitLength() + 7) / 8;
        BigInteger value = new BigInteger(1, signature);
        if (signature.length != length || value.compareTo(modulus) >= 0) {
            return false;
        }
        byte[] info = digestInfo(digest, hashName);
        if (info.length == 0 || length < info.length + MIN_PADDING + 3) {
            return false;
        }
        byte[] wanted = new byte[length];
        Arrays.fill(wanted, 1, length - info.length, (byte) 0xff);
        wanted[1] = 1;
        wanted[length - info.length - 1] = 0;
        System.arraycopy(info, 0, wanted, length - info.length, info.length);
        return value.modPow(key.getPublicExponent(), modulus).equals(new BigInteger(1, wanted));
    }

    /** {@return the DigestInfo in DER, as in the note of RFC 8017, 9.2; empty if the hash is not supported} */
    private static byte[] digestInfo(byte[] digest, String hashName) {
        String prefix = switch (hashName) {
            case "SHA-256" -> "3031300d060960864801650304020105000420";
            case "SHA-384" -> "3041300d060960864801650304020205000430";
            case "SHA-512" -> "3051300d060960864801650304020305000440";
            default -> "";
        };
        return prefix.isEmpty()
                ? new byte[0]
                : HexFormat.of().parseHex(prefix + HexFormat.of().formatHex(digest));
    }
}

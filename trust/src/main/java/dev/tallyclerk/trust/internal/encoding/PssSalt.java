package dev.tallyclerk.trust.internal.encoding;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Finds the salt length of a PSS signature, which the Java runtime has to be told.
 *
 * <p>Decides nothing: the runtime then verifies the signature with exactly that length.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8017#section-9.1.2">RFC 8017, 9.1.2, EMSA-PSS-VERIFY</a>
 */
public final class PssSalt {
    private static final int TRAILER = 0xbc;

    private PssSalt() {}

    /** {@return the salt's length in bytes; empty if this cannot be a PSS signature} */
    public static OptionalInt lengthIn(byte[] signature, RSAPublicKey key, String hashName) {
        BigInteger modulus = key.getModulus();
        BigInteger value = new BigInteger(1, signature);
        if (signature.length != (modulus.bitLength() + 7) / 8 || value.compareTo(modulus) >= 0) {
            return OptionalInt.empty();
        }
        int bits = modulus.bitLength() - 1;
        byte[] message = fixedLength(value.modPow(key.getPublicExponent(), modulus), (bits + 7) / 8);
        Optional<MessageDigest> found = RuntimeHash.named(hashName);
        if (found.isEmpty()) {
            return OptionalInt.empty();
        }
        MessageDigest hash = found.get();
        int blockLength = message.length - hash.getDigestLength() - 1;
        if (blockLength < 1 || (message[message.length - 1] & 0xff) != TRAILER) {
            return OptionalInt.empty();
        }
        byte[] seed = Arrays.copyOfRange(message, blockLength, message.length - 1);
        byte[] mask = mask(hash, seed, blockLength);
        int at = 0;
        int first = (message[0] ^ mask[0]) & (0xff >>> (8 * message.length - bits));
        while (at < blockLength && (at == 0 ? first : message[at] ^ mask[at]) == 0) {
            at++;
        }
        boolean separated = at < blockLength && (at == 0 ? first : message[at] ^ mask[at]) == 1;
        return separated ? OptionalInt.of(blockLength - at - 1) : OptionalInt.empty();
    }

    /** MGF1 (RFC 8017, B.2.1). */
    private static byte[] mask(MessageDigest hash, byte[] seed, int length) {
        byte[] mask = new byte[length];
        for (int at = 0, counter = 0; at < length; counter++) {
            hash.update(seed);
            hash.update(
                    new byte[] {(byte) (counter >>> 24), (byte) (counter >>> 16), (byte) (counter >>> 8), (byte) counter
                    });
            byte[] block = hash.digest();
            int taken = Math.min(block.length, length - at);
            System.arraycopy(block, 0, mask, at, taken);
            at += taken;
        }
        return mask;
    }

    private static byte[] fixedLength(BigInteger value, int length) {
        byte[] bytes = value.toByteArray();
        byte[] out = new byte[length];
        // An extra byte on the left is the sign or, with 8k + 1 bits, part of an invalid value, which the trailer
        // shows.
        int taken = Math.min(bytes.length, length);
        System.arraycopy(bytes, bytes.length - taken, out, length - taken, taken);
        return out;
    }
}

package dev.tallyclerk.trust.tuf.internal.read;

import dev.tallyclerk.trust.key.SignatureVerifier;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Signed bytes and their signatures, kept to check them against the keys of another delegator later.
 *
 * <p>Immutable, except that it caches which signatures are valid: a root is checked against its own keys and those of
 * the root before it, and the file of a delegated role against the keys of each delegator.
 */
public final class SignedMessage {
    private final byte[] message;
    private final Map<String, String> signatures;

    /** The last valid signature of each key. */
    private final Map<Object, String> verified = new ConcurrentHashMap<>();

    /** Takes the canonical bytes, which are not copied, and the hexadecimal signatures by key id. */
    public SignedMessage(byte[] message, Map<String, String> signatures) {
        this.message = message;
        this.signatures = signatures;
    }

    byte[] bytes() {
        return message;
    }

    public Map<String, String> signatures() {
        return signatures;
    }

    /**
     * {@return whether a signature is by a key}
     *
     * @param key the key, by which the result is cached: a {@link dev.tallyclerk.trust.key.VerificationKey} or a
     *     {@link dev.tallyclerk.trust.key.OtherKey}
     * @param signature in hexadecimal; anything else is no signature
     * @param verifier verifies with that key
     */
    public boolean isSigned(Object key, String signature, SignatureVerifier verifier) {
        if (signature.equals(verified.get(key))) {
            return true;
        }
        byte[] bytes;
        try {
            bytes = HexFormat.of().parseHex(signature);
        } catch (IllegalArgumentException e) {
            return false;
        }
        if (!verifier.verify(message, bytes)) {
            return false;
        }
        verified.put(key, signature);
        return true;
    }
}

package dev.tallyclerk.trust.tuf.internal.read;

import dev.tallyclerk.trust.key.SignatureVerifier;
import dev.tallyclerk.trust.key.VerificationKey;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What was signed and the signatures of it: all that is needed to ask another delegator's keys later.
 *
 * <p>Immutable but for a memory of the signatures that were verified, which changes no answer: a root is asked about
 * twice, for its own keys and for those before it, and a delegated role for each of its delegators.
 */
public final class SignedMessage {
    private final byte[] message;
    private final Map<String, String> signatures;

    /** The last signature of each key that was verified. */
    private final Map<VerificationKey, String> verified = new ConcurrentHashMap<>();

    /** Of the canonical bytes, which are not copied, and the hexadecimal signatures by key id. */
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
     * {@return whether the key has made the signature}
     *
     * @param signature in hexadecimal; false if it is not
     * @param verifier of that key
     */
    public boolean isSigned(VerificationKey key, String signature, SignatureVerifier verifier) {
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

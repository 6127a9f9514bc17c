package dev.tallyclerk.trust.tuf.internal.read;

import dev.tallyclerk.trust.key.SignatureVerifier;
import dev.tallyclerk.trust.key.VerificationKey;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What was signed and the signatures of it: all that is needed to ask another delegator's keys later.
 *
 * <p>Immutable but for a memory of the signatures that were verified, which changes no answer: a root is asked about
 * twice, for its own keys and for those before it, and a delegated role for each of its delegators.
 */
public final class SignedMessage {
    private final byte[] message;
    private final Map<String, String> signatures;
    private final Set<Verified> verified = ConcurrentHashMap.newKeySet();

    /**
     * A signature, of this message, that {@code key} has made.
     *
     * <p>The runtime would make a record's methods when the first one is called, at the cost of a signature's check.
     */
    private record Verified(VerificationKey key, String signature) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Verified that && key.equals(that.key) && signature.equals(that.signature);
        }

        @Override
        public int hashCode() {
            return 31 * key.hashCode() + signature.hashCode();
        }
    }

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
        Verified candidate = new Verified(key, signature);
        if (verified.contains(candidate)) {
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
        verified.add(candidate);
        return true;
    }
}

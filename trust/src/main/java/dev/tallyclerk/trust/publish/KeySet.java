package dev.tallyclerk.trust.publish;

import dev.tallyclerk.trust.key.VerificationKey;
import java.util.List;

/**
 * The keys of a role, and how many of them must sign.
 *
 * @param threshold how many different keys must sign, at least 1 and at most as many as there are
 * @param keys the keys, all different
 */
public record KeySet(int threshold, List<VerificationKey> keys) {
    /** Clients refuse roles with more. */
    private static final int MAX_KEYS = 256;

    public KeySet {
        keys = List.copyOf(keys);
        long different =
                keys.stream().map(VerificationKey::fingerprint).distinct().count();
        if (different != keys.size()) {
            throw new IllegalArgumentException("a role has the same key twice");
        }
        if (threshold < 1 || threshold > keys.size() || keys.size() > MAX_KEYS) {
            throw new IllegalArgumentException("the threshold must be from 1 to the number of keys, at most " + MAX_KEYS
                    + ", but is " + threshold + " of " + keys.size());
        }
    }

    /** {@return the set of one key} */
    public static KeySet of(VerificationKey key) {
        return new KeySet(1, List.of(key));
    }
}

package dev.tallyclerk.trust.key;

/**
 * Verifies signatures with an {@link OtherKey}. Implementations are immutable and safe for use by many threads.
 *
 * <p>It is handed the signed metadata, and hashes or prefixes it where the scheme says so.
 */
public interface OtherVerifier extends SignatureVerifier {
    /**
     * {@return the identity of the key material: the same for one key in two encodings or under two schemes}
     *
     * <p>Thresholds count each identity once. An identity that depends on the encoding lets the owner of one key sign
     * as often as there are encodings.
     */
    String fingerprint();
}

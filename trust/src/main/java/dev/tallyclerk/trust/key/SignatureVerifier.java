package dev.tallyclerk.trust.key;

/**
 * Checks signatures by one key with the key's one scheme.
 *
 * <p>Implementations are immutable and may be used by many threads.
 */
@FunctionalInterface
public interface SignatureVerifier {
    /**
     * Checks a signature.
     *
     * @param message the bytes that were signed, not changed and not kept
     * @param signature any bytes, not changed and not kept
     * @return whether {@code signature} is one of {@code message} by this key; {@code false}, never an exception, also
     *     for a signature of a wrong length or encoding
     */
    boolean verify(byte[] message, byte[] signature);
}

package dev.tallyclerk.trust.key;

/** Verifies signatures with one key and its scheme. Implementations are immutable and safe for use by many threads. */
@FunctionalInterface
public interface SignatureVerifier {
    /**
     * Verifies a signature.
     *
     * @param message the signed bytes, not changed and not kept
     * @param signature any bytes, not changed and not kept
     * @return whether {@code signature} is a signature of {@code message} by this key. A wrong length or encoding is
     *     {@code false}, never an exception
     */
    boolean verify(byte[] message, byte[] signature);
}

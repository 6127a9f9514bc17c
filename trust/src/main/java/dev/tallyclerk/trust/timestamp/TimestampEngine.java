package dev.tallyclerk.trust.timestamp;

import dev.tallyclerk.evidence.EvidenceException;

/**
 * Verifies timestamps of RFC 3161.
 *
 * <p>Implementations are immutable and safe for use by many threads; they use no network and register no provider.
 */
public interface TimestampEngine {
    /**
     * Verifies the answer of an authority: a TimeStampResp (RFC 3161, 2.4.2), as Sigstore bundles have it.
     *
     * @param response the answer in DER; its status must be granted or grantedWithMods
     * @param stamped the bytes that were stamped, for example a signature
     * @return the timestamp, whose path was valid at its time
     * @throws EvidenceException if it is malformed, about other bytes, not signed by a certificate for timestamping
     *     only, or no path leads to a root
     */
    VerifiedTimestamp verifyResponse(byte[] response, byte[] stamped, TimestampTrust trust) throws EvidenceException;

    /**
     * Verifies a bare TimeStampToken (RFC 3161, 2.4.2), as Notation signatures have it.
     *
     * @param token the token in DER
     * @param stamped the bytes that were stamped, for example a signature
     * @return the timestamp, whose path was valid at its time
     * @throws EvidenceException as {@link #verifyResponse}
     */
    VerifiedTimestamp verifyToken(byte[] token, byte[] stamped, TimestampTrust trust) throws EvidenceException;

    /** {@return the engine without a library, for which every timestamp is unsupported; always the same} */
    static TimestampEngine none() {
        return NoTimestamps.INSTANCE;
    }
}

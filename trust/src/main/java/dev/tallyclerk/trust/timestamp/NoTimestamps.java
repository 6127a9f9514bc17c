package dev.tallyclerk.trust.timestamp;

import dev.tallyclerk.evidence.EvidenceException;

/** The engine without a library. */
final class NoTimestamps implements TimestampEngine {
    static final TimestampEngine INSTANCE = new NoTimestamps();

    private NoTimestamps() {}

    @Override
    public VerifiedTimestamp verifyResponse(byte[] response, byte[] stamped, TimestampTrust trust)
            throws EvidenceException {
        throw new EvidenceException(
                EvidenceException.Reason.UNSUPPORTED, "there is a timestamp, and no engine to verify it");
    }

    @Override
    public VerifiedTimestamp verifyToken(byte[] token, byte[] stamped, TimestampTrust trust) throws EvidenceException {
        return verifyResponse(token, stamped, trust);
    }
}

package dev.tallyclerk.trust.sigstore.internal;

import dev.tallyclerk.trust.attestation.DsseEnvelope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a bundle contains. Arrays are not copied.
 *
 * @param version the version of the format
 * @param leaf the certificate in DER, null if a key signed
 * @param keyHint the hint of the key, empty if there is none
 * @param entries the log entries
 * @param timestamps the answers of timestamp authorities
 * @param signature the signature, null if there is an envelope
 * @param digestAlgorithm the algorithm of the digest as Sigstore names it, empty if there is no digest
 * @param digest the unsigned digest of the artifact, empty if there is none
 * @param envelope the envelope, null if there is a signature
 */
@SuppressWarnings("ArrayRecordComponent")
public record BundleParts(
        Version version,
        byte @Nullable [] leaf,
        String keyHint,
        List<LogEntry> entries,
        List<byte[]> timestamps,
        byte @Nullable [] signature,
        String digestAlgorithm,
        byte[] digest,
        @Nullable DsseEnvelope envelope) {
    /** A version of the format. */
    public enum Version {
        /** The annotations of cosign, which have no inclusion proof. */
        COSIGN,
        /** Version 0.1, which needs a promise. */
        V0_1,
        /** Version 0.2, which needs an inclusion proof. */
        V0_2,
        /** Version 0.3, which has no chain. */
        V0_3
    }

    /** The most log entries and timestamps. */
    public static final int MAX_ENTRIES = 32;

    /** Keeps copies of the lists. */
    public BundleParts {
        entries = List.copyOf(entries);
        timestamps = List.copyOf(timestamps);
    }
}

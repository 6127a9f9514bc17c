package dev.tallyclerk.trust.sigstore.internal;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.trust.sigstore.internal.BundleParts.Version;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;

/** Verifies that a log has an entry: its promise, its inclusion proof and its checkpoint. */
public final class LogEntries {
    private LogEntries() {}

    /**
     * {@return the time of an entry, which its promise signs} (client 4.2.2)
     *
     * @throws EvidenceException if the log did not sign it
     */
    public static Instant promisedTime(LogEntry entry, TrustedLog log) throws EvidenceException {
        byte[] promise = entry.promise();
        if (promise == null || entry.isOfRekor2()) {
            throw new EvidenceException(Reason.LOG_ENTRY_INVALID, "a promise in an entry of a log that makes none");
        }
        // The canonical form of JSON (RFC 8785), with the members in order.
        String signed = "{\"body\":\"" + Base64.getEncoder().encodeToString(entry.body()) + "\",\"integratedTime\":"
                + entry.integratedTime() + ",\"logID\":\"" + entry.logId() + "\",\"logIndex\":" + entry.logIndex()
                + "}";
        if (!log.signed(signed.getBytes(StandardCharsets.UTF_8), promise)) {
            throw new EvidenceException(
                    Reason.LOG_ENTRY_INVALID, "the entry's promise is not signed by log " + log.id());
        }
        if (entry.integratedTime() <= 0) {
            throw new EvidenceException(Reason.LOG_ENTRY_INVALID, "a promise without a time");
        }
        try {
            return Instant.ofEpochSecond(entry.integratedTime());
        } catch (DateTimeException e) {
            throw new EvidenceException(Reason.LOG_ENTRY_INVALID, "a promise of an impossible time", e);
        }
    }

    /**
     * Verifies the form that the version of the bundle demands of an entry, and its inclusion proof if it has one
     * (client 4.4; Rekor v2, 7.2).
     *
     * @throws EvidenceException if something is missing or wrong
     */
    public static void verifyInclusion(LogEntry entry, Version version, TrustedLog log) throws EvidenceException {
        LogEntry.Proof proof = entry.proof();
        boolean isProofNeeded = version == Version.V0_2 || version == Version.V0_3 || entry.isOfRekor2();
        if (!isProofNeeded && entry.promise() == null) {
            throw new EvidenceException(Reason.LOG_ENTRY_INVALID, "a log entry without a promise");
        }
        if (proof == null) {
            if (isProofNeeded) {
                throw new EvidenceException(Reason.LOG_ENTRY_INVALID, "a log entry without an inclusion proof");
            }
            return;
        }
        if (entry.isOfRekor2() && entry.logIndex() != proof.index()) {
            throw new EvidenceException(
                    Reason.LOG_ENTRY_INVALID,
                    "the entry has the index " + entry.logIndex() + ", its proof " + proof.index());
        }
        if (!Merkle.isIncluded(
                Merkle.leafHash(entry.body()), proof.index(), proof.treeSize(), proof.hashes(), proof.root())) {
            throw new EvidenceException(
                    Reason.LOG_ENTRY_INVALID, "the inclusion proof does not lead from the entry to the root");
        }
        if (proof.checkpoint().isEmpty()) {
            if (isProofNeeded) {
                throw new EvidenceException(Reason.LOG_ENTRY_INVALID, "an inclusion proof without a checkpoint");
            }
            return;
        }
        Checkpoint checkpoint = Checkpoint.parse(proof.checkpoint());
        checkpoint.verify(log, entry.isOfRekor2());
        if (checkpoint.size() != proof.treeSize() || !Arrays.equals(checkpoint.root(), proof.root())) {
            throw new EvidenceException(
                    Reason.LOG_ENTRY_INVALID, "the checkpoint is about another size or root than the inclusion proof");
        }
    }

    /**
     * Verifies that an entry is about a signature (client 4.4).
     *
     * @param verifier the certificate or SubjectPublicKeyInfo that signed, in DER
     * @throws EvidenceException if it is about something else
     */
    public static void verifyBody(
            LogEntry entry, SignedContent content, byte[] signature, byte[] verifier, boolean isCertificate)
            throws EvidenceException {
        EntryBody.verify(entry, content, signature, verifier, isCertificate);
    }

    /** {@return the index that the log signed: that of the promise, else that of the inclusion proof} */
    public static long signedIndex(LogEntry entry) {
        LogEntry.Proof proof = entry.proof();
        return entry.promise() != null || proof == null ? entry.logIndex() : proof.index();
    }
}

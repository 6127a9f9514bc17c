package dev.tallyclerk.trust.sigstore;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.Evidence;
import dev.tallyclerk.evidence.Signer;
import dev.tallyclerk.trust.attestation.Statement;
import dev.tallyclerk.trust.attestation.VerifiedStatement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a verified bundle says. Immutable.
 *
 * <p>Anybody can get a certificate of Fulcio, so {@link CertificateIdentity#check} must accept the signer before the
 * bundle means anything.
 *
 * @param signer the {@link Signer.Identity} of the certificate, or the {@link Signer.Key}
 * @param times when the signature existed, by those who say so; empty only for a key
 * @param logEntries the entries of trusted logs
 * @param statement the signed statement, if the bundle has an envelope
 * @param annotations the annotations that the statement gives the artifact
 * @param notChecked for people: what was left unchecked, such as a log that was waived
 */
public record VerifiedBundle(
        Signer signer,
        List<SignatureTime> times,
        List<LoggedEntry> logEntries,
        Optional<Statement> statement,
        Map<String, String> annotations,
        List<String> notChecked) {
    /** Where a time is from. */
    public enum TimeSource {
        /** A timestamp authority (RFC 3161). */
        TIMESTAMP_AUTHORITY,
        /** A log that signed when it took the entry. */
        LOG
    }

    /**
     * A time at which the signature existed.
     *
     * @param time the time
     * @param source where it is from
     * @param name the operator, URL or id of the authority or log
     */
    public record SignatureTime(Instant time, TimeSource source, String name) {
        /** Requires every part. */
        public SignatureTime {
            Objects.requireNonNull(time, "time");
            Objects.requireNonNull(source, "source");
            Objects.requireNonNull(name, "name");
        }
    }

    /**
     * An entry of a log.
     *
     * @param logId the id of the log, in hexadecimal
     * @param index the index that the log signed: over all its shards if it made a promise, else in the shard
     */
    public record LoggedEntry(String logId, long index) {
        /** Requires the id. */
        public LoggedEntry {
            Objects.requireNonNull(logId, "logId");
        }
    }

    /** Keeps copies of the collections. */
    public VerifiedBundle {
        Objects.requireNonNull(signer, "signer");
        times = List.copyOf(times);
        logEntries = List.copyOf(logEntries);
        Objects.requireNonNull(statement, "statement");
        annotations = Map.copyOf(annotations);
        notChecked = List.copyOf(notChecked);
    }

    /** {@return the earliest time at which the signature existed} */
    public Optional<Instant> signedAt() {
        return times.stream().map(SignatureTime::time).min(Instant::compareTo);
    }

    /**
     * {@return this as evidence about an image}
     *
     * @param kind what the bundle is for the caller
     * @param subject the digest of the artifact that the bundle was verified for
     * @param origin where the bundle was found, for people
     */
    public VerifiedStatement toVerifiedStatement(Evidence.Kind kind, Digest subject, String origin) {
        Evidence evidence = new Evidence(
                kind,
                subject,
                signer,
                statement.map(Statement::predicateType),
                signedAt(),
                Optional.empty(),
                origin,
                notChecked,
                Optional.empty());
        return new VerifiedStatement(evidence, statement, annotations);
    }
}

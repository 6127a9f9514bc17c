package dev.tallyclerk.trust.sigstore;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.trust.sigstore.VerifiedBundle.SignatureTime;
import dev.tallyclerk.trust.sigstore.VerifiedBundle.TimeSource;
import dev.tallyclerk.trust.sigstore.internal.LogEntries;
import dev.tallyclerk.trust.sigstore.internal.LogEntry;
import dev.tallyclerk.trust.sigstore.internal.RootParts;
import dev.tallyclerk.trust.sigstore.internal.TrustedChain;
import dev.tallyclerk.trust.sigstore.internal.TrustedLog;
import dev.tallyclerk.trust.sigstore.internal.Validity;
import dev.tallyclerk.trust.timestamp.TimestampEngine;
import dev.tallyclerk.trust.timestamp.TimestampTrust;
import dev.tallyclerk.trust.timestamp.VerifiedTimestamp;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Establishes when a signature was made (client 4.2). */
final class SignatureTimes {
    /** Clocks differ. */
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    private final RootParts root;
    private final TimestampEngine engine;
    private final @Nullable Instant now;
    private final List<SignatureTime> times = new ArrayList<>();
    private final Set<Instant> instants = new TreeSet<>();
    private final Set<String> counted = new TreeSet<>();
    private final List<String> notChecked = new ArrayList<>();
    private final List<Promise> promises = new ArrayList<>();
    private @Nullable EvidenceException failure;

    private record Promise(LogEntry entry, TrustedLog log, Instant time) {}

    SignatureTimes(RootParts root, TimestampEngine engine, @Nullable Instant now) {
        this.root = root;
        this.engine = engine;
        this.now = now;
    }

    /** Client 4.2.1: every timestamp must verify. */
    void addTimestamps(List<byte[]> timestamps, byte[] signature) throws EvidenceException {
        if (!timestamps.isEmpty()
                && (engine == TimestampEngine.none()
                        || root.timestampAuthorities().isEmpty())) {
            failed(new EvidenceException(
                    Reason.UNSUPPORTED,
                    engine == TimestampEngine.none()
                            ? "the timestamps need a timestamp engine"
                            : "the timestamps need a timestamp authority in the trusted root"));
            notChecked.add("the timestamps");
            return;
        }
        for (byte[] timestamp : timestamps) {
            addTimestamp(timestamp, signature);
        }
    }

    private void addTimestamp(byte[] timestamp, byte[] signature) throws EvidenceException {
        EvidenceException untrusted =
                new EvidenceException(Reason.TIMESTAMP_INVALID, "the timestamp is of no trusted authority");
        for (TrustedChain authority : root.timestampAuthorities()) {
            try {
                Instant time = verify(timestamp, signature, authority);
                add(time, TimeSource.TIMESTAMP_AUTHORITY, authority.counted());
                return;
            } catch (EvidenceException e) {
                // The authority that comes nearest knows best why.
                if (untrusted.reason() == Reason.CERTIFICATE_UNTRUSTED || untrusted.getCause() == null) {
                    untrusted = new EvidenceException(e.reason(), "a timestamp: " + e.getMessage(), e);
                }
            }
        }
        throw untrusted;
    }

    private Instant verify(byte[] timestamp, byte[] signature, TrustedChain authority) throws EvidenceException {
        List<X509Certificate> chain = authority.certificates();
        VerifiedTimestamp verified = engine.verifyResponse(
                timestamp,
                signature,
                new TimestampTrust(List.of(authority.root()), chain.subList(0, chain.size() - 1)));
        Instant time = verified.time();
        if (!authority.validity().contains(time)) {
            throw new EvidenceException(
                    Reason.TIMESTAMP_INVALID,
                    "the authority is trusted from " + authority.validity() + ", the timestamp is of " + time);
        }
        X509Certificate first = chain.get(0);
        if (first.getBasicConstraints() < 0 && !verified.path().get(0).equals(first)) {
            throw new EvidenceException(
                    Reason.CERTIFICATE_UNTRUSTED, "the timestamp is of another certificate than the authority's");
        }
        for (X509Certificate certificate : verified.path()) {
            try {
                certificate.checkValidity(Date.from(time));
            } catch (CertificateException e) {
                throw new EvidenceException(
                        Reason.CERTIFICATE_EXPIRED, "a certificate of the authority was not valid at " + time, e);
            }
        }
        return time;
    }

    /** Client 4.2.2: the time of a log counts if the log signed it, which logs of Rekor v2 do not. */
    void addPromises(List<LogEntry> entries) throws EvidenceException {
        for (LogEntry entry : entries) {
            if (entry.promise() == null) {
                continue;
            }
            for (TrustedLog log : known(entry)) {
                Instant time = promisedTime(entry, log);
                if (log.validity().contains(time)) {
                    add(time, TimeSource.LOG, log.counted());
                } else {
                    failed(outside(log, time));
                }
            }
        }
    }

    /** {@return the time that a log promised; its signature, which is most of the work, is verified once} */
    @SuppressWarnings("ReferenceEquality") // the same objects come again, and comparing their content is work
    private Instant promisedTime(LogEntry entry, TrustedLog log) throws EvidenceException {
        for (Promise known : promises) {
            if (known.entry() == entry && known.log() == log) {
                return known.time();
            }
        }
        Instant time = LogEntries.promisedTime(entry, log);
        promises.add(new Promise(entry, log, time));
        return time;
    }

    private void add(Instant time, TimeSource source, String name) throws EvidenceException {
        if (now != null && time.isAfter(now.plus(TOLERANCE))) {
            throw new EvidenceException(
                    Reason.TIMESTAMP_INVALID, "the signature is of " + time + ", which is after " + now);
        }
        if (now == null && times.isEmpty()) {
            notChecked.add("whether the signature is of the future, because there is no clock");
        }
        times.add(new SignatureTime(time, source, name));
        instants.add(time);
        counted.add(name);
    }

    private void failed(EvidenceException e) {
        failure = failure == null ? e : failure;
    }

    private List<TrustedLog> known(LogEntry entry) {
        List<TrustedLog> known = root.logs().stream()
                .filter(log -> log.id().equals(entry.logId()))
                .toList();
        if (known.isEmpty()) {
            failed(unknown(entry));
        }
        return known;
    }

    private static EvidenceException unknown(LogEntry entry) {
        return new EvidenceException(Reason.LOG_UNTRUSTED, "the log " + entry.logId() + " is not trusted");
    }

    private static EvidenceException outside(TrustedLog log, Object time) {
        return new EvidenceException(
                Reason.LOG_UNTRUSTED,
                "the log " + log.id() + " is trusted from " + log.validity() + ", the entry is of " + time);
    }

    /**
     * {@return the trusted log of an entry, which was trusted when it took it}
     *
     * <p>Without a promise, it must have been trusted at all times of the signature.
     *
     * @throws EvidenceException if the log is unknown, or was not trusted then
     */
    TrustedLog logOf(LogEntry entry) throws EvidenceException {
        EvidenceException why = unknown(entry);
        for (TrustedLog log : root.logs()) {
            if (!log.id().equals(entry.logId())) {
                continue;
            }
            Collection<Instant> at = entry.promise() == null ? instants : Set.of(promisedTime(entry, log));
            if (at.isEmpty() && !log.validity().equals(Validity.ALWAYS)) {
                why = new EvidenceException(
                        Reason.TIME_MISSING,
                        "whether log " + log.id() + " was trusted depends on the time, and there is none");
            } else if (at.stream().allMatch(log.validity()::contains)) {
                return log;
            } else {
                why = outside(log, at);
            }
        }
        throw why;
    }

    /** Refuses a signature whose time too few say. */
    void require(int threshold, boolean hasCertificate) throws EvidenceException {
        int needed = hasCertificate ? Math.max(1, threshold) : threshold;
        if (counted.size() >= needed) {
            return;
        }
        if (counted.isEmpty()) {
            throw failure != null
                    ? failure
                    : new EvidenceException(Reason.TIME_MISSING, "nobody trusted says when the signature was made");
        }
        throw new EvidenceException(
                Reason.THRESHOLD_NOT_MET,
                "times of " + counted.size() + " authorities and logs, " + needed + " are needed");
    }

    List<SignatureTime> times() {
        return times;
    }

    /** {@return the times, each once} */
    Set<Instant> instants() {
        return instants;
    }

    List<String> notChecked() {
        return notChecked;
    }
}

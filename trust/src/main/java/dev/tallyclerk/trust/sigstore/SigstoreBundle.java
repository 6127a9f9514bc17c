package dev.tallyclerk.trust.sigstore;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.trust.attestation.AttestationLimits;
import dev.tallyclerk.trust.attestation.DsseEnvelope;
import dev.tallyclerk.trust.sigstore.internal.BundleParts;
import dev.tallyclerk.trust.sigstore.internal.BundleParts.Version;
import dev.tallyclerk.trust.sigstore.internal.BundleReader;
import dev.tallyclerk.trust.sigstore.internal.CosignReader;
import dev.tallyclerk.trust.sigstore.internal.LogEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A signature with its certificate or key hint, log entries and timestamps, none of it verified. Immutable.
 *
 * @see <a href="https://docs.sigstore.dev/about/bundle/">Sigstore bundle format</a>
 */
public final class SigstoreBundle {
    private final BundleParts parts;

    private SigstoreBundle(BundleParts parts) {
        this.parts = parts;
    }

    /**
     * Parses a bundle of version 0.1, 0.2 or 0.3 within the default limits.
     *
     * @param json the document
     * @throws EvidenceException if it is no such bundle
     */
    public static SigstoreBundle parse(byte[] json) throws EvidenceException {
        return parse(json, AttestationLimits.defaults());
    }

    /**
     * Parses a bundle of version 0.1, 0.2 or 0.3.
     *
     * <p>Unknown members, members given twice, base64 in another than the standard form, and more than 32 log entries,
     * 32 timestamps or 16 certificates are errors.
     *
     * @param json the document
     * @param limits the limits on the bundle, and on the statement in it
     * @throws EvidenceException if it is no such bundle
     */
    public static SigstoreBundle parse(byte[] json, AttestationLimits limits) throws EvidenceException {
        return new SigstoreBundle(BundleReader.read(json, limits));
    }

    /**
     * {@return a signature of a key, without log entry and timestamp, as cosign 2 keeps it; {@code with…} adds its
     * annotations}
     *
     * @param signature the signature, decoded
     */
    public static SigstoreBundle ofSignature(byte[] signature) {
        return new SigstoreBundle(new BundleParts(
                Version.COSIGN, null, "", List.of(), List.of(), signature.clone(), "", new byte[0], null));
    }

    /**
     * {@return an envelope signed by a key, without log entry and timestamp, as cosign 2 keeps it; {@code with…} adds
     * its annotations}
     *
     * <p>One good signature of several is enough, unlike in a bundle, which has exactly one.
     */
    public static SigstoreBundle ofEnvelope(DsseEnvelope envelope) {
        return new SigstoreBundle(
                new BundleParts(Version.COSIGN, null, "", List.of(), List.of(), null, "", new byte[0], envelope));
    }

    /**
     * {@return this, signed by a certificate}
     *
     * @param pem the annotation {@code dev.sigstore.cosign/certificate}; that of the chain is not needed, because paths
     *     lead through the trusted root only
     * @throws EvidenceException if it is no certificate in PEM
     */
    public SigstoreBundle withCertificate(String pem) throws EvidenceException {
        return with(CosignReader.certificate(pem), parts.keyHint(), parts.entries(), parts.timestamps());
    }

    /**
     * {@return this with a log entry}
     *
     * @param json the annotation {@code dev.sigstore.cosign/bundle}
     * @throws EvidenceException if it is malformed
     */
    public SigstoreBundle withLogEntry(String json) throws EvidenceException {
        return with(
                parts.leaf(), parts.keyHint(), added(parts.entries(), CosignReader.entry(json)), parts.timestamps());
    }

    /**
     * {@return this with a timestamp}
     *
     * @param json the annotation {@code dev.sigstore.cosign/rfc3161timestamp}
     * @throws EvidenceException if it is malformed
     */
    public SigstoreBundle withTimestamp(String json) throws EvidenceException {
        return with(
                parts.leaf(),
                parts.keyHint(),
                parts.entries(),
                added(parts.timestamps(), CosignReader.timestamp(json)));
    }

    private static <T> List<T> added(List<T> list, T one) throws EvidenceException {
        if (list.size() == BundleParts.MAX_ENTRIES) {
            throw new EvidenceException(
                    Reason.LIMIT_EXCEEDED, "more than " + BundleParts.MAX_ENTRIES + " log entries or timestamps");
        }
        List<T> all = new ArrayList<>(list);
        all.add(one);
        return all;
    }

    private SigstoreBundle with(
            byte @Nullable [] leaf, String keyHint, List<LogEntry> entries, List<byte[]> timestamps) {
        return new SigstoreBundle(new BundleParts(
                parts.version(),
                leaf,
                keyHint,
                entries,
                timestamps,
                parts.signature(),
                parts.digestAlgorithm(),
                parts.digest(),
                parts.envelope()));
    }

    /** {@return the envelope, if the bundle has one rather than a bare signature} */
    public Optional<DsseEnvelope> envelope() {
        return Optional.ofNullable(parts.envelope());
    }

    /** {@return whether a certificate signed, rather than a key} */
    public boolean hasCertificate() {
        return parts.leaf() != null;
    }

    /** {@return the unsigned hint of the key, empty if there is none} */
    public String keyHint() {
        return parts.keyHint();
    }

    /** {@return the number of log entries} */
    public int logEntries() {
        return parts.entries().size();
    }

    /** {@return the number of timestamps} */
    public int timestamps() {
        return parts.timestamps().size();
    }

    BundleParts parts() {
        return parts;
    }
}

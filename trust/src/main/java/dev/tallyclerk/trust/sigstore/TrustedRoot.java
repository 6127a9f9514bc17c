package dev.tallyclerk.trust.sigstore;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.trust.sigstore.internal.RootParts;
import dev.tallyclerk.trust.sigstore.internal.RootReader;
import java.util.List;

/**
 * The authorities and logs that a verifier trusts: those of a {@code trusted_root.json}, or keys and certificates of
 * the caller. Immutable.
 */
public final class TrustedRoot {
    private final RootParts parts;

    private TrustedRoot(RootParts parts) {
        this.parts = parts;
    }

    /**
     * Parses a trusted root of version 0.1 or 0.2.
     *
     * <p>Logs whose kind of key or hash is not supported are left out.
     *
     * @param json the document, for example the target {@code trusted_root.json} of Sigstore's TUF repository
     * @throws EvidenceException if it is malformed, of another version, or says of something not since when it is valid
     */
    public static TrustedRoot parse(byte[] json) throws EvidenceException {
        return new TrustedRoot(RootReader.read(json));
    }

    /** {@return a root that trusts nothing, to add to} */
    public static TrustedRoot empty() {
        return new TrustedRoot(RootParts.EMPTY);
    }

    private TrustedRoot and(RootParts more) {
        return new TrustedRoot(parts.and(more));
    }

    /**
     * {@return this with certificate authorities that are trusted at all times}
     *
     * @param chainPem intermediate certificates and their roots in PEM, in any order, as {@code SIGSTORE_ROOT_FILE} and
     *     {@code --certificate-chain} of cosign have them
     * @throws EvidenceException if it is malformed
     */
    public TrustedRoot withCertificateAuthority(String chainPem) throws EvidenceException {
        return and(new RootParts(List.of(), RootReader.chains(chainPem, true), List.of(), List.of()));
    }

    /**
     * {@return this with a log of signatures that is trusted at all times}
     *
     * @param keyPem the public key of a log of Rekor v1 in PEM, as {@code SIGSTORE_REKOR_PUBLIC_KEY} of cosign has it
     * @throws EvidenceException if it is malformed
     */
    public TrustedRoot withLog(String keyPem) throws EvidenceException {
        return and(new RootParts(List.of(RootReader.log("", keyPem)), List.of(), List.of(), List.of()));
    }

    /**
     * {@return this with a log of signatures that is trusted at all times}
     *
     * @param name the name of a log of Rekor v2, which its checkpoints begin with, for example its host
     * @param keyPem the public key of the log in PEM
     * @throws EvidenceException if it is malformed
     */
    public TrustedRoot withLog(String name, String keyPem) throws EvidenceException {
        return and(new RootParts(List.of(RootReader.log(name, keyPem)), List.of(), List.of(), List.of()));
    }

    /**
     * {@return this with a log of certificates that is trusted at all times}
     *
     * @param keyPem the public key of the log in PEM, as {@code SIGSTORE_CT_LOG_PUBLIC_KEY_FILE} of cosign has it
     * @throws EvidenceException if it is malformed
     */
    public TrustedRoot withCertificateLog(String keyPem) throws EvidenceException {
        return and(new RootParts(List.of(), List.of(), List.of(RootReader.log("", keyPem)), List.of()));
    }

    /**
     * {@return this with a timestamp authority that is trusted at all times}
     *
     * @param chainPem the authority's certificates and their root in PEM, in any order, as
     *     {@code --timestamp-certificate-chain} of cosign has them
     * @throws EvidenceException if it is malformed
     */
    public TrustedRoot withTimestampAuthority(String chainPem) throws EvidenceException {
        return and(new RootParts(List.of(), List.of(), List.of(), RootReader.chains(chainPem, false)));
    }

    RootParts parts() {
        return parts;
    }
}

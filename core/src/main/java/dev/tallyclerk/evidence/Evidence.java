package dev.tallyclerk.evidence;

import dev.tallyclerk.digest.Digest;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A verified statement about an image. Immutable.
 *
 * @param kind what was verified
 * @param subject the digest that the statement is about
 * @param signer who made it
 * @param predicateType the type of an attestation's predicate, as signed; empty for other kinds
 * @param signedAt when it was signed, by a clock that the policy trusts; empty if nobody trustworthy says
 * @param validUntil until when it holds, if the signer set an end
 * @param origin where it was found, for people
 * @param notChecked for people: what the policy left unchecked, such as a log that was waived
 * @param predicate the predicate of an OpenVEX attestation in JSON, as signed; empty for others
 */
public record Evidence(
        Kind kind,
        Digest subject,
        Signer signer,
        Optional<String> predicateType,
        Optional<Instant> signedAt,
        Optional<Instant> validUntil,
        String origin,
        List<String> notChecked,
        Optional<String> predicate) {
    /** What evidence is made of. */
    public enum Kind {
        /** A cosign signature over a simple signing document, or a statement of cosign's sign predicate. */
        COSIGN_SIGNATURE,
        /** An in-toto statement in a signed envelope. */
        ATTESTATION,
        /** A Sigstore bundle over the manifest itself. */
        SIGSTORE_SIGNATURE,
        /** A Notation signature. */
        NOTATION_SIGNATURE,
        /** A target of a TUF repository. */
        TUF_TARGET,
        /** A target of a Notary repository. */
        NOTARY_TARGET,
        /** A digest that the policy names. */
        PINNED_DIGEST
    }

    /** Keeps a copy of the list. */
    public Evidence {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(signer, "signer");
        Objects.requireNonNull(predicateType, "predicateType");
        Objects.requireNonNull(signedAt, "signedAt");
        Objects.requireNonNull(validUntil, "validUntil");
        Objects.requireNonNull(origin, "origin");
        notChecked = List.copyOf(notChecked);
        Objects.requireNonNull(predicate, "predicate");
    }

    /**
     * {@return evidence with neither times nor predicate}
     *
     * @param origin where it was found, for people
     */
    public static Evidence of(Kind kind, Digest subject, Signer signer, String origin) {
        return new Evidence(
                kind,
                subject,
                signer,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                origin,
                List.of(),
                Optional.empty());
    }

    /** {@return this with the type of an attestation's predicate} */
    public Evidence withPredicateType(String predicateType) {
        return new Evidence(
                kind, subject, signer, Optional.of(predicateType), signedAt, validUntil, origin, notChecked, predicate);
    }

    /** {@return this with the time of the signature} */
    public Evidence withSignedAt(Instant signedAt) {
        return new Evidence(
                kind, subject, signer, predicateType, Optional.of(signedAt), validUntil, origin, notChecked, predicate);
    }

    /** {@return this with the end that the signer set} */
    public Evidence withValidUntil(Instant validUntil) {
        return new Evidence(
                kind, subject, signer, predicateType, signedAt, Optional.of(validUntil), origin, notChecked, predicate);
    }

    /** {@return this with what the policy left unchecked} */
    public Evidence withNotChecked(List<String> notChecked) {
        return new Evidence(kind, subject, signer, predicateType, signedAt, validUntil, origin, notChecked, predicate);
    }

    /** {@return this with the predicate of an OpenVEX attestation, in JSON} */
    public Evidence withPredicate(String predicate) {
        return new Evidence(
                kind, subject, signer, predicateType, signedAt, validUntil, origin, notChecked, Optional.of(predicate));
    }
}

package dev.tallyclerk.evidence;

import java.util.Objects;

/**
 * Thrown when evidence does not hold: it is malformed, is not about the image, or a signature, certificate, time or log
 * entry fails.
 *
 * <p>{@link #reason} is for programs; reasons may be added, never changed. The message is for people and may change.
 */
public final class EvidenceException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What does not hold. */
    public enum Reason {
        /** The content is missing, or has another digest or size than promised. */
        CONTENT_WRONG,
        /** A document does not have the form that its specification demands. */
        MALFORMED,
        /** A version, kind or algorithm that this version does not support. */
        UNSUPPORTED,
        /** More entries or bytes than a limit allows. */
        LIMIT_EXCEEDED,
        /** The signed statement is about another artifact. */
        SUBJECT_MISMATCH,
        /** The signature is not one of the key over the content. */
        SIGNATURE_INVALID,
        /** The key is none of the trusted ones. */
        KEY_UNTRUSTED,
        /** The key was not valid at the time of the signature. */
        KEY_NOT_VALID,
        /** A certificate does not have the form, usage or constraints that its role demands. */
        CERTIFICATE_INVALID,
        /** No path leads from the certificate to a trusted one. */
        CERTIFICATE_UNTRUSTED,
        /** A certificate of the path was not valid at the time that counts. */
        CERTIFICATE_EXPIRED,
        /** A certificate of the path is revoked. */
        CERTIFICATE_REVOKED,
        /** Whether a certificate is revoked could not be determined, and the policy demands it. */
        REVOCATION_UNKNOWN,
        /** The certificate's proof of its transparency log is missing or wrong, or there are too few. */
        SCT_INVALID,
        /** The certificate is of somebody else than the policy demands. */
        IDENTITY_MISMATCH,
        /** The transparency log is not a trusted one, or was not at that time. */
        LOG_UNTRUSTED,
        /** A log entry's promise, inclusion proof or checkpoint is wrong. */
        LOG_ENTRY_INVALID,
        /** The log entry is about another signature, certificate or artifact. */
        LOG_ENTRY_MISMATCH,
        /** A timestamp is wrong, or of an authority that is not trusted. */
        TIMESTAMP_INVALID,
        /** There is no trustworthy time of the signature. */
        TIME_MISSING,
        /** There are fewer log entries, timestamps or proofs than the policy demands. */
        THRESHOLD_NOT_MET,
        /** The signer set a date until which the signature holds, and it has passed. */
        EXPIRED,
        /** An attribute that must be understood is unknown. */
        CRITICAL_UNKNOWN,
        /** The statement has another predicate than the policy demands. */
        PREDICATE_MISMATCH,
        /** An annotation that the policy demands is missing or has another value. */
        ANNOTATION_MISMATCH,
        /** No statement of the policy covers the image. */
        NOT_COVERED
    }

    private final Reason reason;

    /**
     * Says what does not hold.
     *
     * @param message what was found and what was expected
     */
    public EvidenceException(Reason reason, String message) {
        super(message);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /**
     * Says what does not hold.
     *
     * @param message what was found and what was expected
     * @param cause the failure beneath
     */
    public EvidenceException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /** {@return what does not hold} */
    public Reason reason() {
        return reason;
    }
}

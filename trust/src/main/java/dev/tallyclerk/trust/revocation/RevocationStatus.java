package dev.tallyclerk.trust.revocation;

/** Whether a certificate is revoked, from the best to the worst. */
public enum RevocationStatus {
    /** Its issuer says that it is not revoked, or was not yet when the signature was made. */
    GOOD,
    /** It does not say where its issuer publishes revocations. */
    NOT_STATED,
    /** Nobody authorised gave a current answer. */
    UNKNOWN,
    /** Its issuer says that it is revoked. */
    REVOKED
}

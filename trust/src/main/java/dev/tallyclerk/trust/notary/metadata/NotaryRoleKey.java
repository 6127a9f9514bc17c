package dev.tallyclerk.trust.notary.metadata;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A key that signs for a role, as the delegating file declares it.
 *
 * @param id the id under which it is declared; for a root key, that of its certificates, by which it can be pinned
 * @param type the declared type, for example {@code ecdsa} or {@code ecdsa-x509}
 * @param bareId the id of the key without certificates, by which {@code notary key list} shows it; empty if the key is
 *     unusable
 * @param subject the distinguished name in its certificate (RFC 2253), untrusted text; empty without a certificate
 * @param certificateExpires when its certificate expires
 * @param signed whether it has signed the file of the role
 */
public record NotaryRoleKey(
        String id, String type, String bareId, String subject, Optional<Instant> certificateExpires, boolean signed) {
    /** Requires every part. */
    public NotaryRoleKey {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(bareId, "bareId");
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(certificateExpires, "certificateExpires");
    }
}

package dev.tallyclerk.trust.migrate;

import java.util.Objects;

/**
 * A statement of a collection that is not carried over, with the reason.
 *
 * @param reason why
 * @param role the role that says it; untrusted text if the role is delegated
 * @param name the name of the target, untrusted text; empty if it is about the role as a whole
 * @param detail a sentence for people
 */
public record NotCarried(Reason reason, String role, String name, String detail) {
    /** Why something is not carried over. Reasons may be added. */
    public enum Reason {
        /** No role that counts lists the name, so no client accepts it today. */
        NOT_RELEASED,
        /** Another role counts for the name, and lists another digest or size. */
        OTHER_DIGEST,
        /** The name is no tag, so no image has it. */
        NOT_A_TAG,
        /** No hash is listed that is known here. */
        NO_HASH,
        /** The registry does not have a manifest with the digest. */
        NOT_IN_REGISTRY,
        /** The manifest in the registry has another size than the listed one. */
        OTHER_SIZE,
        /** A role that was skipped or has not been published. */
        ROLE_SKIPPED,
        /** A role that lists the same digests as one that counts; the plan names it beside each. */
        ROLE_NOT_CARRIED,
        /** A prefix of names that no tag begins with. */
        PATH_WITHOUT_TAGS,
        /** The destination has no such thing as this threshold. */
        THRESHOLD,
        /** Signatures do not expire, and nobody can tell a withdrawn one from a current one. */
        EXPIRY,
        /** A signature is about a digest; the tag is an annotation, which a policy has to demand. */
        TAG,
        /** The destination has no place for application data. */
        CUSTOM_DATA
    }

    /** Requires every part. */
    public NotCarried {
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(detail, "detail");
    }
}

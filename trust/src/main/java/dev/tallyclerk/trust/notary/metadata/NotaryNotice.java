package dev.tallyclerk.trust.notary.metadata;

import java.util.Objects;

/**
 * Something about a collection that does not make it untrusted, but that its user should know.
 *
 * @param kind what kind of notice
 * @param role the role it is about; for a delegated role, untrusted text
 * @param detail a sentence for people
 */
public record NotaryNotice(Kind kind, String role, String detail) {
    /** The kinds of notices. Kinds may be added. */
    public enum Kind {
        /** The server gave no timestamp, so the stored one was used. Newer metadata may exist. */
        STORED_TIMESTAMP,
        /** A delegated role is skipped because it expired, or because too few of its keys have signed it. */
        ROLE_SKIPPED,
        /** A role is delegated to, but the snapshot does not list it: nothing was published for it yet. */
        ROLE_NOT_PUBLISHED,
        /** A role that the stored metadata delegates to is no longer delegated to. */
        ROLE_VANISHED,
        /** The file of a role has expired, and the caller allowed that. */
        EXPIRED
    }

    public NotaryNotice {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(detail, "detail");
    }
}

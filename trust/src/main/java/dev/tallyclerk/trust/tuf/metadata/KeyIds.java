package dev.tallyclerk.trust.tuf.metadata;

/**
 * The rule for key ids: whether an id must be the hash of its key.
 *
 * <p>TUF 1.0.34, section 4.2, requires clients to check that. TAP 12, which is accepted, drops the rule: ids only have
 * to be different. Producers disagree on what the hash covers, so public repositories contain ids that break the rule.
 * The check adds no security here, because a key counts once, whatever its ids are.
 */
public enum KeyIds {
    /**
     * Any text is an id, as in python-tuf and go-tuf. An id is local to the file that declares it: it may mean another
     * key in another delegator's file.
     */
    ANY,
    /**
     * An id is the SHA-256 of the key in canonical form, including unknown members, in lower-case hexadecimal. A file
     * that declares another id is refused.
     */
    RECOMPUTED
}

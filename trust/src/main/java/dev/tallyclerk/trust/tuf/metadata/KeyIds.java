package dev.tallyclerk.trust.tuf.metadata;

/**
 * Whether the id under which metadata declares a key has to be the hash of the key.
 *
 * <p>TUF 1.0.34, section 4.2, wants clients to check that, and TAP 12, which is accepted, drops it: an id only has to
 * tell keys apart. Producers disagree on what the hash is over, so that public repositories have ids that are not it.
 * Nothing rests on the ids here, because a key is counted once whatever its ids are.
 */
public enum KeyIds {
    /**
     * Any text is an id, as python-tuf and go-tuf take it. An id means something in the file alone that declares it: it
     * may stand for another key in another delegator's.
     */
    ANY,
    /**
     * An id is the SHA-256 of the key in canonical form, with its unknown members, in lower-case hexadecimal; a file
     * that declares another one is refused.
     */
    RECOMPUTED
}

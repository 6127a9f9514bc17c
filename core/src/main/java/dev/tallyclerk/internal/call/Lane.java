package dev.tallyclerk.internal.call;

/**
 * The kind of a request. Each kind has its own limit at a host: a copy within one host reads content while it writes,
 * and needs tokens for both, so a permit that is held for long must not block what its holder waits for.
 */
public enum Lane {
    /** Reads content, which is processed while it is read. */
    CONTENT,
    /** Changes something, and may read content meanwhile. */
    WRITING,
    /** Any other request; it ends before its call does. */
    SHORT,
    /** A part of a larger call that has a permit already. */
    PERMITTED;

    /**
     * {@return the lane of a request}
     *
     * @param content whether the response's body is content
     */
    public static Lane of(String method, boolean content) {
        if (!method.equals("GET") && !method.equals("HEAD")) {
            return WRITING;
        }
        return content ? CONTENT : SHORT;
    }

    /** {@return the name of this lane at a host} */
    public String at(String host) {
        return name() + " " + host;
    }
}

package dev.tallyclerk.registry.client;

/**
 * What kind a request is of. Each has places of its own at a host: whoever copies within one host reads content while
 * it writes, and needs tokens for both, so that what is held for long must not be waited for by what it waits for.
 */
enum Lane {
    /** It reads content, and something is done with that before all of it is read. */
    CONTENT,
    /** It changes something, for which content may be read meanwhile. */
    WRITING,
    /** It is any other one, and is over before its call is. */
    SHORT,
    /** It is part of something that has a place already, and waits for none. */
    PLACED;

    /** {@return the lane of a call} */
    static Lane of(Call call) {
        if (call.placed()) {
            return PLACED;
        }
        if (!call.method().equals("GET") && !call.method().equals("HEAD")) {
            return WRITING;
        }
        return call.content() ? CONTENT : SHORT;
    }

    /** {@return what stands for this lane at a host} */
    String at(String host) {
        return name() + " " + host;
    }
}

package dev.tallyclerk.registry.proxy;

/**
 * Is told what happens in a proxy, for metrics and logs.
 *
 * <p>Called by the threads that answer and fetch, several at a time, so it is quick and safe for use by several
 * threads.
 */
@FunctionalInterface
public interface ProxyListener {
    /** Takes note of an event. What it throws fails the request, and leaves nothing of it open. */
    void on(ProxyEvent event);

    /** {@return a listener that does nothing} */
    static ProxyListener silent() {
        return event -> {};
    }
}

package dev.tallyclerk.examples.proxy;

/**
 * A request that has ended, for the log. The query is left out: it may have secrets.
 *
 * @param client the address of the client
 * @param protocol such as {@code HTTP/1.1}
 * @param method the method
 * @param path the path, with control characters replaced
 * @param status the status of the answer
 * @param sent how many bytes of the body were sent
 * @param isComplete whether that was all
 * @param milliseconds how long it took
 * @param upstream the registry; empty if none was chosen
 * @param message why there was an error; empty if there was none
 * @param agent who the client says it is
 */
record Served(
        String client,
        String protocol,
        String method,
        String path,
        int status,
        long sent,
        boolean isComplete,
        long milliseconds,
        String upstream,
        String message,
        String agent) {}

package dev.tallyclerk.http;

import java.time.Duration;

/**
 * Observes calls, for logs, metrics and traces: requests and responses, retries, warnings, rate limits and unexpected
 * content codings. Arguments contain no secrets.
 *
 * <p>It is called by the thread that makes the call, so an implementation returns quickly; safe for use by several
 * threads if the client is used by several. An unchecked exception from a listener ends the call.
 */
public interface HttpListener {
    /** {@return a listener that does nothing} */
    static HttpListener silent() {
        return new HttpListener() {};
    }

    /**
     * A request is sent. A call sends several if it is redirected, retried or asked for credentials.
     *
     * @param method the method, in upper case
     * @param target scheme, host and path; without user, query and fragment, which may be secrets
     */
    default void requesting(String method, String target) {}

    /**
     * The headers of a response are there; its body is still to be read. Called by the thread that called
     * {@link #requesting}, before it sends another request.
     *
     * @param method the method of the request
     * @param target its target, as {@link #requesting} had it
     * @param status the status, from 100 to 599
     * @param time since the request
     */
    default void responded(String method, String target, int status, Duration time) {}

    /**
     * A request got no response. Called by the thread that called {@link #requesting}, before it sends another request.
     *
     * @param method the method of the request
     * @param target its target, as {@link #requesting} had it
     * @param reason why
     * @param time since the request
     */
    default void unanswered(String method, String target, HttpException.Reason reason, Duration time) {}

    /**
     * A call failed and is retried.
     *
     * @param host host and port that the call is for
     * @param attempt which attempt failed, from 1
     * @param wait how long the call waits before the next attempt
     * @param reason why it failed
     */
    default void retrying(String host, int attempt, Duration wait, HttpException.Reason reason) {}

    /**
     * A server warns, once for each different text of a response (distribution-spec v1.1.1, Warnings).
     *
     * @param host host and port
     * @param text what a person should read, with control characters replaced
     */
    default void warned(String host, String text) {}

    /**
     * A server states its rate limit.
     *
     * @param host host and port
     * @param limit the requests allowed in a period, or -1 if it does not say
     * @param remaining the requests that are left, or -1 if it does not say
     */
    default void rateLimited(String host, long limit, long remaining) {}

    /**
     * A response has a content coding that was not asked for (RFC 9110, section 8.4). Its bytes are taken as they are:
     * some registries say so of a layer that is itself compressed. If the content fails verification, this may be why.
     *
     * @param host host and port
     * @param encoding the content coding, such as {@code gzip}, with control characters replaced
     */
    default void encoded(String host, String encoding) {}
}

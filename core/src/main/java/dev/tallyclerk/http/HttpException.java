package dev.tallyclerk.http;

import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a call over HTTP does not succeed.
 *
 * <p>{@link #reason} is for programs; reasons may be added, never changed. The message is for people, carries no
 * credentials and may change.
 */
public class HttpException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    public enum Reason {
        /** The server does not have what was asked for. */
        NOT_FOUND,
        /** The server wants credentials, and there are none, or they are not accepted. */
        UNAUTHORIZED,
        /** The credentials are known and do not allow this. */
        DENIED,
        /** The credentials could not be obtained. */
        CREDENTIALS,
        /** The server asks for fewer requests, or for a longer wait than the policy allows. */
        TOO_MANY_REQUESTS,
        /** The server reports a failure of its own. */
        SERVER_ERROR,
        /** The server does not accept what was sent, such as a manifest that refers to missing content. */
        REJECTED,
        /** The server does not offer this part of the protocol. */
        UNSUPPORTED,
        /** The response breaks the protocol. */
        PROTOCOL,
        /** The response is larger, or its list longer, than the limits allow. */
        LIMIT_EXCEEDED,
        /** A redirect, an upload location or a token service leads where requests must not go. */
        UNSAFE_LOCATION,
        /** There was no response: no connection, or one that broke. */
        UNREACHABLE,
        /** The call took longer than it may. */
        TIMED_OUT,
        /** The caller cancelled the call, or its thread was interrupted, and still is. */
        CANCELLED,
        /** Another client changed the same thing at the same time, more often than the policy retries. */
        CONFLICT
    }

    /**
     * The facts of a failure.
     *
     * @param reason what went wrong
     * @param status the status code of the response, or 0 if there was none
     * @param codes the error codes of the response body, such as {@code MANIFEST_UNKNOWN}, in its order
     * @param retryAfter how long the server asks to wait, or null if it does not
     * @param unprocessed whether it is known that the server did not begin to process the request
     * @param redirected whether the response came from another host, after a redirect
     */
    @SuppressWarnings("serial") // the list is one of the runtime's, which are serializable
    public record Details(
            Reason reason,
            int status,
            List<String> codes,
            @Nullable Duration retryAfter,
            boolean unprocessed,
            boolean redirected)
            implements Serializable {
        public Details {
            Objects.requireNonNull(reason, "reason");
            codes = List.copyOf(codes);
        }

        /** {@return the details of a failure of which nothing else is known} */
        public static Details of(Reason reason, int status) {
            return new Details(reason, status, List.of(), null, false, false);
        }

        /** {@return these details with another reason} */
        public Details withReason(Reason reason) {
            return new Details(reason, status, codes, retryAfter, unprocessed, redirected);
        }

        /** {@return these details of a request that the server did not begin to process, or may have} */
        public Details withUnprocessed(boolean unprocessed) {
            return new Details(reason, status, codes, retryAfter, unprocessed, redirected);
        }

        /** {@return these details of a response from another host, or not} */
        public Details withRedirected(boolean redirected) {
            return new Details(reason, status, codes, retryAfter, unprocessed, redirected);
        }
    }

    private final Details details;

    /**
     * Makes an exception.
     *
     * @param details the facts
     * @param message the sentence for people, without credentials
     * @param cause the cause, or null
     */
    public HttpException(Details details, @Nullable String message, @Nullable Throwable cause) {
        super(message, cause);
        this.details = Objects.requireNonNull(details, "details");
    }

    /** {@return an exception of the same type with other details, message and cause} */
    public HttpException copy(Details details, @Nullable String message, @Nullable Throwable cause) {
        return new HttpException(details, message, cause);
    }

    /** {@return an exception of the same type, with the same facts and stack trace, another message and no cause} */
    public final HttpException withMessage(String message) {
        HttpException other = copy(details, message, null);
        other.setStackTrace(getStackTrace());
        return other;
    }

    /** {@return the facts} */
    public final Details details() {
        return details;
    }

    /** {@return what went wrong} */
    public final Reason reason() {
        return details.reason();
    }

    /** {@return the status code of the response, or 0 if there was none} */
    public final int status() {
        return details.status();
    }

    /**
     * {@return the error codes of the response body, such as {@code MANIFEST_UNKNOWN}, in its order; none if it has
     * none}
     *
     * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes">OCI
     *     distribution-spec v1.1.1, Error Codes</a>
     */
    public final List<String> codes() {
        return details.codes();
    }

    /** {@return how long the server asks to wait before a retry, if it does (RFC 9110, section 10.2.3)} */
    public final Optional<Duration> retryAfter() {
        return Optional.ofNullable(details.retryAfter());
    }
}

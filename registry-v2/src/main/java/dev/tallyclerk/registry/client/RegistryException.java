package dev.tallyclerk.registry.client;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a registry does not give, or take, what was asked of it.
 *
 * <p>{@link #reason} is for programs; reasons may be added, never changed. The message is for people, carries no
 * credentials and may change.
 */
public final class RegistryException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    public enum Reason {
        /** The registry does not have the repository, tag or content. */
        NOT_FOUND,
        /** The registry wants credentials, and there are none, or they are not accepted. */
        UNAUTHORIZED,
        /** The credentials are known and do not allow this. */
        DENIED,
        /** The credentials could not be found out. */
        CREDENTIALS,
        /** The registry asks for fewer requests, or for a longer wait than the policy allows. */
        TOO_MANY_REQUESTS,
        /** The registry failed by its own account. */
        SERVER_ERROR,
        /** The registry does not take what was sent, such as a manifest that refers to content it does not have. */
        REJECTED,
        /** The registry does not offer this part of the protocol. */
        UNSUPPORTED,
        /** The registry's answer breaks the protocol. */
        PROTOCOL,
        /** The registry's answer is larger, or its list longer, than the limits allow. */
        LIMIT_EXCEEDED,
        /** A redirect, an upload location or a token service would have led where requests must not go. */
        UNSAFE_LOCATION,
        /** There was no answer: no connection, or one that broke. */
        UNREACHABLE,
        /** The time for the call was over. */
        TIMED_OUT,
        /** The caller cancelled the call, or the thread that made it was interrupted, and still is. */
        CANCELLED,
        /** Somebody else changed the same thing at the same time, more often than the policy tries. */
        CONFLICT
    }

    private final Reason reason;
    private final int status;

    @SuppressWarnings("serial") // the list is one of the runtime's, which are serializable
    private final List<String> codes;

    private final @Nullable Duration retryAfter;

    /** Whether it is known that what was asked was not even begun. */
    private final boolean unprocessed;

    /** Whether it is the answer of another than who was asked, to whom the registry has redirected. */
    private final boolean elsewhere;

    RegistryException(Reason reason, int status, String message) {
        this(reason, status, List.of(), message);
    }

    RegistryException(Reason reason, int status, List<String> codes, String message) {
        this(reason, status, codes, message, null, null, false, false);
    }

    RegistryException(Reason reason, String message, Throwable cause) {
        this(reason, 0, List.of(), message, cause, null, false, false);
    }

    private RegistryException(
            Reason reason,
            int status,
            List<String> codes,
            String message,
            @Nullable Throwable cause,
            @Nullable Duration retryAfter,
            boolean unprocessed,
            boolean elsewhere) {
        super(message, cause);
        this.reason = Objects.requireNonNull(reason, "reason");
        this.status = status;
        this.codes = List.copyOf(codes);
        this.retryAfter = retryAfter;
        this.unprocessed = unprocessed;
        this.elsewhere = elsewhere;
    }

    /** {@return this failure, whose answer asks to wait so long} */
    RegistryException askingToWait(Duration wait) {
        return new RegistryException(reason, status, codes, text(), getCause(), wait, unprocessed, elsewhere);
    }

    /** {@return this failure, before which nothing of the call was begun} */
    RegistryException beforeTheCall() {
        return new RegistryException(reason, status, codes, text(), getCause(), retryAfter, true, elsewhere);
    }

    /** {@return this failure, which is the answer of another than who was asked} */
    RegistryException elsewhere() {
        return new RegistryException(reason, status, codes, text(), getCause(), retryAfter, unprocessed, true);
    }

    /** {@return this failure in other words, and without what has caused it} */
    RegistryException saying(String message) {
        RegistryException other =
                new RegistryException(reason, status, codes, message, null, retryAfter, unprocessed, elsewhere);
        other.setStackTrace(getStackTrace());
        return other;
    }

    private String text() {
        return String.valueOf(getMessage());
    }

    boolean isUnprocessed() {
        return unprocessed;
    }

    boolean isElsewhere() {
        return elsewhere;
    }

    /** {@return what went wrong} */
    public Reason reason() {
        return reason;
    }

    /** {@return the status code of the response, or 0 if there was none} */
    public int status() {
        return status;
    }

    /**
     * {@return the codes of the registry's own account, such as {@code MANIFEST_UNKNOWN}, in its order; none if it gave
     * none}
     *
     * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes">OCI
     *     distribution-spec v1.1.1, Error Codes</a>
     */
    public List<String> codes() {
        return codes;
    }

    /** {@return how long the registry asks to wait before it is asked again, if it does (RFC 9110, section 10.2.3)} */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}

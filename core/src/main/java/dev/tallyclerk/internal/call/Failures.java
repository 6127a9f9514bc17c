package dev.tallyclerk.internal.call;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Details;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.internal.text.Quoted;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes the exceptions of calls, of the type that the caller's area has.
 *
 * <p>Immutable, and safe for use by several threads.
 */
public final class Failures {
    private static final int MAX_CAUSE = 300;

    /** Registries come to the point late. */
    private static final int MAX_TEXT = 500;

    private static final Duration LONGEST_WAIT = Duration.ofDays(366);
    private static final int MAX_PATH = 500;
    private static final String NO_WHOLE_RESPONSE = "no whole response from ";

    private final Type type;

    private Failures(Type type) {
        this.type = type;
    }

    /** The exception type of an area. */
    @FunctionalInterface
    public interface Type {
        /** {@return an exception of that type} */
        HttpException make(Details details, @Nullable String message, @Nullable Throwable cause);
    }

    /** {@return what makes exceptions of {@code type}} */
    public static Failures of(Type type) {
        return new Failures(type);
    }

    /** {@return a failure without a response} */
    public HttpException of(Reason reason, String message) {
        return of(reason, 0, message);
    }

    /** {@return a failure with a response of that status, or without one if it is 0} */
    public HttpException of(Reason reason, int status, String message) {
        return type.make(Details.of(reason, status), message, null);
    }

    /** {@return a failure without a response, and its cause} */
    public HttpException of(Reason reason, String message, Throwable cause) {
        return type.make(Details.of(reason, 0), message, cause);
    }

    /** {@return {@code failure} in other words, and without its cause} */
    public static HttpException saying(HttpException failure, String message) {
        HttpException other = failure.copy(failure.details(), message, null);
        other.setStackTrace(failure.getStackTrace());
        return other;
    }

    /** {@return {@code failure} of a request that the server did not begin to process} */
    public static HttpException unprocessed(HttpException failure) {
        return failure.details().unprocessed()
                ? failure
                : failure.copy(failure.details().withUnprocessed(true), failure.getMessage(), failure.getCause());
    }

    /**
     * {@return the failure that an unexpected response means}
     *
     * @param who the host that answers, for a person to read
     * @param method the method of the call
     * @param target where the call went at first; its path is shown
     * @param response the response; the caller closes it
     * @param maxBytes how much is read of its body
     * @param secrets what must not be shown, whatever the body says
     * @param now the time, for a Retry-After with a date
     * @param redirected whether the response came from another host than the called one
     */
    public HttpException ofResponse(
            String who,
            String method,
            URI target,
            CallResponse response,
            int maxBytes,
            Secrets secrets,
            Instant now,
            boolean redirected) {
        int status = response.status();
        // The body of a success is no error report, and may be a token.
        boolean success = status >= 200 && status < 300;
        ErrorBody body = ErrorBody.read(success ? "" : secrets.hide(text(response, maxBytes)));
        StringBuilder message = new StringBuilder(who).append(" answers ").append(status);
        if (!body.codes().isEmpty()) {
            message.append(" (").append(String.join(", ", body.codes())).append(')');
        }
        message.append(" to ").append(method).append(' ').append(secrets.hide(path(target)));
        String text = secrets.hideBeginning(body.text().strip()); // again, because JSON can spell it otherwise
        if (!text.isBlank()) {
            message.append(": ").append(Quoted.quote(text, MAX_TEXT));
        }
        Optional<Duration> wait = response.header("Retry-After").flatMap(header -> RetryAfter.parse(header, now));
        wait.ifPresent(
                time -> message.append(" (retry after ").append(after(time)).append(')'));
        Details details = new Details(
                reason(status, method, body.codes()), status, body.codes(), wait.orElse(null), false, redirected);
        return type.make(details, message.toString(), null);
    }

    /** Some registries send a time of day in seconds where the header has a number of seconds. */
    private static String after(Duration time) {
        return time.compareTo(LONGEST_WAIT) > 0
                ? "more than " + LONGEST_WAIT.toDays() + " days"
                : time.toSeconds() + " s";
    }

    /** {@return the path of an address, without its query, which may be a secret} */
    private static String path(URI target) {
        String path = Quoted.printable(String.valueOf(target.getRawPath()));
        return path.length() > MAX_PATH ? path.substring(0, MAX_PATH) + "…" : path;
    }

    /** {@return as much of a body as can be read: whatever it is, the status has said already that the call failed} */
    private static String text(CallResponse response, int maxBytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[Math.min(maxBytes, 8192)];
        try {
            while (out.size() < maxBytes) {
                int n = response.body().read(buffer, 0, Math.min(buffer.length, maxBytes - out.size()));
                if (n < 0) {
                    break;
                }
                out.write(buffer, 0, n);
            }
        } catch (IOException e) {
            // What came before is good enough; a call that is over finds out at its next step.
        }
        String text = out.toString(StandardCharsets.UTF_8);
        return text.indexOf('\0') < 0 ? text : ""; // binary
    }

    private static Reason reason(int status, String method, List<String> codes) {
        boolean writes = !method.equals("GET") && !method.equals("HEAD");
        return switch (status) {
            case 401 -> Reason.UNAUTHORIZED;
            case 403, 451 -> Reason.DENIED;
            case 404, 410 -> Reason.NOT_FOUND;
            case 405, 501 -> Reason.UNSUPPORTED;
            case 408, 499 -> Reason.SERVER_ERROR;
            case 429 -> Reason.TOO_MANY_REQUESTS;
            default -> {
                if (status >= 500) {
                    yield Reason.SERVER_ERROR;
                }
                if (status >= 400 && codes.contains("UNSUPPORTED")) {
                    yield Reason.UNSUPPORTED;
                }
                yield status >= 400 && writes ? Reason.REJECTED : Reason.PROTOCOL;
            }
        };
    }

    /** {@return the failure that the lack of a response means} */
    HttpException noResponse(URI from, IOException e, Deadline deadline) {
        boolean notConnected = e instanceof ConnectException
                || e instanceof UnknownHostException
                || e instanceof NoRouteToHostException;
        HttpException failure = failure(notConnected ? "no connection to " : NO_WHOLE_RESPONSE, from, e, deadline);
        return notConnected && failure.reason() == Reason.UNREACHABLE ? unprocessed(failure) : failure;
    }

    /** {@return the failure that a response which broke off means} */
    public HttpException broken(URI from, IOException e, Deadline deadline) {
        return failure(NO_WHOLE_RESPONSE, from, e, deadline);
    }

    private HttpException failure(String what, URI from, IOException e, Deadline deadline) {
        try {
            deadline.check();
        } catch (HttpException ended) {
            return ended;
        }
        if (e instanceof HttpException typed) {
            return typed;
        }
        String why = Quoted.printable(why(e));
        return of(
                Reason.UNREACHABLE,
                what + OriginRules.origin(from) + ": "
                        + (why.length() > MAX_CAUSE ? why.substring(0, MAX_CAUSE) + "…" : why),
                e);
    }

    private static String why(IOException e) {
        if (e instanceof UnknownHostException) {
            return "the name has no address"; // the message has the name only
        }
        String said = e.getMessage();
        return said == null ? e.getClass().getSimpleName() : said;
    }
}

package dev.tallyclerk.internal.call;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Details;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * Makes the exceptions of calls, of the type that the caller's area has.
 *
 * @param type the type
 */
public record Failures(Type type) {
    private static final int MAX_CAUSE = 300;

    /** The exception type of an area. */
    @FunctionalInterface
    public interface Type {
        /** {@return an exception of that type} */
        HttpException make(Details details, @Nullable String message, @Nullable Throwable cause);
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

    /** {@return {@code failure} of a request that the server did not begin to process} */
    public static HttpException unprocessed(HttpException failure) {
        return failure.details().unprocessed()
                ? failure
                : failure.copy(failure.details().withUnprocessed(true), failure.getMessage(), failure.getCause());
    }

    /**
     * {@return the failure of a request that got no response, or not the whole of it; {@code e} itself if it is one}
     */
    HttpException unreachable(URI from, IOException e) {
        if (e instanceof HttpException typed) {
            return typed;
        }
        boolean notConnected = e instanceof ConnectException
                || e instanceof UnknownHostException
                || e instanceof NoRouteToHostException;
        String why = Quoted.printable(why(e));
        HttpException failure = of(
                Reason.UNREACHABLE,
                (notConnected ? "no connection to " : "no whole response from ") + Origins.of(from) + ": "
                        + (why.length() > MAX_CAUSE ? why.substring(0, MAX_CAUSE) + "…" : why),
                e);
        return notConnected ? unprocessed(failure) : failure;
    }

    private static String why(IOException e) {
        if (e instanceof UnknownHostException) {
            return "the name has no address"; // the message has the name only
        }
        String said = e.getMessage();
        return said == null ? e.getClass().getSimpleName() : said;
    }
}

package dev.tallyclerk.internal.call;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Details;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.text.Quoted;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Makes the exception for a response whose status the call does not accept. */
public final class ErrorResponse {
    /** Registries come to the point late. */
    private static final int MAX_TEXT = 500;

    private static final Duration LONGEST_WAIT = Duration.ofDays(366);
    private static final int MAX_PATH = 500;

    private ErrorResponse() {}

    /**
     * {@return the failure that an unexpected response means}
     *
     * @param response the response, some of whose body is read; the caller closes it
     * @param who the host that answers, for a message
     * @param method the method of the call
     * @param target where the call went at first; its path is shown
     * @param redirected whether the response came from another host than the called one
     */
    public static HttpException failure(
            CallSettings settings, CallResponse response, String who, String method, URI target, boolean redirected) {
        int status = response.status();
        Secrets secrets = response.secrets();
        // The body of a success is no error report, and may be a token.
        boolean success = status >= 200 && status < 300;
        int maxBytes = settings.http().limits().maxErrorBytes();
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
        Optional<Duration> wait = response.header("Retry-After")
                .flatMap(header ->
                        RetryAfter.parse(header, settings.http().clock().instant()));
        wait.ifPresent(
                time -> message.append(" (retry after ").append(after(time)).append(')'));
        Details details = new Details(
                reason(status, method, body.codes()), status, body.codes(), wait.orElse(null), false, redirected);
        return settings.failures().type().make(details, message.toString(), null);
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
}

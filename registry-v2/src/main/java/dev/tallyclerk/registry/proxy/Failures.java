package dev.tallyclerk.registry.proxy;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.registry.image.ImageException;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.verify.VerificationException;
import java.util.Objects;
import java.util.Optional;

/** What a failure of an upstream means for a request. */
final class Failures {
    private Failures() {}

    /** {@return the failure that says most: the first one that is of the registry or of the content} */
    static Exception cause(Exception failure) {
        Throwable at = failure;
        for (int i = 0; at != null && i < 8; i++) {
            if (at instanceof HttpException
                    || at instanceof VerificationException
                    || at instanceof MalformedDocumentException
                    || at instanceof ImageException) {
                return isAfterTooMany(at) ? (Exception) Objects.requireNonNull(at.getCause()) : (Exception) at;
            }
            at = at.getCause();
        }
        return failure;
    }

    /** {@return whether there was no time left to wait as long as the upstream asked for} Its client may have it. */
    private static boolean isAfterTooMany(Throwable failure) {
        return failure instanceof HttpException late
                && late.reason() == Reason.TIMED_OUT
                && late.getCause() instanceof HttpException first
                && first.reason() == Reason.TOO_MANY_REQUESTS;
    }

    /** {@return whether the upstream has said that it does not have it} */
    static boolean isMissing(Exception failure) {
        Exception cause = cause(failure);
        return cause instanceof HttpException http && http.reason() == Reason.NOT_FOUND;
    }

    /** {@return whether the upstream has refused this caller, so that nothing known may be given instead} */
    static boolean isRefused(Exception failure) {
        Exception cause = cause(failure);
        return cause instanceof HttpException http
                && (http.reason() == Reason.UNAUTHORIZED || http.reason() == Reason.DENIED);
    }

    /** {@return whether the upstream gave bytes that do not match} */
    static boolean isWrong(Exception failure) {
        Exception cause = cause(failure);
        return cause instanceof MalformedDocumentException
                || (cause instanceof VerificationException e && e.meansWrongContent())
                || (cause instanceof HttpException http && http.reason() == Reason.PROTOCOL);
    }

    /**
     * {@return the error for the client}
     *
     * @param missing the code of what does not exist, such as {@code MANIFEST_UNKNOWN}
     */
    static Refusal refusal(Upstream upstream, Exception failure, String missing) {
        Exception cause = cause(failure);
        if (cause instanceof HttpException http) {
            return ofHttp(upstream, http, missing);
        }
        if (cause instanceof VerificationException || cause instanceof MalformedDocumentException) {
            return Refusal.of(
                    502, "MANIFEST_INVALID", upstream.registry() + " sent content that is refused: " + text(cause));
        }
        return Refusal.of(502, "UNAVAILABLE", upstream.registry() + " could not be read: " + text(cause));
    }

    private static Refusal ofHttp(Upstream upstream, HttpException failure, String missing) {
        String text = upstream.registry() + ": " + text(failure);
        return switch (failure.reason()) {
            case NOT_FOUND -> Refusal.of(404, missing, text);
            case UNAUTHORIZED ->
                upstream.hasCallerLogins()
                        ? Refusal.of(401, "UNAUTHORIZED", text).with("WWW-Authenticate", challenge(upstream))
                        : Refusal.of(403, "DENIED", text);
            case DENIED -> Refusal.of(403, "DENIED", text);
            case TOO_MANY_REQUESTS -> {
                Refusal busy = Refusal.of(429, "TOOMANYREQUESTS", text);
                Optional<String> wait = failure.retryAfter().map(time -> Long.toString(Math.max(1, time.toSeconds())));
                yield wait.isEmpty() ? busy : busy.with("Retry-After", wait.get());
            }
            case TIMED_OUT -> Refusal.of(504, "UNAVAILABLE", text);
            default -> Refusal.of(502, "UNAVAILABLE", text);
        };
    }

    static String challenge(Upstream upstream) {
        return "Basic realm=\"" + upstream.registry() + "\"";
    }

    private static String text(Exception failure) {
        return String.valueOf(failure.getMessage());
    }
}

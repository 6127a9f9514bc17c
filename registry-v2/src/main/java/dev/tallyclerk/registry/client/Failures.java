package dev.tallyclerk.registry.client;

import dev.tallyclerk.http.Response;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import dev.tallyclerk.internal.text.Quoted;
import dev.tallyclerk.registry.client.RegistryException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes the exceptions that say what a registry, or the way to it, did wrong. */
final class Failures {
    private static final int MAX_CODES = 16;
    private static final int MAX_CAUSE = 300;

    /** The point of what registries say comes late in it. */
    private static final int MAX_TEXT = 500;

    private static final Duration LONGEST_WAIT = Duration.ofDays(366);
    private static final int MAX_PATH = 500;
    private static final String NO_WHOLE_ANSWER = "no whole answer from ";
    private static final Pattern CODE = Pattern.compile("[A-Z][A-Z0-9_]{0,63}");
    private static final Pattern PAGE = Pattern.compile("(?i)\\s*(<!doctype html|<html)");
    private static final Pattern TITLE = Pattern.compile("(?i)<title>([^<]*)</title>");

    private Failures() {}

    /**
     * {@return what an answer that is none of those that a call accepts means}
     *
     * @param who who answers, for a person to read; the one who was asked unless it says so
     * @param method the method of the call
     * @param target where the call went at first, of which the path is told
     * @param response the answer; the caller closes it
     * @param maxBytes how much is read of its body
     * @param secrets what must not be shown, whatever the body says
     * @param now the time, for an answer that asks to wait until another
     */
    static RegistryException of(
            String who, String method, URI target, Response response, int maxBytes, Secrets secrets, Instant now) {
        int status = response.status();
        // What was meant as a success is no account of a failure, and may be a token.
        boolean success = status >= 200 && status < 300;
        Account account = Account.read(success ? "" : secrets.hide(text(response, maxBytes)));
        StringBuilder message = new StringBuilder(who).append(" answers ").append(status);
        if (!account.codes().isEmpty()) {
            message.append(" (").append(String.join(", ", account.codes())).append(')');
        }
        message.append(" to ").append(method).append(' ').append(secrets.hide(path(target)));
        String text = secrets.hideBeginning(account.text().strip()); // again, because JSON can spell it otherwise
        if (!text.isBlank()) {
            message.append(": ").append(Quoted.quote(text, MAX_TEXT));
        }
        Optional<Duration> wait = response.header("Retry-After").flatMap(header -> RetryAfter.parse(header, now));
        wait.ifPresent(time ->
                message.append(" (to be asked again ").append(after(time)).append(')'));
        RegistryException failure = new RegistryException(
                reason(status, method, account.codes()), status, account.codes(), message.toString());
        return wait.isPresent() ? failure.askingToWait(wait.get()) : failure;
    }

    /** Some registries send a time of day in seconds where the header has a number of seconds. */
    private static String after(Duration time) {
        return time.compareTo(LONGEST_WAIT) > 0
                ? "after more than " + LONGEST_WAIT.toDays() + " days"
                : "after " + time.toSeconds() + " s";
    }

    /** {@return the address without what may be a secret of it} */
    private static String path(URI target) {
        String path = Quoted.printable(String.valueOf(target.getRawPath()));
        return path.length() > MAX_PATH ? path.substring(0, MAX_PATH) + "…" : path;
    }

    /** {@return as much of a body as can be had: whatever it is, the status has said already that the call failed} */
    private static String text(Response response, int maxBytes) {
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
            // What came before is good enough; a call that is not to go on finds out at its next step.
        }
        String text = out.toString(StandardCharsets.UTF_8);
        return text.indexOf('\0') < 0 ? text : ""; // no account of what went wrong, whatever it is
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

    /** {@return what it means that a page for people came, where {@code what} should be} */
    static RegistryException page(Answer answer, String what) {
        return answer.secrets()
                .hide(new RegistryException(
                        Reason.PROTOCOL,
                        answer.status(),
                        OriginRules.host(answer.uri()) + " answers text/html at "
                                + Quoted.quote(String.valueOf(answer.uri().getRawPath())) + ", where " + what
                                + " should be"));
    }

    /** {@return what it means that no answer came} */
    static RegistryException noAnswer(URI from, IOException e, Deadline deadline) {
        boolean notConnected = e instanceof ConnectException
                || e instanceof UnknownHostException
                || e instanceof NoRouteToHostException;
        RegistryException failure = failure(notConnected ? "no connection to " : NO_WHOLE_ANSWER, from, e, deadline);
        return notConnected && failure.reason() == Reason.UNREACHABLE ? failure.beforeTheCall() : failure;
    }

    /** {@return what it means that an answer broke off} */
    static RegistryException broken(URI from, IOException e, Deadline deadline) {
        return failure(NO_WHOLE_ANSWER, from, e, deadline);
    }

    private static RegistryException failure(String what, URI from, IOException e, Deadline deadline) {
        try {
            deadline.check();
        } catch (RegistryException ended) {
            return ended;
        }
        if (e instanceof RegistryException typed) {
            return typed;
        }
        String why = Quoted.printable(why(e));
        return new RegistryException(
                Reason.UNREACHABLE,
                what + OriginRules.origin(from) + ": "
                        + (why.length() > MAX_CAUSE ? why.substring(0, MAX_CAUSE) + "…" : why),
                e);
    }

    private static String why(IOException e) {
        if (e instanceof UnknownHostException) {
            return "no address is known for that name"; // all that its message has is the name
        }
        String said = e.getMessage();
        return said == null ? e.getClass().getSimpleName() : said;
    }

    /**
     * A registry's own account of what went wrong.
     *
     * @param codes its codes, bounded in number and length
     * @param text its first message that says something, and the digest that it is about; or, if it is not the one of
     *     the specification, all of the body, but of a page for people only its title
     */
    private record Account(List<String> codes, String text) {
        static Account read(String body) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            if (bytes.length == 0) {
                return new Account(List.of(), "");
            }
            try {
                List<String> codes = new ArrayList<>();
                List<String> messages = new ArrayList<>();
                for (JsonCursor error : JsonCursor.parse(bytes, JsonLimits.ofBytes(bytes.length))
                        .required("errors")
                        .elements()) {
                    Optional<JsonCursor> code = error.optional("code");
                    if (code.isPresent() && codes.size() < MAX_CODES) {
                        String text = code.get().string();
                        if (CODE.matcher(text).matches() && !codes.contains(text)) {
                            codes.add(text);
                        }
                    }
                    Optional<JsonCursor> message = error.optional("message");
                    String said = message.isPresent() ? message.get().string() : "";
                    if (!said.isBlank()) {
                        messages.add(said + about(error, said));
                    }
                }
                return new Account(codes, messages.isEmpty() ? "" : messages.get(0));
            } catch (JsonException e) {
                return new Account(List.of(), ofPage(body).orElse(body));
            }
        }

        /** {@return the digest of what a registry misses, which its message does not always name} */
        private static String about(JsonCursor error, String said) throws JsonException {
            Optional<JsonCursor> detail = error.optional("detail");
            if (detail.isEmpty() || !(detail.get().value() instanceof JsonObject object)) {
                return "";
            }
            return object.members().get("digest") instanceof JsonString digest
                            && !digest.value().isBlank()
                            && !said.contains(digest.value())
                    ? " (" + digest.value() + ")"
                    : "";
        }

        private static Optional<String> ofPage(String body) {
            if (!PAGE.matcher(body).lookingAt()) {
                return Optional.empty();
            }
            Matcher title = TITLE.matcher(body);
            return Optional.of(title.find() ? title.group(1) : "");
        }
    }
}

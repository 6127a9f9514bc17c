package dev.tallyclerk.internal.call;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A registry's own account of what went wrong.
 *
 * @param codes its codes, bounded in number and length
 * @param text its first message that says something, and the digest that it is about; or, if it is not the one of the
 *     specification, all of the body, but only the title of an HTML page
 */
record ErrorBody(List<String> codes, String text) {
    private static final int MAX_CODES = 16;
    private static final Pattern CODE = Pattern.compile("[A-Z][A-Z0-9_]{0,63}");
    private static final Pattern PAGE = Pattern.compile("(?i)\\s*(<!doctype html|<html)");
    private static final Pattern TITLE = Pattern.compile("(?i)<title>([^<]*)</title>");

    static ErrorBody read(String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0) {
            return new ErrorBody(List.of(), "");
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
            return new ErrorBody(codes, messages.isEmpty() ? "" : messages.get(0));
        } catch (JsonException e) {
            return new ErrorBody(List.of(), ofPage(body).orElse(body));
        }
    }

    /** {@return the digest of the missing content, which the message does not always name} */
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

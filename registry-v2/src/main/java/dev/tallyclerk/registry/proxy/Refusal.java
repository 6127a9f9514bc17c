package dev.tallyclerk.registry.proxy;

import dev.tallyclerk.internal.json.JsonWriter;
import dev.tallyclerk.text.Quoted;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A request that is not answered with content, and the error that the client gets instead. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST = 1000;

    private final int status;
    private final String code;
    private final transient List<String> rules;
    private final transient Map<String, String> headers;

    private Refusal(int status, String code, String message, List<String> rules, Map<String, String> headers) {
        super(shortened(Quoted.printable(message)), null, false, false);
        this.status = status;
        this.code = code;
        this.rules = rules;
        this.headers = headers;
    }

    static Refusal of(int status, String code, String message) {
        return new Refusal(status, code, message, List.of(), Map.of());
    }

    /** {@return the refusal of an image by the policy} */
    static Refusal denied(String message, List<String> rules) {
        return new Refusal(403, "DENIED", message, rules, Map.of());
    }

    Refusal with(String name, String value) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put(name, value);
        return new Refusal(status, code, message(), rules, all);
    }

    private static String shortened(String message) {
        return message.length() <= LONGEST ? message : message.substring(0, LONGEST) + " ...";
    }

    int status() {
        return status;
    }

    String message() {
        return String.valueOf(getMessage());
    }

    List<String> rules() {
        return rules;
    }

    /** {@return the error as the distribution specification writes it, without its body if {@code head}} */
    ProxyAnswer answer(boolean head) {
        byte[] body = body();
        ProxyAnswer answer = head ? ProxyAnswer.ofHead(status, body.length) : ProxyAnswer.of(status, body);
        for (Map.Entry<String, String> header : headers.entrySet()) {
            answer = answer.with(header.getKey(), header.getValue());
        }
        return answer.with("Content-Type", "application/json");
    }

    private byte[] body() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            JsonWriter json = JsonWriter.compact(out);
            json.beginObject().name("errors").beginArray().beginObject();
            json.member("code", code).member("message", message());
            if (!rules.isEmpty()) {
                json.name("detail").beginObject().name("rules").beginArray();
                for (String rule : rules) {
                    json.value(rule);
                }
                json.endArray().endObject();
            }
            json.endObject().endArray().endObject().finish();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}

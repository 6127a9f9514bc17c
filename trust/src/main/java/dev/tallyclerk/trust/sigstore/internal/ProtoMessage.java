package dev.tallyclerk.trust.sigstore.internal;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.trust.internal.encoding.StrictBase64;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A message in the canonical JSON form of Protocol Buffers: names in lowerCamelCase, enums and 64-bit integers as
 * texts, bytes in base64, and members with their default left out (client 5).
 */
final class ProtoMessage {
    private static final Pattern INT64 = Pattern.compile("0|-?[1-9][0-9]{0,18}");

    private static final int MAX_DEPTH = 32;
    private static final int MAX_NUMBER_LENGTH = 32;

    /** In a document; the most that 32 log entries with proofs need is a quarter of this. */
    private static final int MAX_VALUES = 16_384;

    private final JsonCursor cursor;

    private ProtoMessage(JsonCursor cursor) {
        this.cursor = cursor;
    }

    /** {@return the message of a document, which may have other members} */
    static ProtoMessage parse(byte[] document, int maxBytes) throws JsonException {
        return new ProtoMessage(JsonCursor.parse(
                document, new JsonLimits(maxBytes, MAX_DEPTH, maxBytes, MAX_NUMBER_LENGTH, MAX_VALUES)));
    }

    /** Refuses members other than these. */
    ProtoMessage only(String... names) throws JsonException {
        Set<String> known = Set.of(names);
        for (int i = 0; i < cursor.size(); i++) {
            if (!known.contains(cursor.name(i))) {
                throw cursor.member(i).badValue("unknown member");
            }
        }
        return this;
    }

    /** Refuses members that differ from these only in case. */
    ProtoMessage noVariantsOf(String... names) throws JsonException {
        cursor.refuseCaseVariants(List.of(names));
        return this;
    }

    JsonCursor cursor() {
        return cursor;
    }

    /** {@return the message, which must be there} */
    ProtoMessage message(String name) throws JsonException {
        ProtoMessage message = optional(name).orElseThrow(() -> cursor.missing(name));
        message.cursor.object();
        return message;
    }

    /** {@return the member, empty if it is absent or null} */
    Optional<ProtoMessage> optional(String name) throws JsonException {
        return cursor.optional(name).map(ProtoMessage::new);
    }

    /** {@return the elements of a list, none if it is absent} */
    List<ProtoMessage> list(String name, int max) throws JsonException {
        List<ProtoMessage> list = new ArrayList<>();
        Optional<JsonCursor> found = cursor.optional(name);
        if (found.isEmpty()) {
            return list;
        }
        if (found.get().length() > max) {
            throw found.get()
                    .failure(JsonException.Reason.LIMIT, found.get().length() + " elements, " + max + " allowed");
        }
        for (JsonCursor element : found.get().elements()) {
            list.add(new ProtoMessage(element));
        }
        return list;
    }

    /** {@return the text, empty if it is absent} */
    String text(String name) throws JsonException {
        Optional<JsonCursor> found = cursor.optional(name);
        return found.isEmpty() ? "" : found.get().string();
    }

    /** {@return the text, which must be there and not be empty} */
    String requiredText(String name) throws JsonException {
        String text = cursor.required(name).string();
        if (text.isEmpty()) {
            throw cursor.required(name).badValue("must not be empty");
        }
        return text;
    }

    /** {@return the bytes, empty if they are absent} */
    byte[] bytes(String name) throws JsonException {
        Optional<JsonCursor> found = cursor.optional(name);
        return found.isEmpty() ? new byte[0] : bytes(found.get());
    }

    /** {@return the bytes, which must be there and not be empty} */
    byte[] requiredBytes(String name) throws JsonException {
        byte[] bytes = bytes(cursor.required(name));
        if (bytes.length == 0) {
            throw cursor.required(name).badValue("must not be empty");
        }
        return bytes;
    }

    /** {@return the bytes of an element of a list} */
    byte[] bytes() throws JsonException {
        return bytes(cursor);
    }

    private static byte[] bytes(JsonCursor value) throws JsonException {
        return StrictBase64.decode(value.string()).orElseThrow(() -> value.badValue("must be base64"));
    }

    /** {@return the integer, 0 if it is absent} */
    long int64(String name) throws JsonException {
        Optional<JsonCursor> found = cursor.optional(name);
        if (found.isEmpty()) {
            return 0;
        }
        String text = found.get().string();
        if (!INT64.matcher(text).matches()) {
            throw found.get().badValue("must be an integer in decimal");
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw found.get().badValue("must be an integer of 64 bits");
        }
    }

    /** {@return the integer, 0 if it is absent, which must not be negative} */
    long uint63(String name) throws JsonException {
        long value = int64(name);
        if (value < 0) {
            throw cursor.required(name).badValue("must not be negative");
        }
        return value;
    }
}

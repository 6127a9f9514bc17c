package dev.tallyclerk.hardening.container.internal.reader;

import dev.tallyclerk.hardening.container.model.Device;
import dev.tallyclerk.hardening.container.model.DeviceRequest;
import dev.tallyclerk.hardening.container.model.Healthcheck;
import dev.tallyclerk.hardening.container.model.LogConfig;
import dev.tallyclerk.hardening.container.model.RestartPolicy;
import dev.tallyclerk.hardening.container.model.Ulimit;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonValue.JsonNumber;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import dev.tallyclerk.internal.subject.Members;
import dev.tallyclerk.internal.text.TextMaps;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads values that engines write in different forms. */
final class Readings {
    private Readings() {}

    static long integer(JsonCursor at) throws JsonException {
        return at.integer(Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** {@return the words of a command line, which Podman 4 writes as one string} */
    static List<String> words(JsonCursor at) throws JsonException {
        return at.value() instanceof JsonString text
                ? (text.value().isBlank()
                        ? List.of()
                        : List.of(text.value().strip().split("\\s+", -1)))
                : at.strings();
    }

    /** {@return texts, some of which clients write as numbers} */
    static List<String> textsOrNumbers(JsonCursor at) throws JsonException {
        List<String> texts = new ArrayList<>();
        for (JsonCursor element : at.elements()) {
            texts.add(element.value() instanceof JsonNumber number ? number.text() : element.string());
        }
        return List.copyOf(texts);
    }

    static List<String> names(JsonCursor at) throws JsonException {
        return List.copyOf(at.members().keySet());
    }

    static Map<String, String> strings(JsonCursor at) throws JsonException {
        return TextMaps.copyOf(at.stringMap());
    }

    /** {@return a list of strings, for members in which null and empty differ} */
    static Optional<List<String>> orNull(JsonCursor at) throws JsonException {
        return Optional.of(at.strings());
    }

    static List<Healthcheck> healthcheck(JsonCursor at) throws JsonException {
        return List.of(new Healthcheck(at.strings("Test")));
    }

    static RestartPolicy restartPolicy(JsonCursor at) throws JsonException {
        Optional<JsonCursor> retries = at.optional("MaximumRetryCount");
        return new RestartPolicy(at.required("Name").string(), retries.isPresent() ? integer(retries.get()) : 0);
    }

    static LogConfig logConfig(JsonCursor at) throws JsonException {
        Optional<JsonCursor> options = at.optional("Config");
        return new LogConfig(at.required("Type").string(), options.isPresent() ? strings(options.get()) : Map.of());
    }

    static List<Ulimit> ulimits(JsonCursor at) throws JsonException {
        return Members.each(
                at.elements(),
                ulimit -> new Ulimit(
                        ulimit.required("Name").string(),
                        integer(ulimit.required("Soft")),
                        integer(ulimit.required("Hard"))));
    }

    static List<Device> devices(JsonCursor at) throws JsonException {
        return Members.each(
                at.elements(),
                device -> new Device(
                        device.required("PathOnHost").string(), Members.text(device, "CgroupPermissions", "rwm")));
    }

    static List<DeviceRequest> deviceRequests(JsonCursor at) throws JsonException {
        return Members.each(
                at.elements(),
                request -> new DeviceRequest(Members.text(request, "Driver"), request.strings("DeviceIDs")));
    }
}

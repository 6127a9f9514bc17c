package dev.tallyclerk.registry.model;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.MemberMap;
import dev.tallyclerk.internal.json.MemberNames;
import dev.tallyclerk.registry.model.ExecutionParameters.Healthcheck;
import dev.tallyclerk.text.Quoted;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the JSON of image configurations. Refuses to read what a reader written in Go could read
 * differently.
 */
final class ImageConfigJson {
    private static final MemberNames MEMBERS = MemberNames.of(
            "architecture os os.version os.features variant created author config rootfs history".split(" "));
    private static final MemberNames EXECUTION_MEMBERS = MemberNames.of(
            "User ExposedPorts Env Entrypoint Cmd Volumes WorkingDir Labels StopSignal Healthcheck OnBuild Shell ArgsEscaped"
                    .split(" "));
    /** The same with the command in lower case, as Nixery writes it. */
    private static final MemberNames LOWER_CASE_COMMAND = MemberNames.of(
            "User ExposedPorts Env Entrypoint cmd Volumes WorkingDir Labels StopSignal Healthcheck OnBuild Shell ArgsEscaped"
                    .split(" "));

    private static final MemberNames HEALTHCHECK_MEMBERS =
            MemberNames.of("Test", "Interval", "Timeout", "StartPeriod", "StartInterval", "Retries");
    private static final MemberNames ROOTFS_MEMBERS = MemberNames.of("type", "diff_ids");
    private static final MemberNames HISTORY_MEMBERS =
            MemberNames.of("created", "created_by", "author", "comment", "empty_layer");

    /** Stands for an absent object, whose members are absent too. */
    private static final JsonCursor EMPTY = JsonCursor.at(new JsonValue.JsonObject(Map.of()));

    /**
     * What a document says.
     *
     * @param author empty if there is none
     * @param created null if there is none
     * @param rootfsMembers the unknown members of {@code rootfs}
     */
    record Content(
            Platform platform,
            String author,
            @Nullable Instant created,
            ExecutionParameters execution,
            List<Digest> diffIds,
            Map<String, String> rootfsMembers,
            List<HistoryEntry> history,
            Map<String, String> unknownMembers,
            List<Deviation> deviations) {
        Content {
            diffIds = List.copyOf(diffIds);
            rootfsMembers = MemberMap.copyOf(rootfsMembers);
            history = List.copyOf(history);
            unknownMembers = MemberMap.copyOf(unknownMembers);
            deviations = List.copyOf(deviations);
        }
    }

    private final int maxElements;
    private final boolean isDocker;
    private final List<Deviation> deviations = new ArrayList<>();

    private ImageConfigJson(int maxElements, boolean isDocker) {
        this.isDocker = isDocker;
        this.maxElements = maxElements;
    }

    static Content read(byte[] bytes, String mediaType, DocumentLimits limits) throws MalformedDocumentException {
        boolean isDocker = mediaType.equals(MediaType.DOCKER_CONFIG);
        return new ImageConfigJson(limits.maxDescriptors(), isDocker).readWithin(bytes, limits);
    }

    static DocumentWriter write(Content content) {
        return new Writer().all(content);
    }

    private Content readWithin(byte[] bytes, DocumentLimits limits) throws MalformedDocumentException {
        try {
            JsonCursor json =
                    JsonCursor.parseInterchangeable(bytes, limits.configJson()).under(Specifications.CONFIG);
            json.refuseCaseVariants(MEMBERS);
            noteIfAbsent(json, "os");
            noteIfAbsent(json, "architecture");
            Platform platform = PlatformReader.read(json, texts(json, "os.features"));
            String author = text(json, "author");
            Instant created = time(json, "created");
            ExecutionParameters execution = execution(json.optional("config").orElse(EMPTY));
            JsonCursor rootfs = json.required("rootfs");
            return new Content(
                    platform,
                    author,
                    created,
                    execution,
                    diffIds(rootfs),
                    rootfs.others(ROOTFS_MEMBERS),
                    history(json),
                    json.others(MEMBERS),
                    deviations);
        } catch (JsonException e) {
            throw MalformedDocumentException.of("image configuration", e);
        }
    }

    private void noteIfAbsent(JsonCursor json, String name) throws JsonException {
        if (json.optional(name).isEmpty()) {
            deviations.add(new Deviation("/" + name, "is missing; engines take the image for any platform"));
        }
    }

    private ExecutionParameters execution(JsonCursor json) throws JsonException {
        boolean lowerCase = json.member("Cmd").isEmpty() && json.member("cmd").isPresent();
        MemberNames names = lowerCase ? LOWER_CASE_COMMAND : EXECUTION_MEMBERS;
        json.refuseCaseVariants(names);
        if (lowerCase) {
            deviations.add(new Deviation("/config/cmd", "is not named Cmd; engines read it as that"));
        }
        return new ExecutionParameters(
                text(json, "User"),
                keys(json, "ExposedPorts"),
                texts(json, "Env"),
                texts(json, "Entrypoint"),
                texts(json, lowerCase ? "cmd" : "Cmd"),
                keys(json, "Volumes"),
                text(json, "WorkingDir"),
                labels(json),
                text(json, "StopSignal"),
                healthcheck(json.optional("Healthcheck").orElse(EMPTY)),
                texts(json, "OnBuild"),
                texts(json, "Shell"),
                flag(json, "ArgsEscaped"),
                json.others(names));
    }

    private Map<String, String> labels(JsonCursor json) throws JsonException {
        Map<String, String> labels = new LinkedHashMap<>();
        for (Map.Entry<String, JsonCursor> label : members(json, "Labels").entrySet()) {
            boolean absent = label.getValue().value() instanceof JsonValue.JsonNull;
            labels.put(label.getKey(), absent ? "" : label.getValue().string());
            if (absent) {
                deviations.add(new Deviation("/config/Labels", "has a label that is null; engines read it as empty"));
            }
        }
        return labels;
    }

    private Healthcheck healthcheck(JsonCursor json) throws JsonException {
        json.refuseCaseVariants(HEALTHCHECK_MEMBERS);
        return new Healthcheck(
                texts(json, "Test"),
                nanoseconds(json, "Interval"),
                nanoseconds(json, "Timeout"),
                nanoseconds(json, "StartPeriod"),
                nanoseconds(json, "StartInterval"),
                (int) number(json, "Retries", Integer.MIN_VALUE, Integer.MAX_VALUE),
                json.others(HEALTHCHECK_MEMBERS));
    }

    private List<Digest> diffIds(JsonCursor rootfs) throws JsonException {
        rootfs.refuseCaseVariants(ROOTFS_MEMBERS);
        String type = text(rootfs, "type");
        if (!type.equals("layers")) {
            deviations.add(new Deviation(
                    "/rootfs/type",
                    "is " + Quoted.quote(type) + " and not \"layers\"; umoci refuses it, other engines ignore it"));
        }
        List<Digest> diffIds = new ArrayList<>();
        if (!isDocker) {
            rootfs.required("diff_ids");
        }
        // For an image without layers, Docker leaves it out, and BuildKit writes null.
        for (JsonCursor element : elements(rootfs, "diff_ids")) {
            diffIds.add(DescriptorReader.digest(element));
        }
        return diffIds;
    }

    private List<HistoryEntry> history(JsonCursor config) throws JsonException {
        List<HistoryEntry> entries = new ArrayList<>();
        for (JsonCursor json : elements(config, "history")) {
            if (json.value() instanceof JsonValue.JsonNull) {
                deviations.add(new Deviation("/history", "has an entry that is null; engines read it as empty"));
                entries.add(HistoryEntry.EMPTY);
                continue;
            }
            json.refuseCaseVariants(HISTORY_MEMBERS);
            entries.add(new HistoryEntry(
                    text(json, "created_by"),
                    flag(json, "empty_layer"),
                    text(json, "author"),
                    text(json, "comment"),
                    time(json, "created"),
                    json.others(HISTORY_MEMBERS)));
        }
        return entries;
    }

    private static String text(JsonCursor json, String name) throws JsonException {
        Optional<JsonCursor> member = json.optional(name);
        return member.isPresent() ? member.get().string() : "";
    }

    private List<String> texts(JsonCursor json, String name) throws JsonException {
        List<String> texts = new ArrayList<>();
        for (JsonCursor element : elements(json, name)) {
            texts.add(element.string());
        }
        return texts;
    }

    /** {@return the elements of a list; none if it is absent or null} */
    private List<JsonCursor> elements(JsonCursor json, String name) throws JsonException {
        Optional<JsonCursor> array = json.optional(name);
        List<JsonCursor> elements = array.isPresent() ? array.get().elements() : List.of();
        refuseTooMany(json, name, elements.size());
        return elements;
    }

    /** {@return the members of an object; none if it is absent or null} */
    private Map<String, JsonCursor> members(JsonCursor json, String name) throws JsonException {
        Optional<JsonCursor> object = json.optional(name);
        Map<String, JsonCursor> members = object.isPresent() ? object.get().members() : Map.of();
        refuseTooMany(json, name, members.size());
        return members;
    }

    /** A few bytes of JSON become objects of hundreds of bytes in every reader. */
    private void refuseTooMany(JsonCursor json, String name, int size) throws JsonException {
        if (size > maxElements) {
            throw json.required(name)
                    .failure(
                            JsonException.Reason.LIMIT,
                            size + " elements, " + maxElements + " allowed",
                            Specifications.LIMITS);
        }
    }

    private static boolean flag(JsonCursor json, String name) throws JsonException {
        Optional<JsonCursor> member = json.optional(name);
        return member.isPresent() && member.get().bool();
    }

    private static long number(JsonCursor json, String name, long min, long max) throws JsonException {
        Optional<JsonCursor> member = json.optional(name);
        return member.isPresent() ? member.get().integer(min, max) : 0;
    }

    private static Duration nanoseconds(JsonCursor json, String name) throws JsonException {
        return Duration.ofNanos(number(json, name, Long.MIN_VALUE, Long.MAX_VALUE));
    }

    /** A set is an object whose values are empty objects, or in places null, as Go writes it. */
    private List<String> keys(JsonCursor json, String name) throws JsonException {
        List<String> keys = new ArrayList<>();
        for (Map.Entry<String, JsonCursor> entry : members(json, name).entrySet()) {
            if (!(entry.getValue().value() instanceof JsonValue.JsonNull)) {
                entry.getValue().object();
            }
            keys.add(entry.getKey());
        }
        return keys;
    }

    private static @Nullable Instant time(JsonCursor json, String name) throws JsonException {
        Optional<JsonCursor> member = json.optional(name);
        if (member.isEmpty()) {
            return null;
        }
        String text = member.get().string();
        return Rfc3339.parse(text)
                .orElseThrow(() -> member.get().badValue("not an RFC 3339 time: " + Quoted.quote(text)));
    }

    private static final class Writer {
        private final DocumentWriter out = new DocumentWriter();

        DocumentWriter all(Content content) {
            out.begin('{').member("created", text(content.created())).member("author", content.author());
            out.platformMembers(content.platform());
            execution(content.execution());
            out.name("rootfs").begin('{').name("type").value("layers");
            out.array(
                            "diff_ids",
                            content.diffIds().stream().map(Digest::toString).toList())
                    .end('}');
            if (!content.history().isEmpty()) {
                out.name("history").begin('[');
                content.history().forEach(this::step);
                out.end(']');
            }
            return out.end('}');
        }

        private static @Nullable String text(@Nullable Instant time) {
            return time == null ? null : Rfc3339.format(time);
        }

        private void execution(ExecutionParameters execution) {
            out.name("config").begin('{').member("User", execution.user());
            out.set("ExposedPorts", execution.exposedPorts()).member("Env", execution.env());
            out.member("Entrypoint", execution.entrypoint()).member("Cmd", execution.command());
            out.set("Volumes", execution.volumes()).member("WorkingDir", execution.workingDir());
            out.member("Labels", execution.labels()).member("StopSignal", execution.stopSignal());
            flag("ArgsEscaped", execution.argsEscaped());
            if (!execution.healthcheck().equals(Healthcheck.NONE)) {
                healthcheck(execution.healthcheck());
            }
            out.member("OnBuild", execution.onBuild())
                    .member("Shell", execution.shell())
                    .end('}');
        }

        private void healthcheck(Healthcheck check) {
            out.name("Healthcheck").begin('{').member("Test", check.test());
            nanoseconds("Interval", check.interval());
            nanoseconds("Timeout", check.timeout());
            nanoseconds("StartPeriod", check.startPeriod());
            nanoseconds("StartInterval", check.startInterval());
            if (check.retries() != 0) {
                out.name("Retries").value(check.retries());
            }
            out.unknown(check.unknownMembers()).end('}');
        }

        private void nanoseconds(String name, Duration time) {
            if (time.isZero()) {
                return;
            }
            try {
                out.name(name).value(time.toNanos());
            } catch (ArithmeticException e) {
                throw new IllegalArgumentException(name + " of the health check is too long: " + time, e);
            }
        }

        private void step(HistoryEntry entry) {
            Optional<Instant> created = entry.created();
            out.begin('{').member("created", text(created.orElse(null)));
            out.member("created_by", entry.createdBy());
            out.member("author", entry.author()).member("comment", entry.comment());
            flag("empty_layer", entry.emptyLayer());
            out.unknown(entry.unknownMembers()).end('}');
        }

        private void flag(String name, boolean value) {
            if (value) {
                out.name(name).value(true);
            }
        }
    }
}

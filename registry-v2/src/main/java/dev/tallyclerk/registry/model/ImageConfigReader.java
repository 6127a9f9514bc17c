package dev.tallyclerk.registry.model;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.MemberNames;
import dev.tallyclerk.internal.text.Quoted;
import dev.tallyclerk.registry.model.ImageConfig.ExecutionParameters;
import dev.tallyclerk.registry.model.ImageConfig.Healthcheck;
import dev.tallyclerk.registry.model.ImageConfig.RootFs;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the configuration of an image, refusing what a reader in Go could read differently. */
final class ImageConfigReader {
    private static final MemberNames MEMBERS = MemberNames.of(
            "architecture",
            "os",
            "os.version",
            "os.features",
            "variant",
            "created",
            "author",
            "config",
            "rootfs",
            "history");
    private static final MemberNames EXECUTION_MEMBERS = MemberNames.of(
            "User",
            "ExposedPorts",
            "Env",
            "Entrypoint",
            "Cmd",
            "Volumes",
            "WorkingDir",
            "Labels",
            "StopSignal",
            "Healthcheck",
            "OnBuild",
            "Shell",
            "ArgsEscaped");
    private static final MemberNames HEALTHCHECK_MEMBERS =
            MemberNames.of("Test", "Interval", "Timeout", "StartPeriod", "StartInterval", "Retries");
    private static final MemberNames ROOTFS_MEMBERS = MemberNames.of("type", "diff_ids");
    private static final MemberNames HISTORY_MEMBERS =
            MemberNames.of("created", "created_by", "author", "comment", "empty_layer");

    private final int maxElements;
    private final boolean isDocker;

    private ImageConfigReader(int maxElements, boolean isDocker) {
        this.isDocker = isDocker;
        this.maxElements = maxElements;
    }

    static ImageConfig read(byte[] bytes, String mediaType, DocumentLimits limits) throws MalformedDocumentException {
        boolean isDocker = mediaType.equals(MediaType.DOCKER_CONFIG);
        return new ImageConfigReader(limits.maxDescriptors(), isDocker).readWithin(bytes, limits);
    }

    private ImageConfig readWithin(byte[] bytes, DocumentLimits limits) throws MalformedDocumentException {
        try {
            JsonCursor json =
                    JsonCursor.parseInterchangeable(bytes, limits.configJson()).under(Specifications.CONFIG);
            json.refuseCaseVariants(MEMBERS);
            return new ImageConfig(
                    bytes,
                    platform(json),
                    new ImageConfig.Origin(text(json, "author"), time(json, "created")),
                    execution(json.optional("config")),
                    rootfs(json.required("rootfs")),
                    history(json.optional("history")),
                    json.others(MEMBERS));
        } catch (JsonException e) {
            throw MalformedDocumentException.of("image configuration", e);
        }
    }

    private Platform platform(JsonCursor json) throws JsonException {
        String architecture = PlatformReader.name(json.required("architecture"));
        return new Platform(
                PlatformReader.name(json.required("os")),
                architecture,
                PlatformReader.variant(json),
                text(json, "os.version"),
                texts(json, "os.features"),
                Map.of());
    }

    private ExecutionParameters execution(Optional<JsonCursor> member) throws JsonException {
        if (member.isEmpty()) {
            return ExecutionParameters.NONE;
        }
        JsonCursor json = member.get();
        json.refuseCaseVariants(EXECUTION_MEMBERS);
        Optional<JsonCursor> labels = json.optional("Labels");
        return new ExecutionParameters(
                text(json, "User"),
                keys(json, "ExposedPorts"),
                environment(json),
                texts(json, "Entrypoint"),
                texts(json, "Cmd"),
                keys(json, "Volumes"),
                text(json, "WorkingDir"),
                labels.isPresent() ? textMap(labels.get()) : Map.of(),
                text(json, "StopSignal"),
                healthcheck(json.optional("Healthcheck")),
                texts(json, "OnBuild"),
                texts(json, "Shell"),
                flag(json, "ArgsEscaped"),
                json.others(EXECUTION_MEMBERS));
    }

    private List<String> environment(JsonCursor json) throws JsonException {
        Optional<JsonCursor> member = json.optional("Env");
        if (member.isEmpty()) {
            return List.of();
        }
        List<String> variables = new ArrayList<>();
        for (JsonCursor element : elements(member.get())) {
            String variable = element.string();
            if (variable.indexOf('=') < 0) {
                throw element.badValue("not NAME=value: " + Quoted.quote(variable));
            }
            variables.add(variable);
        }
        return variables;
    }

    private Healthcheck healthcheck(Optional<JsonCursor> member) throws JsonException {
        if (member.isEmpty()) {
            return Healthcheck.NONE;
        }
        JsonCursor json = member.get();
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

    private RootFs rootfs(JsonCursor rootfs) throws JsonException {
        rootfs.refuseCaseVariants(ROOTFS_MEMBERS);
        JsonCursor type = rootfs.required("type");
        if (!type.string().equals("layers")) {
            throw type.badValue("is " + Quoted.quote(type.string()) + ", must be \"layers\"");
        }
        List<Digest> diffIds = new ArrayList<>();
        if (!isDocker) {
            rootfs.required("diff_ids");
        }
        // Of an image without layers, Docker leaves it out, and BuildKit writes null.
        Optional<JsonCursor> list = rootfs.optional("diff_ids");
        for (JsonCursor element : list.isPresent() ? elements(list.get()) : List.<JsonCursor>of()) {
            diffIds.add(DescriptorReader.digest(element));
        }
        return new RootFs(diffIds, rootfs.others(ROOTFS_MEMBERS));
    }

    private List<HistoryEntry> history(Optional<JsonCursor> member) throws JsonException {
        List<HistoryEntry> entries = new ArrayList<>();
        if (member.isPresent()) {
            for (JsonCursor json : elements(member.get())) {
                json.refuseCaseVariants(HISTORY_MEMBERS);
                entries.add(new HistoryEntry(
                        text(json, "created_by"),
                        flag(json, "empty_layer"),
                        text(json, "author"),
                        text(json, "comment"),
                        time(json, "created"),
                        json.others(HISTORY_MEMBERS)));
            }
        }
        return entries;
    }

    private static String text(JsonCursor json, String name) throws JsonException {
        Optional<JsonCursor> member = json.optional(name);
        return member.isPresent() ? member.get().string() : "";
    }

    private List<String> texts(JsonCursor json, String name) throws JsonException {
        Optional<JsonCursor> member = json.optional(name);
        if (member.isEmpty()) {
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        for (JsonCursor element : elements(member.get())) {
            texts.add(element.string());
        }
        return texts;
    }

    private Map<String, String> textMap(JsonCursor json) throws JsonException {
        return members(json).isEmpty() ? Map.of() : json.stringMap();
    }

    private List<JsonCursor> elements(JsonCursor array) throws JsonException {
        List<JsonCursor> elements = array.elements();
        refuseTooMany(array, elements.size());
        return elements;
    }

    private Map<String, JsonCursor> members(JsonCursor object) throws JsonException {
        Map<String, JsonCursor> members = object.members();
        refuseTooMany(object, members.size());
        return members;
    }

    /** An element of a few bytes becomes objects of hundreds in whatever looks at it. */
    private void refuseTooMany(JsonCursor at, int size) throws JsonException {
        if (size > maxElements) {
            throw at.failure(
                    JsonException.Reason.LIMIT, size + " elements, " + maxElements + " allowed", Specifications.LIMITS);
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

    /** A set is written as an object whose values are empty objects; Go writes null for them in places. */
    private List<String> keys(JsonCursor json, String name) throws JsonException {
        Optional<JsonCursor> member = json.optional(name);
        if (member.isEmpty()) {
            return List.of();
        }
        List<String> keys = new ArrayList<>();
        for (Map.Entry<String, JsonCursor> entry : members(member.get()).entrySet()) {
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
                .orElseThrow(() -> member.get().badValue("not a time of RFC 3339: " + Quoted.quote(text)));
    }
}

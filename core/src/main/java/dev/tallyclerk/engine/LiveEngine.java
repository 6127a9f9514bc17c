package dev.tallyclerk.engine;

import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.Transport;
import dev.tallyclerk.internal.call.Waits;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonNull;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The documents about a running engine, which it is asked for when they are read.
 *
 * <p>Speaks the Engine API of Docker and Podman in a version that the engine knows, and asks Podman for containers by
 * its own API, which tells more. Every request is a GET, redirects are not followed, and answers are bounded by
 * {@link EngineLimits}. What the engine refuses or does not offer is an {@linkplain EngineDocument#whyUnread unread}
 * document. A container that is removed between the list and the request for it is an absent one.
 *
 * <p>Not thread-safe. At most the lists are held in memory.
 */
public final class LiveEngine implements EngineDocuments {
    private static final Pattern ID = Pattern.compile("[0-9a-f]{12,64}");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,200}");
    private static final Set<String> AT_REST =
            Set.of("exited", "created", "dead", "configured", "initialized", "stopped");
    private static final byte[] NO_PROCESSES =
            "{\"Titles\":[\"PID\",\"CMD\"],\"Processes\":[]}".getBytes(StandardCharsets.UTF_8);

    private static final Map<String, String> PATHS = Map.of(
            RecordingNames.INFO, "/info",
            RecordingNames.VERSION, "/version",
            RecordingNames.NETWORKS, "/networks",
            RecordingNames.VOLUMES, "/volumes",
            RecordingNames.IMAGE_LIST, "/images/json",
            RecordingNames.CONTAINER_LIST, "/containers/json?all=1");

    private final EngineAddress address;
    private final EngineLimits limits;
    private final JsonLimits jsonLimits;
    private final Map<String, EngineDocument> lists = new HashMap<>();
    private final Map<String, List<String>> execIds = new HashMap<>();
    private EngineClient client;
    private @Nullable SortedMap<String, Listed> containers;
    private @Nullable SortedMap<String, String> images;

    private LiveEngine(EngineAddress address, EngineClient client, EngineLimits limits) {
        this.address = address;
        this.client = client;
        this.limits = limits;
        this.jsonLimits = JsonLimits.ofBytes(limits.maxDocumentBytes());
    }

    /** A container in the list. */
    private record Listed(String id, String state) {}

    /**
     * Connects to an engine.
     *
     * @param address where it listens
     * @param transport sends the requests; for a socket, one over that socket, such as
     *     {@link dev.tallyclerk.http.okhttp.OkHttpTransport#withUnixSocket}
     * @throws EngineException if nothing or something else answers, or with {@link Reason#DENIED} if this user may not
     *     use the engine
     */
    public static LiveEngine connect(EngineAddress address, Transport transport) throws EngineException {
        return connect(address, transport, EngineLimits.defaults());
    }

    /**
     * Connects to an engine, with other limits.
     *
     * @param address where it listens
     * @param transport sends the requests
     * @param limits the limits; the time counts from now
     * @throws EngineException if nothing or something else answers, or with {@link Reason#DENIED} if this user may not
     *     use the engine
     */
    public static LiveEngine connect(EngineAddress address, Transport transport, EngineLimits limits)
            throws EngineException {
        return connect(address, transport, limits, Waits.real());
    }

    static LiveEngine connect(EngineAddress address, Transport transport, EngineLimits limits, Waits waits)
            throws EngineException {
        LiveEngine engine = new LiveEngine(address, EngineClient.connect(address, transport, limits, waits), limits);
        Optional<byte[]> version = engine.read(RecordingNames.VERSION).content();
        if (version.isPresent()) {
            engine.client = engine.client.withMinimum(engine.text(version.get(), "MinAPIVersion"));
        }
        return engine;
    }

    @Override
    public List<String> containers() throws EngineException {
        return List.copyOf(listed().keySet());
    }

    @Override
    public List<String> images() throws EngineException {
        return List.copyOf(listedImages().keySet());
    }

    @Override
    public EngineDocument read(String name) throws EngineException {
        String path = PATHS.get(name);
        if (path != null) {
            EngineDocument known = lists.get(name);
            if (known == null) {
                known = ask(path);
                lists.put(name, known);
            }
            return known;
        }
        if (name.equals(RecordingNames.SWARM)) {
            return swarm();
        }
        if (name.startsWith("containers/")) {
            return container(name);
        }
        if (name.startsWith("images/")) {
            return image(name);
        }
        int slash = name.indexOf('/');
        int dot = name.lastIndexOf('.');
        if (slash < 0 || dot < slash) {
            return EngineDocument.absent();
        }
        String document = RecordingNames.CONTAINERS + name.substring(slash, dot) + RecordingNames.JSON;
        Listed container = listed().get(document);
        if (container == null || container.id().isEmpty()) {
            return EngineDocument.absent();
        }
        return switch (name.substring(0, slash)) {
            case "diff" -> orEmptyList(ask("/containers/" + container.id() + "/changes"));
            case "top" ->
                AT_REST.contains(container.state())
                        ? EngineDocument.of(NO_PROCESSES)
                        : ask("/containers/" + container.id() + "/top");
            case "exec" -> execs(document);
            default -> EngineDocument.absent();
        };
    }

    /** {@return the answer, or why there is none} */
    private EngineDocument ask(String path) throws EngineException {
        try {
            return EngineDocument.of(client.get(path));
        } catch (EngineException e) {
            return unread(e);
        }
    }

    private static EngineDocument unread(EngineException failure) throws EngineException {
        if (failure.reason() == Reason.CANCELLED) {
            throw failure;
        }
        return EngineDocument.unread(failure.sentence());
    }

    /** Go writes an empty list as null. */
    private static EngineDocument orEmptyList(EngineDocument document) {
        return document.content()
                .filter(content ->
                        new String(content, StandardCharsets.UTF_8).strip().equals("null"))
                .map(nothing -> EngineDocument.of("[]".getBytes(StandardCharsets.UTF_8)))
                .orElse(document);
    }

    private EngineDocument container(String name) throws EngineException {
        Listed container = listed().get(name);
        if (container == null) {
            return EngineDocument.absent();
        }
        if (container.id().isEmpty()) {
            return EngineDocument.unread(container.state());
        }
        try {
            String path = "/containers/" + container.id() + "/json";
            byte[] content = client.isPodman() ? client.getOfPodman(path) : client.get(path);
            execIds.put(name, execIds(content));
            return EngineDocument.of(content);
        } catch (EngineException e) {
            return e.reason() == Reason.NOT_FOUND ? EngineDocument.absent() : unread(e);
        }
    }

    /** {@return the ids of the container's sessions; none if the reader of the container will refuse it} */
    private List<String> execIds(byte[] container) {
        try {
            return JsonCursor.parse(container, jsonLimits).strings("ExecIDs");
        } catch (JsonException e) {
            return List.of();
        }
    }

    private EngineDocument execs(String container) throws EngineException {
        List<String> ids = execIds.get(container);
        if (ids == null) {
            return EngineDocument.absent();
        }
        StringBuilder all = new StringBuilder("[");
        int length = 0;
        for (String id : ids) {
            if (!ID.matcher(id).matches()) {
                return EngineDocument.unread("the engine lists an exec session without a proper id");
            }
            try {
                byte[] session = client.get("/exec/" + id + "/json");
                length += session.length;
                if (length > limits.maxDocumentBytes()) {
                    return EngineDocument.unread("the exec sessions of the container are longer than the limit of "
                            + limits.maxDocumentBytes() + " bytes");
                }
                all.append(all.length() == 1 ? "" : ",").append(new String(session, StandardCharsets.UTF_8));
            } catch (EngineException e) {
                if (e.reason() != Reason.NOT_FOUND) {
                    return unread(e);
                }
                // It ended meanwhile.
            }
        }
        return EngineDocument.of(all.append(']').toString().getBytes(StandardCharsets.UTF_8));
    }

    private EngineDocument image(String name) throws EngineException {
        String id = listedImages().get(name);
        if (id == null) {
            return EngineDocument.absent();
        }
        try {
            return EngineDocument.of(client.get("/images/sha256:" + id + "/json"));
        } catch (EngineException e) {
            return e.reason() == Reason.NOT_FOUND ? EngineDocument.absent() : unread(e);
        }
    }

    private SortedMap<String, Listed> listed() throws EngineException {
        SortedMap<String, Listed> known = containers;
        if (known == null) {
            known = new TreeMap<>();
            EngineDocument list = read(RecordingNames.CONTAINER_LIST);
            if (list.content().isPresent()) {
                list(list.content().get(), known);
            } else {
                known.put(
                        RecordingNames.ALL_CONTAINERS,
                        new Listed("", list.whyUnread().orElse("")));
            }
            containers = known;
        }
        return known;
    }

    private void list(byte[] document, Map<String, Listed> into) throws EngineException {
        Set<String> seen = new HashSet<>();
        for (JsonCursor container : elements("/containers/json", document)) {
            try {
                String id = container.required("Id").string();
                if (!ID.matcher(id).matches()) {
                    throw container.badValue("an id must be 12 to 64 hexadecimal digits");
                }
                if (!seen.add(id)) {
                    throw container.badValue("a container is listed twice");
                }
                String state = JsonText.at(container, "State");
                String name = name(container.strings("Names"), id);
                String target = RecordingNames.CONTAINERS + '/' + name + RecordingNames.JSON;
                if (into.containsKey(target)) {
                    target = RecordingNames.CONTAINERS + '/' + id + RecordingNames.JSON;
                }
                into.put(target, new Listed(id, state));
            } catch (JsonException e) {
                throw malformed("/containers/json", e);
            }
        }
    }

    /** {@return the container's own name, which links to others repeat below theirs} */
    private static String name(List<String> names, String id) {
        for (String name : names) {
            String bare = name.startsWith("/") ? name.substring(1) : name;
            if (NAME.matcher(bare).matches()) {
                return bare;
            }
        }
        return id;
    }

    private SortedMap<String, String> listedImages() throws EngineException {
        SortedMap<String, String> known = images;
        if (known == null) {
            known = new TreeMap<>();
            Optional<byte[]> list = read(RecordingNames.IMAGE_LIST).content();
            if (list.isPresent()) {
                for (JsonCursor image : elements("/images/json", list.get())) {
                    try {
                        String id = image.required("Id").string();
                        String bare = id.startsWith("sha256:") ? id.substring("sha256:".length()) : id;
                        if (!ID.matcher(bare).matches()) {
                            throw image.badValue("an id must be a SHA-256 digest");
                        }
                        known.put(RecordingNames.IMAGES + '/' + bare + RecordingNames.JSON, bare);
                    } catch (JsonException e) {
                        throw malformed("/images/json", e);
                    }
                }
            }
            images = known;
        }
        return known;
    }

    private List<JsonCursor> elements(String path, byte[] document) throws EngineException {
        try {
            JsonCursor root = JsonCursor.parse(document, jsonLimits);
            List<JsonCursor> elements = root.value() instanceof JsonNull ? List.of() : root.elements();
            if (elements.size() > limits.maxContainers()) {
                throw EngineException.of(
                        Reason.LIMIT_EXCEEDED,
                        200,
                        "GET " + path + ": the list has " + elements.size() + " elements; " + limits.maxContainers()
                                + " are allowed");
            }
            return elements;
        } catch (JsonException e) {
            throw malformed(path, e);
        }
    }

    private static EngineException malformed(String path, JsonException e) {
        return EngineException.of(Reason.PROTOCOL, "GET " + path + ": " + e.problem(), e);
    }

    private String text(byte[] document, String member) throws EngineException {
        try {
            return JsonText.at(JsonCursor.parse(document, jsonLimits), member);
        } catch (JsonException e) {
            throw malformed("/version", e);
        }
    }

    /** {@return what a manager says of the swarm; absent where there is none, or a worker was asked} */
    private EngineDocument swarm() throws EngineException {
        Optional<byte[]> info = read(RecordingNames.INFO).content();
        if (info.isEmpty() || !SwarmDocument.isManager(info.get(), jsonLimits)) {
            return EngineDocument.absent();
        }
        Map<String, JsonValue> parts = new LinkedHashMap<>();
        Map<String, String> unread = new LinkedHashMap<>();
        for (String part : SwarmDocument.PARTS) {
            EngineDocument answer = ask("/" + part);
            if (answer.content().isPresent()) {
                try {
                    parts.put(
                            part,
                            JsonCursor.parse(answer.content().get(), jsonLimits).value());
                } catch (JsonException e) {
                    throw malformed("/" + part, e);
                }
            } else {
                unread.put(part, answer.whyUnread().orElse(""));
            }
        }
        return EngineDocument.of(SwarmDocument.write(parts, unread));
    }

    /** {@return the address} */
    @Override
    public String toString() {
        return address.toString();
    }
}

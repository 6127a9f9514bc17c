package dev.tallyclerk.hardening.swarm;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.hardening.container.ContainerReader;
import dev.tallyclerk.hardening.container.ContainerSubject;
import dev.tallyclerk.internal.json.CompactJson;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.subject.MarkedText;
import dev.tallyclerk.internal.subject.SubjectJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Reads services from documents of engines.
 *
 * <p>A service says by id which networks it is in. Without the list of networks it is unknown which of them is the
 * host's own.
 *
 * <p>Immutable.
 */
public final class SwarmServiceReader {
    private static final String DOCUMENT = "services";
    private static final String STACK = "com.docker.stack.namespace";

    private final SubjectLimits limits;
    private final Map<String, String> networkNames;

    private SwarmServiceReader(SubjectLimits limits, Map<String, String> networkNames) {
        this.limits = limits;
        this.networkNames = networkNames;
    }

    /** {@return a reader with the limits of {@link SubjectLimits#defaults} that knows no networks} */
    public static SwarmServiceReader create() {
        return new SwarmServiceReader(SubjectLimits.defaults(), Map.of());
    }

    /**
     * {@return this reader with other limits}
     *
     * @param limits the limits on each document
     */
    public SwarmServiceReader withLimits(SubjectLimits limits) {
        return new SwarmServiceReader(Objects.requireNonNull(limits, "limits"), networkNames);
    }

    /**
     * {@return this reader with the networks that services name by id}
     *
     * @param networks the answer to {@code GET /networks}, or the output of {@code docker network inspect}
     * @throws MalformedSubjectException if it is not such a list or exceeds a limit
     */
    public SwarmServiceReader withNetworks(byte[] networks) throws MalformedSubjectException {
        JsonCursor root = SubjectJson.parse("networks", MarkedText.withoutMark("networks", networks, limits), limits);
        try {
            Map<String, String> names = new HashMap<>();
            for (JsonCursor network : root.elements()) {
                names.put(
                        network.required("Id").string(),
                        network.required("Name").string());
            }
            return new SwarmServiceReader(limits, names);
        } catch (JsonException e) {
            throw SubjectJson.malformed("networks", e);
        }
    }

    /**
     * {@return the services of a document whose tasks are containers, in its order}
     *
     * @param document the answer to {@code GET /services}, or the output of {@code docker service inspect}
     * @throws MalformedSubjectException if it is not that, or exceeds a limit
     */
    public List<SwarmService> read(byte[] document) throws MalformedSubjectException {
        JsonCursor root = SubjectJson.parse(DOCUMENT, MarkedText.withoutMark(DOCUMENT, document, limits), limits);
        List<SwarmService> services = new ArrayList<>();
        try {
            for (JsonCursor service : root.value() instanceof JsonArray ? root.elements() : List.of(root)) {
                JsonCursor spec = service.required("Spec");
                if (other(spec).isEmpty()) {
                    services.add(read(service, spec));
                }
            }
        } catch (JsonException e) {
            throw SubjectJson.malformed(DOCUMENT, e);
        }
        return List.copyOf(services);
    }

    /**
     * {@return the services of a document whose tasks are not containers, in its order}
     *
     * @param document the answer to {@code GET /services}, or the output of {@code docker service inspect}
     * @throws MalformedSubjectException if it is not that, or exceeds a limit
     */
    public List<OtherService> readOthers(byte[] document) throws MalformedSubjectException {
        JsonCursor root = SubjectJson.parse(DOCUMENT, MarkedText.withoutMark(DOCUMENT, document, limits), limits);
        List<OtherService> services = new ArrayList<>();
        try {
            for (JsonCursor service : root.value() instanceof JsonArray ? root.elements() : List.of(root)) {
                other(service.required("Spec")).ifPresent(services::add);
            }
        } catch (JsonException e) {
            throw SubjectJson.malformed(DOCUMENT, e);
        }
        return List.copyOf(services);
    }

    /** {@return the service, if its tasks are not containers} */
    private static Optional<OtherService> other(JsonCursor spec) throws JsonException {
        String name = spec.required("Name").string();
        Optional<JsonCursor> plugin = ServiceTranslation.at(spec, "TaskTemplate", "PluginSpec");
        if (plugin.isPresent()) {
            return Optional.of(new OtherService(
                    name, OtherService.Kind.PLUGIN, text(plugin.get(), "Remote", "remote"), privileges(plugin.get())));
        }
        if (ServiceTranslation.at(spec, "TaskTemplate", "NetworkAttachmentSpec").isPresent()) {
            return Optional.of(new OtherService(name, OtherService.Kind.ATTACHMENT, "", Map.of()));
        }
        String runtime = ServiceTranslation.text(spec, "TaskTemplate", "Runtime");
        boolean isContainer = runtime.isEmpty()
                || runtime.equals("container")
                || ServiceTranslation.at(spec, "TaskTemplate", "ContainerSpec").isPresent();
        return isContainer
                ? Optional.empty()
                : Optional.of(new OtherService(name, OtherService.Kind.UNKNOWN, runtime, Map.of()));
    }

    private static Map<String, List<String>> privileges(JsonCursor plugin) throws JsonException {
        Map<String, List<String>> granted = new HashMap<>();
        // The documentation of the API and the engine's own type name it differently.
        for (String member : List.of("PluginPrivilege", "Privileges", "privileges")) {
            Optional<JsonCursor> all = ServiceTranslation.at(plugin, member);
            if (all.isEmpty()) {
                continue;
            }
            for (JsonCursor privilege : all.get().elements()) {
                Optional<JsonCursor> values = ServiceTranslation.at(privilege, "Value");
                values = values.isPresent() ? values : ServiceTranslation.at(privilege, "value");
                granted.computeIfAbsent(text(privilege, "Name", "name"), key -> new ArrayList<>())
                        .addAll(values.isPresent() ? values.get().strings() : List.of());
            }
        }
        return granted;
    }

    private static String text(JsonCursor from, String member, String otherwise) throws JsonException {
        String text = ServiceTranslation.text(from, member);
        return text.isEmpty() ? ServiceTranslation.text(from, otherwise) : text;
    }

    private SwarmService read(JsonCursor service, JsonCursor spec) throws JsonException, MalformedSubjectException {
        String name = spec.required("Name").string();
        ServiceTranslation.Translated translated = ServiceTranslation.of(service, networkNames);
        byte[] request = CompactJson.of(translated.request()).getBytes(StandardCharsets.UTF_8);
        ContainerSubject container =
                ContainerReader.create().withLimits(limits).read(request).get(0);
        Optional<JsonCursor> secrets = ServiceTranslation.at(spec, "TaskTemplate", "ContainerSpec", "Secrets");
        return new SwarmService(
                SwarmService.ref(
                        name, ServiceTranslation.text(spec, "TaskTemplate", "ContainerSpec", "Image"), stack(spec)),
                container,
                translated.places(),
                secrets.isPresent() && !secrets.get().elements().isEmpty(),
                service.value());
    }

    private static String stack(JsonCursor spec) throws JsonException {
        Optional<JsonCursor> labels = ServiceTranslation.at(spec, "Labels");
        return labels.isPresent() ? ServiceTranslation.text(labels.get(), STACK) : "";
    }
}

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
                // Tasks of plugins and of attached networks are no containers.
                boolean isContainer = ServiceTranslation.at(spec, "TaskTemplate", "PluginSpec")
                                .isEmpty()
                        && ServiceTranslation.at(spec, "TaskTemplate", "NetworkAttachmentSpec")
                                .isEmpty();
                if (isContainer) {
                    services.add(read(service, spec));
                }
            }
        } catch (JsonException e) {
            throw SubjectJson.malformed(DOCUMENT, e);
        }
        return List.copyOf(services);
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

package dev.tallyclerk.hardening.swarm;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.MissingValue.Reason;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonValue.JsonNull;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.subject.JsonFacts;
import dev.tallyclerk.internal.subject.MarkedText;
import dev.tallyclerk.internal.subject.SubjectJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The swarm that an engine is a node of, or the fact that it is in none.
 *
 * <p>Every document is optional; what none of them says is a missing fact. Only a manager can answer most questions: a
 * worker's facts are missing, with the advice to ask a manager.
 *
 * <p>Immutable.
 *
 * @see <a href="https://docs.docker.com/reference/api/engine/">Docker Engine API, Swarm, Node, Network and Service</a>
 */
public final class SwarmSubject implements Subject {
    /** The kind of a {@link SubjectRef} to a swarm. */
    public static final String KIND = "swarm";

    private static final String INFO = "info";
    private static final String SWARM = "swarm";

    private final SubjectRef ref;
    private final JsonFacts info;
    private final JsonFacts swarm;
    private final Fact<List<Node>> nodes;
    private final Fact<List<OverlayNetwork>> overlayNetworks;
    private final Fact<List<SwarmService>> services;
    private final Fact<List<OtherService>> otherServices;
    private final Fact<List<String>> listeners;

    private SwarmSubject(Builder builder) {
        this.ref = builder.ref;
        this.info = builder.info;
        this.swarm = builder.swarm;
        this.nodes = builder.nodes;
        this.overlayNetworks = builder.overlayNetworks;
        this.services = builder.services;
        this.otherServices = builder.otherServices;
        this.listeners = builder.listeners;
    }

    /**
     * A node.
     *
     * @param name the host name, or the id if it has none
     * @param isManager whether it is a manager
     * @param managerAddress the address at which a manager is reached, with the port; empty for a worker
     */
    public record Node(String name, boolean isManager, String managerAddress) {
        public Node {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(managerAddress, "managerAddress");
        }
    }

    /**
     * A network across nodes.
     *
     * @param name the name
     * @param isEncrypted whether its traffic is encrypted
     * @param isIngress whether it is the network through which published ports are reached
     */
    public record OverlayNetwork(String name, boolean isEncrypted, boolean isIngress) {
        public OverlayNetwork {
            Objects.requireNonNull(name, "name");
        }
    }

    /**
     * Starts a swarm of which nothing is known.
     *
     * @param name the name for people, for example of the host whose engine was asked
     * @return a builder without required parts
     * @throws IllegalArgumentException if {@code name} is blank
     */
    public static Builder builder(String name) {
        return builder(name, SubjectLimits.defaults());
    }

    /**
     * Starts a swarm of which nothing is known, with other limits.
     *
     * @param name the name for people, for example of the host whose engine was asked
     * @param limits the limits for each document; {@link SubjectLimits#defaults} otherwise
     * @return a builder without required parts
     * @throws IllegalArgumentException if {@code name} is blank
     */
    public static Builder builder(String name, SubjectLimits limits) {
        return new Builder(SubjectRef.of(KIND, name), Objects.requireNonNull(limits, "limits"));
    }

    @Override
    public SubjectRef ref() {
        return ref;
    }

    /**
     * {@return the state of the engine as a node: {@code inactive}, {@code pending}, {@code active}, {@code error} or
     * {@code locked}}
     *
     * <p>An engine whose report has no such member, such as Podman, is {@code inactive}.
     */
    public Fact<String> nodeState() {
        Fact<String> state = info.value(JsonCursor::string, "Swarm", "LocalNodeState");
        if (state instanceof Fact.Missing<String> missing && missing.reason() == Reason.KEY_MISSING) {
            return Fact.defaulted(
                    "inactive", "the engine's report says nothing of a swarm", Location.pointer(INFO, "Swarm"));
        }
        // Engines leave it empty before they have looked.
        return state.map(text -> text.isEmpty() ? "inactive" : text);
    }

    /** {@return whether the engine is a manager, and so can answer for the swarm} */
    public Fact<Boolean> isManager() {
        return info.value(JsonCursor::bool, "Swarm", "ControlAvailable");
    }

    /** {@return the number of managers} */
    public Fact<Long> managers() {
        Fact<Long> reported = ofManager(info.value(at -> at.integer(0, Integer.MAX_VALUE), "Swarm", "Managers"));
        return reported instanceof Fact.Missing<Long>
                ? ofManager(nodes)
                        .map(all -> all.stream().filter(Node::isManager).count())
                : reported;
    }

    /** {@return the nodes, ordered by name} */
    public Fact<List<Node>> nodes() {
        return ofManager(nodes);
    }

    /** {@return the networks across nodes, ordered by name} */
    public Fact<List<OverlayNetwork>> overlayNetworks() {
        return ofManager(overlayNetworks);
    }

    /** {@return the services, ordered by name} */
    public Fact<List<SwarmService>> services() {
        return ofManager(services);
    }

    /** {@return the services whose tasks are not containers, ordered by name} */
    public Fact<List<OtherService>> otherServices() {
        return ofManager(otherServices);
    }

    /** {@return the addresses with ports on which the host accepts TCP connections} */
    public Fact<List<String>> listeners() {
        return listeners;
    }

    /** {@return whether a manager needs a key from a person when it starts} */
    public Fact<Boolean> autoLock() {
        return ofSwarm(JsonCursor::bool, "Spec", "EncryptionConfig", "AutoLockManagers");
    }

    /** {@return how long the certificates of nodes are valid} */
    public Fact<Duration> certificateLife() {
        return ofSwarm(at -> Duration.ofNanos(at.integer(0, Long.MAX_VALUE)), "Spec", "CAConfig", "NodeCertExpiry");
    }

    /** {@return whether the authority of the nodes' certificates is being replaced} */
    public Fact<Boolean> isRotatingAuthority() {
        return ofSwarm(JsonCursor::bool, "RootRotationInProgress");
    }

    /** {@return a fact of the answer to {@code GET /swarm}, or else of the engine's report, which repeats it} */
    private <T> Fact<T> ofSwarm(JsonFacts.Reading<T> reading, String... path) {
        Fact<T> own = swarm.value(reading, path);
        if (!(own instanceof Fact.Missing<T>)) {
            return own;
        }
        String[] inInfo = new String[path.length + 2];
        inInfo[0] = "Swarm";
        inInfo[1] = "Cluster";
        System.arraycopy(path, 0, inInfo, 2, path.length);
        Fact<T> reported = info.value(reading, inInfo);
        return reported instanceof Fact.Missing<T> ? ofManager(own) : reported;
    }

    private <T> Fact<T> ofManager(Fact<T> fact) {
        boolean isWorker = isManager() instanceof Fact.Known<Boolean> known && !known.value();
        return isWorker
                ? Fact.missing(
                        Reason.SOURCE_NOT_PROVIDED, "the engine is a worker, and only a manager knows: audit a manager")
                : fact;
    }

    /** Collects the documents of a swarm. Not thread-safe. */
    public static final class Builder {
        private final SubjectRef ref;
        private final SubjectLimits limits;
        private JsonFacts info = JsonFacts.missing(INFO, Reason.SOURCE_NOT_PROVIDED, "docker info was not given");
        private JsonFacts swarm =
                JsonFacts.missing(SWARM, Reason.SOURCE_NOT_PROVIDED, "the answer to GET /swarm was not given");
        private Fact<List<Node>> nodes = Fact.missing(Reason.SOURCE_NOT_PROVIDED, "the list of nodes was not given");
        private Fact<List<OverlayNetwork>> overlayNetworks =
                Fact.missing(Reason.SOURCE_NOT_PROVIDED, "the list of networks was not given");
        private Fact<List<SwarmService>> services =
                Fact.missing(Reason.SOURCE_NOT_PROVIDED, "the list of services was not given");
        private Fact<List<OtherService>> otherServices =
                Fact.missing(Reason.SOURCE_NOT_PROVIDED, "the list of services was not given");
        private Fact<List<String>> listeners =
                Fact.missing(Reason.SOURCE_NOT_PROVIDED, "it was not given where the host accepts connections");

        private Builder(SubjectRef ref, SubjectLimits limits) {
            this.ref = ref;
            this.limits = limits;
        }

        /**
         * Reads the engine's report.
         *
         * @param document the output of {@code docker info --format '{{json .}}'} or {@code podman info --format json},
         *     or the answer to {@code GET /info}
         * @return this builder
         * @throws MalformedSubjectException if it is not a JSON object, has a duplicate member, or exceeds a limit
         */
        public Builder info(byte[] document) throws MalformedSubjectException {
            info = JsonFacts.of(INFO, object(INFO, document));
            return this;
        }

        /**
         * States why the engine's report could not be read.
         *
         * @param why a clause for people
         * @return this builder
         */
        public Builder infoUnread(String why) {
            info = JsonFacts.missing(INFO, Reason.UNREADABLE, why);
            return this;
        }

        /**
         * Reads the answer to {@code GET /swarm}.
         *
         * @param document the answer
         * @return this builder
         * @throws MalformedSubjectException if it is not a JSON object, has a duplicate member, or exceeds a limit
         */
        public Builder swarm(byte[] document) throws MalformedSubjectException {
            swarm = JsonFacts.of(SWARM, object(SWARM, document));
            return this;
        }

        /**
         * States why the answer to {@code GET /swarm} could not be read.
         *
         * @param why a clause for people
         * @return this builder
         */
        public Builder swarmUnread(String why) {
            swarm = JsonFacts.missing(SWARM, Reason.UNREADABLE, why);
            return this;
        }

        /**
         * Sets the nodes from the answer to {@code GET /nodes}.
         *
         * @param document the answer
         * @return this builder
         * @throws MalformedSubjectException if it is not such a list or exceeds a limit
         */
        public Builder nodes(byte[] document) throws MalformedSubjectException {
            nodes = list("nodes", document, Builder::node, Comparator.comparing(Node::name));
            return this;
        }

        /**
         * States why the nodes could not be read.
         *
         * @param why a clause for people
         * @return this builder
         */
        public Builder nodesUnread(String why) {
            nodes = Fact.missing(Reason.UNREADABLE, why);
            return this;
        }

        /**
         * Sets the networks from the answer to {@code GET /networks}, or the output of {@code docker network inspect}.
         *
         * @param document the answer
         * @return this builder
         * @throws MalformedSubjectException if it is not such a list or exceeds a limit
         */
        public Builder networks(byte[] document) throws MalformedSubjectException {
            overlayNetworks = list("networks", document, Builder::network, Comparator.comparing(OverlayNetwork::name));
            return this;
        }

        /**
         * States why the networks could not be read.
         *
         * @param why a clause for people
         * @return this builder
         */
        public Builder networksUnread(String why) {
            overlayNetworks = Fact.missing(Reason.UNREADABLE, why);
            return this;
        }

        /**
         * Sets the services.
         *
         * @param services all services; {@link SwarmServiceReader#read} reads them
         * @return this builder
         */
        public Builder services(List<SwarmService> services) {
            List<SwarmService> sorted = new ArrayList<>(services);
            sorted.sort(Comparator.comparing(SwarmService::ref));
            this.services = Fact.known(List.copyOf(sorted), new Location.Whole("services"));
            return this;
        }

        /**
         * Sets the services whose tasks are not containers.
         *
         * @param otherServices all of them; {@link SwarmServiceReader#readOthers} reads them
         * @return this builder
         */
        public Builder otherServices(List<OtherService> otherServices) {
            List<OtherService> sorted = new ArrayList<>(otherServices);
            sorted.sort(Comparator.comparing(OtherService::name));
            this.otherServices = Fact.known(List.copyOf(sorted), new Location.Whole("services"));
            return this;
        }

        /**
         * States why the services could not be read, whatever their tasks are.
         *
         * @param why a clause for people
         * @return this builder
         */
        public Builder servicesUnread(String why) {
            services = Fact.missing(Reason.UNREADABLE, why);
            otherServices = Fact.missing(Reason.UNREADABLE, why);
            return this;
        }

        /**
         * Sets where the host accepts TCP connections.
         *
         * @param listeners addresses with ports, such as {@code 0.0.0.0:2377}, {@code *:2377} or {@code [::]:2377}
         * @return this builder
         */
        public Builder listeners(List<String> listeners) {
            this.listeners = Fact.known(List.copyOf(listeners), new Location.Whole("listeners"));
            return this;
        }

        /** {@return the swarm} */
        public SwarmSubject build() {
            return new SwarmSubject(this);
        }

        private static Optional<Node> node(JsonCursor node) throws JsonException {
            String id = node.required("ID").string();
            JsonFacts facts = JsonFacts.of("node", node);
            String name = text(facts, "Description", "Hostname");
            boolean isManager = text(facts, "Spec", "Role").equals("manager")
                    || node.optional("ManagerStatus").isPresent();
            return Optional.of(new Node(name.isEmpty() ? id : name, isManager, text(facts, "ManagerStatus", "Addr")));
        }

        private static Optional<OverlayNetwork> network(JsonCursor network) throws JsonException {
            if (!network.required("Driver").string().equals("overlay")) {
                return Optional.empty();
            }
            Optional<JsonCursor> options = network.optional("Options");
            Map<String, JsonCursor> given = options.isPresent() ? options.get().members() : Map.of();
            Optional<JsonCursor> ingress = network.optional("Ingress");
            return Optional.of(new OverlayNetwork(
                    network.required("Name").string(),
                    isEncrypted(given.get("encrypted")),
                    ingress.isPresent() && ingress.get().bool()));
        }

        /** The driver takes the option alone, and any value but false, for yes. */
        private static boolean isEncrypted(@Nullable JsonCursor option) throws JsonException {
            return option != null
                    && !(option.value() instanceof JsonNull)
                    && !List.of("false", "0", "f").contains(option.string().toLowerCase(Locale.ROOT));
        }

        private static String text(JsonFacts facts, String... path) {
            return facts.value(JsonCursor::string, path).fold((text, at) -> text, Fact.Defaulted::value, missing -> "");
        }

        private interface Element<T> {
            Optional<T> read(JsonCursor element) throws JsonException;
        }

        private <T> Fact<List<T>> list(String name, byte[] document, Element<T> reading, Comparator<T> order)
                throws MalformedSubjectException {
            JsonCursor root = SubjectJson.parse(name, MarkedText.withoutMark(name, document, limits), limits);
            try {
                List<T> all = new ArrayList<>();
                for (JsonCursor element : root.elements()) {
                    reading.read(element).ifPresent(all::add);
                }
                all.sort(order);
                return Fact.known(List.copyOf(all), new Location.Whole(name));
            } catch (JsonException e) {
                throw SubjectJson.malformed(name, e);
            }
        }

        private JsonCursor object(String name, byte[] document) throws MalformedSubjectException {
            JsonCursor root = SubjectJson.parse(name, MarkedText.withoutMark(name, document, limits), limits);
            if (!(root.value() instanceof JsonObject)) {
                throw SubjectJson.malformed(name, root.wrongType("an object"));
            }
            return root;
        }
    }
}

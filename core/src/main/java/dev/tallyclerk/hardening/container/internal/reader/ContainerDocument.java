package dev.tallyclerk.hardening.container.internal.reader;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.subject.Facts;
import dev.tallyclerk.internal.subject.JsonFacts;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The document of one container: its form, the engine that wrote it, and the meaning of absent members.
 *
 * <p>Go writes the zero value of a slice, a map or a pointer as null, so null is that value. An absent member has a
 * value only if the engine is known to omit that value or to be older than the member, or if the Engine API documents a
 * default for requests.
 */
public final class ContainerDocument {
    static final String SOURCE = "container";

    /** How the reason begins why a value is missing that only the description of a container has. */
    public static final String NOT_IN_REQUESTS = "a request to create a container has no ";

    private static final List<String> INSPECT_ONLY =
            List.of("Id", "ID", "State", "Config", "NetworkSettings", "Path", "Args", "Name", "Created");
    private static final List<String> PODMAN_ONLY =
            List.of("OCIRuntime", "ConmonPidFile", "BoundingCaps", "EffectiveCaps", "ImageName", "Dependencies");

    /**
     * Members that every Docker since 2013 writes, even if empty, and that other programs with the same format do not.
     */
    private static final List<String> DOCKER_ALWAYS = List.of("Binds", "Dns", "Links", "PortBindings", "VolumesFrom");

    /** Members that every Docker writes and nerdctl does not. */
    private static final List<String> NEVER_NERDCTL = List.of("Binds", "NetworkMode", "Privileged");

    private static final String REQUEST_DEFAULT = "the Engine API documents this default for requests";

    private final JsonCursor root;
    private final JsonFacts facts;
    private final JsonFacts hostFacts;
    private final JsonFacts configFacts;
    private final Form form;
    private final boolean isPodman;
    private final boolean hasLockNumber;
    private final boolean isDocker;
    private final boolean isNerdctl;
    private final ApiGeneration generation;

    /** The kind of document. */
    public enum Form {
        /** An engine's description of an existing container. */
        INSPECT,
        /** A request to create a container, with a HostConfig in it. */
        CREATE,
        /** The HostConfig of such a request alone. */
        HOST_CONFIG
    }

    private ContainerDocument(JsonCursor root, JsonObject members, Form form) {
        this.root = root;
        this.facts = JsonFacts.of(SOURCE, root);
        this.form = form;
        this.hostFacts = form == Form.HOST_CONFIG ? facts : facts.within("HostConfig");
        this.configFacts = form == Form.INSPECT ? facts.within("Config") : facts;
        this.isPodman = PODMAN_ONLY.stream().anyMatch(members.members()::containsKey);
        this.hasLockNumber = members.members().containsKey("lockNumber");
        JsonObject hostConfig = members.members().get("HostConfig") instanceof JsonObject object ? object : null;
        this.isDocker = form == Form.INSPECT
                && !isPodman
                && hostConfig != null
                && DOCKER_ALWAYS.stream().allMatch(hostConfig.members()::containsKey);
        this.isNerdctl = form == Form.INSPECT && !isPodman && hostConfig != null && isNerdctl(hostConfig);
        this.generation = ApiGeneration.of(hostConfig);
    }

    private static boolean isNerdctl(JsonObject hostConfig) {
        Set<String> names = hostConfig.members().keySet();
        boolean hasDriver = hostConfig.members().get("LogConfig") instanceof JsonObject log
                && log.members().containsKey("driver");
        return hasDriver || (names.contains("Dns") && Collections.disjoint(names, NEVER_NERDCTL));
    }

    public static ContainerDocument of(JsonCursor root, JsonObject members) {
        return new ContainerDocument(root, members, form(members));
    }

    private static Form form(JsonObject members) {
        Set<String> names = members.members().keySet();
        boolean isWithin =
                names.contains("HostConfig") || names.stream().noneMatch(MemberSpelling.OF_HOST_CONFIG::contains);
        // Mounts at the top is a container's list, or the requests of a HostConfig alone.
        if (INSPECT_ONLY.stream().anyMatch(names::contains) || (isWithin && names.contains("Mounts"))) {
            return Form.INSPECT;
        }
        return Stream.of("HostConfig", "Image").anyMatch(members.members()::containsKey)
                ? Form.CREATE
                : Form.HOST_CONFIG;
    }

    public JsonCursor root() {
        return root;
    }

    public Form form() {
        return form;
    }

    public boolean isInspect() {
        return form == Form.INSPECT;
    }

    public boolean isPodman() {
        return isPodman;
    }

    /** {@return whether Podman 4.6 or later wrote the document, which adds the container's lock number} */
    public boolean isPodmanSince46() {
        return isPodman && hasLockNumber;
    }

    /** {@return whether nerdctl wrote the document, in Docker's format with fewer members} */
    public boolean isNerdctl() {
        return isNerdctl;
    }

    /** {@return a member of the container itself, which only a description has} */
    public <T> Fact<T> top(T ofNull, JsonFacts.Reading<T> reading, String... path) {
        if (!isInspect()) {
            return Fact.missing(MissingValue.Reason.SOURCE_NOT_PROVIDED, NOT_IN_REQUESTS + path[0]);
        }
        return facts.valueOrNull(ofNull, reading, path);
    }

    /** {@return a member of HostConfig} */
    public <T> Fact<T> host(T ofNull, JsonFacts.Reading<T> reading, String... steps) {
        Fact<T> fact = hostFacts.valueOrNull(ofNull, reading, steps);
        return isInspect() ? fact : orDefault(fact, ofNull, REQUEST_DEFAULT, hostPath(steps));
    }

    /** {@return a member of HostConfig that exists since API 1.{@code minor}} */
    public <T> Fact<T> hostSince(int minor, T ofNull, JsonFacts.Reading<T> reading, String name) {
        Fact<T> fact = host(ofNull, reading, name);
        return isDocker && generation.isBefore(minor)
                ? orDefault(fact, ofNull, "engines before API 1." + minor + " lack it", hostPath(name))
                : fact;
    }

    /** {@return a member of HostConfig that Docker omits if empty} */
    public <T> Fact<T> hostUnlessEmpty(T empty, JsonFacts.Reading<T> reading, String name) {
        Fact<T> fact = host(empty, reading, name);
        return isDocker ? orDefault(fact, empty, "Docker omits it if empty", hostPath(name)) : fact;
    }

    /** {@return a member of the configuration, which starts as a copy of the image's} */
    public <T> Fact<T> config(T ofNull, JsonFacts.Reading<T> reading, String name) {
        if (form == Form.HOST_CONFIG) {
            return Fact.missing(MissingValue.Reason.SOURCE_NOT_PROVIDED, "a HostConfig alone has no " + name);
        }
        Fact<T> fact = configFacts.valueOrNull(ofNull, reading, name);
        return isInspect() ? fact : orDefault(fact, ofNull, REQUEST_DEFAULT, configPath(name));
    }

    /** {@return the networks that a request names outside of HostConfig} */
    public Fact<List<String>> endpoints() {
        String[] path = {"NetworkingConfig", "EndpointsConfig"};
        return switch (form) {
            case INSPECT ->
                Fact.missing(
                        MissingValue.Reason.SOURCE_NOT_PROVIDED, "the description of a container has no " + path[0]);
            case CREATE ->
                orDefault(facts.valueOrNull(List.of(), Readings::names, path), List.of(), REQUEST_DEFAULT, path);
            case HOST_CONFIG ->
                Fact.defaulted(
                        List.of(), "a HostConfig alone names no further networks", Location.pointer(SOURCE, path));
        };
    }

    /** {@return a member of the configuration that every engine omits if there is none} */
    public <T> Fact<T> configUnlessNone(T none, JsonFacts.Reading<T> reading, String name) {
        Fact<T> fact = config(none, reading, name);
        boolean isThere = facts.value(JsonCursor::object, "Config") instanceof Fact.Known<?>;
        return isInspect() && isThere
                ? orDefault(fact, none, "engines omit it if there is none", configPath(name))
                : fact;
    }

    private String[] hostPath(String... steps) {
        return form == Form.HOST_CONFIG ? steps : path("HostConfig", steps);
    }

    private String[] configPath(String name) {
        return isInspect() ? path("Config", name) : path(name);
    }

    private static String[] path(String first, String... more) {
        return Stream.concat(Stream.of(first), Stream.of(more)).toArray(String[]::new);
    }

    /** Only an absent member gets a default; an unreadable one stays unreadable. */
    private static <T> Fact<T> orDefault(Fact<T> fact, T value, String why, String... path) {
        boolean isAbsent = Facts.isAbsent(fact);
        return isAbsent ? Fact.defaulted(value, why, Location.pointer(SOURCE, path)) : fact;
    }
}

package dev.tallyclerk.hardening.container.internal.reader;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonNull;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.MemberNames;
import dev.tallyclerk.internal.text.Words;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The members of containers and requests, each in its one spelling. Engines ignore case when they read a request, so
 * they read {@code privileged} as Privileged, which a rule would not see.
 */
final class MemberSpelling {
    private static final List<String> HOST_CONFIG = Words.list("""
            HostConfig Annotations AutoRemove Binds CapAdd CapDrop CgroupParent CgroupnsMode CpuQuota CpuShares
            CpusetCpus DeviceCgroupRules DeviceRequests Devices GroupAdd IpcMode Links LogConfig MaskedPaths Memory
            MemorySwap Mounts NanoCpus NetworkMode OomKillDisable OomScoreAdj PidMode PidsLimit PortBindings Privileged
            PublishAllPorts ReadonlyPaths ReadonlyRootfs RestartPolicy Runtime SecurityOpt StorageOpt Sysctls Tmpfs
            UTSMode Ulimits UsernsMode VolumesFrom
            """);
    private static final List<String> CONTAINER = Words.list("""
            Args Cmd Config Cpuset Created Entrypoint Env ExposedPorts Healthcheck Id ID Image Labels Name
            NetworkSettings NetworkingConfig Path State User Volumes
            """);
    private static final List<String> WITHIN = Words.list("""
            BindOptions CgroupPermissions Destination DriverConfig EndpointsConfig Hard HostIp HostPort
            MaximumRetryCount Options PathOnHost Propagation ReadOnly Soft Source Target Test TmpfsOptions Type
            VolumeOptions
            """);

    /**
     * Members that only requests have outside of HostConfig; without the labels, which lists of containers have too.
     */
    private static final Set<String> OF_REQUEST = Words.set("""
            Cmd Entrypoint Env ExposedPorts Healthcheck NetworkingConfig User
            """);

    /** A member that {@code podman ps} lists too. */
    private static final String LISTED = "AutoRemove";

    /**
     * Members that clients also write outside of HostConfig, and that engines read there or ignore: limits, and
     * docker-py's runtime.
     */
    private static final Set<String> OF_OLD_CONFIG = Set.of("CpuShares", "Memory", "MemorySwap", "Runtime");

    /** How Podman 1 spelled some limits in the description of a container. */
    private static final Map<String, String> OF_PODMAN_1 =
            Map.of("CPUQuota", "CpuQuota", "CPUSetCPUs", "CpusetCpus", "NanoCPUs", "NanoCpus");

    /** Members whose own members are named by the user. */
    private static final Set<String> MAPS = Words.set("""
            Annotations Config ExposedPorts Labels NetworkingConfig Options StorageOpt Sysctls Tmpfs Volumes
            """);

    /** Names that engines spell differently in other objects. */
    private static final MemberNames OF_DEVICE_REQUEST = MemberNames.of("DeviceIDs", "Driver");

    /** Its only member is such a map. */
    private static final String NETWORKING = "NetworkingConfig";

    static final Set<String> NAMES =
            Stream.of(HOST_CONFIG, CONTAINER).flatMap(List::stream).collect(Collectors.toUnmodifiableSet());

    /** Members of HostConfig that a container itself never has. */
    static final Set<String> OF_HOST_CONFIG = HOST_CONFIG.stream()
            .filter(name -> !name.equals("HostConfig") && !name.equals("Mounts"))
            .collect(Collectors.toUnmodifiableSet());

    private static final MemberNames SPELLINGS = spellings(CONTAINER, Set.of());
    private static final MemberNames WITH_PODMAN_1 = spellings(CONTAINER, OF_PODMAN_1.keySet());

    /** Without Name, which engines do not read in a request; clients write the container's name in lower case. */
    private static final MemberNames OF_BODY =
            spellings(CONTAINER.stream().filter(name -> !name.equals("Name")).toList(), Set.of());

    private MemberSpelling() {}

    private static MemberNames spellings(Collection<String> ofContainer, Collection<String> more) {
        return MemberNames.of(Stream.of(HOST_CONFIG, ofContainer, WITHIN, more)
                .flatMap(Collection::stream)
                .toArray(String[]::new));
    }

    /** {@return whether other spellings of this member are refused} */
    static boolean isGuarded(String name) {
        return SPELLINGS.contains(name) || OF_DEVICE_REQUEST.contains(name);
    }

    /**
     * Refuses members that an engine would read in a request and that no description has.
     *
     * @param members the members of the description
     */
    static void refuseRequest(JsonCursor members) throws JsonException {
        refuse(
                members,
                name -> OF_REQUEST.contains(name) || (OF_HOST_CONFIG.contains(name) && !name.equals(LISTED)),
                "is a member of a request in the description of a container; give only one of the two");
    }

    /**
     * Refuses members of HostConfig outside of it, where older engines read them too.
     *
     * @param members the members of the request
     */
    static void refuseOutside(JsonCursor members) throws JsonException {
        refuse(
                members,
                name -> OF_HOST_CONFIG.contains(name) && !OF_OLD_CONFIG.contains(name),
                "is a member of HostConfig outside of HostConfig, where some engines read it too; move it there");
    }

    private static void refuse(JsonCursor members, Predicate<String> isRefused, String message) throws JsonException {
        for (Map.Entry<String, JsonCursor> member : members.members().entrySet()) {
            if (isRefused.test(member.getKey()) && !(member.getValue().value() instanceof JsonNull)) {
                throw member.getValue().badValue(message);
            }
        }
    }

    /**
     * Checks a request, as deep as {@link dev.tallyclerk.internal.json.JsonLimits} allows.
     *
     * @param members the members of the request
     */
    static void checkRequest(JsonCursor members) throws JsonException {
        members.refuseCaseVariants(OF_BODY);
        checkWithin(members);
    }

    private static void check(JsonCursor at) throws JsonException {
        if (at.value() instanceof JsonObject) {
            at.refuseCaseVariants(SPELLINGS);
            checkWithin(at);
        } else if (at.value() instanceof JsonArray) {
            for (JsonCursor element : at.elements()) {
                check(element);
            }
        }
    }

    /**
     * Checks the parts of a description that an engine would read if it were sent as a request. Other parts have
     * engine-specific members in any spelling.
     */
    static void checkDescription(JsonCursor at) throws JsonException {
        at.refuseCaseVariants(SPELLINGS);
        Optional<JsonCursor> config = at.optional("Config");
        if (config.isPresent() && config.get().value() instanceof JsonObject) {
            config.get().refuseCaseVariants(SPELLINGS);
        }
        Optional<JsonCursor> hostConfig = at.optional("HostConfig");
        if (hostConfig.isPresent() && hostConfig.get().value() instanceof JsonObject object) {
            Map<String, JsonValue> members = object.members();
            boolean isTwice = OF_PODMAN_1.entrySet().stream()
                    .anyMatch(name -> members.containsKey(name.getKey()) && members.containsKey(name.getValue()));
            hostConfig.get().refuseCaseVariants(isTwice ? SPELLINGS : WITH_PODMAN_1);
            checkWithin(hostConfig.get());
        }
    }

    private static void checkWithin(JsonCursor at) throws JsonException {
        for (Map.Entry<String, JsonCursor> member : at.members().entrySet()) {
            if (member.getKey().equals("PortBindings")) {
                checkPorts(member.getValue());
            } else if (member.getKey().equals(NETWORKING) && member.getValue().value() instanceof JsonObject) {
                member.getValue().refuseCaseVariants(SPELLINGS);
            } else if (!MAPS.contains(member.getKey())) {
                check(member.getValue());
                if (member.getKey().equals("DeviceRequests")) {
                    checkDeviceRequests(member.getValue());
                }
            }
        }
    }

    private static void checkDeviceRequests(JsonCursor at) throws JsonException {
        if (at.value() instanceof JsonArray) {
            for (JsonCursor request : at.elements()) {
                if (request.value() instanceof JsonObject) {
                    request.refuseCaseVariants(OF_DEVICE_REQUEST);
                }
            }
        }
    }

    private static void checkPorts(JsonCursor at) throws JsonException {
        if (at.value() instanceof JsonObject) {
            for (JsonCursor bindings : at.members().values()) {
                check(bindings);
            }
        }
    }
}

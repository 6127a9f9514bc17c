package dev.tallyclerk.hardening.container;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.MemberNames;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The members of containers and requests, and the one spelling of each. Engines ignore case when they read a request,
 * so {@code privileged} is Privileged for them and nothing for a rule.
 */
final class MemberSpelling {
    private static final List<String> HOST_CONFIG = List.of(
            "HostConfig",
            "Annotations",
            "AutoRemove",
            "Binds",
            "CapAdd",
            "CapDrop",
            "CgroupParent",
            "CgroupnsMode",
            "CpuQuota",
            "CpuShares",
            "CpusetCpus",
            "DeviceCgroupRules",
            "DeviceRequests",
            "Devices",
            "GroupAdd",
            "IpcMode",
            "Links",
            "LogConfig",
            "MaskedPaths",
            "Memory",
            "MemorySwap",
            "Mounts",
            "NanoCpus",
            "NetworkMode",
            "OomKillDisable",
            "OomScoreAdj",
            "PidMode",
            "PidsLimit",
            "PortBindings",
            "Privileged",
            "PublishAllPorts",
            "ReadonlyPaths",
            "ReadonlyRootfs",
            "RestartPolicy",
            "Runtime",
            "SecurityOpt",
            "StorageOpt",
            "Sysctls",
            "Tmpfs",
            "UTSMode",
            "Ulimits",
            "UsernsMode",
            "VolumesFrom");
    private static final List<String> CONTAINER = List.of(
            "Args",
            "Cmd",
            "Config",
            "Created",
            "Entrypoint",
            "Env",
            "ExposedPorts",
            "Healthcheck",
            "Id",
            "ID",
            "Image",
            "Labels",
            "Name",
            "NetworkSettings",
            "NetworkingConfig",
            "Path",
            "State",
            "User",
            "Volumes");
    private static final List<String> WITHIN = List.of(
            "BindOptions",
            "CgroupPermissions",
            "HostIp",
            "HostPort",
            "MaximumRetryCount",
            "PathOnHost",
            "Propagation",
            "ReadOnly",
            "Source",
            "Target",
            "Test",
            "TmpfsOptions",
            "Type");

    /** Their members are named by the user. */
    private static final Set<String> MAPS = Set.of(
            "Annotations",
            "Config",
            "ExposedPorts",
            "Labels",
            "NetworkingConfig",
            "Options",
            "StorageOpt",
            "Sysctls",
            "Tmpfs",
            "Volumes");

    /** Members of HostConfig that no container has itself. */
    static final Set<String> OF_HOST_CONFIG;

    static final Set<String> NAMES;
    private static final MemberNames SPELLINGS;

    static {
        NAMES = Set.copyOf(
                Stream.of(HOST_CONFIG, CONTAINER).flatMap(List::stream).toList());
        OF_HOST_CONFIG = Set.copyOf(HOST_CONFIG.stream()
                .filter(name -> !name.equals("HostConfig") && !name.equals("Mounts"))
                .toList());
        SPELLINGS = MemberNames.of(
                Stream.of(HOST_CONFIG, CONTAINER, WITHIN).flatMap(List::stream).toArray(String[]::new));
    }

    private MemberSpelling() {}

    /** Goes through a request, as deep as {@link dev.tallyclerk.internal.json.JsonLimits} lets it be. */
    static void check(JsonCursor at) throws JsonException {
        if (at.value() instanceof JsonObject) {
            at.refuseCaseVariants(SPELLINGS);
            for (Map.Entry<String, JsonCursor> member : at.members().entrySet()) {
                if (member.getKey().equals("PortBindings")) {
                    checkPorts(member.getValue());
                } else if (!MAPS.contains(member.getKey())) {
                    check(member.getValue());
                }
            }
        } else if (at.value() instanceof JsonArray) {
            for (JsonCursor element : at.elements()) {
                check(element);
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

package dev.tallyclerk.hardening.compose;

import static dev.tallyclerk.hardening.compose.ServiceRequest.HOST;

import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.compose.Item.Members;
import dev.tallyclerk.internal.text.Words;
import java.util.List;
import java.util.Optional;

/** Translates a service into the request that Compose sends to the engine. */
final class Translation {
    /** What an unread base may set. */
    private static final List<String> OF_HOST = Words.list("""
            NetworkMode PidMode IpcMode UTSMode UsernsMode CgroupnsMode CgroupParent CpusetCpus Runtime Privileged
            ReadonlyRootfs Memory MemorySwap CpuShares NanoCpus CpuQuota PidsLimit OomKillDisable OomScoreAdj
            RestartPolicy LogConfig
            """);

    private static final List<String> LISTS_OF_HOST = Words.list("""
            CapAdd CapDrop SecurityOpt Tmpfs Devices DeviceCgroupRules DeviceRequests Ulimits Links GroupAdd Sysctls
            PortBindings Binds
            """);

    private static final List<String> OF_CONTAINER =
            Words.list("User Image Entrypoint Cmd Healthcheck Env Labels ExposedPorts");

    private final String name;
    private final Members service;
    private final ProjectEnvironment environment;
    private final ServiceRequest request;

    private Translation(String name, Members service, ProjectEnvironment environment) {
        this.name = name;
        this.service = service;
        this.environment = environment;
        this.request = new ServiceRequest(service);
    }

    static Translation of(String name, Members service, Members model, ProjectEnvironment environment) {
        Translation translation = new Translation(name, service, environment);
        translation.translate(model);
        return translation;
    }

    /** {@return the request as JSON} */
    byte[] request() {
        return request.json();
    }

    /** {@return why values that the service does not state are not known; empty if they are} */
    List<MissingValue> open() {
        return environment.open(name);
    }

    /** {@return the place of the member at a pointer, or where it would be} */
    Location locate(String pointer) {
        return request.locate(pointer);
    }

    /** {@return why the member at a pointer, or one around it, is not known} */
    Optional<MissingValue> gap(String pointer) {
        return request.gap(pointer);
    }

    private void translate(Members model) {
        request.flag("Privileged", "privileged");
        request.flag("ReadonlyRootfs", "read_only");
        request.texts("CapAdd", "cap_add");
        request.texts("CapDrop", "cap_drop");
        request.texts("SecurityOpt", "security_opt");
        request.texts("DeviceCgroupRules", "device_cgroup_rules");
        request.texts("GroupAdd", "group_add");
        request.assignments(HOST, "Sysctls", "sysctls");
        new NetworkTranslation(service, model, environment, request).translate();
        new ResourceTranslation(service, request).translate();
        new MountTranslation(name, service, model, environment, request).translate();
        new ProcessTranslation(name, service, environment, request).translate();
        unreadBase();
    }

    /** A service that extends one that was not read may have anything that it does not state itself. */
    private void unreadBase() {
        List<MissingValue> open = environment.open(name);
        if (open.isEmpty()) {
            return;
        }
        MissingValue why = open.get(0);
        for (String member : OF_HOST) {
            if (!request.hasHost(member)
                    || (member.equals("LogConfig") && service.get("logging").isEmpty())
                    || (member.equals("NetworkMode")
                            && service.get("networks").isEmpty()
                            && service.get("network_mode").isEmpty())) {
                request.gap(HOST, member, service, why);
            }
        }
        for (String member : LISTS_OF_HOST) {
            request.gap(HOST, member, service, why);
        }
        for (String member : OF_CONTAINER) {
            if (!request.hasTop(member)
                    || member.equals("Env")
                    || member.equals("Labels")
                    || (member.equals("Image") && service.get("image").isEmpty())) {
                request.gap("", member, service, why);
            }
        }
    }
}

package dev.tallyclerk.hardening.swarm;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonBoolean;
import dev.tallyclerk.internal.json.JsonValue.JsonNull;
import dev.tallyclerk.internal.json.JsonValue.JsonNumber;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Translates a service into the request to create the container of a task, as a node does. */
final class ServiceTranslation {
    static final String CONTAINER = "/Spec/TaskTemplate/ContainerSpec";

    private static final String TASK = "/Spec/TaskTemplate";
    private static final String HOST = "/HostConfig";

    /** Members of ContainerSpec, and their names in the request. */
    private static final Map<String, String> CONFIG = Map.ofEntries(
            Map.entry("Image", "Image"),
            Map.entry("User", "User"),
            Map.entry("Env", "Env"),
            Map.entry("Labels", "Labels"),
            Map.entry("Hostname", "Hostname"),
            Map.entry("Dir", "WorkingDir"),
            Map.entry("Command", "Entrypoint"),
            Map.entry("Args", "Cmd"),
            Map.entry("Healthcheck", "Healthcheck"),
            Map.entry("StopSignal", "StopSignal"),
            Map.entry("TTY", "Tty"),
            Map.entry("OpenStdin", "OpenStdin"));

    /** Members of ContainerSpec, and their names in HostConfig. */
    private static final Map<String, String> HOST_CONFIG = Map.ofEntries(
            Map.entry("CapabilityAdd", "CapAdd"),
            Map.entry("CapabilityDrop", "CapDrop"),
            Map.entry("ReadOnly", "ReadonlyRootfs"),
            Map.entry("Mounts", "Mounts"),
            Map.entry("Ulimits", "Ulimits"),
            Map.entry("Sysctls", "Sysctls"),
            Map.entry("Groups", "GroupAdd"),
            Map.entry("Hosts", "ExtraHosts"),
            Map.entry("Init", "Init"),
            Map.entry("OomScoreAdj", "OomScoreAdj"));

    /** Limits on resources, and their names in HostConfig. */
    private static final Map<String, String> LIMITS =
            Map.of("MemoryBytes", "Memory", "NanoCPUs", "NanoCpus", "Pids", "PidsLimit");

    private final JsonCursor service;
    private final Map<String, String> networkNames;
    private final Map<String, JsonValue> config = new LinkedHashMap<>();
    private final Map<String, JsonValue> host = new LinkedHashMap<>();
    private final Map<String, String> kept = new LinkedHashMap<>();
    private final Map<String, String> made = new LinkedHashMap<>();

    private ServiceTranslation(JsonCursor service, Map<String, String> networkNames) {
        this.service = service;
        this.networkNames = networkNames;
    }

    /**
     * A request, and where the service says what is in it.
     *
     * @param request the request
     * @param places the places
     */
    record Translated(JsonObject request, ServicePlaces places) {}

    /** {@return the request for a service whose tasks are containers} */
    static Translated of(JsonCursor service, Map<String, String> networkNames) throws JsonException {
        ServiceTranslation translation = new ServiceTranslation(service, networkNames);
        translation.translate();
        Map<String, JsonValue> request = new LinkedHashMap<>(translation.config);
        request.put("HostConfig", new JsonObject(translation.host));
        return new Translated(new JsonObject(request), new ServicePlaces(translation.kept, translation.made));
    }

    private void translate() throws JsonException {
        Optional<JsonCursor> container = at(service, "Spec", "TaskTemplate", "ContainerSpec");
        if (container.isPresent()) {
            copy(container.get(), CONTAINER, CONFIG, config, "");
            copy(container.get(), CONTAINER, HOST_CONFIG, host, HOST);
            Optional<JsonCursor> privileges = at(container.get(), "Privileges");
            if (privileges.isPresent()) {
                securityOptions(privileges.get());
            }
        }
        Optional<JsonCursor> limits = at(service, "Spec", "TaskTemplate", "Resources", "Limits");
        if (limits.isPresent()) {
            copy(limits.get(), TASK + "/Resources/Limits", LIMITS, host, HOST);
        }
        restartPolicy();
        logDriver();
        networks();
        ports();
    }

    private void copy(
            JsonCursor from, String path, Map<String, String> names, Map<String, JsonValue> into, String intoPath)
            throws JsonException {
        for (Map.Entry<String, String> name : names.entrySet()) {
            Optional<JsonCursor> member = at(from, name.getKey());
            kept.put(intoPath + '/' + name.getValue(), path + '/' + name.getKey());
            if (member.isPresent()) {
                into.put(name.getValue(), member.get().value());
            }
        }
    }

    private void securityOptions(JsonCursor privileges) throws JsonException {
        String path = CONTAINER + "/Privileges";
        List<JsonValue> options = new ArrayList<>();
        Optional<JsonCursor> selinux = at(privileges, "SELinuxContext");
        if (selinux.isPresent()) {
            if (isTrue(selinux.get(), "Disable")) {
                add(options, "label=disable", path + "/SELinuxContext/Disable");
            }
            for (String part : List.of("User", "Role", "Type", "Level")) {
                String value = text(selinux.get(), part);
                if (!value.isEmpty()) {
                    add(
                            options,
                            "label=" + part.toLowerCase(Locale.ROOT) + ':' + value,
                            path + "/SELinuxContext/" + part);
                }
            }
        }
        Optional<JsonCursor> seccomp = at(privileges, "Seccomp");
        if (seccomp.isPresent()) {
            String mode = text(seccomp.get(), "Mode");
            if (mode.equals("custom")) {
                add(options, "seccomp=" + profile(seccomp.get()), path + "/Seccomp/Profile");
            } else if (!mode.isEmpty() && !mode.equals("default")) {
                add(options, "seccomp=" + mode, path + "/Seccomp/Mode");
            }
        }
        String appArmor = at(privileges, "AppArmor").isPresent()
                ? text(at(privileges, "AppArmor").get(), "Mode")
                : "";
        if (!appArmor.isEmpty() && !appArmor.equals("default")) {
            add(
                    options,
                    "apparmor=" + (appArmor.equals("disabled") ? "unconfined" : appArmor),
                    path + "/AppArmor/Mode");
        }
        if (isTrue(privileges, "NoNewPrivileges")) {
            add(options, "no-new-privileges=true", path + "/NoNewPrivileges");
        }
        host.put("SecurityOpt", new JsonArray(options));
        made.put(HOST + "/SecurityOpt", path);
    }

    private void add(List<JsonValue> options, String option, String from) {
        made.put(HOST + "/SecurityOpt/" + options.size(), from);
        options.add(new JsonString(option));
    }

    /** The API has the profile in base64, as Go writes bytes. */
    private static String profile(JsonCursor seccomp) throws JsonException {
        JsonCursor profile = seccomp.required("Profile");
        try {
            return new String(Base64.getDecoder().decode(profile.string()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw profile.badValue("must be base64");
        }
    }

    /** A task that ends is replaced by another, so its container has no policy of its own. */
    private void restartPolicy() throws JsonException {
        String path = TASK + "/RestartPolicy";
        Optional<JsonCursor> policy = at(service, "Spec", "TaskTemplate", "RestartPolicy");
        String condition = policy.isPresent() ? text(policy.get(), "Condition") : "";
        Optional<JsonCursor> attempts = policy.isPresent() ? at(policy.get(), "MaxAttempts") : Optional.empty();
        boolean isBounded = attempts.isPresent() && attempts.get().integer(0, Long.MAX_VALUE) > 0;
        Map<String, JsonValue> restart = new LinkedHashMap<>();
        if (condition.equals("none")) {
            restart.put("Name", new JsonString("no"));
        } else {
            restart.put("Name", new JsonString(isBounded || condition.equals("on-failure") ? "on-failure" : "always"));
            restart.put("MaximumRetryCount", isBounded ? attempts.orElseThrow().value() : new JsonNumber("0"));
        }
        host.put("RestartPolicy", new JsonObject(restart));
        made.put(HOST + "/RestartPolicy", path);
    }

    private void logDriver() throws JsonException {
        Optional<JsonCursor> driver = at(service, "Spec", "TaskTemplate", "LogDriver");
        made.put(HOST + "/LogConfig", TASK + "/LogDriver");
        if (driver.isPresent()) {
            Map<String, JsonValue> log = new LinkedHashMap<>();
            log.put("Type", new JsonString(text(driver.get(), "Name")));
            Optional<JsonCursor> options = at(driver.get(), "Options");
            if (options.isPresent()) {
                log.put("Config", options.get().value());
            }
            host.put("LogConfig", new JsonObject(log));
        }
    }

    private void networks() throws JsonException {
        String path = TASK + "/Networks";
        Optional<JsonCursor> networks = at(service, "Spec", "TaskTemplate", "Networks");
        if (networks.isEmpty()) {
            path = "/Spec/Networks";
            networks = at(service, "Spec", "Networks");
        }
        made.put(HOST + "/NetworkMode", path);
        JsonValue mode = new JsonString("default");
        if (networks.isPresent()) {
            for (JsonCursor network : networks.get().elements()) {
                String target = text(network, "Target");
                String name = networkNames.get(target);
                if (name == null && !networkNames.containsValue(target)) {
                    // It may be the host's own network under its id. An object is no mode, so the fact is missing.
                    mode = new JsonObject(Map.of("unknownNetwork", new JsonString(target)));
                    break;
                }
                mode = new JsonString(name == null ? target : name);
                if (mode.equals(new JsonString("host"))) {
                    break;
                }
            }
        }
        host.put("NetworkMode", mode);
    }

    private void ports() throws JsonException {
        String path = "/Spec/EndpointSpec/Ports";
        Optional<JsonCursor> ports = at(service, "Spec", "EndpointSpec", "Ports");
        made.put(HOST + "/PortBindings", path);
        made.put("/ExposedPorts", path);
        if (ports.isEmpty()) {
            return;
        }
        Map<String, List<JsonValue>> bindings = new LinkedHashMap<>();
        int number = 0;
        for (JsonCursor port : ports.get().elements()) {
            String protocol = text(port, "Protocol");
            String target =
                    port.required("TargetPort").integer(0, 65535) + "/" + (protocol.isEmpty() ? "tcp" : protocol);
            Optional<JsonCursor> published = at(port, "PublishedPort");
            String hostPort = published.isPresent() ? "" + published.get().integer(0, 65535) : "";
            bindings.computeIfAbsent(target, key -> new ArrayList<>())
                    .add(new JsonObject(Map.of(
                            "HostIp", new JsonString(""),
                            "HostPort", new JsonString(hostPort.equals("0") ? "" : hostPort))));
            made.putIfAbsent(HOST + "/PortBindings/" + target.replace("/", "~1"), path + '/' + number++);
        }
        Map<String, JsonValue> all = new LinkedHashMap<>();
        Map<String, JsonValue> exposed = new LinkedHashMap<>();
        bindings.forEach((target, values) -> {
            all.put(target, new JsonArray(values));
            exposed.put(target, new JsonObject(Map.of()));
        });
        host.put("PortBindings", new JsonObject(all));
        config.put("ExposedPorts", new JsonObject(exposed));
    }

    /** {@return the value at a path; empty if it, or an object on the way, is absent or null} */
    static Optional<JsonCursor> at(JsonCursor from, String... path) throws JsonException {
        JsonCursor cursor = from;
        for (String step : path) {
            Optional<JsonCursor> member = cursor.optional(step);
            if (member.isEmpty() || member.get().value() instanceof JsonNull) {
                return Optional.empty();
            }
            cursor = member.get();
        }
        return Optional.of(cursor);
    }

    static String text(JsonCursor from, String... path) throws JsonException {
        Optional<JsonCursor> text = at(from, path);
        return text.isPresent() ? text.get().string() : "";
    }

    private static boolean isTrue(JsonCursor from, String member) throws JsonException {
        Optional<JsonCursor> flag = at(from, member);
        return flag.isPresent() && flag.get().value() instanceof JsonBoolean bool && bool.value();
    }
}

package dev.tallyclerk.hardening.compose;

import dev.tallyclerk.hardening.compose.Item.Members;
import dev.tallyclerk.hardening.compose.Item.Text;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A merged model in the form in which {@code docker-compose config --format json} writes the same fields. */
final class PeerModel {
    private PeerModel() {}

    /** {@return the fields of all services by {@code service.field}} */
    static Map<String, String> of(Members model, ProjectReader reader, Map<String, String> environment) {
        Map<String, String> fields = new TreeMap<>();
        model.mapping("services")
                .ifPresent(all -> all.members().forEach((name, value) -> {
                    Members service = (Members) value;
                    fields.put(name, "");
                    texts(name, service, fields);
                    lists(name, service, fields);
                    assignments(name, service, fields);
                    environment(name, service, reader, environment, fields);
                    ports(name, service, fields);
                    volumes(name, service, reader, fields);
                    rest(name, service, fields);
                }));
        return fields;
    }

    private static String text(Item item) {
        return item instanceof Text text ? text.text() : "?";
    }

    private static void texts(String name, Members service, Map<String, String> fields) {
        for (String key : List.of(
                "image",
                "user",
                "pid",
                "ipc",
                "network_mode",
                "hostname",
                "container_name",
                "userns_mode",
                "restart",
                "working_dir",
                "stop_signal",
                "cgroup_parent",
                "runtime",
                "platform")) {
            service.text(key)
                    .filter(text -> !text.text().isEmpty())
                    .ifPresent(text -> fields.put(name + "." + key, text.text()));
        }
        service.text("init").ifPresent(text -> fields.put(name + ".init", String.valueOf(Values.isTrue(text))));
        for (String key : List.of("privileged", "read_only", "tty", "stdin_open", "oom_kill_disable")) {
            // What is false is left out.
            service.text(key).filter(Values::isTrue).ifPresent(text -> fields.put(name + "." + key, "true"));
        }
        for (String key : List.of("mem_limit", "shm_size", "mem_reservation")) {
            service.text(key)
                    .ifPresent(text -> fields.put(
                            name + "." + key, Long.toString(Values.bytes(text).orElse(-7))));
        }
        for (String key : List.of("cpus", "cpu_shares", "pids_limit")) {
            service.text(key)
                    .ifPresent(text -> fields.put(
                            name + "." + key,
                            new BigDecimal(text.text()).stripTrailingZeros().toPlainString()));
        }
    }

    private static void lists(String name, Members service, Map<String, String> fields) {
        for (String key : List.of(
                "cap_add",
                "cap_drop",
                "security_opt",
                "dns",
                "tmpfs",
                "profiles",
                "expose",
                "group_add",
                "device_cgroup_rules",
                "dns_search")) {
            if (service.get(key).isPresent() && !service.elements(key).isEmpty()) {
                fields.put(
                        name + "." + key,
                        service.elements(key).stream()
                                .map(PeerModel::text)
                                .toList()
                                .toString());
            }
        }
        for (String key : List.of("command", "entrypoint")) {
            service.get(key)
                    .ifPresent(item -> fields.put(
                            name + "." + key,
                            (item instanceof Text text
                                            ? ShellWords.split(text.text())
                                            : service.elements(key).stream()
                                                    .map(PeerModel::text)
                                                    .toList())
                                    .toString()));
        }
        if (!service.elements("devices").isEmpty()) {
            fields.put(
                    name + ".devices",
                    service.elements("devices").stream()
                            .map(ShortForms::device)
                            .map(device -> device.source() + ":" + device.target() + ":" + device.permissions())
                            .toList()
                            .toString());
        }
    }

    private static Optional<Members> mapping(Members service, String... path) {
        return service.get(path)
                .map(Merger::assignments)
                .flatMap(item -> item instanceof Members members ? Optional.of(members) : Optional.empty());
    }

    private static void assignments(String name, Members service, Map<String, String> fields) {
        for (String key : List.of("labels", "sysctls", "annotations")) {
            mapping(service, key)
                    .ifPresent(all -> all.members()
                            .forEach((label, value) -> fields.put(name + "." + key + "." + label, text(value))));
        }
        mapping(service, "build", "args")
                .ifPresent(all -> all.members()
                        .forEach((label, value) -> fields.put(name + ".build.args." + label, text(value))));
        mapping(service, "logging", "options")
                .ifPresent(all -> all.members()
                        .forEach((label, value) -> fields.put(name + ".logging.options." + label, text(value))));
        service.text("logging", "driver").ifPresent(text -> fields.put(name + ".logging.driver", text.text()));
        service.text("build", "target").ifPresent(text -> fields.put(name + ".build.target", text.text()));
    }

    private static void environment(
            String name,
            Members service,
            ProjectReader reader,
            Map<String, String> environment,
            Map<String, String> fields) {
        reader.fromFiles(name).forEach((key, variable) -> fields.put(name + ".environment." + key, variable.value()));
        mapping(service, "environment")
                .ifPresent(all -> all.members().forEach((key, value) -> {
                    boolean isNull = value instanceof Text text && text.isNull();
                    String ofCaller = environment.get(key);
                    fields.put(
                            name + ".environment." + key,
                            isNull ? (ofCaller == null ? "null" : ofCaller) : text(value));
                }));
    }

    private static void ports(String name, Members service, Map<String, String> fields) {
        List<ShortForms.Port> ports = NetworkTranslation.allPorts(service);
        if (!ports.isEmpty()) {
            fields.put(
                    name + ".ports",
                    ports.stream()
                            .map(port -> String.join(
                                    " ", port.hostIp(), port.published(), port.target(), port.protocol(), port.mode()))
                            .sorted()
                            .collect(Collectors.joining(", ")));
        }
    }

    private static void volumes(String name, Members service, ProjectReader reader, Map<String, String> fields) {
        List<String> mounts = new ArrayList<>();
        for (Item element : service.elements("volumes")) {
            ShortForms.Volume volume = ShortForms.volume(element);
            String source = volume.isBind() && !volume.source().startsWith("/")
                    ? Paths.join("/project", Paths.join(reader.folderOf(element), volume.source()))
                    : volume.source();
            mounts.add(String.join(
                    " ",
                    volume.type(),
                    source,
                    volume.target(),
                    String.valueOf(volume.isReadOnly()),
                    volume.propagation()));
        }
        if (!mounts.isEmpty()) {
            fields.put(name + ".volumes", mounts.stream().sorted().toList().toString());
        }
    }

    private static void rest(String name, Members service, Map<String, String> fields) {
        for (String key : List.of("networks", "depends_on")) {
            if (key.equals("networks")
                    && service.get(key).isEmpty()
                    && service.get("network_mode").isEmpty()) {
                fields.put(name + ".networks", "[default]");
            }
            service.get(key)
                    .map(Merger::named)
                    .ifPresent(item -> fields.put(
                            name + "." + key,
                            item instanceof Members members
                                    ? members.members().keySet().stream()
                                            .sorted()
                                            .toList()
                                            .toString()
                                    : "?"));
        }
        for (String section : List.of("secrets", "configs")) {
            if (!service.elements(section).isEmpty()) {
                fields.put(
                        name + "." + section,
                        service.elements(section).stream()
                                .map(item -> ShortForms.fileSource(item) + " at "
                                        + ShortForms.fileKey(item, section.equals("secrets") ? "/run/secrets/" : "/"))
                                .sorted()
                                .toList()
                                .toString());
            }
        }
        service.mapping("ulimits")
                .ifPresent(all -> all.members()
                        .forEach((limit, value) -> fields.put(
                                name + ".ulimits." + limit,
                                value instanceof Members members
                                        ? text(members.get("soft").orElse(value)) + ":"
                                                + text(members.get("hard").orElse(value))
                                        : text(value) + ":" + text(value))));
        service.get("healthcheck", "test")
                .ifPresent(item -> fields.put(
                        name + ".healthcheck.test",
                        item instanceof Text text
                                ? List.of("CMD-SHELL", text.text()).toString()
                                : service.elements("healthcheck", "test").stream()
                                        .map(PeerModel::text)
                                        .toList()
                                        .toString()));
        for (String limit : List.of("memory", "cpus", "pids")) {
            service.text("deploy", "resources", "limits", limit)
                    .ifPresent(text -> fields.put(
                            name + ".deploy." + limit,
                            limit.equals("memory")
                                    ? Long.toString(Values.bytes(text).orElse(-7))
                                    : new BigDecimal(text.text())
                                            .stripTrailingZeros()
                                            .toPlainString()));
        }
        service.text("deploy", "replicas").ifPresent(text -> fields.put(name + ".deploy.replicas", text.text()));
    }
}

package dev.tallyclerk.hardening.compose;

import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.compose.Item.Items;
import dev.tallyclerk.hardening.compose.Item.Members;
import dev.tallyclerk.hardening.compose.Item.Text;
import dev.tallyclerk.internal.json.CompactJson;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonBoolean;
import dev.tallyclerk.internal.json.JsonValue.JsonNumber;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import dev.tallyclerk.internal.text.Words;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/**
 * A service as the request that Compose sends to the engine, with the place of each member in the user's files.
 *
 * <p>A member that cannot be known gets a value of a type that no reader takes, and a gap that says why.
 */
final class Translation {
    private static final String HOST = "HostConfig";
    private static final int MAX_PORTS = 2_000;
    private static final JsonValue NO_TEXT = new JsonBoolean(true);
    private static final JsonValue NO_VALUE = new JsonString("unknown");

    /** The members that are texts or words, by whether they are in HostConfig. */
    private static final Set<String> TEXTS = Words.set("""
            NetworkMode PidMode IpcMode UTSMode UsernsMode CgroupnsMode CgroupParent CpusetCpus Runtime User Image
            Entrypoint Cmd
            """);

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

    /** Where a value would be that a service does not have. */
    private static final Map<String, String> KEYS = Words.map("""
            /HostConfig/NetworkMode=networks /HostConfig/PidMode=pid /HostConfig/IpcMode=ipc /HostConfig/UTSMode=uts
            /HostConfig/UsernsMode=userns_mode /HostConfig/CgroupnsMode=cgroup /HostConfig/CgroupParent=cgroup_parent
            /HostConfig/CpusetCpus=cpuset /HostConfig/Runtime=runtime /HostConfig/Privileged=privileged
            /HostConfig/ReadonlyRootfs=read_only /HostConfig/Memory=mem_limit /HostConfig/MemorySwap=memswap_limit
            /HostConfig/CpuShares=cpu_shares /HostConfig/NanoCpus=cpus /HostConfig/CpuQuota=cpu_quota
            /HostConfig/PidsLimit=pids_limit /HostConfig/OomKillDisable=oom_kill_disable
            /HostConfig/OomScoreAdj=oom_score_adj /HostConfig/RestartPolicy=restart /HostConfig/LogConfig=logging
            /HostConfig/CapAdd=cap_add /HostConfig/CapDrop=cap_drop /HostConfig/SecurityOpt=security_opt
            /HostConfig/Tmpfs=tmpfs /HostConfig/Devices=devices /HostConfig/DeviceCgroupRules=device_cgroup_rules
            /HostConfig/DeviceRequests=gpus /HostConfig/Ulimits=ulimits /HostConfig/Links=links
            /HostConfig/GroupAdd=group_add /HostConfig/Sysctls=sysctls /HostConfig/PortBindings=ports
            /HostConfig/Binds=volumes /HostConfig/Mounts=volumes /HostConfig/VolumesFrom=volumes_from
            /HostConfig/PublishAllPorts=ports /User=user /Image=image /Entrypoint=entrypoint /Cmd=command
            /Healthcheck=healthcheck /Env=environment /Labels=labels /ExposedPorts=expose
            """);

    private final String name;
    private final Members service;
    private final Members model;
    private final Environment environment;
    private final Map<String, JsonValue> host = new LinkedHashMap<>();
    private final Map<String, JsonValue> top = new LinkedHashMap<>();
    private final Map<String, Location> places = new HashMap<>();
    private final Map<String, MissingValue> gaps = new HashMap<>();

    /** What a translation needs besides the model. */
    interface Environment {
        /** {@return the variables that files give to a service} */
        Map<String, EnvironmentFile.Variable> fromFiles(String service);

        /** {@return why values that a service does not state are not known} */
        List<MissingValue> open(String service);

        /** {@return the folder that relative paths of a value start from} */
        String folderOf(Item item);

        /** {@return a variable of the caller} */
        Optional<String> variable(String name);

        /** {@return the name of the project} */
        String project();
    }

    private Translation(String name, Members service, Members model, Environment environment) {
        this.name = name;
        this.service = service;
        this.model = model;
        this.environment = environment;
    }

    static Translation of(String name, Members service, Members model, Environment environment) {
        Translation translation = new Translation(name, service, model, environment);
        translation.translate();
        return translation;
    }

    /** {@return the request as JSON} */
    byte[] request() {
        Map<String, JsonValue> request = new LinkedHashMap<>(top);
        request.put(HOST, new JsonObject(host));
        return CompactJson.of(new JsonObject(request)).getBytes(StandardCharsets.UTF_8);
    }

    /** {@return why values that the service does not state are not known; empty if they are} */
    List<MissingValue> open() {
        return environment.open(name);
    }

    /** {@return the place of the member at a pointer, or where it would be} */
    Location locate(String pointer) {
        String at = pointer;
        while (!at.isEmpty()) {
            Location known = places.get(at);
            if (known != null) {
                return known;
            }
            at = at.substring(0, at.lastIndexOf('/'));
        }
        for (Map.Entry<String, String> key : KEYS.entrySet()) {
            if (pointer.equals(key.getKey()) || pointer.startsWith(key.getKey() + "/")) {
                return service.at().child(key.getValue());
            }
        }
        return service.at();
    }

    /** {@return why the member at a pointer, or one around it, is not known} */
    Optional<MissingValue> gap(String pointer) {
        String at = pointer;
        while (!at.isEmpty()) {
            MissingValue gap = gaps.get(at);
            if (gap != null) {
                return Optional.of(gap);
            }
            at = at.substring(0, at.lastIndexOf('/'));
        }
        return Optional.empty();
    }

    private void translate() {
        namespaces();
        limits();
        flag("Privileged", "privileged");
        flag("ReadonlyRootfs", "read_only");
        texts("CapAdd", "cap_add");
        texts("CapDrop", "cap_drop");
        texts("SecurityOpt", "security_opt");
        texts("DeviceCgroupRules", "device_cgroup_rules");
        texts("GroupAdd", "group_add");
        assignments(HOST, "Sysctls", "sysctls");
        tmpfs();
        devices();
        deviceRequests();
        mounts();
        ports();
        restart();
        logging();
        configuration();
        environment();
        healthcheck();
        unreadBase();
    }

    // ---- writing

    private static String escaped(String step) {
        return step.replace("~", "~0").replace("/", "~1");
    }

    private static String pointer(String... steps) {
        StringBuilder pointer = new StringBuilder();
        for (String step : steps) {
            pointer.append('/').append(escaped(step));
        }
        return pointer.toString();
    }

    private void putHost(String member, JsonValue value, Item at) {
        host.put(member, value);
        places.put(pointer(HOST, member), at.at());
    }

    private void putTop(String member, JsonValue value, Item at) {
        top.put(member, value);
        places.put(pointer(member), at.at());
    }

    private void put(String where, String member, JsonValue value, Item at) {
        if (where.equals(HOST)) {
            putHost(member, value, at);
        } else {
            putTop(member, value, at);
        }
    }

    private static String at(String where, String member) {
        return where.equals(HOST) ? pointer(HOST, member) : pointer(member);
    }

    private void gap(String where, String member, Item at, MissingValue why) {
        put(where, member, TEXTS.contains(member) ? NO_TEXT : NO_VALUE, at);
        gaps.put(at(where, member), why);
    }

    static MissingValue unset(Item item, String key) {
        if (item instanceof Text text) {
            List<String> names = text.result().unset().stream().distinct().toList();
            String which = names.size() == 1
                    ? "the variable " + names.get(0) + " is"
                    : "the variables " + String.join(", ", names) + " are";
            return new MissingValue(
                            MissingValue.Reason.UNRESOLVED_VARIABLE,
                            key + ": " + which + " not set and " + (names.size() == 1 ? "has" : "have") + " no default")
                    .withLocation(text.at());
        }
        return new MissingValue(MissingValue.Reason.UNREADABLE, key + " has a form that Compose does not know")
                .withLocation(item.at());
    }

    private MissingValue unreadable(Item item, String key, String wanted) {
        return item instanceof Text text && text.isUnset()
                ? unset(item, key)
                : new MissingValue(MissingValue.Reason.UNREADABLE, key + " is not " + wanted).withLocation(item.at());
    }

    private void text(String member, String key) {
        text(HOST, member, key);
    }

    private void text(String where, String member, String key) {
        service.get(key).ifPresent(item -> {
            if (item instanceof Text text && !text.isUnset()) {
                put(where, member, new JsonString(text.text()), item);
            } else {
                gap(where, member, item, unreadable(item, key, "a text"));
            }
        });
    }

    private void flag(String member, String key) {
        service.get(key).ifPresent(item -> {
            Optional<Boolean> truth = item instanceof Text text ? Values.truth(text) : Optional.empty();
            if (truth.isPresent()) {
                putHost(member, new JsonBoolean(truth.get()), item);
            } else {
                gap(HOST, member, item, unreadable(item, key, "a truth value"));
            }
        });
    }

    private void number(String member, String key, Function<Text, OptionalLong> reading, String[]... paths) {
        for (String[] path : paths) {
            Optional<Item> item = service.get(path);
            if (item.isEmpty()) {
                continue;
            }
            OptionalLong number = item.get() instanceof Text text ? reading.apply(text) : OptionalLong.empty();
            if (number.isPresent()) {
                putHost(member, number(number.getAsLong()), item.get());
            } else {
                gap(HOST, member, item.get(), unreadable(item.get(), key, "a number or size"));
            }
            return;
        }
    }

    private static JsonNumber number(long value) {
        return new JsonNumber(Long.toString(value));
    }

    private void texts(String member, String key) {
        service.get(key).ifPresent(item -> {
            List<JsonValue> texts = new ArrayList<>();
            for (Item element : service.elements(key)) {
                if (!(element instanceof Text text) || text.isUnset()) {
                    gap(HOST, member, item, unreadable(element, key, "a list of texts"));
                    return;
                }
                places.put(pointer(HOST, member, Integer.toString(texts.size())), element.at());
                texts.add(new JsonString(text.text()));
            }
            putHost(member, new JsonArray(texts), item);
        });
    }

    private void assignments(String where, String member, String key) {
        service.get(key).map(Merger::assignments).ifPresent(item -> {
            Map<String, JsonValue> values = new LinkedHashMap<>();
            if (!(item instanceof Members members)) {
                gap(where, member, item, unreadable(item, key, "a mapping or a list of NAME=VALUE"));
                return;
            }
            members.members().forEach((label, value) -> {
                places.put(at(where, member) + pointer(label), value.at());
                values.put(label, new JsonString(value instanceof Text text ? shown(text) : ""));
            });
            boolean isVague = where.equals(HOST)
                    && members.members().values().stream()
                            .anyMatch(value -> value instanceof Text text && text.isUnset());
            if (isVague) {
                gap(
                        where,
                        member,
                        item,
                        members.members().values().stream()
                                .filter(value -> value instanceof Text text && text.isUnset())
                                .findFirst()
                                .map(value -> unset(value, key))
                                .orElseThrow());
            } else {
                put(where, member, new JsonObject(values), item);
            }
        });
    }

    /** {@return the text as far as the file says it: a value from outside is no literal of the file} */
    private static String shown(Text text) {
        return text.isUnset() || text.result().isFromOutside() ? text.raw() : text.text();
    }

    // ---- namespaces and networks

    private void namespaces() {
        text("PidMode", "pid");
        text("IpcMode", "ipc");
        text("UTSMode", "uts");
        text("UsernsMode", "userns_mode");
        text("CgroupnsMode", "cgroup");
        text("CgroupParent", "cgroup_parent");
        text("Runtime", "runtime");
        Optional<Item> mode = service.get("network_mode");
        if (mode.isPresent()) {
            Optional<Text> text = service.text("network_mode");
            if (text.isPresent() && !text.get().isUnset()) {
                String value = text.get().text();
                boolean isService = value.startsWith("service:");
                putHost(
                        "NetworkMode",
                        new JsonString(isService ? "container:" + value.substring("service:".length()) : value),
                        mode.get());
            } else {
                gap(HOST, "NetworkMode", mode.get(), unreadable(mode.get(), "network_mode", "a text"));
            }
            return;
        }
        networks();
    }

    private void networks() {
        Item stated = service.get("networks").map(Merger::named).orElse(new Members(service.origin(), Map.of()));
        if (!(stated instanceof Members networks)) {
            gap(HOST, "NetworkMode", stated, unreadable(stated, "networks", "a list or mapping of networks"));
            return;
        }
        List<Map.Entry<String, Item>> ordered =
                new ArrayList<>(networks.members().entrySet());
        if (ordered.isEmpty()) {
            network("default", stated, 0);
            return;
        }
        ordered.sort(Comparator.<Map.Entry<String, Item>>comparingLong(entry -> -priority(entry.getValue()))
                .thenComparing(Map.Entry::getKey));
        for (int i = 0; i < ordered.size(); i++) {
            network(ordered.get(i).getKey(), ordered.get(i).getValue(), i);
        }
    }

    private static long priority(Item network) {
        return network instanceof Members members
                ? members.text("priority")
                        .map(Values::integer)
                        .orElse(OptionalLong.empty())
                        .orElse(0)
                : 0;
    }

    private void network(String key, Item at, int position) {
        Optional<Members> declared = model.mapping("networks", key);
        Optional<Text> named = declared.flatMap(network -> network.text("name"))
                .or(() -> declared.flatMap(network -> network.text("external", "name")));
        boolean isExternal = declared.flatMap(network -> network.get("external"))
                .filter(external -> !(external instanceof Text text) || Values.isTrue(text))
                .isPresent();
        String real = named.map(Text::text).orElse(isExternal ? key : environment.project() + "_" + key);
        boolean isUnset = real.indexOf(Interpolator.UNSET) >= 0 && named.isPresent();
        if (position == 0) {
            if (isUnset) {
                gap(HOST, "NetworkMode", at, unset(named.get(), "networks." + key + ".name"));
            } else {
                putHost("NetworkMode", new JsonString(real.replace(Interpolator.UNSET, '_')), at);
            }
            return;
        }
        Map<String, JsonValue> endpoints = new LinkedHashMap<>();
        if (top.get("NetworkingConfig") instanceof JsonObject config
                && config.members().get("EndpointsConfig") instanceof JsonObject before) {
            endpoints.putAll(before.members());
        }
        endpoints.put(real.replace(Interpolator.UNSET, '_'), new JsonObject(Map.of()));
        putTop("NetworkingConfig", new JsonObject(Map.of("EndpointsConfig", new JsonObject(endpoints))), at);
    }

    // ---- limits

    private void limits() {
        String[] resources = {"deploy", "resources", "limits"};
        number("Memory", "mem_limit", Values::bytes, new String[] {"mem_limit"}, below(resources, "memory"));
        number("MemorySwap", "memswap_limit", Values::bytes, new String[] {"memswap_limit"});
        number("NanoCpus", "cpus", Values::nanos, new String[] {"cpus"}, below(resources, "cpus"));
        number("CpuShares", "cpu_shares", Values::integer, new String[] {"cpu_shares"});
        number("CpuQuota", "cpu_quota", Values::integer, new String[] {"cpu_quota"});
        number("PidsLimit", "pids_limit", Values::integer, new String[] {"pids_limit"}, below(resources, "pids"));
        number("OomScoreAdj", "oom_score_adj", Values::integer, new String[] {"oom_score_adj"});
        text("CpusetCpus", "cpuset");
        flag("OomKillDisable", "oom_kill_disable");
        ulimits();
    }

    private static String[] below(String[] path, String step) {
        String[] longer = Arrays.copyOf(path, path.length + 1);
        longer[path.length] = step;
        return longer;
    }

    private void ulimits() {
        service.get("ulimits").ifPresent(item -> {
            List<JsonValue> limits = new ArrayList<>();
            Map<String, Item> all = item instanceof Members members ? members.members() : Map.of();
            for (Map.Entry<String, Item> entry : all.entrySet()) {
                Item limit = entry.getValue();
                OptionalLong soft = limit(limit, "soft");
                OptionalLong hard = limit(limit, "hard");
                if (soft.isEmpty() || hard.isEmpty()) {
                    gap(HOST, "Ulimits", item, unreadable(limit, "ulimits." + entry.getKey(), "a number"));
                    return;
                }
                places.put(pointer(HOST, "Ulimits", Integer.toString(limits.size())), limit.at());
                limits.add(object(
                        "Name", new JsonString(entry.getKey()),
                        "Soft", number(soft.getAsLong()),
                        "Hard", number(hard.getAsLong())));
            }
            putHost("Ulimits", new JsonArray(limits), item);
        });
    }

    private static OptionalLong limit(Item limit, String which) {
        Optional<Text> text = limit instanceof Text one
                ? Optional.of(one)
                : limit instanceof Members members ? members.text(which) : Optional.empty();
        return text.map(Values::integer).orElse(OptionalLong.empty());
    }

    private static JsonObject object(Object... members) {
        Map<String, JsonValue> all = new LinkedHashMap<>();
        for (int i = 0; i < members.length; i += 2) {
            all.put((String) members[i], (JsonValue) members[i + 1]);
        }
        return new JsonObject(all);
    }

    // ---- file systems and devices

    private void tmpfs() {
        service.get("tmpfs").ifPresent(item -> {
            Map<String, JsonValue> all = new LinkedHashMap<>();
            for (Item element : service.elements("tmpfs")) {
                if (!(element instanceof Text text) || text.isUnset()) {
                    gap(HOST, "Tmpfs", item, unreadable(element, "tmpfs", "a path"));
                    return;
                }
                int colon = text.text().indexOf(':');
                String path = colon < 0 ? text.text() : text.text().substring(0, colon);
                places.put(pointer(HOST, "Tmpfs", path), element.at());
                all.put(path, new JsonString(colon < 0 ? "" : text.text().substring(colon + 1)));
            }
            putHost("Tmpfs", new JsonObject(all), item);
        });
    }

    private void devices() {
        service.get("devices").ifPresent(item -> {
            List<JsonValue> all = new ArrayList<>();
            for (Item element : service.elements("devices")) {
                ShortForms.Device device = ShortForms.device(element);
                if (device.source().isEmpty() || device.source().indexOf(Interpolator.UNSET) >= 0) {
                    gap(HOST, "Devices", item, unreadable(element, "devices", "a device"));
                    return;
                }
                if (!device.source().startsWith("/") && device.source().contains("=")) {
                    continue;
                }
                places.put(pointer(HOST, "Devices", Integer.toString(all.size())), element.at());
                all.add(object(
                        "PathOnHost", new JsonString(device.source()),
                        "PathInContainer", new JsonString(device.target()),
                        "CgroupPermissions", new JsonString(device.permissions().replace(Interpolator.UNSET, '?'))));
            }
            putHost("Devices", new JsonArray(all), item);
        });
    }

    private void deviceRequests() {
        List<JsonValue> all = new ArrayList<>();
        List<Item> requests = new ArrayList<>(service.elements("gpus"));
        requests.addAll(service.elements("deploy", "resources", "reservations", "devices"));
        for (Item request : requests) {
            boolean isOfDriver = request instanceof Members;
            List<JsonValue> ids = new ArrayList<>();
            if (request instanceof Members members) {
                members.elements("device_ids").forEach(id -> ids.add(new JsonString(Item.textOf(id))));
            }
            places.put(pointer(HOST, "DeviceRequests", Integer.toString(all.size())), request.at());
            String driver = isOfDriver ? ShortForms.text((Members) request, "driver") : "";
            all.add(object("Driver", new JsonString(driver), "DeviceIDs", new JsonArray(ids)));
        }
        for (Item element : service.elements("devices")) {
            ShortForms.Device device = ShortForms.device(element);
            if (!device.source().startsWith("/") && device.source().contains("=")) {
                places.put(pointer(HOST, "DeviceRequests", Integer.toString(all.size())), element.at());
                all.add(object(
                        "Driver", new JsonString("cdi"),
                        "DeviceIDs", new JsonArray(List.of(new JsonString(device.source())))));
            }
        }
        if (!all.isEmpty()) {
            putHost(
                    "DeviceRequests",
                    new JsonArray(all),
                    requests.isEmpty() ? service.get("devices").orElse(service) : requests.get(0));
        }
    }

    private void mounts() {
        List<JsonValue> all = new ArrayList<>();
        for (ShortForms.Volume volume : volumes(name, service, new HashSet<>())) {
            mount(volume, all);
        }
        service.text("use_api_socket")
                .filter(Values::isTrue)
                .ifPresent(flag -> mount(
                        new ShortForms.Volume("bind", "/var/run/docker.sock", "/var/run/docker.sock", false, "", flag),
                        all));
        files("secrets", "/run/secrets/", all);
        files("configs", "/", all);
        if (!all.isEmpty()) {
            putHost("Mounts", new JsonArray(all), service.get("volumes").orElse(service));
        }
    }

    /** {@return the mounts of a service and of those from which it takes all} */
    private List<ShortForms.Volume> volumes(String of, Members service, Set<String> seen) {
        List<ShortForms.Volume> all = new ArrayList<>();
        seen.add(of);
        for (Item element : service.elements("volumes")) {
            all.add(ShortForms.volume(element));
        }
        for (Item element : service.elements("volumes_from")) {
            String[] parts = Item.textOf(element).split(":", 2);
            Optional<Members> other = model.mapping("services", parts[0]);
            boolean isReadOnly = parts.length > 1 && parts[1].equals("ro");
            if (other.isPresent() && !seen.contains(parts[0])) {
                for (ShortForms.Volume volume : volumes(parts[0], other.get(), seen)) {
                    all.add(new ShortForms.Volume(
                            volume.type(),
                            volume.source(),
                            volume.target(),
                            volume.isReadOnly() || isReadOnly,
                            volume.propagation(),
                            volume.at()));
                }
            } else if (other.isEmpty()) {
                putHost("VolumesFrom", new JsonArray(List.of(new JsonString(parts[parts.length - 1]))), element);
            }
        }
        return all;
    }

    private void mount(ShortForms.Volume volume, List<JsonValue> all) {
        String index = Integer.toString(all.size());
        places.put(pointer(HOST, "Mounts", index), volume.at().at());
        Map<String, JsonValue> mount = new LinkedHashMap<>();
        mount.put(
                "Type",
                new JsonString(volume.type().isEmpty() ? "bind" : volume.type().replace(Interpolator.UNSET, '?')));
        String target = volume.target().replace(Interpolator.UNSET, '?');
        mount.put("Target", new JsonString(target));
        mount.put("ReadOnly", new JsonBoolean(volume.isReadOnly()));
        boolean isUnset = volume.source().indexOf(Interpolator.UNSET) >= 0
                || volume.type().isEmpty();
        boolean isBind = volume.isBind() || volume.type().isEmpty();
        Optional<String> source = isUnset ? Optional.empty() : isBind ? hostPath(volume) : Optional.of(volume.source());
        source.ifPresent(path -> mount.put("Source", new JsonString(path)));
        if (source.isEmpty()) {
            MissingValue why = isUnset
                    ? unset(unsetOf(volume.at()), "volumes")
                    : new MissingValue(
                                    MissingValue.Reason.SOURCE_NOT_PROVIDED,
                                    "volumes: " + volume.source()
                                            + " leads out of the project, whose folder on the host is not known")
                            .withLocation(volume.at().at());
            gaps.put(pointer(HOST, "Mounts", index, "Source"), why);
        }
        if (!volume.propagation().isEmpty()) {
            mount.put("BindOptions", object("Propagation", new JsonString(volume.propagation())));
        }
        driver(volume).ifPresent(options -> mount.put("VolumeOptions", options));
        all.add(new JsonObject(mount));
    }

    private static Item unsetOf(Item item) {
        return item instanceof Members members ? members.get("source").orElse(item) : item;
    }

    /** {@return the path on the host; one in the project stays relative to it} */
    private Optional<String> hostPath(ShortForms.Volume volume) {
        String source = volume.source();
        if (source.startsWith("~")) {
            boolean isOwn = source.equals("~") || source.startsWith("~/");
            return isOwn ? environment.variable("HOME").map(home -> home + source.substring(1)) : Optional.empty();
        }
        if (source.startsWith("/") || !Paths.climbs(source)) {
            return Optional.of(source);
        }
        String folder = environment.folderOf(volume.at());
        Optional<String> absolute = folder.startsWith("/")
                ? Optional.of(folder)
                : environment.variable("PWD").filter(pwd -> pwd.startsWith("/")).map(pwd -> Paths.join(pwd, folder));
        return absolute.map(path -> Paths.join(path, source));
    }

    /** {@return the driver of a named volume that the project declares} */
    private Optional<JsonObject> driver(ShortForms.Volume volume) {
        if (!volume.type().equals("volume")) {
            return Optional.empty();
        }
        Optional<Members> options = model.mapping("volumes", volume.source(), "driver_opts");
        if (options.isEmpty()) {
            return Optional.empty();
        }
        Map<String, JsonValue> all = new LinkedHashMap<>();
        options.get()
                .members()
                .forEach((key, value) -> all.put(
                        key,
                        new JsonString(
                                value instanceof Text text ? text.text().replace(Interpolator.UNSET, '?') : "")));
        String driver =
                model.text("volumes", volume.source(), "driver").map(Text::text).orElse("local");
        return Optional.of(
                object("DriverConfig", object("Name", new JsonString(driver), "Options", new JsonObject(all))));
    }

    /** Without swarm, Compose mounts the files of secrets and configs. */
    private void files(String section, String folder, List<JsonValue> all) {
        for (Item element : service.elements(section)) {
            Optional<Text> file = model.text(section, ShortForms.fileSource(element), "file");
            file.ifPresent(path -> mount(
                    new ShortForms.Volume("bind", path.text(), ShortForms.fileKey(element, folder), true, "", path),
                    all));
        }
    }

    // ---- ports

    private void ports() {
        Map<String, List<JsonValue>> bindings = new LinkedHashMap<>();
        Map<String, JsonValue> exposed = new LinkedHashMap<>();
        for (ShortForms.Port port : allPorts(service)) {
            String target = port.target() + "/" + port.protocol();
            String shown = target.replace(Interpolator.UNSET, '?');
            List<JsonValue> list = bindings.computeIfAbsent(shown, key -> new ArrayList<>());
            String pointer = pointer(HOST, "PortBindings", shown, Integer.toString(list.size()));
            places.put(pointer, port.at().at());
            places.putIfAbsent(pointer(HOST, "PortBindings", shown), port.at().at());
            boolean isUnset = (port.hostIp() + port.published() + target).indexOf(Interpolator.UNSET) >= 0;
            if (isUnset) {
                gaps.put(pointer(HOST, "PortBindings", shown), unset(unsetPort(port.at()), "ports"));
            }
            list.add(object(
                    "HostIp", isUnset ? NO_TEXT : new JsonString(port.hostIp()),
                    "HostPort", isUnset ? NO_TEXT : new JsonString(port.published())));
            exposed.put(shown, new JsonObject(Map.of()));
        }
        for (Item element : service.elements("expose")) {
            String port = Item.textOf(element).replace(Interpolator.UNSET, '?');
            exposed.put(port.contains("/") ? port : port + "/tcp", new JsonObject(Map.of()));
        }
        if (!bindings.isEmpty()) {
            Map<String, JsonValue> all = new LinkedHashMap<>();
            bindings.forEach((target, list) -> all.put(target, new JsonArray(list)));
            putHost("PortBindings", new JsonObject(all), service.get("ports").orElse(service));
        }
        if (!exposed.isEmpty()) {
            putTop(
                    "ExposedPorts",
                    new JsonObject(exposed),
                    service.get("expose").or(() -> service.get("ports")).orElse(service));
        }
    }

    /** {@return the published ports, equal ones once} */
    static List<ShortForms.Port> allPorts(Members service) {
        Map<String, ShortForms.Port> all = new LinkedHashMap<>();
        for (Item element : service.elements("ports")) {
            ShortForms.ports(element, MAX_PORTS - all.size()).forEach(port -> all.put(port.key(), port));
        }
        return List.copyOf(all.values());
    }

    private static Item unsetPort(Item item) {
        if (item instanceof Members members) {
            for (Item member : members.members().values()) {
                if (member instanceof Text text && text.isUnset()) {
                    return text;
                }
            }
        }
        return item;
    }

    // ---- the rest

    private void restart() {
        Optional<Members> policy = service.mapping("deploy", "restart_policy");
        if (policy.isPresent()) {
            String condition = policy.get().text("condition").map(Text::text).orElse("");
            OptionalLong attempts =
                    policy.get().text("max_attempts").map(Values::integer).orElse(OptionalLong.of(0));
            boolean isUnset = condition.indexOf(Interpolator.UNSET) >= 0 || attempts.isEmpty();
            String mode = switch (condition) {
                case "none" -> "no";
                case "", "any" -> "always";
                default -> condition;
            };
            if (isUnset) {
                gap(HOST, "RestartPolicy", policy.get(), unreadable(policy.get(), "deploy.restart_policy", "known"));
            } else {
                putHost(
                        "RestartPolicy",
                        object("Name", new JsonString(mode), "MaximumRetryCount", number(attempts.getAsLong())),
                        policy.get());
            }
            return;
        }
        service.get("restart").ifPresent(item -> {
            if (!(item instanceof Text text) || text.isUnset()) {
                gap(HOST, "RestartPolicy", item, unreadable(item, "restart", "a text"));
                return;
            }
            // YAML 1.1 readers take no for a truth value.
            String[] parts = (Values.truth(text).isPresent() ? "no" : text.text()).split(":", 2);
            OptionalLong retries = parts.length == 1 ? OptionalLong.of(0) : Values.integer(text.with(parts[1]));
            if (retries.isEmpty()) {
                gap(HOST, "RestartPolicy", item, unreadable(item, "restart", "a policy with a number of retries"));
            } else {
                putHost(
                        "RestartPolicy",
                        object("Name", new JsonString(parts[0]), "MaximumRetryCount", number(retries.getAsLong())),
                        item);
            }
        });
    }

    private void logging() {
        if (service.mapping("logging").isEmpty()) {
            // The default of an engine that is not configured otherwise.
            host.put("LogConfig", object("Type", new JsonString("json-file"), "Config", new JsonObject(Map.of())));
            return;
        }
        service.mapping("logging").ifPresent(logging -> {
            Map<String, JsonValue> options = new LinkedHashMap<>();
            logging.mapping("options")
                    .ifPresent(all -> all.members()
                            .forEach((key, value) ->
                                    options.put(key, new JsonString(value instanceof Text text ? shown(text) : ""))));
            Optional<Text> driver = logging.text("driver");
            if (driver.isPresent() && driver.get().isUnset()) {
                gap(HOST, "LogConfig", logging, unset(driver.get(), "logging.driver"));
            } else {
                putHost(
                        "LogConfig",
                        object(
                                "Type",
                                new JsonString(driver.map(Text::text).orElse("")),
                                "Config",
                                new JsonObject(options)),
                        logging);
            }
        });
    }

    private void configuration() {
        text("", "User", "user");
        Optional<Item> image = service.get("image");
        if (image.isPresent()) {
            text("", "Image", "image");
        } else {
            Item build = service.get("build").orElse(service);
            gap(
                    "",
                    "Image",
                    build,
                    new MissingValue(
                                    MissingValue.Reason.SOURCE_NOT_PROVIDED,
                                    service.get("build").isPresent()
                                            ? "the image is built, and its name is not stated"
                                            : "the service has neither image nor build")
                            .withLocation(build.at()));
        }
        words("Entrypoint", "entrypoint");
        words("Cmd", "command");
        assignments("", "Labels", "labels");
    }

    private void words(String member, String key) {
        service.get(key).ifPresent(item -> {
            if (item instanceof Text text) {
                List<JsonValue> words = new ArrayList<>();
                ShellWords.split(shown(text)).forEach(word -> words.add(new JsonString(word)));
                putTop(member, new JsonArray(words), item);
                return;
            }
            List<JsonValue> words = new ArrayList<>();
            for (Item element : service.elements(key)) {
                places.put(pointer(member, Integer.toString(words.size())), element.at());
                words.add(new JsonString(element instanceof Text text ? shown(text) : ""));
            }
            putTop(member, new JsonArray(words), item);
        });
    }

    private void environment() {
        Map<String, EnvironmentFile.Variable> fromFiles = environment.fromFiles(name);
        Item stated =
                service.get("environment").map(Merger::assignments).orElse(new Members(service.origin(), Map.of()));
        if (!(stated instanceof Members own)) {
            gap("", "Env", stated, unreadable(stated, "environment", "a mapping or a list of NAME=VALUE"));
            return;
        }
        List<JsonValue> all = new ArrayList<>();
        fromFiles.forEach((key, variable) -> {
            if (!own.members().containsKey(key)) {
                places.put(pointer("Env", Integer.toString(all.size())), variable.at());
                all.add(new JsonString(
                        key + "=" + variable.value().replace(String.valueOf(Interpolator.UNSET), "${UNKNOWN}")));
            }
        });
        own.members().forEach((key, value) -> {
            places.put(pointer("Env", Integer.toString(all.size())), value.at());
            boolean isNull = value instanceof Text text && text.isNull();
            // The caller's value of a variable is no literal of the file.
            all.add(new JsonString(
                    isNull ? key + "=${" + key + "}" : key + "=" + (value instanceof Text text ? shown(text) : "")));
        });
        putTop(
                "Env",
                new JsonArray(all),
                service.get("environment").or(() -> service.get("env_file")).orElse(service));
    }

    private void healthcheck() {
        Optional<Members> stated = service.mapping("healthcheck");
        if (stated.isEmpty()) {
            return;
        }
        Members check = stated.get();
        List<JsonValue> test = new ArrayList<>();
        boolean isDisabled = check.text("disable").map(Values::isTrue).orElse(false);
        Optional<Item> command = check.get("test");
        if (isDisabled) {
            test.add(new JsonString("NONE"));
        } else if (command.isPresent() && command.get() instanceof Text text) {
            test.add(new JsonString("CMD-SHELL"));
            test.add(new JsonString(shown(text)));
        } else if (command.isPresent() && command.get() instanceof Items items) {
            items.elements().forEach(word -> test.add(new JsonString(word instanceof Text text ? shown(text) : "")));
        }
        if (!test.isEmpty()) {
            putTop("Healthcheck", object("Test", new JsonArray(test)), check);
        }
    }

    /** A service that extends one that was not read may have anything that it does not state itself. */
    private void unreadBase() {
        List<MissingValue> open = environment.open(name);
        if (open.isEmpty()) {
            return;
        }
        MissingValue why = open.get(0);
        for (String member : OF_HOST) {
            if (!host.containsKey(member)
                    || (member.equals("LogConfig") && service.get("logging").isEmpty())
                    || (member.equals("NetworkMode")
                            && service.get("networks").isEmpty()
                            && service.get("network_mode").isEmpty())) {
                gap(HOST, member, service, why);
            }
        }
        for (String member : LISTS_OF_HOST) {
            gap(HOST, member, service, why);
        }
        for (String member : OF_CONTAINER) {
            if (!top.containsKey(member)
                    || member.equals("Env")
                    || member.equals("Labels")
                    || (member.equals("Image") && service.get("image").isEmpty())) {
                gap("", member, service, why);
            }
        }
    }
}

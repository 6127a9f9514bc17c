package dev.tallyclerk.hardening.compose;

import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
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
import java.util.HashMap;
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
final class ServiceRequest {
    /** The member of a request with the settings of the host. */
    static final String HOST = "HostConfig";

    /** A value that no reader takes for a text. */
    static final JsonValue NO_TEXT = new JsonBoolean(true);

    private static final JsonValue NO_VALUE = new JsonString("unknown");

    /** The members that are texts or words, by whether they are in HostConfig. */
    private static final Set<String> TEXTS = Words.set("""
            NetworkMode PidMode IpcMode UTSMode UsernsMode CgroupnsMode CgroupParent CpusetCpus Runtime User Image
            Entrypoint Cmd
            """);

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

    private final Members service;
    private final Map<String, JsonValue> host = new LinkedHashMap<>();
    private final Map<String, JsonValue> top = new LinkedHashMap<>();
    private final Map<String, Location> places = new HashMap<>();
    private final Map<String, MissingValue> gaps = new HashMap<>();

    ServiceRequest(Members service) {
        this.service = service;
    }

    /** {@return the request as JSON} */
    byte[] json() {
        Map<String, JsonValue> request = new LinkedHashMap<>(top);
        request.put(HOST, new JsonObject(host));
        return CompactJson.of(new JsonObject(request)).getBytes(StandardCharsets.UTF_8);
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

    /** Says where a member is, or an element of one. */
    void place(String pointer, Location at) {
        places.put(pointer, at);
    }

    /** Says where a member is, unless that is known. */
    void placeIfAbsent(String pointer, Location at) {
        places.putIfAbsent(pointer, at);
    }

    /** Says why the member at a pointer is not known. */
    void gap(String pointer, MissingValue why) {
        gaps.put(pointer, why);
    }

    /** Sets a member of HostConfig that is written nowhere. */
    void putDefault(String member, JsonValue value) {
        host.put(member, value);
    }

    boolean hasHost(String member) {
        return host.containsKey(member);
    }

    boolean hasTop(String member) {
        return top.containsKey(member);
    }

    Optional<JsonValue> top(String member) {
        return Optional.ofNullable(top.get(member));
    }

    private static String escaped(String step) {
        return step.replace("~", "~0").replace("/", "~1");
    }

    static String pointer(String... steps) {
        StringBuilder pointer = new StringBuilder();
        for (String step : steps) {
            pointer.append('/').append(escaped(step));
        }
        return pointer.toString();
    }

    void putHost(String member, JsonValue value, Item at) {
        host.put(member, value);
        places.put(pointer(HOST, member), at.at());
    }

    void putTop(String member, JsonValue value, Item at) {
        top.put(member, value);
        places.put(pointer(member), at.at());
    }

    void put(String where, String member, JsonValue value, Item at) {
        if (where.equals(HOST)) {
            putHost(member, value, at);
        } else {
            putTop(member, value, at);
        }
    }

    private static String at(String where, String member) {
        return where.equals(HOST) ? pointer(HOST, member) : pointer(member);
    }

    void gap(String where, String member, Item at, MissingValue why) {
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

    MissingValue unreadable(Item item, String key, String wanted) {
        return item instanceof Text text && text.isUnset()
                ? unset(item, key)
                : new MissingValue(MissingValue.Reason.UNREADABLE, key + " is not " + wanted).withLocation(item.at());
    }

    void text(String member, String key) {
        text(HOST, member, key);
    }

    void text(String where, String member, String key) {
        service.get(key).ifPresent(item -> {
            if (item instanceof Text text && !text.isUnset()) {
                put(where, member, new JsonString(text.text()), item);
            } else {
                gap(where, member, item, unreadable(item, key, "a text"));
            }
        });
    }

    void flag(String member, String key) {
        service.get(key).ifPresent(item -> {
            Optional<Boolean> truth = item instanceof Text text ? Values.truth(text) : Optional.empty();
            if (truth.isPresent()) {
                putHost(member, new JsonBoolean(truth.get()), item);
            } else {
                gap(HOST, member, item, unreadable(item, key, "a truth value"));
            }
        });
    }

    void number(String member, String key, Function<Text, OptionalLong> reading, String[]... paths) {
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

    static JsonNumber number(long value) {
        return new JsonNumber(Long.toString(value));
    }

    static JsonObject object(Object... members) {
        Map<String, JsonValue> all = new LinkedHashMap<>();
        for (int i = 0; i < members.length; i += 2) {
            all.put((String) members[i], (JsonValue) members[i + 1]);
        }
        return new JsonObject(all);
    }

    void texts(String member, String key) {
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

    void assignments(String where, String member, String key) {
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
    static String shown(Text text) {
        return text.isUnset() || text.result().isFromOutside() ? text.raw() : text.text();
    }
}

package dev.tallyclerk.hardening.compose;

import static dev.tallyclerk.hardening.compose.ServiceRequest.HOST;
import static dev.tallyclerk.hardening.compose.ServiceRequest.number;
import static dev.tallyclerk.hardening.compose.ServiceRequest.object;
import static dev.tallyclerk.hardening.compose.ServiceRequest.pointer;

import dev.tallyclerk.hardening.compose.Item.Members;
import dev.tallyclerk.hardening.compose.Item.Text;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The limits and devices of a service. */
final class ResourceTranslation {
    private final Members service;
    private final ServiceRequest request;

    ResourceTranslation(Members service, ServiceRequest request) {
        this.service = service;
        this.request = request;
    }

    void translate() {
        limits();
        devices();
        deviceRequests();
    }

    private void limits() {
        String[] resources = {"deploy", "resources", "limits"};
        request.number("Memory", "mem_limit", Values::bytes, new String[] {"mem_limit"}, below(resources, "memory"));
        request.number("MemorySwap", "memswap_limit", Values::bytes, new String[] {"memswap_limit"});
        request.number("NanoCpus", "cpus", Values::nanos, new String[] {"cpus"}, below(resources, "cpus"));
        request.number("CpuShares", "cpu_shares", Values::integer, new String[] {"cpu_shares"});
        request.number("CpuQuota", "cpu_quota", Values::integer, new String[] {"cpu_quota"});
        request.number(
                "PidsLimit", "pids_limit", Values::integer, new String[] {"pids_limit"}, below(resources, "pids"));
        request.number("OomScoreAdj", "oom_score_adj", Values::integer, new String[] {"oom_score_adj"});
        request.text("CpusetCpus", "cpuset");
        request.flag("OomKillDisable", "oom_kill_disable");
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
                    request.gap(
                            HOST, "Ulimits", item, request.unreadable(limit, "ulimits." + entry.getKey(), "a number"));
                    return;
                }
                request.place(pointer(HOST, "Ulimits", Integer.toString(limits.size())), limit.at());
                limits.add(object(
                        "Name", new JsonString(entry.getKey()),
                        "Soft", number(soft.getAsLong()),
                        "Hard", number(hard.getAsLong())));
            }
            request.putHost("Ulimits", new JsonArray(limits), item);
        });
    }

    private static OptionalLong limit(Item limit, String which) {
        Optional<Text> text = limit instanceof Text one
                ? Optional.of(one)
                : limit instanceof Members members ? members.text(which) : Optional.empty();
        return text.map(Values::integer).orElse(OptionalLong.empty());
    }

    private void devices() {
        service.get("devices").ifPresent(item -> {
            List<JsonValue> all = new ArrayList<>();
            for (Item element : service.elements("devices")) {
                ShortForms.Device device = ShortForms.device(element);
                if (device.source().isEmpty() || device.source().indexOf(Interpolator.UNSET) >= 0) {
                    request.gap(HOST, "Devices", item, request.unreadable(element, "devices", "a device"));
                    return;
                }
                if (!device.source().startsWith("/") && device.source().contains("=")) {
                    continue;
                }
                request.place(pointer(HOST, "Devices", Integer.toString(all.size())), element.at());
                all.add(object(
                        "PathOnHost", new JsonString(device.source()),
                        "PathInContainer", new JsonString(device.target()),
                        "CgroupPermissions", new JsonString(device.permissions().replace(Interpolator.UNSET, '?'))));
            }
            request.putHost("Devices", new JsonArray(all), item);
        });
    }

    private void deviceRequests() {
        List<JsonValue> all = new ArrayList<>();
        List<Item> requests = new ArrayList<>(service.elements("gpus"));
        requests.addAll(service.elements("deploy", "resources", "reservations", "devices"));
        for (Item asked : requests) {
            boolean isOfDriver = asked instanceof Members;
            List<JsonValue> ids = new ArrayList<>();
            if (asked instanceof Members members) {
                members.elements("device_ids").forEach(id -> ids.add(new JsonString(Item.textOf(id))));
            }
            request.place(pointer(HOST, "DeviceRequests", Integer.toString(all.size())), asked.at());
            String driver = isOfDriver ? ShortForms.text((Members) asked, "driver") : "";
            all.add(object("Driver", new JsonString(driver), "DeviceIDs", new JsonArray(ids)));
        }
        for (Item element : service.elements("devices")) {
            ShortForms.Device device = ShortForms.device(element);
            if (!device.source().startsWith("/") && device.source().contains("=")) {
                request.place(pointer(HOST, "DeviceRequests", Integer.toString(all.size())), element.at());
                all.add(object(
                        "Driver", new JsonString("cdi"),
                        "DeviceIDs", new JsonArray(List.of(new JsonString(device.source())))));
            }
        }
        if (!all.isEmpty()) {
            request.putHost(
                    "DeviceRequests",
                    new JsonArray(all),
                    requests.isEmpty() ? service.get("devices").orElse(service) : requests.get(0));
        }
    }
}

package dev.tallyclerk.hardening.compose;

import static dev.tallyclerk.hardening.compose.ServiceRequest.HOST;
import static dev.tallyclerk.hardening.compose.ServiceRequest.NO_TEXT;
import static dev.tallyclerk.hardening.compose.ServiceRequest.object;
import static dev.tallyclerk.hardening.compose.ServiceRequest.pointer;
import static dev.tallyclerk.hardening.compose.ServiceRequest.unset;

import dev.tallyclerk.hardening.compose.Item.Members;
import dev.tallyclerk.hardening.compose.Item.Text;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The namespaces, networks and ports of a service. */
final class NetworkTranslation {
    private static final int MAX_PORTS = 2_000;

    private final Members service;
    private final Members model;
    private final ProjectEnvironment environment;
    private final ServiceRequest request;

    NetworkTranslation(Members service, Members model, ProjectEnvironment environment, ServiceRequest request) {
        this.service = service;
        this.model = model;
        this.environment = environment;
        this.request = request;
    }

    void translate() {
        namespaces();
        ports();
    }

    private void namespaces() {
        request.text("PidMode", "pid");
        request.text("IpcMode", "ipc");
        request.text("UTSMode", "uts");
        request.text("UsernsMode", "userns_mode");
        request.text("CgroupnsMode", "cgroup");
        request.text("CgroupParent", "cgroup_parent");
        request.text("Runtime", "runtime");
        Optional<Item> mode = service.get("network_mode");
        if (mode.isPresent()) {
            Optional<Text> text = service.text("network_mode");
            if (text.isPresent() && !text.get().isUnset()) {
                String value = text.get().text();
                boolean isService = value.startsWith("service:");
                request.putHost(
                        "NetworkMode",
                        new JsonString(isService ? "container:" + value.substring("service:".length()) : value),
                        mode.get());
            } else {
                request.gap(HOST, "NetworkMode", mode.get(), request.unreadable(mode.get(), "network_mode", "a text"));
            }
            return;
        }
        networks();
    }

    private void networks() {
        Item stated = service.get("networks").map(Merger::named).orElse(new Members(service.origin(), Map.of()));
        if (!(stated instanceof Members networks)) {
            request.gap(
                    HOST,
                    "NetworkMode",
                    stated,
                    request.unreadable(stated, "networks", "a list or mapping of networks"));
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
                request.gap(HOST, "NetworkMode", at, unset(named.get(), "networks." + key + ".name"));
            } else {
                request.putHost("NetworkMode", new JsonString(real.replace(Interpolator.UNSET, '_')), at);
            }
            return;
        }
        Map<String, JsonValue> endpoints = new LinkedHashMap<>();
        if (request.top("NetworkingConfig").orElse(null) instanceof JsonObject config
                && config.members().get("EndpointsConfig") instanceof JsonObject before) {
            endpoints.putAll(before.members());
        }
        endpoints.put(real.replace(Interpolator.UNSET, '_'), new JsonObject(Map.of()));
        request.putTop("NetworkingConfig", new JsonObject(Map.of("EndpointsConfig", new JsonObject(endpoints))), at);
    }

    private void ports() {
        Map<String, List<JsonValue>> bindings = new LinkedHashMap<>();
        Map<String, JsonValue> exposed = new LinkedHashMap<>();
        for (ShortForms.Port port : allPorts(service)) {
            String target = port.target() + "/" + port.protocol();
            String shown = target.replace(Interpolator.UNSET, '?');
            List<JsonValue> list = bindings.computeIfAbsent(shown, key -> new ArrayList<>());
            String pointer = pointer(HOST, "PortBindings", shown, Integer.toString(list.size()));
            request.place(pointer, port.at().at());
            request.placeIfAbsent(
                    pointer(HOST, "PortBindings", shown), port.at().at());
            boolean isUnset = (port.hostIp() + port.published() + target).indexOf(Interpolator.UNSET) >= 0;
            if (isUnset) {
                request.gap(pointer(HOST, "PortBindings", shown), unset(unsetPort(port.at()), "ports"));
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
            request.putHost(
                    "PortBindings", new JsonObject(all), service.get("ports").orElse(service));
        }
        if (!exposed.isEmpty()) {
            request.putTop(
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
}

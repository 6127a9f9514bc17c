package dev.tallyclerk.hardening.compose;

import static dev.tallyclerk.hardening.compose.ServiceRequest.HOST;
import static dev.tallyclerk.hardening.compose.ServiceRequest.object;
import static dev.tallyclerk.hardening.compose.ServiceRequest.pointer;
import static dev.tallyclerk.hardening.compose.ServiceRequest.unset;

import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.compose.Item.Members;
import dev.tallyclerk.hardening.compose.Item.Text;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonBoolean;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The file systems of a service. */
final class MountTranslation {
    private final String name;
    private final Members service;
    private final Members model;
    private final ProjectEnvironment environment;
    private final ServiceRequest request;

    MountTranslation(
            String name, Members service, Members model, ProjectEnvironment environment, ServiceRequest request) {
        this.name = name;
        this.service = service;
        this.model = model;
        this.environment = environment;
        this.request = request;
    }

    void translate() {
        tmpfs();
        mounts();
    }

    private void tmpfs() {
        service.get("tmpfs").ifPresent(item -> {
            Map<String, JsonValue> all = new LinkedHashMap<>();
            for (Item element : service.elements("tmpfs")) {
                if (!(element instanceof Text text) || text.isUnset()) {
                    request.gap(HOST, "Tmpfs", item, request.unreadable(element, "tmpfs", "a path"));
                    return;
                }
                int colon = text.text().indexOf(':');
                String path = colon < 0 ? text.text() : text.text().substring(0, colon);
                request.place(pointer(HOST, "Tmpfs", path), element.at());
                all.put(path, new JsonString(colon < 0 ? "" : text.text().substring(colon + 1)));
            }
            request.putHost("Tmpfs", new JsonObject(all), item);
        });
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
            request.putHost("Mounts", new JsonArray(all), service.get("volumes").orElse(service));
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
                request.putHost(
                        "VolumesFrom", new JsonArray(List.of(new JsonString(parts[parts.length - 1]))), element);
            }
        }
        return all;
    }

    private void mount(ShortForms.Volume volume, List<JsonValue> all) {
        String index = Integer.toString(all.size());
        request.place(pointer(HOST, "Mounts", index), volume.at().at());
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
            request.gap(pointer(HOST, "Mounts", index, "Source"), why);
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
}

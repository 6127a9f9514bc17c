package dev.tallyclerk.hardening.container;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.container.Mount.Kind;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A volume of the local driver that is a path of the host: {@code o=bind} and {@code device=/path}, as mount(8) has it.
 */
record DeviceBind(Fact<String> device, List<String> options) {
    static Optional<DeviceBind> of(JsonCursor mount, Location at) throws JsonException {
        if (!text(mount, "Type").equals("volume")) {
            return Optional.empty();
        }
        Optional<JsonCursor> volume = mount.optional("VolumeOptions");
        Optional<JsonCursor> driver = volume.isPresent() ? volume.get().optional("DriverConfig") : Optional.empty();
        if (driver.isEmpty()) {
            return Optional.empty();
        }
        String name = text(driver.get(), "Name");
        Optional<JsonCursor> options = driver.get().optional("Options");
        if (options.isEmpty() || !(name.isEmpty() || name.equals("local"))) {
            return Optional.empty();
        }
        List<String> flags = Arrays.asList(text(options.get(), "o").split(",", -1));
        if (!flags.contains("bind") && !flags.contains("rbind")) {
            return Optional.empty();
        }
        Location place = at.child("VolumeOptions", "DriverConfig", "Options", "device");
        return Optional.of(new DeviceBind(Fact.known(text(options.get(), "device"), place), flags));
    }

    private static String text(JsonCursor at, String name) throws JsonException {
        Optional<JsonCursor> member = at.optional(name);
        return member.isPresent() ? member.get().string() : "";
    }

    Mount mount(String target, Optional<JsonCursor> readOnly, Location at) throws JsonException {
        // Of options that contradict each other the last one counts.
        boolean isReadOnly = options.lastIndexOf("ro") > options.lastIndexOf("rw")
                || (readOnly.isPresent() && readOnly.get().bool());
        String propagation = options.stream()
                .filter(option -> option.endsWith("shared") || option.endsWith("slave"))
                .findFirst()
                .orElse("");
        return new Mount(
                Kind.BIND,
                device,
                target,
                Fact.known(!isReadOnly, at.child("ReadOnly")),
                Fact.known(propagation, at.child("VolumeOptions")),
                at);
    }
}

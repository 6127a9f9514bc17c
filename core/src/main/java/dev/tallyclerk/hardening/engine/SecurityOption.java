package dev.tallyclerk.hardening.engine;

import dev.tallyclerk.internal.text.TextMaps;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A security feature that an engine reports, for example {@code name=seccomp,profile=builtin}.
 *
 * @param name the feature, for example {@code seccomp}, {@code apparmor}, {@code selinux}, {@code userns},
 *     {@code rootless}, {@code cgroupns} or {@code no-new-privileges}
 * @param attributes the other attributes
 */
public record SecurityOption(String name, Map<String, String> attributes) {
    public SecurityOption {
        Objects.requireNonNull(name, "name");
        attributes = TextMaps.copyOf(attributes);
    }

    /**
     * {@return the feature in an engine's report}
     *
     * @param text an element of the report; engines before 1.13 write only the name
     */
    public static SecurityOption parse(String text) {
        Map<String, String> attributes = new LinkedHashMap<>();
        String name = "";
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            if (equals < 0) {
                name = name.isEmpty() ? part : name;
            } else if (part.startsWith("name=")) {
                name = part.substring(equals + 1);
            } else {
                attributes.put(part.substring(0, equals), part.substring(equals + 1));
            }
        }
        return new SecurityOption(name, attributes);
    }

    /** {@return the profile of the feature, for example {@code builtin} for seccomp, if the engine reports it} */
    public Optional<String> profile() {
        return Optional.ofNullable(attributes.get("profile"));
    }
}

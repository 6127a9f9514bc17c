package dev.tallyclerk.hardening.swarm;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A service of a swarm whose tasks are not containers. Immutable.
 *
 * @param name the name of the service
 * @param kind what its tasks are
 * @param what the plugin's reference, or the name of an unknown kind of task; otherwise empty
 * @param privileges what a plugin is granted, by the engine's names such as {@code mount}, {@code device} or
 *     {@code capabilities}; unmodifiable
 */
public record OtherService(String name, Kind kind, String what, Map<String, List<String>> privileges) {
    /** What the tasks are. Kinds may be added. */
    public enum Kind {
        /** A plugin that the engine of each node installs and runs. */
        PLUGIN,
        /** The membership of a container in a network, which {@code docker run --network} makes by itself. */
        ATTACHMENT,
        /** A kind of task that this library does not know. */
        UNKNOWN
    }

    public OtherService {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(what, "what");
        Map<String, List<String>> copy = new TreeMap<>();
        privileges.forEach((privilege, values) -> copy.put(privilege, List.copyOf(values)));
        privileges = Collections.unmodifiableMap(copy);
    }
}

package dev.tallyclerk.hardening.container.internal.reader;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.container.model.PublishedPort;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonValue.JsonNull;
import dev.tallyclerk.internal.subject.Members;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the published ports: PortBindings has the requested ones, Ports of NetworkSettings the open ones. A stopped
 * container has no open ports, and will open the requested ones.
 */
final class PortReader {
    private final ContainerDocument document;
    private final boolean fillsIn;
    private final List<PublishedPort> ports = new ArrayList<>();
    private final List<MissingValue> gaps = new ArrayList<>();

    private PortReader(ContainerDocument document, boolean fillsIn) {
        this.document = document;
        this.fillsIn = fillsIn;
    }

    /** {@return the ports that are open now} */
    static Listing<PublishedPort> open(ContainerDocument document) {
        PortReader reader = new PortReader(document, false);
        if (document.isInspect()) {
            reader.read(document.top(Map.of(), JsonCursor::members, "NetworkSettings", "Ports"));
        }
        return reader.listing("NetworkSettings", "Ports");
    }

    /**
     * {@return the requested ports}
     *
     * <p>Docker treats a list without a binding as one with neither address nor port when it starts the container, for
     * requests up to API 1.52 (moby#50874); Podman does not.
     */
    static Listing<PublishedPort> asked(ContainerDocument document) {
        PortReader reader = new PortReader(document, !document.isPodman());
        reader.read(document.host(Map.of(), JsonCursor::members, "PortBindings"));
        return reader.listing("HostConfig", "PortBindings");
    }

    private Listing<PublishedPort> listing(String... path) {
        return new Listing<>(ports, gaps, Location.pointer(ContainerDocument.SOURCE, path));
    }

    private void read(Fact<Map<String, JsonCursor>> bindings) {
        bindings.<Optional<MissingValue>>fold(
                        (byPort, at) -> {
                            byPort.forEach((port, list) -> readPort(port, list, at.child(port)));
                            return Optional.empty();
                        },
                        assumed -> Optional.empty(),
                        missing -> Optional.of(missing.why()))
                .ifPresent(gaps::add);
    }

    /** An open port that is exposed but not published has null instead of a list. */
    private void readPort(String port, JsonCursor list, Location at) {
        try {
            int length = list.value() instanceof JsonNull ? 0 : list.length();
            if (length == 0 && fillsIn) {
                ports.add(new PublishedPort(port, "", 0, 0, at));
            }
            for (int i = 0; i < length; i++) {
                Location place = at.child(Integer.toString(i));
                ports.add(binding(port, list.element(i), place));
            }
        } catch (JsonException e) {
            gaps.add(new MissingValue(MissingValue.Reason.UNREADABLE, at + ": " + e.detail()));
        }
    }

    private PublishedPort binding(String port, JsonCursor binding, Location at) throws JsonException {
        String hostPort =
                document.isInspect() ? binding.required("HostPort").string() : Members.text(binding, "HostPort");
        int[] bounds = bounds(hostPort, binding);
        return new PublishedPort(port, Members.text(binding, "HostIp"), bounds[0], bounds[1], at);
    }

    /** Parses a port, a range with a hyphen, or nothing for a port that the engine picks. */
    private static int[] bounds(String range, JsonCursor binding) throws JsonException {
        if (range.isEmpty()) {
            return new int[] {0, 0};
        }
        int hyphen = range.indexOf('-');
        int first = port(hyphen < 0 ? range : range.substring(0, hyphen), binding);
        int last = hyphen < 0 ? first : port(range.substring(hyphen + 1), binding);
        if (last < first) {
            throw binding.badValue("the range of host ports ends before it begins");
        }
        return new int[] {first, last};
    }

    private static int port(String text, JsonCursor binding) throws JsonException {
        boolean isNumber = !text.isEmpty() && text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        int port = isNumber ? Integer.parseInt(text) : -1;
        if (port < 0 || port > 65535) {
            throw binding.badValue("the host port is not a number from 0 to 65535");
        }
        return port;
    }
}

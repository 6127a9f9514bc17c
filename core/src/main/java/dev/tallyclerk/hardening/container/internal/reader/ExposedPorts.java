package dev.tallyclerk.hardening.container.internal.reader;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.container.model.HostConfig;
import dev.tallyclerk.hardening.container.model.PublishedPort;
import dev.tallyclerk.internal.subject.Facts;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The ports that an engine publishes if all exposed ports are to be published. */
final class ExposedPorts {
    private static final Set<String> STARTED = Set.of("running", "paused");

    private ExposedPorts() {}

    /** {@return the ports requested by number, and those that {@code PublishAllPorts} adds} */
    static Listing<PublishedPort> addPublished(
            Listing<PublishedPort> byNumber,
            Fact<String> status,
            HostConfig hostConfig,
            ContainerConfigDocument config) {
        // For a running container, the open ports show the result.
        boolean isOpen = Facts.isKnown(status, STARTED::contains);
        boolean hasNone = Facts.isKnown(
                hostConfig.networkMode(),
                mode -> mode.equals("host") || mode.equals("none") || mode.startsWith("container:"));
        if (isOpen || hasNone) {
            return byNumber;
        }
        return hostConfig
                .publishAllPorts()
                .<Listing<PublishedPort>>fold(
                        (all, at) -> all ? allOf(config, byNumber, at) : byNumber,
                        assumed -> byNumber,
                        missing -> withGap(byNumber, missing.why()));
    }

    private static Listing<PublishedPort> allOf(
            ContainerConfigDocument config, Listing<PublishedPort> byNumber, Location at) {
        Listing<PublishedPort> own = with(byNumber, config.ownExposedPorts(), at);
        return with(own, config.imageExposedPorts(), at);
    }

    private static Listing<PublishedPort> with(Listing<PublishedPort> soFar, Fact<List<String>> exposed, Location at) {
        return exposed.<Listing<PublishedPort>>fold(
                (ports, place) -> with(soFar, ports, at),
                assumed -> with(soFar, assumed.value(), at),
                missing -> withGap(soFar, missing.why()));
    }

    private static Listing<PublishedPort> with(Listing<PublishedPort> byNumber, List<String> exposed, Location at) {
        Set<String> numbered =
                byNumber.known().stream().map(PublishedPort::containerPort).collect(Collectors.toSet());
        List<PublishedPort> all = new ArrayList<>(byNumber.known());
        exposed.stream()
                .filter(port -> !numbered.contains(port))
                .forEach(port -> all.add(new PublishedPort(port, "", 0, 0, at)));
        return new Listing<>(all, byNumber.gaps(), byNumber.at());
    }

    private static Listing<PublishedPort> withGap(Listing<PublishedPort> byNumber, MissingValue gap) {
        List<MissingValue> gaps = new ArrayList<>(byNumber.gaps());
        gaps.add(gap);
        return new Listing<>(byNumber.known(), gaps, byNumber.at());
    }
}

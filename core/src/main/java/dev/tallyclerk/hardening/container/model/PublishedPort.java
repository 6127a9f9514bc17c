package dev.tallyclerk.hardening.container.model;

import dev.tallyclerk.hardening.Location;
import java.util.Objects;

/**
 * A container port that is published on the host.
 *
 * @param containerPort for example {@code 80/tcp}
 * @param hostAddress the address on the host; empty for the engine's default
 * @param firstHostPort the port of the host; 0 for an ephemeral one that the engine picks
 * @param lastHostPort the last port of a range, or the same port
 * @param at the location in the document
 */
public record PublishedPort(
        String containerPort, String hostAddress, int firstHostPort, int lastHostPort, Location at) {
    /**
     * Checks the ports.
     *
     * @throws IllegalArgumentException if the ports are not from 0 to 65535, or the last is below the first
     */
    public PublishedPort {
        Objects.requireNonNull(containerPort, "containerPort");
        Objects.requireNonNull(hostAddress, "hostAddress");
        Objects.requireNonNull(at, "at");
        if (firstHostPort < 0 || lastHostPort < firstHostPort || lastHostPort > 65535) {
            throw new IllegalArgumentException("not a range of ports: " + firstHostPort + " to " + lastHostPort);
        }
    }

    /** {@return the number of the container's port, without the protocol} */
    public String containerPortNumber() {
        int slash = containerPort.indexOf('/');
        return slash < 0 ? containerPort : containerPort.substring(0, slash);
    }
}

package dev.tallyclerk.hardening.container.model;

import dev.tallyclerk.hardening.Fact;
import java.util.Objects;

/**
 * A command that was executed in a running container: ExecInspect of the Engine API.
 *
 * @param containerId the id of the container; empty if not recorded
 * @param privileged whether the command had all capabilities
 * @param user user and group; empty for the container's
 */
public record ExecRecord(String containerId, Fact<Boolean> privileged, Fact<String> user) {
    public ExecRecord {
        Objects.requireNonNull(containerId, "containerId");
        Objects.requireNonNull(privileged, "privileged");
        Objects.requireNonNull(user, "user");
    }
}

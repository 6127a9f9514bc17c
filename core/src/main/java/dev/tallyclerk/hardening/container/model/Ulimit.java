package dev.tallyclerk.hardening.container.model;

import java.util.Objects;

/**
 * A resource limit of a container's processes, as in setrlimit(2).
 *
 * @param name for example {@code nofile}; Podman writes {@code RLIMIT_NOFILE}
 * @param soft the limit; -1 for none
 * @param hard the value to which a process may raise it; -1 for no limit
 */
public record Ulimit(String name, long soft, long hard) {
    public Ulimit {
        Objects.requireNonNull(name, "name");
    }
}

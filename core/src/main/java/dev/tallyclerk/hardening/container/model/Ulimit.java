package dev.tallyclerk.hardening.container.model;

import java.util.Objects;

/**
 * A resource limit of the processes of a container, as of setrlimit(2).
 *
 * @param name for example {@code nofile}; Podman writes {@code RLIMIT_NOFILE}
 * @param soft the limit; -1 for none
 * @param hard how far a process may raise it; -1 for no limit
 */
public record Ulimit(String name, long soft, long hard) {
    public Ulimit {
        Objects.requireNonNull(name, "name");
    }
}

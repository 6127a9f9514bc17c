package dev.tallyclerk.registry.base;

import dev.tallyclerk.hardening.Severity;
import java.util.Objects;

/**
 * A problem of an image that a newer base may not have, such as a known vulnerability of a package.
 *
 * <p>Two problems are the same if identifier and package are. If several layers bring one, each may be given.
 *
 * @param id the identifier, for example {@code CVE-2026-1234}
 * @param severity its severity
 * @param packageName the package that has it
 * @param layer the index of the layer that brought the package in this version, from 0 for the lowest
 */
public record KnownProblem(String id, Severity severity, String packageName, int layer) {
    public KnownProblem {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(severity, "severity");
        Objects.requireNonNull(packageName, "packageName");
        if (layer < 0) {
            throw new IllegalArgumentException("layer is below 0: " + layer);
        }
    }
}

package dev.tallyclerk.hardening.container;

import dev.tallyclerk.hardening.container.internal.rules.Sysctls;
import java.util.Objects;

/**
 * A kernel parameter with its value, as {@code sysctl} sets it.
 *
 * @param name the name with dots or slashes, for example {@code net.ipv4.ip_forward}
 * @param value the value, as written
 */
public record KernelParameter(String name, String value) {
    public KernelParameter {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(value, "value");
    }

    /** {@return whether the parameter has no namespace, so that setting it changes the whole host} */
    public boolean isOfHost() {
        return Sysctls.isOfHost(name);
    }

    /**
     * {@return whether the value makes a container route, accept redirects, or trust addresses, or changes the host}
     */
    public boolean isRisky() {
        return Sysctls.isRisky(name, value);
    }

    /** {@return name and value} */
    @Override
    public String toString() {
        return name + '=' + value;
    }
}

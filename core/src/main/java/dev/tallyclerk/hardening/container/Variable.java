package dev.tallyclerk.hardening.container;

import dev.tallyclerk.internal.secret.SecretAssignment;
import java.util.Objects;
import java.util.Optional;

/**
 * A named value, such as an environment variable, that may hold a secret.
 *
 * @param name the name, in any usual spelling
 * @param value the value, as written
 */
public record Variable(String name, String value) {
    public Variable {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(value, "value");
    }

    /**
     * {@return the kind of secret that the value is, such as a password; empty if it is none, or a placeholder}
     *
     * <p>It goes by the name and by the forms of tokens and keys. Nothing but the kind depends on the value.
     */
    public Optional<String> secret() {
        return SecretAssignment.judgeLiteral(name, value);
    }

    /** {@return the name alone, because the value may be a secret} */
    @Override
    public String toString() {
        return name;
    }
}

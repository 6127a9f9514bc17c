package dev.tallyclerk.hardening;

import dev.tallyclerk.internal.secret.SecretText;
import java.util.Objects;

/**
 * A value that shows a problem, safe to report.
 *
 * <p>It never depends on a recognisable secret. {@link #redacted} keeps only the name, and {@link #of} does the same if
 * it recognises a token, a private key, or a URL with a password or an access token in the value. Not even a hash or
 * the length is kept, because short secrets can be guessed from them.
 *
 * @param name the name of the value, for example of a variable
 * @param value the value, or {@code [redacted]}
 * @param redacted whether the value is left out
 */
public record Evidence(String name, String value, boolean redacted) {
    /**
     * Replaces recognisable secrets in the value.
     *
     * @throws IllegalArgumentException if {@code redacted} is set and {@code value} is not {@code [redacted]}
     */
    public Evidence {
        name = Reportable.text(name);
        Objects.requireNonNull(value, "value");
        if (redacted && !value.equals(SecretText.REDACTED)) {
            throw new IllegalArgumentException("a redacted value must be " + SecretText.REDACTED);
        }
        if (!redacted) {
            value = Reportable.text(value);
        }
    }

    /**
     * {@return the value, or {@code [redacted]} if it contains a recognisable secret}
     *
     * @param name the name of the value
     * @param value the value; terminal control characters are replaced, and it is cut after 1,000 characters
     */
    public static Evidence of(String name, String value) {
        return SecretText.looksSecret(value) ? redacted(name) : new Evidence(name, value, false);
    }

    /**
     * {@return evidence for a value that must not be shown}
     *
     * @param name the name of the value; shown
     */
    public static Evidence redacted(String name) {
        return new Evidence(name, SecretText.REDACTED, true);
    }

    /** {@return name and value, for example {@code DB_PASSWORD=[redacted]}} */
    @Override
    public String toString() {
        return name + '=' + value;
    }
}

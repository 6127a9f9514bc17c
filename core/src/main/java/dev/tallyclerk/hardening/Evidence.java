package dev.tallyclerk.hardening;

import dev.tallyclerk.internal.secret.SecretText;
import dev.tallyclerk.text.Quoted;
import java.util.Objects;

/**
 * A value that shows a problem, safe to report.
 *
 * <p>It never contains a recognisable secret. {@link #redacted} keeps only a short hash, and {@link #of} does the same
 * if it recognises a token, a private key, or a URL with a password or an access token in the value. The hash tells
 * secrets apart, and readers of a report can use it to confirm a guess: replace a secret that was found, do not only
 * hide it.
 *
 * @param name the name of the value, for example of a variable
 * @param value the value, or {@code sha256:} and eight hexadecimal digits if redacted
 * @param redacted whether the value is a hash
 */
public record Evidence(String name, String value, boolean redacted) {
    private static final int HASH_DIGITS = 8;

    /**
     * Replaces recognisable secrets in the value.
     *
     * @throws IllegalArgumentException if {@code redacted} is set and {@code value} is not such a hash
     */
    public Evidence {
        name = Reportable.text(name);
        Objects.requireNonNull(value, "value");
        if (redacted && !isShortHash(value)) {
            throw new IllegalArgumentException(
                    "a redacted value must be a short hash, not " + value.length() + " other characters");
        }
        if (!redacted) {
            value = Reportable.text(value);
        }
    }

    /**
     * {@return the value, or its hash if it contains a recognisable secret}
     *
     * @param name the name of the value
     * @param value the value; terminal control characters are replaced, and it is cut after 1,000 characters
     */
    public static Evidence of(String name, String value) {
        return SecretText.hasSecret(value) ? redacted(name, value) : new Evidence(name, value, false);
    }

    /**
     * {@return the hash of a value that must not be shown}
     *
     * @param name the name of the value; shown
     * @param secret the value; neither shown nor kept
     */
    public static Evidence redacted(String name, String secret) {
        return new Evidence(name, SecretText.shortHash(secret), true);
    }

    /** {@return name and value, for example {@code DB_PASSWORD=sha256:1f2e3d4c (redacted)}} */
    @Override
    public String toString() {
        return name + '=' + value + (redacted ? " (redacted)" : "");
    }

    private static boolean isShortHash(String value) {
        String prefix = "sha256:";
        return value.length() == prefix.length() + HASH_DIGITS
                && value.startsWith(prefix)
                && value.chars().skip(prefix.length()).allMatch(c -> Character.digit(c, 16) >= 0)
                && value.equals(Quoted.printable(value));
    }
}

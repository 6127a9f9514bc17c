package dev.tallyclerk.hardening;

import dev.tallyclerk.internal.secret.SecretText;
import dev.tallyclerk.internal.text.Quoted;
import java.util.Objects;

/**
 * A value that shows a problem, fit for a report.
 *
 * <p>A secret never gets in: {@link #redacted} keeps a short hash only, and {@link #of} does the same with a value in
 * which a token, a private key or a URL with a password or an access token is recognised. The hash tells one secret
 * from another; whoever has the report can use it to confirm a guess, which is the reason to replace a secret that was
 * found, not to hide it.
 *
 * @param name what the value is, for example the name of a variable
 * @param value the value, or {@code sha256:} and eight hexadecimal digits if it was redacted
 * @param redacted whether the value is a hash
 */
public record Evidence(String name, String value, boolean redacted) {
    private static final int HASH_DIGITS = 8;

    /**
     * Takes all parts; a secret that is recognised in a value is replaced.
     *
     * @throws IllegalArgumentException if {@code redacted} is set and {@code value} is no such hash
     */
    public Evidence {
        name = Reportable.text(name);
        Objects.requireNonNull(value, "value");
        if (redacted && !isShortHash(value)) {
            throw new IllegalArgumentException("a redacted value must be a short hash, is " + value.length() + " long");
        }
        if (!redacted) {
            value = Reportable.text(value);
        }
    }

    /**
     * {@return a value as it is, or its hash if a secret is recognised in it}
     *
     * @param name what the value is
     * @param value the value; characters that a terminal would act on are replaced, and a long value is cut after 1,000
     *     characters
     */
    public static Evidence of(String name, String value) {
        return SecretText.hasSecret(value) ? redacted(name, value) : new Evidence(name, value, false);
    }

    /**
     * {@return the hash of a value that must not be shown}
     *
     * @param name what the value is; shown
     * @param secret the value; not shown and not kept
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

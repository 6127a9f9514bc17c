package dev.tallyclerk.hardening;

import dev.tallyclerk.internal.secret.SecretText;
import dev.tallyclerk.text.Quoted;

/** Prepares text for a report: rules quote hostile documents, so all such text passes through here. */
final class Reportable {
    private static final int MAX_LENGTH = 1000;

    private Reportable() {}

    /** {@return {@code text} without recognisable secrets and control characters, cut after 1000 characters} */
    static String text(String text) {
        String redacted = Quoted.printable(SecretText.redact(text));
        // Cut last: half a secret would not be recognised.
        return redacted.length() <= MAX_LENGTH ? redacted : redacted.substring(0, MAX_LENGTH) + "…";
    }
}

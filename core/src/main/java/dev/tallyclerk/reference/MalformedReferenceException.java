package dev.tallyclerk.reference;

import dev.tallyclerk.internal.text.Quoted;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Thrown when text that should be a {@link Reference} is not one.
 *
 * <p>{@link #reason} is for programs; reasons may be added, never changed. The message is for people, quotes at most 80
 * characters of the input and may change.
 */
public final class MalformedReferenceException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** Why the text was refused. */
    public enum Reason {
        /**
         * The text that {@link Reference#parse} got is empty; to the methods that fill in, it is {@link #BAD_FORMAT}.
         */
        EMPTY,
        /** The repository name has a character in upper case. */
        UPPER_CASE,
        /** The repository path is longer than {@value Reference#MAX_PATH_LENGTH} characters. */
        TOO_LONG,
        /** The text is 64 hexadecimal characters, which Docker takes for an image ID and not for a name. */
        IMAGE_ID,
        /** The part after {@code @} is a digest that references may not carry: malformed, or not SHA-256 or SHA-512. */
        BAD_DIGEST,
        /** The text does not match the grammar in any other way. */
        BAD_FORMAT
    }

    private static final Pattern DIGEST_LIKE = Pattern.compile("(sha[0-9]|blake[0-9]|md5)", Pattern.CASE_INSENSITIVE);

    private final Reason reason;

    MalformedReferenceException(Reason reason, String input) {
        super("not an image reference (" + reason + "): " + Quoted.quote(withoutUser(input)));
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /** What somebody has put before a host may be a user and a password; what stands before a digest is a name. */
    private static String withoutUser(String input) {
        int scheme = input.indexOf("://");
        int start = scheme < 0 ? 0 : scheme + 3;
        int at = input.lastIndexOf('@');
        boolean isUser = at > start
                && input.substring(start, at).indexOf(':') >= 0
                && !DIGEST_LIKE.matcher(input).region(at + 1, input.length()).lookingAt();
        return isUser ? input.substring(0, start) + "…" + input.substring(at) : input;
    }

    /** {@return why the text was refused} */
    public Reason reason() {
        return reason;
    }
}

package dev.tallyclerk.reference;

import dev.tallyclerk.text.Quoted;
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
         * {@link Reference#parse} was given an empty text; the methods that complete names report {@link #BAD_FORMAT}
         * instead.
         */
        EMPTY,
        /** The repository name has an upper-case character. */
        UPPER_CASE,
        /** The repository path is longer than {@value Reference#MAX_PATH_LENGTH} characters. */
        TOO_LONG,
        /** The text is 64 hexadecimal characters, which Docker reads as an image ID. */
        IMAGE_ID,
        /** The part after {@code @} is malformed, or not a SHA-256 or SHA-512 digest. */
        BAD_DIGEST,
        /** The text does not match the grammar in any other way. */
        BAD_FORMAT
    }

    private static final Pattern DIGEST_LIKE = Pattern.compile("(sha[0-9]|blake[0-9]|md5)", Pattern.CASE_INSENSITIVE);

    private final Reason reason;

    MalformedReferenceException(Reason reason, String input) {
        super("not an image reference: " + what(reason) + ": " + Quoted.quote(withoutUser(input)));
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /** Text before an at sign and a host may be a user and a password; text before a digest is a name. */
    private static String withoutUser(String input) {
        int scheme = input.indexOf("://");
        int start = scheme < 0 ? 0 : scheme + 3;
        int at = input.lastIndexOf('@');
        boolean isUser = at > start
                && input.substring(start, at).indexOf(':') >= 0
                && !DIGEST_LIKE.matcher(input).region(at + 1, input.length()).lookingAt();
        return isUser ? input.substring(0, start) + "…" + input.substring(at) : input;
    }

    private static String what(Reason reason) {
        return switch (reason) {
            case EMPTY -> "it is empty";
            case UPPER_CASE -> "the repository name must be lower case";
            case TOO_LONG -> "the repository path is longer than " + Reference.MAX_PATH_LENGTH + " characters";
            case IMAGE_ID -> "it is an image ID";
            case BAD_DIGEST -> "the digest is malformed, or neither SHA-256 nor SHA-512";
            case BAD_FORMAT -> "invalid format";
        };
    }

    /** {@return why the text was refused} */
    public Reason reason() {
        return reason;
    }
}

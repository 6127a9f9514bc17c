package dev.tallyclerk.verify;

import dev.tallyclerk.digest.Digest;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when content does not match its promised digest or size.
 *
 * <p>{@link #reason} is for programs; reasons may be added, never changed. The message is for people and may change.
 */
public final class VerificationException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What is wrong with the content. */
    public enum Reason {
        /** There are more bytes than promised or allowed; the rest was not read. */
        TOO_LONG,
        /** The content ended before the promised size. */
        TOO_SHORT,
        /** The digest differs; the size, if one was promised, matches. */
        DIGEST_MISMATCH,
        /** The promised digest's algorithm is not supported, so the content cannot be verified. */
        UNSUPPORTED_ALGORITHM
    }

    private final Reason reason;
    // Text, because an exception must be serializable.
    private final String expected;
    private final @Nullable String actual;
    private final long expectedSize;
    private final long actualSize;

    private VerificationException(
            String message,
            Reason reason,
            Digest expected,
            @Nullable Digest actual,
            long expectedSize,
            long actualSize) {
        super(message);
        this.reason = Objects.requireNonNull(reason, "reason");
        this.expected = expected.toString();
        this.actual = actual == null ? null : actual.toString();
        this.expectedSize = expectedSize;
        this.actualSize = actualSize;
    }

    static VerificationException tooLong(Digest expected, long allowed, long seen) {
        String message = "content is longer than the " + allowed + " bytes of " + expected;
        return new VerificationException(message, Reason.TOO_LONG, expected, null, allowed, seen);
    }

    static VerificationException tooShort(Digest expected, long promised, long seen) {
        String message = "content ends after " + seen + " of the " + promised + " bytes of " + expected;
        return new VerificationException(message, Reason.TOO_SHORT, expected, null, promised, seen);
    }

    static VerificationException mismatch(Digest expected, Digest actual, long allowed, long size) {
        String message = "content of " + size + " bytes is " + actual + ", not " + expected;
        return new VerificationException(message, Reason.DIGEST_MISMATCH, expected, actual, allowed, size);
    }

    static VerificationException unsupported(Digest expected, long allowed) {
        String message = "unsupported digest algorithm: " + expected;
        return new VerificationException(message, Reason.UNSUPPORTED_ALGORITHM, expected, null, allowed, 0);
    }

    /**
     * {@return a copy of this exception, with this one as its cause}
     *
     * <p>For classes that repeat their failure: a caller that closes after a failure could not add the same object to
     * itself as suppressed.
     */
    public VerificationException again() {
        VerificationException again = new VerificationException(
                String.valueOf(getMessage()), reason, expected(), actual().orElse(null), expectedSize, actualSize);
        again.initCause(this);
        return again;
    }

    /** {@return what is wrong} */
    public Reason reason() {
        return reason;
    }

    /**
     * {@return whether the content was compared and does not match, so that another source may have the right one}
     *
     * <p>False if the digest's algorithm is not supported: then nothing is known of the content, whatever its source.
     */
    public boolean meansWrongContent() {
        return reason != Reason.UNSUPPORTED_ALGORITHM;
    }

    /** {@return the promised digest; of several, the one that does not match, or the first} */
    public Digest expected() {
        return Digest.parse(expected);
    }

    /** {@return the digest of the content; only for {@link Reason#DIGEST_MISMATCH}} */
    public Optional<Digest> actual() {
        return Optional.ofNullable(actual).map(Digest::parse);
    }

    /** {@return the promised size, or the largest allowed, in bytes} */
    public long expectedSize() {
        return expectedSize;
    }

    /**
     * {@return how many bytes of content were read or announced, including the surplus}
     *
     * <p>0 if the digest's algorithm is not supported.
     */
    public long actualSize() {
        return actualSize;
    }
}

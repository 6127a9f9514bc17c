package dev.tallyclerk.verify;

import dev.tallyclerk.digest.Digest;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when content is not what was promised.
 *
 * <p>{@link #reason} is for programs; reasons may be added, never changed. The message is for people and may change.
 */
public final class VerificationException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What is wrong with the content. */
    public enum Reason {
        /** There are more bytes than were promised or allowed; the rest was not read. */
        TOO_LONG,
        /** The content ended before the promised size. */
        TOO_SHORT,
        /** The size is right, where one was promised, and the bytes are others. */
        DIGEST_MISMATCH,
        /** The promised digest's algorithm is not supported, so nothing can be verified with it. */
        UNSUPPORTED_ALGORITHM
    }

    private final Reason reason;
    // As text, which can be serialized.
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
        return new VerificationException(
                "content goes on after the " + allowed + " bytes that " + expected + " may have",
                Reason.TOO_LONG,
                expected,
                null,
                allowed,
                seen);
    }

    static VerificationException tooShort(Digest expected, long promised, long seen) {
        return new VerificationException(
                "content ends after " + seen + " of the " + promised + " bytes of " + expected,
                Reason.TOO_SHORT,
                expected,
                null,
                promised,
                seen);
    }

    static VerificationException mismatch(Digest expected, Digest actual, long allowed, long size) {
        return new VerificationException(
                "content of " + size + " bytes is " + actual + ", not " + expected,
                Reason.DIGEST_MISMATCH,
                expected,
                actual,
                allowed,
                size);
    }

    static VerificationException unsupported(Digest expected, long allowed) {
        return new VerificationException(
                "nothing can be verified with the algorithm of " + expected,
                Reason.UNSUPPORTED_ALGORITHM,
                expected,
                null,
                allowed,
                0);
    }

    /**
     * {@return another exception that says the same, with this one as its cause}
     *
     * <p>For what repeats its failure: the same object could not be suppressed in itself by who closes after a failure.
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
     * {@return whether the content was looked at and is not the promised one, so that the right one may be had from
     * somewhere else}
     *
     * <p>Where the digest's algorithm is not supported, nothing is known of the content, wherever it is from.
     */
    public boolean meansWrongContent() {
        return reason != Reason.UNSUPPORTED_ALGORITHM;
    }

    /** {@return the digest that was promised; of several, the one that does not hold, or the first} */
    public Digest expected() {
        return Digest.parse(expected);
    }

    /** {@return the digest that the content has; only for {@link Reason#DIGEST_MISMATCH}} */
    public Optional<Digest> actual() {
        return Optional.ofNullable(actual).map(Digest::parse);
    }

    /** {@return the size that was promised, or at most allowed, in bytes} */
    public long expectedSize() {
        return expectedSize;
    }

    /**
     * {@return how many bytes the content has as far as that is known, read or announced, the surplus included}
     *
     * <p>It is 0 if the digest's algorithm is not supported.
     */
    public long actualSize() {
        return actualSize;
    }
}

package dev.tallyclerk.trust.sigstore.internal;

import dev.tallyclerk.text.Quoted;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A text, or a regular expression that a whole text must match, in bounded time. Immutable. */
public final class BoundedPattern {
    private static final int MAX_PATTERN = 2_048;
    private static final int MAX_TEXT = 2_048;

    /** In characters read, which bounds backtracking. */
    private static final int MAX_STEPS = 1_000_000;

    private final String text;
    private final @Nullable Pattern pattern;

    private BoundedPattern(String text, @Nullable Pattern pattern) {
        this.text = text;
        this.pattern = pattern;
    }

    private static String required(String text) {
        if (text.isEmpty() || text.length() > MAX_PATTERN) {
            throw new IllegalArgumentException(
                    "a text or pattern of " + text.length() + " characters; expected 1 to " + MAX_PATTERN);
        }
        return text;
    }

    /** {@return what accepts this text only} */
    public static BoundedPattern exact(String text) {
        return new BoundedPattern(required(text), null);
    }

    /** {@return what accepts the texts that a regular expression matches from beginning to end} */
    public static BoundedPattern matching(String regularExpression) {
        return new BoundedPattern(regularExpression, Pattern.compile(required(regularExpression)));
    }

    /** {@return whether a text is accepted; one that takes too long, or too much of the stack, to match is not} */
    public boolean accepts(String candidate) {
        if (pattern == null) {
            return text.equals(candidate);
        }
        if (candidate.length() > MAX_TEXT) {
            return false;
        }
        try {
            return pattern.matcher(new Counted(candidate, new int[] {MAX_STEPS}))
                    .matches();
        } catch (TooManySteps | StackOverflowError e) {
            // The runtime matches repeated groups with a call for each repetition.
            return false;
        }
    }

    /** {@return the text, or the pattern as one} */
    @Override
    public String toString() {
        return pattern == null ? Quoted.quote(text) : "matching " + Quoted.quote(text);
    }

    /** Thrown by the text, because a matcher cannot be stopped otherwise. */
    private static final class TooManySteps extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooManySteps() {
            super("too many steps", null, false, false);
        }
    }

    /** A text of which so many characters can be read. A matcher of the whole text asks for no part of it. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Counted(String text, int[] left) implements CharSequence {
        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (left[0]-- == 0) {
                throw new TooManySteps();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int from, int to) {
            return text.subSequence(from, to);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}

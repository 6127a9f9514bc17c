package dev.tallyclerk.internal.shell;

/**
 * How much more may be parsed. Commands and words take many times the memory of their text, and a shell started by a
 * script parses its words again, so that the length of a script bounds neither memory nor time.
 *
 * <p>Mutable, for one thread. Several scripts may share a budget.
 */
public final class ShellBudget {
    /** Several times what the longest real build histories have. */
    private static final int WORDS = 300_000;

    private static final int WORDS_PER_COMMAND = 4;

    private int left;

    private ShellBudget(int words) {
        this.left = words;
    }

    /** {@return a budget of 300,000 words, of which each command takes 4 more} */
    public static ShellBudget create() {
        return new ShellBudget(WORDS);
    }

    /** Takes a command with its words, and {@return whether the budget allowed it} */
    boolean takeCommand(int words) {
        return take(words + WORDS_PER_COMMAND);
    }

    /** Takes words of another kind, and {@return whether the budget allowed them} */
    public boolean take(int words) {
        left -= Math.min(Math.max(left, 0) + 1, words);
        return !isSpent();
    }

    /** {@return whether nothing more may be parsed} */
    public boolean isSpent() {
        return left < 0;
    }
}

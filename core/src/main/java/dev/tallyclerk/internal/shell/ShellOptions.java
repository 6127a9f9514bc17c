package dev.tallyclerk.internal.shell;

/**
 * A cluster of options of a POSIX shell, such as {@code -c}, {@code -ec} or {@code -euo}.
 *
 * @param introducesScript whether the next operand is a script
 * @param values how many of the next words are values of these options
 */
public record ShellOptions(boolean introducesScript, int values) {
    /** No relevant options. */
    public static final ShellOptions NONE = new ShellOptions(false, 0);

    private static final int LONGEST = 16;

    /** {@return the options of a word, if it is such a cluster} */
    public static ShellOptions of(String word) {
        boolean cluster = word.length() > 1
                && word.length() <= LONGEST
                && (word.charAt(0) == '-' || word.charAt(0) == '+')
                && word.chars().skip(1).allMatch(c -> (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
        if (!cluster) {
            return NONE;
        }
        int values = (int) word.chars().filter(c -> c == 'o' || c == 'O').count();
        return new ShellOptions(word.charAt(0) == '-' && word.indexOf('c') > 0, values);
    }
}

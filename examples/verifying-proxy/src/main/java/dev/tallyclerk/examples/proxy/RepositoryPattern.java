package dev.tallyclerk.examples.proxy;

import java.util.regex.Pattern;

/**
 * A pattern of repositories, in which {@code *} stands for any characters but a slash and {@code **} for any.
 *
 * @param text the pattern as written
 * @param pattern the same as a regular expression
 */
record RepositoryPattern(String text, Pattern pattern) {
    private static final Pattern ALLOWED = Pattern.compile("[a-z0-9._:/*\\[\\]-]{1,255}");

    /**
     * {@return the pattern}
     *
     * @throws IllegalArgumentException if it has a character that no name of a repository has
     */
    static RepositoryPattern parse(String text) {
        if (!ALLOWED.matcher(text).matches()) {
            throw new IllegalArgumentException("not a pattern of repositories: " + text);
        }
        StringBuilder expression = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            boolean isStar = text.charAt(i) == '*';
            if (isStar && text.startsWith("**", i)) {
                expression.append(".*");
                i++;
            } else {
                expression.append(isStar ? "[^/]*" : Pattern.quote(text.substring(i, i + 1)));
            }
        }
        return new RepositoryPattern(text, Pattern.compile(expression.toString()));
    }

    boolean matches(String repository) {
        return pattern.matcher(repository).matches();
    }
}

package dev.tallyclerk.internal.secret;

import dev.tallyclerk.internal.text.Words;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Recognises values that stand for a secret, or tell whether there is one, and are none. */
public final class Placeholders {
    /** Values that tell whether there is a secret, and not what it is. */
    private static final Set<String> SWITCHES = Words.set("""
            true false yes no on off 0 1 none null nil undefined enabled disabled
            """);

    /** Parts of texts that ask the reader to put a secret in their place; no random text has them. */
    private static final List<String> MARKS = Words.list("""
            CHANGEME CHANGE_ME CHANGE-ME DUMMY EXAMPLE INSERT_ INSERT- PLACEHOLDER REDACTED REPLACEME REPLACE_ REPLACE-
            YOUR_ YOUR- YOURPASS YOURSECRET YOURTOKEN
            """);

    private Placeholders() {}

    /** {@return whether {@code value} says of itself that it is none} */
    static boolean saysSo(String value) {
        String upper = value.toUpperCase(Locale.ROOT);
        return MARKS.stream().anyMatch(upper::contains);
    }

    /** {@return whether {@code value} refers to a secret that is defined elsewhere} */
    public static boolean isPlaceholder(String value) {
        if (isReference(value) || value.startsWith("{{") || (value.startsWith("<") && value.endsWith(">"))) {
            return true;
        }
        return value.chars().allMatch(c -> c == '*') || value.chars().allMatch(c -> c == 'x' || c == 'X');
    }

    /** {@return whether a shell would expand the value; {@code $2y$10$...} is a hash} */
    private static boolean isReference(String value) {
        if (value.length() < 2 || value.charAt(0) != '$') {
            return value.equals("$");
        }
        char next = value.charAt(1);
        return next == '_'
                || next == '{'
                || next == '('
                || (next >= 'a' && next <= 'z')
                || (next >= 'A' && next <= 'Z')
                || value.length() == 2;
    }

    /** {@return whether {@code value} refers to a secret elsewhere, or only tells whether there is one} */
    static boolean isNoSecret(String value) {
        return isPlaceholder(value) || isSwitch(value);
    }

    static boolean isSwitch(String value) {
        return SWITCHES.contains(value.toLowerCase(Locale.ROOT));
    }
}

package dev.tallyclerk.internal.secret;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A text in place of a secret that keeps its kind, so that rules judge the text as they judged the secret. */
public final class HiddenValue {
    private static final Pattern FORM = Pattern.compile("\\[hidden: ([a-zA-Z0-9 '().,/-]{1,80})]");

    private HiddenValue() {}

    /** {@return the text for a secret of a kind, as {@link SecretAssignment#judge} names it} */
    public static String of(String kind) {
        String text = "[hidden: " + kind + ']';
        return FORM.matcher(text).matches() ? text : "[hidden: secret]";
    }

    /** {@return the kind of the secret that a text stands for, if it does} */
    public static Optional<String> kindOf(String value) {
        if (!value.startsWith("[hidden: ")) {
            return Optional.empty();
        }
        Matcher form = FORM.matcher(value);
        return form.matches() ? Optional.of(form.group(1)) : Optional.empty();
    }
}

package dev.tallyclerk.internal.secret;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A text in place of a secret that keeps its kind, so that rules judge the text as they judged the secret. */
public final class HiddenValue {
    private static final String KIND = "([a-zA-Z0-9 '().,/-]{1,80})";

    /** In place of a whole value, which its name makes a secret. */
    private static final Pattern VALUE = Pattern.compile("\\[hidden: " + KIND + "]");

    /** In place of a part of a text, which its form makes a secret. */
    private static final Pattern PART = Pattern.compile("\\[hidden part: " + KIND + "]");

    private static final String PART_BEGINS = "[hidden part: ";

    private HiddenValue() {}

    /** {@return the text for a value of a kind, as {@link SecretAssignment#judge} names it} */
    public static String of(String kind) {
        String text = "[hidden: " + kind + ']';
        return VALUE.matcher(text).matches() ? text : "[hidden: secret]";
    }

    /** {@return the kind of the secret that a value stands for, if it does} */
    public static Optional<String> kindOf(String value) {
        if (!value.startsWith("[hidden: ")) {
            return Optional.empty();
        }
        Matcher form = VALUE.matcher(value);
        return form.matches() ? Optional.of(form.group(1)) : Optional.empty();
    }

    /** {@return the text for a part of a text, a secret of that kind} */
    static String part(String kind) {
        String part = PART_BEGINS + kind + ']';
        return PART.matcher(part).matches() ? part : PART_BEGINS + "secret]";
    }

    /** {@return the parts of a text that stand for secrets} */
    static List<FoundSecret> parts(String text) {
        if (!text.contains(PART_BEGINS)) {
            return List.of();
        }
        List<FoundSecret> parts = new ArrayList<>();
        Matcher part = PART.matcher(text);
        while (part.find()) {
            String kind = part.group(1);
            parts.add(new FoundSecret(kind, SecretKind.TOKEN, false, false, part.start(), part.end(), kind.hashCode()));
        }
        return parts;
    }
}

package dev.tallyclerk.hardening.document;

import dev.tallyclerk.hardening.document.Node.Scalar;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/** What scalars are in a dialect. */
final class Scalars {
    private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
    private static final Set<String> TRUE = Set.of("true", "True", "TRUE");
    private static final Set<String> FALSE = Set.of("false", "False", "FALSE");

    /** More words of YAML 1.1. */
    private static final Set<String> YES = Set.of("y", "Y", "yes", "Yes", "YES", "on", "On", "ON");

    private static final Set<String> NO = Set.of("n", "N", "no", "No", "NO", "off", "Off", "OFF");
    private static final Set<String> SPECIAL = Set.of(
            ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF", ".nan", ".NaN", ".NAN");
    private static final Pattern FLOAT = Pattern.compile("[-+]?[0-9]*\\.?[0-9]+([eE][-+][0-9]+)?|[-+]?[0-9]+\\.");
    private static final Pattern JSON_FLOAT = Pattern.compile("-?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?");

    private Scalars() {}

    /** The type of a scalar. */
    enum Type {
        NULL,
        BOOLEAN,
        INTEGER,
        FLOAT,
        TEXT
    }

    /** {@return whether a text is none of Unicode: programs replace the half of a pair by different characters} */
    static boolean hasLoneSurrogate(String text) {
        return text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }

    static Type typeOf(Scalar scalar, DocumentDialect dialect) {
        String tag = scalar.tag;
        if (tag != null && (tag.equals("!") || tag.equals("!!str") || tag.equals("!!binary"))) {
            return Type.TEXT;
        }
        boolean isResolved = scalar.isPlain || (tag != null && tag.startsWith("!!"));
        return isResolved ? typeOf(scalar.text, dialect) : Type.TEXT;
    }

    private static Type typeOf(String text, DocumentDialect dialect) {
        if (text.length() > 40) {
            return Type.TEXT;
        }
        if (NULLS.contains(text)) {
            return Type.NULL;
        }
        char first = text.charAt(0);
        boolean isNumeric = (first >= '0' && first <= '9') || first == '-' || first == '+' || first == '.';
        if (!isNumeric) {
            boolean isBoolean = TRUE.contains(text)
                    || FALSE.contains(text)
                    || (dialect == DocumentDialect.KUBERNETES && (YES.contains(text) || NO.contains(text)));
            return isBoolean ? Type.BOOLEAN : Type.TEXT;
        }
        if (integer(text, dialect).isPresent()) {
            return Type.INTEGER;
        }
        boolean isFloat = (dialect == DocumentDialect.JSON ? JSON_FLOAT : FLOAT)
                        .matcher(text)
                        .matches()
                || SPECIAL.contains(text);
        return isFloat ? Type.FLOAT : Type.TEXT;
    }

    /** {@return whether a value that has to be a switch is true; empty if it is not one} */
    static int truth(Scalar scalar, DocumentDialect dialect) {
        Type type = typeOf(scalar, dialect);
        boolean isWord = type == Type.TEXT && scalar.isPlain && dialect == DocumentDialect.COMPOSE;
        if (type != Type.BOOLEAN && !isWord) {
            return UNDECIDED;
        }
        if (TRUE.contains(scalar.text) || YES.contains(scalar.text)) {
            return 1;
        }
        return FALSE.contains(scalar.text) || NO.contains(scalar.text) ? 0 : UNDECIDED;
    }

    static final int UNDECIDED = -1;

    /** {@return the integer that a number is; empty if it has a fraction or is too large} */
    static OptionalLong integer(String text, DocumentDialect dialect) {
        return dialect == DocumentDialect.JSON ? decimal(text) : ofAnyBase(text.replace("_", ""));
    }

    private static OptionalLong decimal(String digits) {
        try {
            return digits.startsWith("+") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(digits));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** Go's bases: 0x for 16, 0b for 2, and 0 or 0o for 8. */
    private static OptionalLong ofAnyBase(String text) {
        boolean isSigned = text.startsWith("-") || text.startsWith("+");
        String digits = isSigned ? text.substring(1) : text;
        int base = 10;
        if (digits.length() > 1 && digits.charAt(0) == '0') {
            char mark = Character.toLowerCase(digits.charAt(1));
            base = mark == 'x' ? 16 : mark == 'b' ? 2 : 8;
            digits = digits.substring(mark == 'x' || mark == 'b' || mark == 'o' ? 2 : 1);
        }
        if (digits.startsWith("-") || digits.startsWith("+")) {
            return OptionalLong.empty();
        }
        try {
            long value = Long.parseLong(digits, base);
            return OptionalLong.of(text.startsWith("-") ? -value : value);
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** {@return the integer that a number with a dot or exponent is, such as {@code 8.0} or {@code 08}} */
    static OptionalLong whole(String text) {
        double value = SPECIAL.contains(text) ? Double.NaN : Double.parseDouble(text);
        boolean isWhole = value == Math.rint(value) && Math.abs(value) < 1L << 53;
        return isWhole ? OptionalLong.of((long) value) : OptionalLong.empty();
    }
}

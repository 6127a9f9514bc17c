package dev.tallyclerk.hardening.compose;

import dev.tallyclerk.hardening.compose.Item.Text;
import dev.tallyclerk.internal.text.Words;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What scalars mean where Compose expects a truth value, a number or a size. */
final class Values {
    private static final Set<String> TRUE = Words.set("true 1 t y yes on");
    private static final Set<String> FALSE = Words.set("false 0 f n no off");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,18})?) ?(?:([kmgtp])(?:i?b)?|b)?");
    private static final String UNITS = "kmgtp";

    private Values() {}

    static Optional<Boolean> truth(Text text) {
        String word = text.text().toLowerCase(Locale.ROOT);
        return TRUE.contains(word) ? Optional.of(true) : FALSE.contains(word) ? Optional.of(false) : Optional.empty();
    }

    static boolean isTrue(Text text) {
        return truth(text).orElse(false);
    }

    /** {@return the bytes of a size such as {@code 64m} or {@code 1.5gb}; units are powers of 1024} */
    static OptionalLong bytes(Text text) {
        String word = text.text().strip().toLowerCase(Locale.ROOT);
        if (word.equals("-1")) {
            return OptionalLong.of(-1);
        }
        Matcher size = SIZE.matcher(word);
        if (!size.matches()) {
            return OptionalLong.empty();
        }
        int power = size.group(2) == null ? 0 : UNITS.indexOf(size.group(2)) + 1;
        BigDecimal bytes =
                new BigDecimal(size.group(1)).multiply(BigDecimal.valueOf(1024).pow(power));
        return bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0
                ? OptionalLong.empty()
                : OptionalLong.of(bytes.longValue());
    }

    static OptionalLong integer(Text text) {
        try {
            return OptionalLong.of(Long.parseLong(text.text().strip()));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** {@return a number of processors in billionths} */
    static OptionalLong nanos(Text text) {
        String number = text.text().strip();
        if (!number.matches("\\d{0,9}(?:\\.\\d{0,18})?") || !number.matches(".*\\d.*")) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(new BigDecimal(number.startsWith(".") ? "0" + number : number)
                .movePointRight(9)
                .longValue());
    }
}

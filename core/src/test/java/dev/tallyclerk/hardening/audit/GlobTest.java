package dev.tallyclerk.hardening.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
    @ParameterizedTest
    @CsvSource({
        "web, web, true",
        "web, webb, false",
        "web, Web, false",
        "w?b, web, true",
        "w?b, wb, false",
        "*, '', true",
        "ci/*, ci/a/b, true",
        "ci/*, ci, false",
        "*.b, a.b.b, true",
        "layer[*]/etc/*, layer[12]/etc/ssl/x, true",
        "a.c, abc, false",
        "a*b*c, aXbYcZ, false",
    })
    void fitsTheWholeText(String pattern, String text, boolean fits) {
        assertEquals(fits, new Glob(pattern).matches(text));
    }

    @Property
    void agreesWithARegularExpression(
            @ForAll @Chars({'*', '?'}) @CharRange(from = 'a', to = 'c') @StringLength(min = 1, max = 12) String pattern,
            @ForAll @CharRange(from = 'a', to = 'c') @StringLength(max = 20) String text) {
        String expression = pattern.replace("*", ".*").replace("?", ".");
        assertEquals(Pattern.matches(expression, text), new Glob(pattern).matches(text));
    }

    @Test
    void manyStarsDoNotTakeLong() {
        Glob hostile = new Glob("a*".repeat(500));
        String text = "a".repeat(499) + "b".repeat(50_000);
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(20), () -> hostile.matches(text));
    }

    @Test
    void refusesAnEmptyPatternAndALongOne() {
        assertThrows(IllegalArgumentException.class, () -> new Glob(""));
        assertThrows(IllegalArgumentException.class, () -> new Glob("a".repeat(1001)));
    }
}

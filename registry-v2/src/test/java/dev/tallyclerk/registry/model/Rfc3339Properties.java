package dev.tallyclerk.registry.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Rfc3339Properties {
    private static final Pattern FORM = Pattern.compile("(\\d{4}-\\d\\d-\\d\\d)[Tt](\\d\\d:\\d\\d:\\d\\d)(\\.\\d+)?"
            + "(?:[Zz]|([+-])([01]\\d|2[0-3]):([0-5]\\d))");

    /** What a pattern and java.time make of it: the yardstick. Offsets may be larger than java.time has them. */
    private static Optional<Instant> expected(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        String fraction = form.group(3) == null ? "" : form.group(3);
        String local = form.group(1) + 'T' + form.group(2) + fraction.substring(0, Math.min(10, fraction.length()));
        Duration offset = form.group(4) == null
                ? Duration.ZERO
                : Duration.ofHours(Long.parseLong(form.group(5))).plusMinutes(Long.parseLong(form.group(6)));
        try {
            Instant time = LocalDateTime.parse(local).toInstant(ZoneOffset.UTC);
            return Optional.of("-".equals(form.group(4)) ? time.plus(offset) : time.minus(offset));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2023-11-14T22:13:20Z",
                "2023-11-14t22:13:20z",
                "2023-11-14T22:13:20.5+01:00",
                "2023-11-14T22:13:20.123456789-18:00",
                "0000-01-01T00:00:00Z",
                "9999-12-31T23:59:59.999999999Z",
                "2024-02-29T00:00:00Z",
                "2023-02-29T00:00:00Z",
                "2023-11-14T24:00:00Z",
                "2023-11-14T23:59:60Z",
                "2023-11-14T22:13:20+19:00",
                "2023-11-14T22:13:20+18:01",
                "2023-11-14T22:13:20-23:59",
                "2023-11-14T22:13:20+24:00",
                "2023-11-14T22:13:20+01:60",
                "2023-11-14T22:13:20",
                "2023-11-14T22:13Z",
                "2023-11-14 22:13:20Z",
                "+2023-11-14T22:13:20Z",
                "12023-11-14T22:13:20Z",
                "2023-11-14T22:13:20.Z",
                "2023-11-14T22:13:20.1234567890Z",
                "2023-11-14T22:13:20,5Z",
                "2023-11-14T22:13:20ZZ",
                "2023-11-14T22:13:20.5",
                "\u0662023-11-14T22:13:20Z",
                "",
                "Z"
            })
    void readsWhatIsOneAndNothingElse(String text) {
        assertEquals(expected(text), Rfc3339.parse(text));
    }

    @Property(tries = 3000)
    void readsAsJavaTimeDoesWhereTheFormIsRight(@ForAll("nearly") String text) {
        assertEquals(expected(text), Rfc3339.parse(text), text);
    }

    @Property
    void writesWhatItReads(@ForAll("times") Instant time) {
        assertEquals(Optional.of(time), Rfc3339.parse(Rfc3339.format(time)));
    }

    @Test
    void writesNoYearOfFiveDigits() {
        assertThrows(IllegalArgumentException.class, () -> Rfc3339.format(Instant.MAX));
        assertThrows(IllegalArgumentException.class, () -> Rfc3339.format(Instant.MIN));
    }

    @Provide
    Arbitrary<Instant> times() {
        return TestGenerators.times();
    }

    @Provide
    Arbitrary<String> nearly() {
        Arbitrary<String> right = TestGenerators.times().map(Rfc3339::format);
        return Combinators.combine(
                        right,
                        Arbitraries.integers().between(0, 40),
                        Arbitraries.of("", "0", "9", "-", ":", "T", "z", ".", "+01:00", "\u0661", " "),
                        Arbitraries.integers().between(0, 2))
                .as((text, at, with, removed) -> {
                    int from = Math.min(at, text.length());
                    int to = Math.min(from + removed, text.length());
                    return text.substring(0, from) + with + text.substring(to);
                });
    }
}

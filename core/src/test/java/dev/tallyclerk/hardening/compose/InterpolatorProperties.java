package dev.tallyclerk.hardening.compose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class InterpolatorProperties {
    private static final Map<String, String> VARIABLES = Map.of("SET", "value", "EMPTY", "", "D", "a$b");
    private static final String UNSET = String.valueOf(Interpolator.UNSET);

    /** A piece of a text, with what it means. */
    private record Piece(String written, String meant) {
        Piece then(Piece next) {
            return new Piece(written + next.written, meant + next.meant);
        }
    }

    private static Interpolator.Result interpolate(String text) throws InterpolationException {
        return new Interpolator(VARIABLES::get, new Interpolator.Budget(1 << 20)).interpolate(text);
    }

    @Provide
    Arbitrary<Piece> texts() {
        return Arbitraries.recursive(
                () -> Arbitraries.oneOf(plain(), dollar(), variable()),
                inner -> Arbitraries.oneOf(inner, operator(inner), pair(inner)),
                0,
                4);
    }

    private Arbitrary<Piece> plain() {
        return Arbitraries.strings().withChars("ab:-+?/ .").ofMaxLength(4).map(text -> new Piece(text, text));
    }

    private Arbitrary<Piece> dollar() {
        return Arbitraries.just(new Piece("$$", "$"));
    }

    private Arbitrary<Piece> variable() {
        return Arbitraries.of("SET", "EMPTY", "D", "GONE")
                .map(name -> new Piece("${" + name + "}", VARIABLES.getOrDefault(name, UNSET)));
    }

    private Arbitrary<Piece> pair(Arbitrary<Piece> texts) {
        return Combinators.combine(texts, texts).as(Piece::then);
    }

    private Arbitrary<Piece> operator(Arbitrary<Piece> texts) {
        return Combinators.combine(
                        Arbitraries.of("SET", "EMPTY", "D", "GONE"),
                        Arbitraries.of(":-", "-", ":?", "?", ":+", "+"),
                        texts)
                .as((name, operator, word) -> {
                    String value = VARIABLES.get(name);
                    boolean isSet = value != null && !(operator.startsWith(":") && value.isEmpty());
                    String meant = operator.endsWith("+")
                            ? (isSet ? word.meant : "")
                            : isSet ? String.valueOf(value) : operator.endsWith("-") ? word.meant : UNSET;
                    return new Piece("${" + name + operator + word.written + "}", meant);
                });
    }

    @Property
    void meansWhatTheSpecificationSays(@ForAll("texts") Piece text) throws InterpolationException {
        Interpolator.Result result = interpolate(text.written);
        assertEquals(text.meant, result.text());
        assertEquals(text.meant.contains(UNSET), !result.unset().isEmpty());
    }

    @Property
    void acceptsOrExplainsEveryText(@ForAll String text) {
        assertExplained(text);
    }

    @Property
    void acceptsOrExplainsEveryTextOfItsOwnCharacters(@ForAll("odd") String text) {
        assertExplained(text);
    }

    @Provide
    Arbitrary<String> odd() {
        return Arbitraries.strings().withChars("${}:-?+A_1").ofMaxLength(30);
    }

    private static void assertExplained(String text) {
        try {
            Interpolator.Result result = interpolate(text);
            assertEquals(result.text().contains(UNSET), !result.unset().isEmpty());
        } catch (InterpolationException e) {
            assertFalse(e.isLimit());
            assertTrue(text.contains("$"));
        }
    }

    @Property
    void textsWithoutDollarStay(@ForAll String text) throws InterpolationException {
        if (!text.contains("$") && !text.contains(UNSET)) {
            assertEquals(new Interpolator.Result(text, List.of(), false), interpolate(text));
        }
    }
}

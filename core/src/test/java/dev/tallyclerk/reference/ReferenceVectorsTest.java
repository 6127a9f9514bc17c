package dev.tallyclerk.reference;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.testing.SharedData;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The answers of distribution/reference itself, computed by running it. */
class ReferenceVectorsTest {
    @Test
    void thereAreAsManyVectorsAsWereMade() throws IOException, JsonException {
        assertEquals(478, vectors().size());
    }

    @TestFactory
    Stream<DynamicTest> givesTheReferenceImplementationsAnswer() throws IOException, JsonException {
        return vectors().stream()
                .map(vector -> DynamicTest.dynamicTest(vector.pointer(), () -> {
                    String input = vector.required("input").string();
                    check(vector.required("parse"), input, Reference::parse);
                    check(vector.required("parseNormalizedNamed"), input, Reference::parseNormalized);
                    check(vector.required("parseDockerRef"), input, text -> {
                        Reference named = Reference.parseNormalized(text);
                        return named.digest().isPresent() ? named.withoutTag() : named.withDefaultTag();
                    });
                }));
    }

    private static void check(JsonCursor expected, String input, Function<String, Reference> parse)
            throws JsonException {
        if (expected.member("error").isPresent()) {
            assertThrows(MalformedReferenceException.class, () -> parse.apply(input), input);
            return;
        }
        Reference actual = parse.apply(input);
        assertAll(
                input,
                () -> assertEquals(expected.required("string").string(), actual.toString()),
                () -> assertEquals(expected.required("domain").string(), actual.domain()),
                () -> assertEquals(expected.required("path").string(), actual.path()),
                () -> assertEquals(expected.required("familiar").string(), actual.familiar()),
                () -> assertEquals(text(expected, "tag"), actual.tag()),
                () -> assertEquals(text(expected, "digest"), actual.digest().map(Object::toString)),
                () -> assertTrue(text(expected, "tagNameOnlyDefault")
                        .map(actual.withDefaultTag().toString()::equals)
                        .orElse(true)));
    }

    private static Optional<String> text(JsonCursor vector, String name) throws JsonException {
        Optional<JsonCursor> member = vector.member(name);
        return member.isEmpty() ? Optional.empty() : Optional.of(member.get().string());
    }

    private static List<JsonCursor> vectors() throws IOException, JsonException {
        byte[] file = SharedData.read("registry/vectors/references.json");
        return JsonCursor.parse(file, JsonLimits.ofBytes(1 << 20))
                .required("vectors")
                .elements();
    }
}

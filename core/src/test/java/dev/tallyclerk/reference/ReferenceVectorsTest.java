package dev.tallyclerk.reference;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.reference.MalformedReferenceException.Reason;
import dev.tallyclerk.testing.SharedData;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The answers of distribution/reference itself, computed by running it. */
class ReferenceVectorsTest {
    /** What the other program's messages begin with or contain, and the reason that says the same here. */
    private static final Map<String, Reason> REASONS = Map.of(
            "repository name must have at least one component", Reason.EMPTY,
            "must be lowercase", Reason.UPPER_CASE,
            "must not be more than 255 characters", Reason.TOO_LONG,
            "cannot specify 64-byte hexadecimal strings", Reason.IMAGE_ID,
            "invalid checksum digest", Reason.BAD_DIGEST,
            "unsupported digest algorithm", Reason.BAD_DIGEST);

    @Test
    void thereAreAsManyVectorsAsWereMade() throws IOException, JsonException {
        Map<Reason, Integer> refused = new TreeMap<>();
        for (JsonCursor vector : vectors()) {
            Optional<JsonCursor> error = vector.required("parse").member("error");
            if (error.isPresent()) {
                refused.merge(reason(error.get().string()), 1, Integer::sum);
            }
        }
        assertEquals(478, vectors().size());
        assertEquals(
                Map.of(
                        Reason.EMPTY, 1,
                        Reason.UPPER_CASE, 21,
                        Reason.TOO_LONG, 2,
                        Reason.BAD_DIGEST, 8,
                        Reason.BAD_FORMAT, 136),
                refused);
    }

    @TestFactory
    Stream<DynamicTest> givesTheReferenceImplementationsAnswer() throws IOException, JsonException {
        return vectors().stream()
                .map(vector -> DynamicTest.dynamicTest(vector.pointer(), () -> {
                    String input = vector.required("input").string();
                    check(vector.required("parse"), input, Reference::parse);
                    check(vector.required("parseNormalizedNamed"), input, Reference::parseNormalized);
                    check(vector.required("parseDockerRef"), input, Reference::parseDockerRef);
                    checkAny(vector.required("parseAnyReference"), input);
                }));
    }

    private static void check(JsonCursor expected, String input, Function<String, Reference> parse)
            throws JsonException {
        if (isRefused(expected, input, parse)) {
            return;
        }
        checkName(expected, parse.apply(input));
    }

    private static void checkAny(JsonCursor expected, String input) throws JsonException {
        if (isRefused(expected, input, AnyReference::parse)) {
            return;
        }
        AnyReference actual = AnyReference.parse(input);
        assertEquals(expected.required("string").string(), actual.toString());
        if (expected.member("path").isPresent()) {
            checkName(expected, actual.fold(Function.identity(), id -> fail(input + " is no ID")));
        } else {
            Digest id = actual.fold(name -> fail(input + " is no name"), Function.identity());
            assertEquals(expected.required("digest").string(), id.toString());
        }
    }

    private static boolean isRefused(JsonCursor expected, String input, Function<String, ?> parse)
            throws JsonException {
        Optional<JsonCursor> error = expected.member("error");
        if (error.isEmpty()) {
            return false;
        }
        var e = assertThrows(MalformedReferenceException.class, () -> parse.apply(input), input);
        assertEquals(reason(error.get().string()), e.reason(), input);
        return true;
    }

    private static Reason reason(String error) {
        return REASONS.entrySet().stream()
                .filter(known -> error.contains(known.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseGet(() -> {
                    assertEquals("invalid reference format", error);
                    return Reason.BAD_FORMAT;
                });
    }

    private static void checkName(JsonCursor expected, Reference actual) {
        assertAll(
                () -> assertEquals(expected.required("string").string(), actual.toString()),
                () -> assertEquals(expected.required("domain").string(), actual.domain()),
                () -> assertEquals(expected.required("path").string(), actual.path()),
                () -> assertEquals(expected.required("familiar").string(), actual.familiar()),
                () -> assertEquals(text(expected, "tag"), actual.tag()),
                () -> assertEquals(text(expected, "digest"), actual.digest().map(Digest::toString)),
                () -> assertEquals(
                        text(expected, "tagNameOnlyDefault")
                                .orElse(actual.withDefaultTag().toString()),
                        actual.withDefaultTag().toString()));
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

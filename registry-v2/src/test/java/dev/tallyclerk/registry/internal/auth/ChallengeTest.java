package dev.tallyclerk.registry.internal.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.internal.call.Failures;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.testing.SharedData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChallengeTest {
    private static final Failures FAILURES = new Failures(HttpException::new);

    @Test
    void readsSeveralChallengesInOneHeader() throws HttpException {
        assertEquals(
                List.of(
                        new Challenge("basic", Map.of("realm", "a, b")),
                        new Challenge("negotiate", Map.of()),
                        new Challenge("bearer", Map.of("realm", "https://x/t", "service", "q\"s", "scope", "a:b"))),
                Challenge.parseAll(
                        FAILURES,
                        "registry.example.org",
                        List.of(
                                "Basic realm=\"a, b\", Negotiate YWJj==, bearer scope=a:b , Realm = \"https://x/t\",service=\"q\\\"s\"")));
    }

    @Test
    void readsSixteenChallengesWhereverTheyStandAndNoMore() throws HttpException {
        String host = "registry.example.org";
        assertEquals(
                16,
                Challenge.parseAll(FAILURES, host, List.of("A a=b, ".repeat(16)))
                        .size());
        assertEquals(
                16,
                Challenge.parseAll(FAILURES, host, List.of("A a=b, ".repeat(17)))
                        .size());
        assertEquals(
                16,
                Challenge.parseAll(FAILURES, host, Collections.nCopies(17, "A a=b"))
                        .size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer realm=\"open", "Bearer realm=\"a\",realm=\"b\"", "=", "Bearer realm=a b=\"", "\""})
    void refusesWhatCanBeReadInTwoWays(String header) {
        var e = assertThrows(
                HttpException.class, () -> Challenge.parseAll(FAILURES, "registry.example.org", List.of(header)));
        assertEquals(HttpException.Reason.PROTOCOL, e.reason());
        assertTrue(String.valueOf(e.getMessage()).startsWith("cannot read the challenge of registry.example.org: "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer realm=https://h/token?x=1", "Basic realm=\"b\", Bearer realm=\"a\",realm=\"b\""})
    void aHeaderThatCannotBeReadGivesNothingAndTakesNothingFromOthers(String unread) throws HttpException {
        List<Challenge> read = List.of(new Challenge("basic", Map.of("realm", "r")));
        String host = "registry.example.org";
        assertEquals(read, Challenge.parseAll(FAILURES, host, List.of(unread, "Basic realm=\"r\"")));
        assertEquals(read, Challenge.parseAll(FAILURES, host, List.of("Basic realm=\"r\"", unread)));
        assertThrows(HttpException.class, () -> Challenge.parseAll(FAILURES, host, List.of(unread, "")));
    }

    @Property
    void anyHeaderIsReadOrRefused(
            @ForAll @Chars({'B', 'a', ' ', ',', '=', '"', '\\', '\t', ';', '\u00e9'}) String header) {
        try {
            Challenge.parseAll(FAILURES, "registry.example.org", List.of(header, header));
        } catch (HttpException e) {
            assertEquals(HttpException.Reason.PROTOCOL, e.reason());
        }
    }

    @Test
    void decidesEveryVector() throws IOException, JsonException {
        byte[] file = SharedData.read("registry/vectors/www-authenticate.json");
        for (JsonCursor vector : JsonCursor.parse(file, JsonLimits.ofBytes(1 << 20))
                .required("vectors")
                .elements()) {
            List<String> headers = vector.required("header").strings();
            if (vector.member("error").isPresent()) {
                assertThrows(HttpException.class, () -> Challenge.parseAll(FAILURES, "registry.example.org", headers));
                continue;
            }
            List<Challenge> expected = new ArrayList<>();
            for (JsonCursor challenge : vector.required("challenges").elements()) {
                expected.add(new Challenge(
                        challenge.required("scheme").string(),
                        challenge.required("params").stringMap()));
            }
            assertEquals(expected, Challenge.parseAll(FAILURES, "registry.example.org", headers), headers.toString());
        }
    }
}

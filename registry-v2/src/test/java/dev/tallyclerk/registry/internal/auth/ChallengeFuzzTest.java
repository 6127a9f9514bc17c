package dev.tallyclerk.registry.internal.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.internal.call.Failures;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Any headers, one a line here, are challenges that lead back to themselves, or break the protocol. */
class ChallengeFuzzTest {
    private static final Failures FAILURES = new Failures(HttpException::new);

    @FuzzTest
    void parseAll(byte[] data) throws HttpException {
        String text = new String(data, StandardCharsets.ISO_8859_1);
        List<Challenge> challenges;
        try {
            challenges = Challenge.parseAll(FAILURES, "registry.example.org", List.of(text.split("\n", -1)));
        } catch (HttpException e) {
            assertEquals(HttpException.Reason.PROTOCOL, e.reason());
            assertTrue(e.toString().length() < 300);
            return;
        }
        for (Challenge challenge : challenges) {
            assertEquals(challenge.scheme().toLowerCase(Locale.ROOT), challenge.scheme());
            assertTrue(!challenge.scheme().isEmpty());
        }
        assertEquals(challenges, Challenge.parseAll(FAILURES, "registry.example.org", List.of(write(challenges))));
    }

    private static String write(List<Challenge> challenges) {
        return challenges.stream()
                .map(challenge -> challenge.parameters().entrySet().stream()
                        .map(parameter -> parameter.getKey() + "=\""
                                + parameter.getValue().replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                        .collect(Collectors.joining(", ", challenge.scheme() + " ", "")))
                .collect(Collectors.joining(", "));
    }
}

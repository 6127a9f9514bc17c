package dev.tallyclerk.registry.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.testing.SharedData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What containerd's own code says of 79 texts, and of 40 hosts against all of them. */
class PlatformVectorsTest {
    private static JsonCursor vectors() throws IOException, JsonException {
        return JsonCursor.parse(SharedData.read("registry/vectors/platforms.json"), JsonLimits.ofBytes(1 << 20));
    }

    private static List<String> strings(JsonCursor json, String name) throws JsonException {
        Optional<JsonCursor> list = json.optional(name);
        return list.isPresent() ? list.get().strings() : List.of();
    }

    @Test
    void parsesNormalizesAndFormatsAsContainerdDoes() throws IOException, JsonException {
        int decided = 0;
        for (JsonCursor vector : vectors().required("parse").elements()) {
            String input = vector.required("input").string();
            decided++;
            if (vector.member("error").isPresent()) {
                assertThrows(IllegalArgumentException.class, () -> Platform.parse(input), input);
                continue;
            }
            Platform platform = Platform.parse(input);
            assertEquals(vector.required("os").string(), platform.os(), input);
            assertEquals(vector.required("architecture").string(), platform.architecture(), input);
            assertEquals(vector.required("variant").string(), platform.variant().orElse(""), input);
            assertEquals(
                    vector.required("osVersion").string(), platform.osVersion().orElse(""), input);
            assertEquals(strings(vector, "osFeatures"), platform.osFeatures(), input);
            assertEquals(vector.required("format").string(), platform.toString(), input);
            assertEquals(vector.required("formatAll").string(), platform.specifier(), input);
            assertEquals(
                    vector.required("normalized").string(),
                    platform.normalized().specifier(),
                    input);
        }
        assertEquals(79, decided);
    }

    @Test
    void matchesAndOrdersAsContainerdDoes() throws IOException, JsonException {
        int decided = 0;
        for (JsonCursor vector : vectors().required("match").elements()) {
            String host = vector.required("host").string();
            PlatformMatcher matcher = PlatformMatcher.of(Platform.parse(host));
            List<String> matches = strings(vector, "onlyMatchesBestFirst");
            List<String> rejects = strings(vector, "onlyRejects");
            matches.forEach(offered -> assertTrue(matcher.matches(Platform.parse(offered)), host + " runs " + offered));
            rejects.forEach(offered ->
                    assertFalse(matcher.matches(Platform.parse(offered)), host + " does not run " + offered));
            // Those that containerd finds equal stand in any order, so the order may not fall where ours rises.
            Comparator<Platform> order = matcher.bestFirst();
            for (int i = 1; i < matches.size(); i++) {
                Platform before = Platform.parse(matches.get(i - 1));
                Platform after = Platform.parse(matches.get(i));
                assertTrue(order.compare(before, after) <= 0, host + ": " + before + " before " + after);
            }
            assertStrict(host, vector, matches, rejects);
            decided++;
        }
        assertEquals(40, decided);
    }

    private static void assertStrict(String host, JsonCursor vector, List<String> matches, List<String> rejects)
            throws JsonException {
        PlatformMatcher strict = PlatformMatcher.strict(Platform.parse(host));
        Set<String> wanted = new HashSet<>(strings(vector, "onlyStrictMatches"));
        List<String> all = new ArrayList<>(matches);
        all.addAll(rejects);
        assertEquals(67, all.size(), host);
        for (String offered : all) {
            assertEquals(
                    wanted.contains(offered), strict.matches(Platform.parse(offered)), host + " strictly " + offered);
        }
    }
}

package dev.tallyclerk.hardening.dockerfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.testing.SharedData;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The verdicts of other linters on their own examples, and those that follow from BuildKit's grammar. */
class DockerfileOracleTest {
    @ParameterizedTest
    @ValueSource(strings = {"vectors.json", "grammar.json"})
    void agreesWithTheVectors(String file) throws Exception {
        byte[] json = SharedData.read("hardening/oracle/dockerfile/" + file);
        List<String> wrong = new ArrayList<>();
        int compared = 0;
        for (JsonCursor vector : JsonCursor.parse(json, JsonLimits.ofBytes(json.length))
                .required("vectors")
                .elements()) {
            Optional<JsonCursor> strict = vector.optional("strict");
            if (strict.isPresent() && !strict.get().bool()) {
                continue;
            }
            DockerfileSubject subject =
                    Dockerfiles.read(vector.required("dockerfile").string());
            boolean fires = vector.required("fires").bool();
            for (String rule : vector.strings("rules")) {
                compared++;
                boolean fails = Dockerfiles.judge(rule, subject).kind() == Outcome.Kind.FAIL;
                if (fails != fires) {
                    wrong.add(vector.required("id").string() + ' ' + rule);
                }
            }
        }
        assertTrue(compared > 40, "compared " + compared);
        assertEquals(List.of(), wrong);
    }
}

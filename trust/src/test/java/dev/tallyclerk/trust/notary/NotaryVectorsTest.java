package dev.tallyclerk.trust.notary;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.testing.SharedData;
import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.notary.metadata.NotaryException;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Collections with one fault each, and what the real client did with them. */
class NotaryVectorsTest {
    /** After the root of {@code cached-root-expires} has expired. */
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-24T23:20:00Z"), ZoneOffset.UTC);

    /**
     * What this library refuses in the last step although the original accepts it; the package documentation says why.
     */
    private static final Map<String, NotaryException.Reason> SAFER = Map.of(
            "root-same-version", NotaryException.Reason.SAME_VERSION_CHANGED,
            "snapshot-rollback-shorter", NotaryException.Reason.ROLLBACK,
            "targets-rollback-shorter", NotaryException.Reason.ROLLBACK,
            "threshold-2-one-key-two-certs", NotaryException.Reason.THRESHOLD_NOT_MET);

    record Vector(String name, String gun, List<List<String>> steps) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Vector> vectors() throws IOException, JsonException {
        List<Vector> vectors = new ArrayList<>();
        byte[] file = SharedData.read("notary/vectors/vectors.json");
        JsonCursor all = JsonCursor.parse(file, JsonLimits.ofBytes(1 << 22));
        for (JsonCursor scenario : all.required("scenarios").elements()) {
            List<List<String>> steps = new ArrayList<>();
            for (JsonCursor step : scenario.required("steps").elements()) {
                List<String> targets = new ArrayList<>();
                for (JsonCursor target : step.required("targets").elements()) {
                    targets.add(target.required("name").string() + "@"
                            + target.required("role").string());
                }
                boolean accepted = step.required("rc").integer(0, 255) == 0;
                steps.add(accepted ? targets.stream().sorted().toList() : List.of("refused"));
            }
            vectors.add(new Vector(
                    scenario.required("name").string(), scenario.required("gun").string(), steps));
        }
        return vectors.stream();
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void hasTheVerdictOfTheOriginalOrASaferOneWithBothEngines(Vector vector) throws JsonException {
        for (SignatureEngine engine : BothEngines.BY_NAME.values()) {
            hasTheVerdictOfTheOriginalOrASaferOne(vector, engine);
        }
    }

    private static void hasTheVerdictOfTheOriginalOrASaferOne(Vector vector, SignatureEngine engine)
            throws JsonException {
        MetadataStore store = MetadataStore.inMemory();
        for (int i = 0; i < vector.steps().size(); i++) {
            SavedState state = SavedState.read("vectors/" + vector.name() + "/" + (i + 1), vector.gun());
            List<String> verdict;
            NotaryException.Reason reason = null;
            try {
                verdict = NotaryClient.of(vector.gun(), state.fetcher(), NotaryRootTrust.firstUse())
                        .withSignatureEngine(engine)
                        .withStore(store)
                        .withClock(CLOCK)
                        .update()
                        .targets()
                        .stream()
                        .map(NotaryVectorsTest::row)
                        .sorted()
                        .toList();
            } catch (NotaryException e) {
                verdict = List.of("refused");
                reason = e.reason();
            }
            boolean last = i == vector.steps().size() - 1;
            if (last && SAFER.containsKey(vector.name())) {
                assertEquals(SAFER.get(vector.name()), reason);
            } else {
                assertEquals(vector.steps().get(i), verdict);
            }
        }
    }

    private static String row(TargetInfo target) {
        return target.path() + "@" + target.role();
    }
}

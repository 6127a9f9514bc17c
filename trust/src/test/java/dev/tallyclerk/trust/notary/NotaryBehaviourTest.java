package dev.tallyclerk.trust.notary;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.testing.SharedData;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.notary.metadata.NotaryException;
import dev.tallyclerk.trust.notary.metadata.NotaryException.Reason;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the real client does with good and hostile sequences of states. */
class NotaryBehaviourTest {
    private static final String SIMPLE = "docker.io/library/simple";
    private static final String APP = "docker.io/acme/app";
    private static final String ROTATED = "docker.io/acme/rotated";

    /** The reason why each refused scenario is refused. */
    private static final Map<String, Reason> REASONS = Map.ofEntries(
            Map.entry("rollback-all", Reason.ROLLBACK),
            Map.entry("rollback-timestamp-only", Reason.ROLLBACK),
            Map.entry("mix-and-match-snapshot", Reason.HASH_MISMATCH),
            Map.entry("bad-signature-root", Reason.THRESHOLD_NOT_MET),
            Map.entry("bad-signature-timestamp", Reason.THRESHOLD_NOT_MET),
            Map.entry("bad-signature-snapshot", Reason.HASH_MISMATCH),
            Map.entry("bad-signature-targets", Reason.HASH_MISMATCH),
            Map.entry("rotation-chain-gap", Reason.NOT_AVAILABLE),
            Map.entry("rotation-chain-irrelevant-gap", Reason.NOT_AVAILABLE),
            Map.entry("rotation-chain-swapped", Reason.WRONG_VERSION),
            Map.entry("root-rollback", Reason.ROLLBACK),
            Map.entry("tofu-other-repo", Reason.ROOT_NOT_CHAINED),
            Map.entry("cn-mismatch", Reason.NO_VALID_CERTIFICATE),
            Map.entry("delegation-bad-signature", Reason.HASH_MISMATCH),
            Map.entry("delegation-missing", Reason.NOT_AVAILABLE),
            Map.entry("delegation-rollback", Reason.ROLLBACK),
            Map.entry("disable-tofu", Reason.NOT_PINNED),
            Map.entry("pin-cert-wrong", Reason.PIN_MISMATCH),
            Map.entry("pin-cert-rotated-fresh", Reason.PIN_MISMATCH),
            Map.entry("pin-ca-codesigning", Reason.PIN_MISMATCH),
            Map.entry("pin-ca-other", Reason.PIN_MISMATCH),
            Map.entry("pin-ca-missing-intermediate", Reason.PIN_MISMATCH),
            Map.entry("oversize-timestamp", Reason.LIMIT_EXCEEDED),
            Map.entry("timestamp-trailing-garbage", Reason.MALFORMED),
            // Safer than the original, which looks at pins on first contact only.
            Map.entry("pin-cert-rotated", Reason.PIN_MISMATCH));

    record Scenario(String name, String gun, List<Optional<List<String>>> steps) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Scenario> scenarios() throws IOException, JsonException {
        List<Scenario> scenarios = new ArrayList<>();
        JsonCursor all =
                JsonCursor.parse(SharedData.read("notary/collections/behaviour.json"), JsonLimits.ofBytes(1 << 22));
        for (JsonCursor scenario : all.elements()) {
            List<Optional<List<String>>> steps = new ArrayList<>();
            for (JsonCursor step : scenario.required("steps").elements()) {
                boolean accepted = step.required("rc").integer(0, 255) == 0;
                steps.add(accepted ? Optional.of(step.strings("rows")) : Optional.empty());
            }
            scenarios.add(new Scenario(
                    scenario.required("name").string(), scenario.required("gun").string(), steps));
        }
        return scenarios.stream();
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void hasTheVerdictOfTheOriginalOrASaferOneWithBothEngines(Scenario scenario) throws Exception {
        for (SignatureEngine engine : BothEngines.BY_NAME.values()) {
            hasTheVerdictOfTheOriginalOrASaferOne(scenario, engine);
        }
    }

    private static void hasTheVerdictOfTheOriginalOrASaferOne(Scenario scenario, SignatureEngine engine)
            throws Exception {
        MetadataStore store = MetadataStore.inMemory();
        List<MetadataFetcher> served = served(scenario.name());
        assertEquals(scenario.steps().size(), served.size());
        for (int i = 0; i < served.size(); i++) {
            NotaryClient client = NotaryClient.of(scenario.gun(), served.get(i), trust(scenario.name()))
                    .withSignatureEngine(engine)
                    .withStore(store)
                    .withClock(NotaryStatesTest.clock());
            boolean safer = scenario.name().equals("pin-cert-rotated") && i == 1;
            Optional<List<String>> expected =
                    safer ? Optional.empty() : scenario.steps().get(i);
            try {
                List<String> listed = client.updateOrStored().targets().stream()
                        .map(TargetInfo::path)
                        .toList();
                assertEquals(expected, Optional.of(listed));
            } catch (NotaryException e) {
                assertEquals(expected, Optional.empty(), e::getMessage);
                assertEquals(REASONS.get(scenario.name()), e.reason(), e::getMessage);
            }
        }
    }

    private static SavedState simple(int step) {
        return SavedState.read(
                "collections/simple/"
                        + List.of("01-init", "02-three-targets", "03-change").get(step - 1),
                SIMPLE);
    }

    private static SavedState app(int step) {
        List<String> steps = List.of(
                "01-server-snapshot",
                "02-alice-releases",
                "03-bob-rsa",
                "04-base-target",
                "05-witness",
                "06-alice-removed");
        return SavedState.read("collections/dct/" + steps.get(step - 1), APP);
    }

    private static SavedState rotated(int step) {
        List<String> steps = List.of(
                "01-start",
                "02-targets",
                "03-snapshot-local",
                "04-snapshot-server",
                "05-timestamp",
                "06-root-1",
                "07-root-2",
                "08-root-3-legacy",
                "09-v2");
        return SavedState.read("collections/rotated/" + steps.get(step - 1), ROTATED);
    }

    private static SavedState only(String collection) {
        return SavedState.read("collections/" + collection + "/01-start", "docker.io/acme/" + collection);
    }

    private static List<MetadataFetcher> served(String scenario) {
        List<SavedState> states = switch (scenario) {
            case "normal-update" -> List.of(simple(1), simple(2), simple(3));
            case "rollback-all" -> List.of(simple(3), simple(2));
            case "rollback-timestamp-only" -> List.of(simple(3), simple(3).withRoleOf("timestamp", simple(2)));
            case "mix-and-match-snapshot" ->
                List.of(simple(2), simple(3).withRoleOf("snapshot", simple(2)).withRoleOf("targets", simple(2)));
            case "same-again" -> List.of(simple(2), simple(2));
            case "bad-signature-root", "bad-signature-timestamp", "bad-signature-snapshot", "bad-signature-targets" ->
                List.of(simple(2).withWrongSignature(scenario.substring("bad-signature-".length())));
            case "timestamp-missing-offline" -> List.of(simple(2), SavedState.empty());
            case "rotation-chain" -> List.of(rotated(1), rotated(7));
            case "rotation-chain-gap" -> List.of(rotated(1), rotated(7).without("6.root.json"));
            case "rotation-chain-irrelevant-gap" ->
                List.of(rotated(1), rotated(7).without("3.root.json"));
            case "rotation-chain-swapped" ->
                List.of(rotated(1), rotated(7).with("6.root.json", rotated(7).get("5.root.json")));
            case "rotation-legacy" -> List.of(rotated(1), withoutChain(rotated(9)));
            case "rotation-one-step" ->
                Stream.of(1, 2, 3, 4, 5, 6, 7, 8, 9)
                        .map(NotaryBehaviourTest::rotated)
                        .toList();
            case "root-rollback" -> List.of(rotated(9), rotated(5));
            case "pin-cert-rotated" -> List.of(rotated(1), rotated(9));
            case "pin-cert-rotated-fresh" -> List.of(rotated(7));
            case "tofu-other-repo" -> List.of(simple(2), app(4));
            case "cn-mismatch" -> List.of(app(4));
            case "delegation-bad-signature" -> List.of(app(4).withWrongSignature("targets/releases"));
            case "delegation-missing" -> List.of(withoutReleases(app(4)));
            case "delegation-removed" -> List.of(app(5), app(6));
            case "delegation-rollback" -> List.of(app(5), app(3));
            case "pin-ca-direct", "pin-ca-other" -> List.of(only("ca-direct"));
            case "pin-ca-codesigning" -> List.of(only("ca-direct-codesigning"));
            case "pin-ca-is-intermediate", "pin-ca-missing-intermediate" -> List.of(only("ca-chain"));
            case "wildcard-cn" -> List.of(SavedState.read("collections/wildcard-cn/01-start", "docker.io/acme/wild-1"));
            case "oversize-timestamp" ->
                List.of(simple(2).changed("timestamp", file -> Arrays.copyOf(file, file.length + (2 << 20))));
            case "timestamp-trailing-garbage" ->
                List.of(simple(2).changed("timestamp", file -> edited(file, "$", "garbage")));
            case "duplicate-signature" ->
                List.of(simple(2)
                        .changed(
                                "timestamp",
                                file -> edited(file, "\"signatures\":\\[(.*)]", "\"signatures\":[$1,$1]")));
            case "duplicate-json-member" ->
                List.of(simple(2).changed("timestamp", file -> edited(file, "(\"version\":)", "$199,$1")));
            case "pretty-printed-timestamp" ->
                List.of(simple(2).changed("timestamp", file -> edited(file, "([{,])\"", "$1\n    \"")));
            case "method-uppercase" ->
                List.of(simple(2)
                        .changed("timestamp", file -> edited(file, "\"method\":\"ecdsa\"", "\"method\":\"ECDSA\"")));
            default -> List.of(simple(2)); // the trust makes the difference
        };
        return states.stream().map(SavedState::fetcher).toList();
    }

    private static SavedState withoutChain(SavedState state) {
        return state.without(state.files().keySet().stream()
                .filter(name -> name.matches("[0-9]+[.]root[.]json"))
                .toArray(String[]::new));
    }

    private static SavedState withoutReleases(SavedState state) {
        return state.without(state.files().keySet().stream()
                .filter(name -> name.startsWith("targets/releases"))
                .toArray(String[]::new));
    }

    private static byte[] edited(byte[] file, String pattern, String replacement) {
        String text = new String(file, StandardCharsets.UTF_8);
        return text.replaceAll(pattern, replacement).getBytes(StandardCharsets.UTF_8);
    }

    private static String rootKeyOf(SavedState state, String gun) throws Exception {
        return NotaryClient.of(gun, state.fetcher(), NotaryRootTrust.firstUse())
                .withClock(NotaryStatesTest.clock())
                .update()
                .rootKeyIds()
                .get(0);
    }

    private static NotaryRootTrust trust(String scenario) throws Exception {
        NotaryRootTrust pinned = NotaryRootTrust.pinned();
        return switch (scenario) {
            case "disable-tofu" -> pinned;
            case "pin-cert-ok" -> pinned.withCertificates(SIMPLE, rootKeyOf(simple(2), SIMPLE));
            case "pin-cert-wildcard" -> pinned.withCertificates("docker.io/library/*", rootKeyOf(simple(2), SIMPLE));
            case "pin-cert-wrong" -> pinned.withCertificates(SIMPLE, "ab".repeat(32));
            case "pin-cert-rotated", "pin-cert-rotated-fresh" ->
                pinned.withCertificates(ROTATED, rootKeyOf(rotated(1), ROTATED));
            case "pin-ca-direct", "pin-ca-codesigning", "pin-ca-missing-intermediate" ->
                pinned.withAuthorities("docker.io/acme/", authority("pin-root-ca.crt"));
            case "pin-ca-other", "pin-ca-is-intermediate" ->
                pinned.withAuthorities("docker.io/acme/", authority("pin-intermediate-ca.crt"));
            default -> NotaryRootTrust.firstUse();
        };
    }

    private static String authority(String name) throws IOException {
        return new String(SharedData.read("notary/collections/" + name), StandardCharsets.US_ASCII);
    }
}

package dev.tallyclerk.trust.notary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.testing.SharedData;
import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.notary.metadata.NotaryDelegation;
import dev.tallyclerk.trust.notary.metadata.NotaryException;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every state that the real server and client made, and what {@code notary list} printed for it. */
class NotaryStatesTest {
    private static final String DATA = "notary/collections";

    record State(String gun, String path, List<String> listed, List<String> reachable) {
        @Override
        public String toString() {
            return path;
        }
    }

    static Clock clock() throws IOException, JsonException {
        Instant made = Instant.parse(manifest().required("date").string());
        return Clock.fixed(made.plus(Duration.ofHours(1)), ZoneOffset.UTC);
    }

    static JsonCursor manifest() throws IOException, JsonException {
        return JsonCursor.parse(SharedData.read(DATA + "/manifest.json"), JsonLimits.ofBytes(1 << 24));
    }

    static Stream<State> states() throws IOException, JsonException {
        List<State> states = new ArrayList<>();
        for (JsonCursor collection : manifest().required("collections").elements()) {
            for (JsonCursor step : collection.required("steps").elements()) {
                List<String> listed = new ArrayList<>();
                for (JsonCursor row :
                        step.required("notary_list").required("rows").elements()) {
                    listed.add(row.required("name").string() + " "
                            + row.required("sha256").string() + " "
                            + row.required("length").string() + " "
                            + row.required("role").string());
                }
                List<String> roles = new ArrayList<>(List.of("targets"));
                for (JsonCursor target : step.required("targets").elements()) {
                    if (target.required("reachable").bool()) {
                        roles.add(target.required("role").string());
                    }
                }
                states.add(new State(
                        collection.required("gun").string(),
                        step.required("path").string(),
                        listed.stream().sorted().toList(),
                        roles));
            }
        }
        return states.stream();
    }

    @ParameterizedTest
    @MethodSource("states")
    void listsWhatTheOriginalListedWithBothEngines(State state) throws Exception {
        for (SignatureEngine engine : BothEngines.BY_NAME.values()) {
            listsWhatTheOriginalListed(state, engine);
        }
    }

    private static void listsWhatTheOriginalListed(State state, SignatureEngine engine) throws Exception {
        NotaryCollection collection = NotaryClient.of(
                        state.gun(),
                        SavedState.read("collections/" + state.path(), state.gun())
                                .fetcher(),
                        NotaryRootTrust.firstUse())
                .withSignatureEngine(engine)
                .withClock(clock())
                .update();
        assertEquals(
                state.listed(),
                collection.targets().stream()
                        .map(NotaryStatesTest::row)
                        .sorted()
                        .toList());
        assertTrue(collection.isFresh());
        Set<String> roles = new TreeSet<>();
        collection.roles().forEach(role -> roles.add(role.role()));
        assertTrue(roles.containsAll(state.reachable()), () -> roles + " lacks some of " + state.reachable());
        for (TargetInfo target : collection.targets()) {
            assertEquals(Optional.of(target), collection.target(target.path()));
        }
    }

    private static String row(TargetInfo target) {
        String sha256 = target.digests().stream()
                .filter(digest -> digest.algorithm().equals(DigestAlgorithm.SHA256))
                .findFirst()
                .map(Digest::encoded)
                .orElse("");
        // The manifest's maker lost the white space at the ends of what was printed.
        return target.path().strip() + " " + sha256 + " " + target.length() + " " + target.role();
    }

    @Test
    void readsTheNextStateOfACollectionWithTheOneBeforeInTheStore() throws Exception {
        for (String name : List.of("simple", "dct", "paths", "rotated")) {
            MetadataStore store = MetadataStore.inMemory();
            for (State state :
                    states().filter(it -> it.path().startsWith(name + "/")).toList()) {
                NotaryCollection collection = NotaryClient.of(
                                state.gun(),
                                SavedState.read("collections/" + state.path(), state.gun())
                                        .fetcher(),
                                NotaryRootTrust.firstUse())
                        .withStore(store)
                        .withClock(clock())
                        .update();
                List<String> rows = collection.targets().stream()
                        .map(NotaryStatesTest::row)
                        .sorted()
                        .toList();
                assertEquals(state.listed(), rows, state::path);
            }
        }
    }

    /** Neither has names by hash. */
    @Test
    void readsTheFixturesOf2016FromAFolder() throws Exception {
        String gun = "docker.com/notary0.1/samplerepo";
        NotaryCollection collection = upstream(gun, "notary0.1").update();
        assertEquals(
                List.of("LICENSE"),
                collection.targets().stream().map(TargetInfo::path).toList());
        assertEquals(Instant.parse("2116-01-12T00:58:43.527711489Z"), collection.expires());
    }

    @Test
    void readsACollectionWhoseCertificateHasExpiredIfTheCallerAllowsIt() throws Exception {
        NotaryClient client = upstream("docker.com/notary0.3/tst", "notary0.3");
        NotaryException e = assertThrows(NotaryException.class, client::update);
        assertEquals(NotaryException.Reason.EXPIRED, e.reason());
        NotaryCollection collection = client.updateAllowingExpired();
        assertEquals(
                List.of("targets", "targets/releases"),
                collection.roles().stream().map(NotaryDelegation::role).toList());
    }

    private static NotaryClient upstream(String gun, String version) throws IOException, JsonException {
        Path folder = SharedData.require(DATA + "/upstream/" + version + "/v2/" + gun + "/_trust/tuf");
        return NotaryClient.of(gun, NotaryFiles.ofFolder(folder), NotaryRootTrust.firstUse())
                .withClock(clock());
    }

    @Test
    void dockerTakesAReleaseAndNotWhatASingleSignerLists() throws NotaryException, IOException, JsonException {
        String gun = "docker.io/acme/app";
        NotaryCollection collection = NotaryClient.of(
                        gun, SavedState.read("collections/dct/05-witness", gun).fetcher(), NotaryRootTrust.firstUse())
                .withClock(clock())
                .update();
        assertEquals(
                "targets/releases",
                collection.releasedTarget("1.0").orElseThrow().role());
        assertEquals(Optional.empty(), collection.releasedTarget("absent"));
    }
}

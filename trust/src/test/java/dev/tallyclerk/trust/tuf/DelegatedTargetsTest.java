package dev.tallyclerk.trust.tuf;

import static dev.tallyclerk.trust.tuf.TestRepository.NOW;
import static dev.tallyclerk.trust.tuf.TestRepository.object;
import static dev.tallyclerk.trust.tuf.TestRepository.sign;
import static dev.tallyclerk.trust.tuf.TufAssertions.refuses;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.key.SigningKey;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.tuf.internal.text.TargetPathHash;
import dev.tallyclerk.trust.tuf.metadata.Delegations;
import dev.tallyclerk.trust.tuf.metadata.RoleKeys;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import dev.tallyclerk.trust.tuf.metadata.ThresholdReport;
import dev.tallyclerk.trust.tuf.metadata.ThresholdReport.Outcome;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import dev.tallyclerk.trust.tuf.metadata.TufListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TUF 5.6.7: who is asked for a target, in which order, and what each file must hold. */
class DelegatedTargetsTest {
    private static final byte[] CONTENT = {1, 2, 3};

    private final TestRepository repository = new TestRepository();
    private final MetadataStore store = MetadataStore.inMemory();

    private FreshMetadata refresh() throws TufException {
        FreshMetadata metadata = repository.client(store).refresh();
        repository.takeRequests();
        return metadata;
    }

    private String roleOf(String path) throws TufException {
        return refresh().target(path).map(TargetInfo::role).orElse("nobody");
    }

    private TufException refused(Reason reason, String role, String step, String path) throws TufException {
        FreshMetadata metadata = refresh();
        return refuses(reason, role, step, () -> metadata.target(path));
    }

    /** The files of delegated roles that one look-up asks for. */
    private List<String> asked(String path) throws TufException {
        FreshMetadata metadata = repository.client(MetadataStore.inMemory()).refresh();
        repository.takeRequests();
        assertTrue(metadata.target(path).isEmpty());
        return repository.takeRequests();
    }

    private static String content(String role) {
        return Digest.sha256Of(role.getBytes(StandardCharsets.UTF_8)).encoded();
    }

    private void list(String role, String path) {
        repository.addTarget(role, path, role.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aDelegatedRoleIsFetchedOnlyWhenASearchComesToIt() throws TufException {
        repository.delegate("targets", "team", "team/*");
        repository.addTarget("team", "team/app", CONTENT);
        repository.publish();
        FreshMetadata metadata = refresh();
        assertTrue(metadata.target("other").isEmpty());
        assertEquals(List.of(), repository.takeRequests());
        TargetInfo found = metadata.target("team/app").orElseThrow();
        assertEquals(new TargetInfo("team/app", 3, List.of(Digest.sha256Of(CONTENT)), "team", ""), found);
        assertTrue(metadata.target("team/other").isEmpty());
        assertEquals(List.of("1.team.json"), repository.takeRequests());
        assertEquals(Set.of("team"), metadata.trusted().delegatedTargets().keySet());
    }

    @Test
    void whatEachRoleSaysCanBeAskedForByItsName() throws TufException {
        repository.delegate("targets", "team", "team/*");
        repository.addTarget("team", "team/app", CONTENT);
        repository.targetsOf("team").put("expires", "2030-01-05T00:00:00Z");
        repository.publish();
        FreshMetadata metadata = refresh();
        assertTrue(metadata.trusted().targets("team").isEmpty());
        assertTrue(metadata.expires().isAfter(Instant.parse("2030-01-05T00:00:00Z")));
        metadata.requireTarget("team/app");
        TrustedMetadata trusted = metadata.trusted();
        assertEquals(
                Set.of("team/app"),
                trusted.targets("team").orElseThrow().targets().keySet());
        assertEquals(trusted.targets(), trusted.targets("targets"));
        assertTrue(trusted.targets("other").isEmpty());
        assertEquals(Instant.parse("2030-01-05T00:00:00Z"), metadata.expires());
    }

    /** TUF 4.5: neither of its paths and path_hash_prefixes has to be there. */
    @Test
    void aRoleWithoutPathsIsTrustedWithNothingAndNotAsked() throws TufException {
        repository.delegate("targets", "team", "*").remove("paths");
        repository.delegate("targets", "other", "*");
        list("team", "app");
        list("other", "app");
        repository.publish();
        FreshMetadata metadata = refresh();
        assertEquals("other", metadata.requireTarget("app").role());
        assertEquals(List.of("1.other.json"), repository.takeRequests());
    }

    @Test
    void aStoredDelegatedFileIsNotFetchedAgain() throws TufException, IOException {
        repository.delegate("targets", "team", "team/*");
        repository.addTarget("team", "team/app", CONTENT);
        repository.publish();
        assertEquals("team", roleOf("team/app"));
        assertArrayEquals(
                repository.fileNamed("1.team.json"),
                store.load(StoredName.delegated("team"), 100_000).orElseThrow());
        repository.takeRequests();
        assertEquals("team", roleOf("team/app"));
        assertEquals(List.of(), repository.takeRequests());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "null"})
    void aDamagedStoredDelegatedFileIsFetchedAgain(String damage) throws TufException, IOException {
        repository.delegate("targets", "team", "team/*");
        repository.addTarget("team", "team/app", CONTENT);
        repository.publish();
        store.store(StoredName.delegated("team"), damage.getBytes(StandardCharsets.UTF_8));
        List<String> told = new ArrayList<>();
        TufListener listener = new TufListener() {
            @Override
            public void storedFileRefused(String role, TufException why) {
                told.add("refused " + role + " " + why.reason());
            }

            @Override
            public void fileTrusted(String role, long version) {
                told.add("trusted " + role + " " + version);
            }
        };
        FreshMetadata metadata = repository.client(store).withListener(listener).refresh();
        told.clear();
        assertTrue(metadata.target("team/app").isPresent());
        assertEquals(List.of("refused team MALFORMED", "trusted team 1"), told);
    }

    @Test
    void aStoredDelegatedFileOfAnotherOwnerIsNeverTrusted() throws TufException, IOException {
        repository.delegate("targets", "team", "team/*");
        repository.publish();
        TestRepository attacker = new TestRepository();
        attacker.delegate("targets", "team", "team/*");
        attacker.addTarget("team", "team/evil", CONTENT);
        attacker.publish();
        store.store(StoredName.delegated("team"), attacker.fileNamed("1.team.json"));
        assertEquals("nobody", roleOf("team/evil"));
    }

    @Test
    void withoutConsistentSnapshotsTheNameHasNoVersion() throws TufException {
        repository.root.put("consistent_snapshot", false);
        repository.rotateRoot();
        repository.delegate("targets", "team", "team/*");
        repository.writeAll();
        FreshMetadata metadata = refresh();
        metadata.target("team/app");
        assertEquals(List.of("team.json"), repository.takeRequests());
    }

    // The order of the search

    @Test
    void theTopLevelTargetsComeFirst() throws TufException {
        repository.delegate("targets", "a", "*");
        list("a", "x");
        list("targets", "x");
        repository.publish();
        assertEquals("targets", roleOf("x"));
    }

    /** CVE-2024-47534. */
    @Test
    void theFirstDelegationThatHasTheTargetWins() throws TufException {
        List<String> names = List.of("z", "b", "y", "a", "m", "c");
        for (String name : names) {
            repository.delegate("targets", name, "*");
        }
        for (String name : names.subList(1, names.size())) {
            list(name, "x");
        }
        repository.publish();
        assertEquals("b", roleOf("x"));
        TargetInfo found = refresh().target("x").orElseThrow();
        assertEquals(content("b"), found.digests().get(0).encoded());
    }

    @Test
    void theSearchIsInPreOrderAndDepthFirst() throws TufException {
        repository.delegate("targets", "a", "*");
        repository.delegate("targets", "b", "*");
        repository.delegate("a", "a1", "*");
        repository.delegate("a", "a2", "*");
        repository.delegate("a1", "a11", "*");
        repository.delegate("b", "b1", "*");
        repository.publish();
        assertEquals(List.of("1.a.json", "1.a1.json", "1.a11.json", "1.a2.json", "1.b.json", "1.b1.json"), asked("x"));
        list("a11", "x");
        list("a2", "x");
        list("b", "x");
        repository.publish();
        assertEquals("a11", roleOf("x"));
    }

    @Test
    void theTargetMustMatchAtEveryLinkOfTheChain() throws TufException {
        repository.delegate("targets", "a", "team/*");
        repository.delegate("a", "a1", "*");
        repository.delegate("a", "a2", "*/*");
        repository.delegate("a2", "a3", "*/app");
        list("a1", "x");
        list("a2", "other/app");
        list("a3", "team/lib");
        repository.publish();
        assertEquals("nobody", roleOf("x"));
        assertEquals("nobody", roleOf("other/app"));
        assertEquals("nobody", roleOf("team/lib"));
    }

    /** CVE-2025-2886. */
    @Test
    void aTerminatingDelegationHidesLaterOnes() throws TufException {
        repository.delegate("targets", "a", "*").put("terminating", true);
        repository.delegate("targets", "b", "*");
        repository.delegate("a", "a1", "*");
        repository.delegate("a", "a2", "*");
        list("b", "x");
        list("a2", "y");
        repository.publish();
        assertEquals("nobody", roleOf("x"));
        assertEquals("a2", roleOf("y"));
        assertEquals(List.of("1.a.json", "1.a1.json", "1.a2.json"), asked("x"));
    }

    @Test
    void aTerminatingDelegationEndsTheSearchAlsoAboveIt() throws TufException {
        repository.delegate("targets", "a", "*");
        repository.delegate("targets", "b", "*");
        repository.delegate("a", "a1", "*").put("terminating", true);
        repository.delegate("a", "a2", "*");
        list("a2", "x");
        list("b", "x");
        repository.publish();
        assertEquals("nobody", roleOf("x"));
        assertEquals(List.of("1.a.json", "1.a1.json"), asked("x"));
    }

    @Test
    void aTerminatingDelegationThatIsNotAboutThePathHidesNothing() throws TufException {
        repository.delegate("targets", "a", "team/*").put("terminating", true);
        repository.delegate("targets", "b", "*");
        list("b", "x");
        repository.publish();
        assertEquals("b", roleOf("x"));
    }

    @Test
    void aCycleEnds() throws TufException {
        repository.delegate("targets", "a", "*");
        repository.delegate("a", "b", "*");
        repository.delegate("b", "a", "*");
        repository.delegate("b", "b", "*");
        repository.delegate("b", "c", "*");
        list("c", "y");
        repository.publish();
        assertEquals(List.of("1.a.json", "1.b.json", "1.c.json"), asked("x"));
        assertEquals("c", roleOf("y"));
    }

    // Diamonds

    /** TOB-SIGSTORE-14, python-tuf 2977, go-tuf 759: verified once is not verified for everybody. */
    @Test
    void aRoleThatIsThereIsVerifiedAgainForEachDelegator() throws TufException {
        repository.delegate("targets", "a", "a/*");
        repository.delegate("targets", "b", "b/*");
        repository.delegate("a", "shared", "*/*");
        repository.delegate("b", "shared", "paths", List.of("*/*"), List.of(SigningKey.ed25519()));
        list("shared", "a/x");
        list("shared", "b/x");
        repository.publish();
        FreshMetadata metadata = refresh();
        assertEquals("shared", metadata.target("a/x").orElseThrow().role());
        TufException e = refuses(Reason.THRESHOLD_NOT_MET, "shared", "5.6.3", () -> metadata.target("b/x"));
        assertEquals(0, e.threshold().orElseThrow().have());
        assertTrue(metadata.target("a/x").isPresent());
        // Nor does the copy in the store pass for it in the next run, in the other order.
        refused(Reason.THRESHOLD_NOT_MET, "shared", "5.6.3", "b/x");
        assertEquals("shared", roleOf("a/x"));
    }

    /** One delegator's key holder cannot keep the others' targets away with a file that only that key has signed. */
    @Test
    void aFileThatAnotherDelegatorTookFirstDoesNotStandInTheWay() throws TufException {
        SigningKey of = SigningKey.ed25519();
        repository.delegate("targets", "a", "a/*");
        repository.delegate("targets", "shared", "b/*");
        repository.delegate("a", "shared", "paths", List.of("*/*"), List.of(of));
        list("shared", "b/x");
        Map<String, Object> listed = repository.targetsOf("shared");
        repository.publish();
        byte[] honest = repository.fileNamed("1.shared.json");
        Map<String, Object> other = new LinkedHashMap<>(listed);
        other.put("targets", Map.of());
        other.put("expires", NOW.plusSeconds(60).toString());
        repository.files.put("1.shared.json", TestRepository.sign(other, List.of(of)));
        FreshMetadata metadata = refresh();
        assertTrue(metadata.target("a/x").isEmpty());
        refuses(Reason.THRESHOLD_NOT_MET, "shared", "5.6.3", () -> metadata.target("b/x"));
        repository.files.put("1.shared.json", honest);
        assertEquals("shared", metadata.target("b/x").orElseThrow().role());
        repository.takeRequests();
        assertEquals("shared", metadata.target("b/x").orElseThrow().role());
        assertEquals(List.of(), repository.takeRequests(), "the store has it for this delegator");
        assertTrue(metadata.target("a/x").isEmpty());
        assertEquals(NOW.plusSeconds(60), metadata.expires());
    }

    @Test
    void whatIsTakenForAnotherDelegatorCountsForTheTimeOfExpiry() throws TufException {
        SigningKey of = SigningKey.ed25519();
        repository.delegate("targets", "a", "a/*");
        repository.delegate("targets", "shared", "b/*");
        repository.delegate("a", "shared", "paths", List.of("*/*"), List.of(of));
        list("shared", "b/x");
        Map<String, Object> signed = repository.targetsOf("shared");
        byte[] first = TestRepository.sign(signed, List.of(of));
        signed.put("expires", NOW.plusSeconds(60).toString());
        repository.publish();
        byte[] second = repository.fileNamed("1.shared.json");
        repository.files.put("1.shared.json", first);
        FreshMetadata metadata = refresh();
        assertTrue(metadata.target("a/x").isEmpty());
        repository.files.put("1.shared.json", second);
        assertTrue(metadata.target("b/x").isPresent());
        assertEquals(NOW.plusSeconds(60), metadata.expires());
    }

    @Test
    void aRoleOfTwoDelegatorsWithItsKeysIsFetchedOnce() throws TufException {
        repository.delegate("targets", "a", "a/*");
        repository.delegate("targets", "b", "b/*");
        repository.delegate("a", "shared", "*/*");
        repository.delegate("b", "shared", "*/*");
        list("shared", "a/x");
        list("shared", "b/x");
        repository.publish();
        FreshMetadata metadata = refresh();
        assertTrue(metadata.target("a/x").isPresent());
        assertTrue(metadata.target("b/x").isPresent());
        assertEquals(List.of("1.a.json", "1.shared.json", "1.b.json"), repository.takeRequests());
    }

    @Test
    void aRoleOfTwoDelegatorsIsVisitedOnce() throws TufException {
        repository.delegate("targets", "a", "*");
        repository.delegate("targets", "b", "*");
        repository.delegate("a", "shared", "*");
        repository.delegate("b", "shared", "*");
        repository.publish();
        assertEquals(List.of("1.a.json", "1.shared.json", "1.b.json"), asked("x"));
    }

    // Limits

    @Test
    void asManyDelegatedRolesAsAllowedAreSearchedAndNotOneMore() throws TufException {
        for (int i = 0; i < 33; i++) {
            repository.delegate("targets", "r" + i, "*");
        }
        list("r31", "x");
        list("r32", "y");
        repository.publish();
        assertEquals("r31", roleOf("x"));
        TufException e = refused(Reason.TOO_MANY_DELEGATIONS, "targets", "5.6.7.1", "y");
        assertEquals(32, e.limit().orElseThrow());
        TufLimits more = TufLimits.defaults().withDelegations(33);
        assertTrue(
                repository.client(store).withLimits(more).refresh().target("y").isPresent());
        TufLimits none = TufLimits.defaults().withDelegations(0);
        FreshMetadata topOnly = repository.client(store).withLimits(none).refresh();
        refuses(Reason.TOO_MANY_DELEGATIONS, "targets", "5.6.7.1", () -> topOnly.target("x"));
    }

    @Test
    void anOversizeDelegatedFileIsRefusedUnread() throws TufException {
        repository.delegate("targets", "a", "*");
        repository.targetsOf("a").put("padding", "x".repeat(5_000_000));
        repository.publish();
        refused(Reason.LIMIT_EXCEEDED, "a", "5.6.1", "x");
    }

    // What a delegated file must hold (CVE-2026-6967)

    private void delegateAll() {
        repository.delegate("targets", "a", "*");
        repository.delegate("targets", "b", "*");
        list("b", "x");
    }

    /** go-tuf 652. */
    @Test
    void aRoleThatTheSnapshotDoesNotListEndsTheSearch() throws TufException {
        delegateAll();
        repository.publish();
        object(repository.snapshot, "meta").remove("a.json");
        repository.writeSnapshot();
        repository.writeTimestamp();
        refused(Reason.NOT_IN_SNAPSHOT, "a", "5.6.1", "x");
    }

    @Test
    void aRoleThatCannotBeFetchedEndsTheSearch() throws TufException {
        delegateAll();
        repository.publish();
        repository.failOn = "1.a.json";
        refused(Reason.FETCH_FAILED, "a", "5.6.1", "x");
        repository.failOn = null;
        byte[] file = repository.files.remove("1.a.json");
        refused(Reason.NOT_AVAILABLE, "a", "5.6.1", "x");
        repository.files.put("1.a.json", file);
        assertEquals("b", roleOf("x"));
    }

    @Test
    void anotherKeysSignatureIsRefused() throws TufException, IOException {
        delegateAll();
        repository.publish();
        repository.files.put("1.a.json", sign(repository.targetsOf("a"), List.of(SigningKey.ed25519())));
        refused(Reason.THRESHOLD_NOT_MET, "a", "5.6.3", "x");
        assertTrue(store.load(StoredName.delegated("a"), 100_000).isEmpty());
    }

    /** The keys of the root's targets role are no keys of a delegated role, nor the other way round. */
    @Test
    void theTopLevelKeysDoNotSignForADelegatedRole() throws TufException {
        delegateAll();
        repository.publish();
        repository.files.put("1.a.json", sign(repository.targetsOf("a"), repository.keysOf(TopLevelRole.TARGETS)));
        refused(Reason.THRESHOLD_NOT_MET, "a", "5.6.3", "x");
    }

    /** CVE-2026-6966. */
    @Test
    void duplicateSignaturesOfADelegatedRoleAreRefused() throws TufException {
        SigningKey key = SigningKey.ed25519();
        repository
                .delegate("targets", "a", "paths", List.of("*"), List.of(key, SigningKey.ed25519()))
                .put("threshold", 2);
        repository.publish();
        Object signature = TestRepository.signature(key.keyId(), key, repository.targetsOf("a"));
        repository.files.put("1.a.json", TestRepository.file(repository.targetsOf("a"), List.of(signature, signature)));
        refused(Reason.DUPLICATE_SIGNATURE, "a", "5.6.3", "x");
        repository.files.put("1.a.json", TestRepository.file(repository.targetsOf("a"), List.of(signature)));
        refused(Reason.THRESHOLD_NOT_MET, "a", "5.6.3", "x");
    }

    @Test
    void oneKeyUnderTwoKeyIdsCountsOnceForADelegatedRole() throws TufException {
        SigningKey key = SigningKey.ed25519();
        Map<String, Object> role = repository.delegate("targets", "a", "paths", List.of("*"), List.of(key));
        role.put("threshold", 2);
        role.put("keyids", List.of(key.keyId(), "other"));
        object(repository.targets, "delegations", "keys").put("other", TestRepository.declaration(key));
        repository.publish();
        Map<String, Object> signed = repository.targetsOf("a");
        repository.files.put(
                "1.a.json",
                TestRepository.file(
                        signed,
                        List.of(
                                TestRepository.signature(key.keyId(), key, signed),
                                TestRepository.signature("other", key, signed))));
        assertEquals(
                1,
                refused(Reason.THRESHOLD_NOT_MET, "a", "5.6.3", "x")
                        .threshold()
                        .orElseThrow()
                        .have());
    }

    @Test
    void theVersionIsTheListedOne() throws TufException {
        delegateAll();
        repository.publish();
        repository.targetsOf("a").put("version", 2L);
        repository.files.put("1.a.json", sign(repository.targetsOf("a"), repository.keysOf("a")));
        TufException e = refused(Reason.WRONG_VERSION, "a", "5.6.4", "x");
        assertEquals(1, e.expectedVersion().orElseThrow());
        assertEquals(2, e.actualVersion().orElseThrow());
    }

    @Test
    void hashAndLengthAreTheListedOnes() throws TufException {
        repository.listLengthsAndHashes = true;
        delegateAll();
        repository.publish();
        Map<String, Object> listed = object(repository.snapshot, "meta", "a.json");
        object(listed, "hashes").put("sha256", "ab".repeat(32));
        repository.bump(TopLevelRole.SNAPSHOT);
        repository.bump(TopLevelRole.TIMESTAMP);
        repository.writeSnapshot();
        repository.writeTimestamp();
        refused(Reason.HASH_MISMATCH, "a", "5.6.2", "x");
        listed.put("length", repository.fileNamed("1.a.json").length + 1);
        repository.bump(TopLevelRole.SNAPSHOT);
        repository.bump(TopLevelRole.TIMESTAMP);
        repository.writeSnapshot();
        repository.writeTimestamp();
        refused(Reason.LENGTH_MISMATCH, "a", "5.6.2", "x");
        listed.put("length", repository.fileNamed("1.a.json").length - 1);
        repository.bump(TopLevelRole.SNAPSHOT);
        repository.bump(TopLevelRole.TIMESTAMP);
        repository.writeSnapshot();
        repository.writeTimestamp();
        refused(Reason.LIMIT_EXCEEDED, "a", "5.6.1", "x");
    }

    @Test
    void anExpiredFileIsRefusedAndNotStored() throws TufException, IOException {
        delegateAll();
        repository.targetsOf("a").put("expires", NOW.toString());
        repository.publish();
        refused(Reason.EXPIRED, "a", "5.6.5", "x");
        assertTrue(store.load(StoredName.delegated("a"), 100_000).isEmpty());
    }

    @Test
    void aFileOfAnotherTypeIsRefused() throws TufException {
        delegateAll();
        repository.targetsOf("a").put("_type", "snapshot");
        repository.publish();
        assertEquals(
                "/signed/_type",
                refused(Reason.WRONG_TYPE, "a", "5.6.3", "x").pointer().orElseThrow());
    }

    /** Threshold 0 would be a role that nobody has to sign (CVE-2026-23992). */
    @ParameterizedTest
    @ValueSource(longs = {0, -1})
    void aThresholdBelowOneRefusesTheDelegator(long threshold) {
        repository.delegate("targets", "a", "*").put("threshold", threshold);
        repository.publish();
        TufException e = assertThrows(TufException.class, this::refresh);
        assertEquals(Reason.MALFORMED, e.reason());
        assertEquals("/signed/delegations/roles/0/threshold", e.pointer().orElseThrow());
    }

    @Test
    void anUnusableKeyOfADelegationDoesNotHurtTheOthersAndDoesNotCount() throws TufException {
        SigningKey good = SigningKey.ed25519();
        Map<String, Object> role = repository.delegate("targets", "b", "paths", List.of("*"), List.of(good));
        Map<String, Object> keys = object(repository.targets, "delegations", "keys");
        keys.put("bad", Map.of("keytype", "ed25519", "scheme", "ed25519", "keyval", Map.of("public", "00")));
        keys.put("other", Map.of("keytype", "k", "scheme", "s", "keyval", "no object"));
        role.put("keyids", List.of("bad", good.keyId()));
        list("b", "x");
        repository.publish();
        Map<String, Object> signed = repository.targetsOf("b");
        repository.files.put(
                "1.b.json",
                TestRepository.file(
                        signed,
                        List.of(
                                TestRepository.signature("bad", good, signed),
                                TestRepository.signature(good.keyId(), good, signed))));
        assertEquals("b", roleOf("x"));
        role.put("threshold", 2);
        repository.bump(TopLevelRole.TARGETS);
        repository.bump(TopLevelRole.SNAPSHOT);
        repository.bump(TopLevelRole.TIMESTAMP);
        repository.writeTargets();
        repository.writeSnapshot();
        repository.writeTimestamp();
        TufException e = refused(Reason.THRESHOLD_NOT_MET, "b", "5.6.3", "x");
        assertEquals(
                List.of(Outcome.UNUSABLE_KEY, Outcome.SIGNED),
                e.threshold().orElseThrow().keys().stream()
                        .map(ThresholdReport.KeyOutcome::outcome)
                        .toList());
    }

    // Rollback

    /** CVE-2025-2887, CVE-2022-29173. */
    @Test
    void anOlderVersionOfADelegatedRoleIsARollback() throws TufException {
        delegateAll();
        repository.targetsOf("b").put("version", 2L);
        repository.publish();
        assertEquals("b", roleOf("x"));
        repository.targetsOf("b").put("version", 1L);
        repository.publish();
        TufException e = refuses(Reason.ROLLBACK, "snapshot", "5.5.5", this::refresh);
        assertEquals(2, e.expectedVersion().orElseThrow());
        assertEquals(1, e.actualVersion().orElseThrow());
    }

    @Test
    void anOldFileOfADelegatedRoleIsNotTakenForTheCurrentOne() throws TufException {
        delegateAll();
        repository.publish();
        assertEquals("b", roleOf("x"));
        byte[] old = repository.fileNamed("1.b.json");
        repository.targetsOf("b").put("version", 2L);
        object(repository.targetsOf("b"), "targets").clear();
        repository.publish();
        repository.files.put("2.b.json", old);
        refused(Reason.WRONG_VERSION, "b", "5.6.4", "x");
    }

    @Test
    void aDelegatedRoleThatVanishesFromTheSnapshotIsARollback() throws TufException {
        delegateAll();
        repository.publish();
        assertEquals("b", roleOf("x"));
        repository.delegated.remove("b");
        object(repository.snapshot, "meta").remove("b.json");
        repository.publish();
        refuses(Reason.ROLLBACK, "snapshot", "5.5.5", this::refresh);
    }

    @Test
    void aRoleThatIsNoLongerDelegatedToIsNotAskedThoughItIsStored() throws TufException {
        delegateAll();
        repository.publish();
        assertEquals("b", roleOf("x"));
        object(repository.targets, "delegations").put("roles", List.of());
        repository.publish();
        assertEquals("nobody", roleOf("x"));
    }

    @Test
    void newKeysOfADelegationForbidTheOldSignerAtOnce() throws TufException {
        repository.delegate("targets", "a", "*");
        list("a", "x");
        repository.publish();
        assertEquals("a", roleOf("x"));
        object(repository.targets, "delegations").clear();
        repository.delegate("targets", "a", "paths", List.of("*"), List.of(SigningKey.ed25519()));
        repository.publish();
        refused(Reason.THRESHOLD_NOT_MET, "a", "5.6.3", "x");
    }

    // Names

    /** CVE-2021-41131, CVE-2021-41150: names as they come, and no file outside of the store. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "..",
                ".",
                "../../a",
                "/etc/passwd",
                "a/b",
                "a\\b",
                "C:\\x",
                "con",
                "a?b#c",
                "%2e%2e%2f",
                " ",
                "\u0000",
                "ü\ud83d\ude00",
                "1.root",
                "Targets",
                "ROOT"
            })
    void anUnusualRoleNameIsJustAName(String name) throws TufException, IOException {
        repository.delegate("targets", name, "*");
        list(name, "x");
        repository.publish();
        assertEquals(name, roleOf("x"));
        assertTrue(store.load(StoredName.delegated(name), 100_000).isPresent());
        assertEquals(name, roleOf("x"));
    }

    @Test
    void namesThatDifferInCaseOnlyAreTwoRoles() throws TufException {
        repository.delegate("targets", "team", "a");
        repository.delegate("targets", "Team", "A");
        list("team", "a");
        list("Team", "A");
        repository.publish();
        FreshMetadata metadata = refresh();
        assertEquals("team", metadata.target("a").orElseThrow().role());
        assertEquals("Team", metadata.target("A").orElseThrow().role());
        assertEquals("team", roleOf("a"));
        assertEquals("Team", roleOf("A"));
    }

    @Test
    void aLongRoleNameDoesNotMakeALongMessage() throws TufException {
        String name = "\u001bx".repeat(100_000);
        repository.delegate("targets", name, "*");
        repository.publish();
        repository.failOn = "1." + name + ".json";
        TufException e = refused(Reason.FETCH_FAILED, name, "5.6.1", "x");
        assertTrue(e.toString().length() < 600, "bounded message");
        assertTrue(e.toString().chars().noneMatch(c -> c < ' '), "printable message");
    }

    // Hash bins and prefixes

    @Test
    void succinctBinsAreFoundByTheHashOfThePath() throws TufException {
        SigningKey key = SigningKey.ed25519();
        repository.delegateToBins("targets", 4, "bin", key);
        Delegations.Succinct bins = new Delegations.Succinct(Map.of(), new RoleKeys(List.of("a"), 1), 4, "bin");
        for (int i = 0; i < 40; i++) {
            list(bins.binOf("p" + i), "p" + i);
        }
        IntStream.range(0, 16).forEach(i -> repository.targetsOf("bin-" + Integer.toHexString(i)));
        repository.delegatedKeys.replaceAll((name, keys) -> List.of(key));
        repository.publish();
        FreshMetadata metadata = refresh();
        for (int i = 0; i < 40; i++) {
            assertEquals(
                    bins.binOf("p" + i), metadata.target("p" + i).orElseThrow().role());
        }
        assertTrue(metadata.target("unlisted").isEmpty());
        assertTrue(repository.takeRequests().size() <= 16);
    }

    /** A target in another bin than its own is not found, though that bin is signed by the same key. */
    @Test
    void aTargetInTheWrongBinIsNotFound() throws TufException {
        SigningKey key = SigningKey.ed25519();
        repository.delegateToBins("targets", 1, "bin", key);
        Delegations.Succinct bins = new Delegations.Succinct(Map.of(), new RoleKeys(List.of("a"), 1), 1, "bin");
        String wrong = bins.binOf("x").equals("bin-0") ? "bin-1" : "bin-0";
        list(wrong, "x");
        repository.targetsOf(bins.binOf("x"));
        repository.delegatedKeys.replaceAll((name, keys) -> List.of(key));
        repository.publish();
        assertEquals("nobody", roleOf("x"));
    }

    /** Where bins are nested, TAP 15 would go on to the second role; python-tuf and go-tuf do not. */
    @Test
    void binsTerminateTheSearch() throws TufException {
        SigningKey key = SigningKey.ed25519();
        repository.delegate("targets", "first", "app/*");
        repository.delegate("targets", "second", "app/*");
        repository.delegateToBins("first", 1, "bin", key);
        repository.targetsOf("bin-0");
        repository.targetsOf("bin-1");
        repository.delegatedKeys.put("bin-0", List.of(key));
        repository.delegatedKeys.put("bin-1", List.of(key));
        list("second", "app/x");
        Delegations.Succinct bins = new Delegations.Succinct(Map.of(), new RoleKeys(List.of("a"), 1), 1, "bin");
        list(bins.binOf("app/y"), "app/y");
        repository.publish();
        FreshMetadata metadata = refresh();
        assertTrue(metadata.target("app/x").isEmpty());
        assertEquals(bins.binOf("app/y"), metadata.requireTarget("app/y").role());
    }

    /** php-tuf 344. */
    @Test
    void aHashPrefixDelegationIsAboutItsPrefixesOnly() throws TufException {
        String hash = TargetPathHash.of("x");
        String other = hash.charAt(0) == '0' ? "1" : "0";
        List<SigningKey> keys = List.of(SigningKey.ed25519());
        repository.delegate("targets", "no", "path_hash_prefixes", List.of(other), keys);
        repository.delegate("targets", "yes", "path_hash_prefixes", List.of(other, hash.substring(0, 4)), keys);
        repository.delegatedKeys.putAll(Map.of("no", keys, "yes", keys));
        list("no", "x");
        list("yes", "x");
        repository.publish();
        FreshMetadata metadata = refresh();
        assertEquals("yes", metadata.target("x").orElseThrow().role());
        assertEquals(List.of("1.yes.json"), repository.takeRequests());
    }

    /** Version 1 of go-tuf writes the one of the two members that a role does not have as null, and signs that. */
    @Test
    void pathsOrPrefixesThatAreNullAreNone() throws TufException {
        String hash = TargetPathHash.of("x");
        repository.delegate("targets", "team", "team/*").put("path_hash_prefixes", null);
        List<SigningKey> keys = List.of(SigningKey.ed25519());
        repository
                .delegate("targets", "bin", "path_hash_prefixes", List.of(hash.substring(0, 2)), keys)
                .put("paths", null);
        Map<String, Object> neither = repository.delegate("targets", "neither", "*");
        neither.put("paths", null);
        neither.put("path_hash_prefixes", null);
        repository.delegatedKeys.put("bin", keys);
        list("team", "team/app");
        list("bin", "x");
        list("neither", "other");
        repository.publish();
        FreshMetadata metadata = refresh();
        assertEquals("team", metadata.requireTarget("team/app").role());
        assertEquals("bin", metadata.requireTarget("x").role());
        assertTrue(metadata.target("other").isEmpty());
    }

    // The state by itself

    @Test
    void aStepOutOfOrderIsTheCallersMistake() throws TufException {
        repository.delegate("targets", "a", "a/*");
        repository.publish();
        TrustedMetadata state = refresh().trusted();
        byte[] file = repository.fileNamed("1.a.json");
        assertThrows(IllegalArgumentException.class, () -> state.updateDelegated("targets", "b", file, NOW));
        assertThrows(IllegalArgumentException.class, () -> state.updateDelegated("a", "b", file, NOW));
        TargetSearch.Needs needs = (TargetSearch.Needs) state.search("a/x");
        assertEquals("targets a", needs.delegator() + " " + needs.role());
        assertEquals(1, needs.listed().version());
        TrustedMetadata next = state.updateDelegated(needs.delegator(), needs.role(), file, NOW);
        assertEquals(new TargetSearch.NotFound(), next.search("a/x"));
        assertTrue(state.search("a/x") instanceof TargetSearch.Needs, "the state before is as it was");
        assertEquals("not found", name(next.search("a/x")));
        assertEquals("needs a", name(state.search("a/x")));
        assertThrows(
                IllegalStateException.class,
                () -> TrustedMetadata.start(repository.rootFile(1), SignatureEngine.runtime(), TufLimits.defaults())
                        .search("a"));
    }

    private static String name(TargetSearch search) {
        return search.<String>fold(found -> "found", () -> "not found", needs -> "needs " + needs.role());
    }

    // Memory

    /** {@return metadata of which so many bytes of delegated roles are kept} */
    private FreshMetadata keeping(int bytes) throws TufException {
        FreshMetadata metadata = repository
                .client(store)
                .withLimits(TufLimits.defaults().withDelegatedBytes(bytes))
                .refresh();
        repository.takeRequests();
        return metadata;
    }

    @Test
    void whatIsAboveTheLimitIsLetGoAndLoadedAgain() throws TufException {
        for (String role : List.of("a", "b", "c")) {
            repository.delegate("targets", role, role + "/*");
            list(role, role + "/x");
        }
        repository.targetsOf("a").put("expires", "2030-01-05T00:00:00Z");
        repository.publish();
        int two = repository.fileNamed("1.a.json").length + repository.fileNamed("1.b.json").length;
        FreshMetadata metadata = keeping(two);
        assertEquals("a", metadata.requireTarget("a/x").role());
        assertEquals("b", metadata.requireTarget("b/x").role());
        assertEquals(Set.of("a", "b"), metadata.trusted().delegatedTargets().keySet());
        assertEquals("c", metadata.requireTarget("c/x").role());
        assertEquals(Set.of("c"), metadata.trusted().delegatedTargets().keySet());
        assertEquals(Instant.parse("2030-01-05T00:00:00Z"), metadata.expires(), "what was said relied on all of them");
        repository.takeRequests();
        assertEquals("a", metadata.requireTarget("a/x").role());
        assertEquals(List.of(), repository.takeRequests());
    }

    @Test
    void aSearchHasAllThatItNeedsWhateverTheLimit() throws TufException {
        repository.delegate("targets", "a", "*");
        repository.delegate("a", "b", "*");
        repository.delegate("b", "c", "*");
        list("c", "x");
        repository.publish();
        FreshMetadata metadata = keeping(0);
        assertEquals("c", metadata.requireTarget("x").role());
        assertEquals(Set.of("c"), metadata.trusted().delegatedTargets().keySet());
        assertEquals(List.of("1.a.json", "1.b.json", "1.c.json"), repository.takeRequests());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2_000, 32_000_000})
    void severalThreadsSearchAtATime(int keptBytes) throws Exception {
        SigningKey key = SigningKey.ed25519();
        repository.delegateToBins("targets", 3, "bin", key);
        Delegations.Succinct bins = new Delegations.Succinct(Map.of(), new RoleKeys(List.of("a"), 1), 3, "bin");
        for (int i = 0; i < 30; i++) {
            list(bins.binOf("p" + i), "p" + i);
        }
        repository.delegatedKeys.replaceAll((name, keys) -> List.of(key));
        repository.publish();
        Map<String, byte[]> files = Map.copyOf(repository.files);
        MetadataFetcher fetcher = (name, max) -> Optional.ofNullable(files.get(name));
        FreshMetadata metadata = TufClient.of(fetcher, store, repository.rootFile(1))
                .withClock(Clock.fixed(NOW, ZoneOffset.UTC))
                .withLimits(TufLimits.defaults().withDelegatedBytes(keptBytes))
                .refresh();
        Map<String, String> expected = new TreeMap<>();
        for (int i = 0; i < 30; i++) {
            expected.put("p" + i, bins.binOf("p" + i));
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        CyclicBarrier together = new CyclicBarrier(4);
        try {
            List<Future<Map<String, String>>> searches = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                List<Integer> order =
                        new ArrayList<>(IntStream.range(0, 30).boxed().toList());
                Collections.rotate(order, 7 * t);
                searches.add(threads.submit(() -> {
                    together.await();
                    Map<String, String> found = new TreeMap<>();
                    for (int i : order) {
                        TargetInfo target = metadata.requireTarget("p" + i);
                        assertEquals("p" + i, target.path());
                        found.put("p" + i, target.role());
                    }
                    return found;
                }));
            }
            for (Future<Map<String, String>> search : searches) {
                assertEquals(expected, search.get());
            }
        } finally {
            threads.shutdownNow();
        }
        if (keptBytes > 1_000_000) {
            assertEquals(8, metadata.trusted().delegatedTargets().size());
        }
    }
}

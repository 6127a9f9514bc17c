package dev.tallyclerk.trust.publish;

import static dev.tallyclerk.trust.publish.Publisher.CLOCK;
import static dev.tallyclerk.trust.publish.Publisher.NOW;
import static dev.tallyclerk.trust.publish.Publisher.keys;
import static dev.tallyclerk.trust.publish.Publisher.newKey;
import static dev.tallyclerk.trust.publish.Publisher.signed;
import static dev.tallyclerk.trust.publish.Publisher.target;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.publish.PublishException.Reason;
import dev.tallyclerk.trust.publish.Publisher.OwnedKey;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.TrustedMetadata;
import dev.tallyclerk.trust.tuf.TufClient;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TufRepositoryTest {
    @TempDir
    Path folder;

    private final Publisher publisher = new Publisher();
    private final MetadataStore store = MetadataStore.inMemory();
    private TufRepository repository;
    private TufClient client;

    @BeforeEach
    void publishTheFirstVersion() throws Exception {
        publisher.publishFirst(TufRepository.create(RepositoryPlace.ofFolder(folder), CLOCK));
        repository = TufRepository.open(RepositoryPlace.ofFolder(folder), CLOCK);
        client = TufClient.of(
                        MetadataFetcher.ofFolder(folder.resolve("metadata")),
                        store,
                        Files.readAllBytes(folder.resolve("metadata/1.root.json")))
                .withClock(CLOCK);
    }

    private Optional<TargetInfo> lookUp(String path) throws TufException {
        return client.refresh().target(path);
    }

    private static Reason reasonOf(Executable executable) {
        return assertThrows(PublishException.class, executable).reason();
    }

    @Test
    void aClientReadsANewRepository() throws Exception {
        TrustedMetadata trusted = client.refresh().trusted();

        assertEquals(1, trusted.root().version());
        assertTrue(lookUp("app/1.0").isEmpty());
    }

    @Test
    void refusesToCreateARepositoryWhereOneIs() {
        assertEquals(
                Reason.NO_REPOSITORY, reasonOf(() -> TufRepository.create(RepositoryPlace.ofFolder(folder), CLOCK)));
    }

    @Test
    void refusesToOpenAFolderWithoutARepository() {
        assertEquals(
                Reason.NO_REPOSITORY,
                reasonOf(() -> TufRepository.open(RepositoryPlace.ofFolder(folder.resolve("other")), CLOCK)));
    }

    @Test
    void aClientFindsAddedTargetsAndNoRemovedOnes() throws Exception {
        TargetInfo target = target("targets", "app/1.0", "content");
        publisher.publish(repository, repository.change().withTarget(target), publisher.targets);
        assertEquals(Optional.of(target), lookUp("app/1.0"));

        publisher.publish(repository, repository.change().withoutTarget("targets", "app/1.0"), publisher.targets);
        assertTrue(lookUp("app/1.0").isEmpty());
    }

    @Test
    void keepsCustomDataOfTargets() throws Exception {
        TargetInfo plain = target("targets", "app/1.0", "content");
        TargetInfo custom =
                new TargetInfo(plain.path(), plain.length(), plain.digests(), "targets", "{\"image\":[1,\"x\"]}");
        publisher.publish(repository, repository.change().withTarget(custom), publisher.targets);
        publisher.publish(repository, repository.change().withRenewed("targets"), publisher.targets);

        assertEquals(Optional.of(custom), lookUp("app/1.0"));
    }

    @Test
    void refusesToRemoveATargetThatIsNotListed() throws Exception {
        RepositoryChange change = repository.change().withoutTarget("targets", "app/1.0");

        assertEquals(Reason.NO_SUCH_TARGET, reasonOf(change::pending));
    }

    @Test
    void aNewRootNeedsTheThresholdOfBothRoots() throws Exception {
        OwnedKey next = newKey();
        PendingMetadata pending =
                repository.change().withKeys(TopLevelRole.ROOT, keys(1, next)).pending();

        PendingMetadata byTheNew = signed(pending, next);
        assertFalse(byTheNew.isComplete());
        assertEquals(Reason.THRESHOLD_NOT_MET, reasonOf(() -> repository.publish(byTheNew, publisher.online)));
        PendingMetadata byTheOld = signed(pending, publisher.root.get(0), publisher.root.get(2));
        assertFalse(byTheOld.isComplete());
        assertEquals(Reason.THRESHOLD_NOT_MET, reasonOf(() -> repository.publish(byTheOld, publisher.online)));
        assertEquals(1, client.refresh().trusted().root().version());

        PendingMetadata byBoth = byTheOld.merge(byTheNew);
        assertTrue(byBoth.isComplete());
        repository.publish(byBoth, publisher.online);
        assertEquals(2, client.refresh().trusted().root().version());
    }

    @ParameterizedTest
    @EnumSource(TopLevelRole.class)
    void aClientFollowsNewKeysAndThresholdsOfEachRole(TopLevelRole role) throws Exception {
        client.refresh();
        OwnedKey first = newKey();
        OwnedKey second = newKey();
        RepositoryChange change = repository.change().withKeys(role, keys(2, first, second));
        List<OwnedKey> signers = new ArrayList<>(publisher.root);
        if (role == TopLevelRole.ROOT || role == TopLevelRole.TARGETS) {
            signers.addAll(List.of(first, second));
        } else {
            publisher.online.addAll(List.of(first, second));
        }
        publisher.publish(repository, change, signers.toArray(OwnedKey[]::new));

        TrustedMetadata trusted = client.refresh().trusted();
        assertEquals(2, trusted.root().version());
        assertEquals(2, trusted.root().keysOf(role).threshold());
        assertEquals(
                Set.of(first.keyId(), second.keyId()),
                new HashSet<>(trusted.root().keysOf(role).keyIds()));
        repository.bumpSnapshot(publisher.online);
        client.refresh();
    }

    @Test
    void chainsOfRootsAreFollowedFromTheFirst() throws Exception {
        OwnedKey[] before = publisher.root.toArray(OwnedKey[]::new);
        for (int i = 0; i < 5; i++) {
            OwnedKey[] next = {newKey(), newKey()};
            List<OwnedKey> signers = new ArrayList<>(List.of(before));
            signers.addAll(List.of(next));
            publisher.publish(
                    repository,
                    repository.change().withKeys(TopLevelRole.ROOT, keys(2, next)),
                    signers.toArray(OwnedKey[]::new));
            before = next;
        }

        assertEquals(6, client.refresh().trusted().root().version());
    }

    @Test
    void aTeamListsTargetsInItsPathsOnly() throws Exception {
        OwnedKey team = newKey();
        RepositoryChange change = repository
                .change()
                .withDelegation("targets", new TeamDelegation("web", keys(1, team), List.of("web/*"), true))
                .withTarget(target("web", "web/shop", "shop"));
        publisher.publish(repository, change, publisher.targets, team);

        assertEquals("web", lookUp("web/shop").orElseThrow().role());
        assertEquals(
                Reason.NOT_DELEGATED,
                reasonOf(() -> repository
                        .change()
                        .withTarget(target("web", "app/shop", "shop"))
                        .pending()));

        publisher.publish(repository, repository.change().withTarget(target("web", "web/blog", "blog")), team);
        assertTrue(lookUp("web/blog").isPresent());
        assertTrue(lookUp("web/shop").isPresent());
    }

    @Test
    void aRevokedTeamVouchesForNothingAndCanComeBack() throws Exception {
        OwnedKey team = newKey();
        TeamDelegation web = new TeamDelegation("web", keys(1, team), List.of("web/*"), true);
        publisher.publish(
                repository,
                repository.change().withDelegation("targets", web).withTarget(target("web", "web/shop", "shop")),
                publisher.targets,
                team);
        lookUp("web/shop");
        publisher.publish(repository, repository.change().withoutDelegation("web"), publisher.targets);
        assertTrue(lookUp("web/shop").isEmpty());

        OwnedKey other = newKey();
        TeamDelegation again = new TeamDelegation("web", keys(1, other), List.of("web/*"), true);
        publisher.publish(
                repository,
                repository.change().withDelegation("targets", again).withTarget(target("web", "web/blog", "blog")),
                publisher.targets,
                other);
        assertTrue(lookUp("web/shop").isEmpty());
        assertTrue(lookUp("web/blog").isPresent());
    }

    @Test
    void aTeamGetsOtherKeys() throws Exception {
        OwnedKey team = newKey();
        OwnedKey next = newKey();
        TeamDelegation web = new TeamDelegation("web", keys(1, team), List.of("web/*"), true);
        publisher.publish(
                repository,
                repository.change().withDelegation("targets", web).withTarget(target("web", "web/shop", "shop")),
                publisher.targets,
                team);
        PendingMetadata pending =
                repository.change().withDelegatedKeys("web", keys(1, next)).pending();

        assertEquals(
                Reason.THRESHOLD_NOT_MET,
                reasonOf(() -> repository.publish(signed(pending, publisher.targets), publisher.online)));
        repository.publish(signed(pending, publisher.targets, next), publisher.online);

        assertTrue(lookUp("web/shop").isPresent());
        assertEquals(
                Reason.NOT_A_SIGNER,
                reasonOf(() -> signed(repository.change().withRenewed("web").pending(), team)));
    }

    @Test
    void hashBinsTakeTheTargetsOfTheirRole() throws Exception {
        OwnedKey bins = newKey();
        RepositoryChange listed = repository.change();
        for (int i = 0; i < 100; i++) {
            listed = listed.withTarget(target("targets", "app/" + i, "content " + i));
        }
        publisher.publish(repository, listed, publisher.targets);
        publisher.publish(
                repository,
                repository.change().withHashBins("targets", HashBins.of("bin", 16, keys(1, bins))),
                publisher.targets,
                bins);
        for (int i = 0; i < 100; i++) {
            assertTrue(lookUp("app/" + i).orElseThrow().role().startsWith("bin-"), "app/" + i);
        }

        PendingMetadata one = repository
                .change()
                .withTarget(target("targets", "app/new", "new"))
                .pending();
        assertEquals(1, one.roles().size(), "one bin is written");
        repository.publish(signed(one, bins), publisher.online);
        assertTrue(lookUp("app/new").isPresent());

        OwnedKey next = newKey();
        publisher.publish(
                repository, repository.change().withDelegatedKeys("bin-0", keys(1, next)), publisher.targets, next);
        assertTrue(lookUp("app/new").isPresent());
    }

    @Test
    void twoPublishersOfOneRoleConflict() throws Exception {
        PendingMetadata first = signed(
                repository.change().withTarget(target("targets", "a", "1")).pending(), publisher.targets);
        PendingMetadata second = signed(
                repository.change().withTarget(target("targets", "b", "2")).pending(), publisher.targets);
        repository.publish(first, publisher.online);

        assertEquals(Reason.CONFLICT, reasonOf(() -> repository.publish(second, publisher.online)));
        assertTrue(lookUp("a").isPresent());
        assertTrue(lookUp("b").isEmpty());
    }

    @Test
    void aCronJobDoesNotConflictWithACeremony() throws Exception {
        PendingMetadata pending = signed(
                repository.change().withTarget(target("targets", "a", "1")).pending(), publisher.targets);
        repository.bumpTimestamp(publisher.online);
        repository.bumpSnapshot(publisher.online);
        repository.publish(pending, publisher.online);

        TrustedMetadata trusted = client.refresh().trusted();
        assertEquals(4, trusted.timestamp().orElseThrow().version());
        assertEquals(3, trusted.snapshot().orElseThrow().version());
        assertEquals(2, trusted.targets().orElseThrow().version());
    }

    @Test
    void publishingAgainIsNoConflict() throws Exception {
        PendingMetadata pending = signed(
                repository.change().withTarget(target("targets", "a", "1")).pending(), publisher.targets);
        repository.publish(pending, publisher.online);
        repository.publish(pending, publisher.online);

        assertEquals(2, client.refresh().trusted().targets().orElseThrow().version());
    }

    @Test
    void aBumpOfTheTimestampRenewsASnapshotThatIsDue() throws Exception {
        assertEquals(1, client.refresh().trusted().snapshot().orElseThrow().version());
        Instant later = NOW.plus(Duration.ofDays(13));
        TufRepository then = TufRepository.open(RepositoryPlace.ofFolder(folder), Clock.fixed(later, ZoneOffset.UTC));
        then.bumpTimestamp(publisher.online);

        TrustedMetadata trusted = client.refresh().trusted();
        assertEquals(2, trusted.snapshot().orElseThrow().version());
        assertEquals(
                later.plus(Lifetimes.defaults().snapshot()),
                trusted.snapshot().orElseThrow().expires());
    }

    @Test
    void statusSaysWhatExpiresWhen() throws Exception {
        OwnedKey team = newKey();
        publisher.publish(
                repository,
                repository
                        .change()
                        .withDelegation("targets", new TeamDelegation("web", keys(1, team), List.of("web/*"), true)),
                publisher.targets,
                team);
        RepositoryStatus status = repository.status();

        assertEquals(
                List.of("root", "timestamp", "snapshot", "targets", "web"),
                status.roles().stream().map(RepositoryStatus.RoleStatus::role).toList());
        assertEquals(2, status.roles().get(0).threshold());
        assertEquals(
                List.of("timestamp", "snapshot"),
                status.expiredAt(NOW.plus(Duration.ofDays(20))).stream()
                        .map(RepositoryStatus.RoleStatus::role)
                        .toList());
    }

    @Test
    void refusesToWorkOnAFileThatItsKeysHaveNotSigned() throws Exception {
        Path file = folder.resolve("metadata/1.targets.json");
        Files.writeString(file, Files.readString(file).replace("\"targets\":{}", "\"targets\":{\"a\":{}}"));

        assertEquals(
                Reason.NOT_TRUSTED,
                reasonOf(() -> repository.change().withRenewed("targets").pending()));
    }

    @Test
    void leavesNothingButMetadataInTheServedFolder() throws Exception {
        try (Stream<Path> files = Files.list(folder.resolve("metadata"))) {
            assertEquals(
                    Set.of("1.root.json", "1.targets.json", "1.snapshot.json", "timestamp.json"),
                    new HashSet<>(
                            files.map(file -> file.getFileName().toString()).toList()));
        }
    }

    @Test
    void aCeremonyWorksByFiles() throws Exception {
        OwnedKey next = newKey();
        RepositoryChange change = repository
                .change()
                .withKeys(TopLevelRole.ROOT, keys(2, publisher.root.get(0), publisher.root.get(1), next))
                .withTarget(target("targets", "app/ü\n", "content"));
        byte[] request = written(change.pending());
        PendingMetadata first =
                PendingMetadata.read(written(PendingMetadata.read(request).signedBy(publisher.root.get(0))));
        PendingMetadata second = PendingMetadata.read(
                written(PendingMetadata.read(request).signedBy(next).signedBy(publisher.root.get(2))));
        PendingMetadata third = PendingMetadata.read(request).signedBy(publisher.targets);

        PendingMetadata merged = first.merge(second).merge(third);
        assertTrue(merged.isComplete());
        assertEquals(List.of(), merged.missing());
        repository.publish(merged, publisher.online);
        assertTrue(lookUp("app/ü\n").isPresent());
    }

    private static byte[] written(PendingMetadata pending) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        pending.write(out);
        return out.toByteArray();
    }

    @Test
    void aCeremonyFileSaysInWordsWhatChanges() throws Exception {
        OwnedKey next = newKey();
        PendingMetadata pending = repository
                .change()
                .withKeys(TopLevelRole.ROOT, keys(1, publisher.root.get(0), next))
                .withTarget(target("targets", "app/1.0", "content"))
                .pending();

        assertEquals(
                List.of(
                        "root: version 1 becomes 2, expires 2031-01-01T00:00:00Z (before: 2031-01-01T00:00:00Z)",
                        "root: the role root needs 1 of 2 keys (before: 2 of 3)",
                        "root: the role root gets the ed25519 key "
                                + next.keyId().substring(0, 12),
                        "root: the role root loses the ed25519 key "
                                + publisher.root.get(1).keyId().substring(0, 12),
                        "root: the role root loses the ecdsa-sha2-nistp256 key "
                                + publisher.root.get(2).keyId().substring(0, 12),
                        "targets: version 1 becomes 2, expires 2030-04-01T00:00:00Z (before: 2030-04-01T00:00:00Z)",
                        "targets: adds the target app/1.0: {\"length\":7,\"hashes\":{\"sha256\":"
                                + "\"ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73\"}}"),
                pending.describe());
        assertTrue(new String(written(pending), StandardCharsets.UTF_8).contains("the role root needs 1 of 2 keys"));
    }

    @Test
    void refusesACeremonyFileWhoseWordsSaySomethingElse() throws Exception {
        PendingMetadata pending = repository
                .change()
                .withTarget(target("targets", "app/1.0", "content"))
                .pending();
        String file = new String(written(pending), StandardCharsets.UTF_8).replace("adds the target app/1.0", "adds x");

        assertEquals(Reason.MALFORMED, reasonOf(() -> PendingMetadata.read(file.getBytes(StandardCharsets.UTF_8))));
    }

    /** The words of targets metadata do not speak of the keys of a root. */
    @Test
    void refusesACeremonyFileInWhichARootPassesForTargets() throws Exception {
        PendingMetadata root = repository.change().withRenewed("root").pending();
        String file = new String(written(root), StandardCharsets.UTF_8)
                .replace("\"role\" : \"root\"", "\"role\" : \"web\"")
                .replace("root: ", "web: ");

        assertTrue(file.contains("\"role\" : \"web\""));
        assertEquals(Reason.MALFORMED, reasonOf(() -> PendingMetadata.read(file.getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void saysWhichMembersItDoesNotKnow() throws Exception {
        PendingMetadata pending = repository.change().withRenewed("targets").pending();
        String file = new String(written(pending), StandardCharsets.UTF_8)
                .replaceFirst("\"_type\" : \"targets\",", "\"_type\" : \"targets\", \"keys\" : {\"a\" : 1},");

        assertEquals(Reason.MALFORMED, reasonOf(() -> PendingMetadata.read(file.getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void oneOfTwoPublishersAtTheSameTimeWinsAndTheOtherIsTold() throws Exception {
        List<PendingMetadata> changes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            changes.add(signed(
                    repository
                            .change()
                            .withTarget(target("targets", "app/" + i, "content"))
                            .pending(),
                    publisher.targets));
        }
        ExecutorService pool = Executors.newFixedThreadPool(changes.size());
        List<Integer> winners = new ArrayList<>();
        try {
            List<Future<Boolean>> results = new ArrayList<>();
            for (PendingMetadata change : changes) {
                results.add(
                        pool.submit(() -> wins(TufRepository.open(RepositoryPlace.ofFolder(folder), CLOCK), change)));
            }
            for (int i = 0; i < results.size(); i++) {
                if (results.get(i).get()) {
                    winners.add(i);
                }
            }
        } finally {
            pool.shutdown();
        }

        assertEquals(1, winners.size());
        assertTrue(lookUp("app/" + winners.get(0)).isPresent());
        assertEquals(2, client.refresh().trusted().targets().orElseThrow().version());
    }

    private boolean wins(TufRepository at, PendingMetadata change) throws Exception {
        try {
            at.publish(change, publisher.online);
            return true;
        } catch (PublishException e) {
            assertEquals(Reason.CONFLICT, e.reason());
            return false;
        }
    }

    /** The words are about the version before, which is in the file and signed by nobody. */
    @Test
    void aCopyOfTheRepositoryShowsThatAFileLiesAboutTheVersionBefore() throws Exception {
        PendingMetadata honest = repository
                .change()
                .withTarget(target("targets", "app/1.0", "content"))
                .pending();
        PendingDocument document = honest.documents().get(0);
        PendingMetadata lying = PendingMetadata.of(List.of(new PendingDocument(
                document.document(), Optional.of(document.document().signed()), document.signers())));

        repository.requireCurrent(honest);
        assertFalse(lying.describe().stream().anyMatch(line -> line.contains("app/1.0")));
        assertEquals(Reason.CONFLICT, reasonOf(() -> repository.requireCurrent(lying)));
    }

    @Test
    void refusesToMergeSignaturesOfAnotherChange() throws Exception {
        PendingMetadata one =
                repository.change().withTarget(target("targets", "a", "1")).pending();
        PendingMetadata other =
                repository.change().withTarget(target("targets", "b", "1")).pending();

        assertEquals(Reason.OTHER_CHANGE, reasonOf(() -> one.merge(signed(other, publisher.targets))));
    }

    @Test
    void trustsNoKeysOfACeremonyFile() throws Exception {
        OwnedKey thief = newKey();
        PendingMetadata pending =
                repository.change().withTarget(target("targets", "a", "1")).pending();
        String forged = new String(written(pending), StandardCharsets.UTF_8)
                .replace(publisher.targets.keyId(), thief.keyId())
                .replace(publisher.targets.pair().publicText(), thief.pair().publicText());
        PendingMetadata signed =
                PendingMetadata.read(forged.getBytes(StandardCharsets.UTF_8)).signedBy(thief);

        assertTrue(signed.isComplete(), "by the words of the file");
        assertEquals(Reason.THRESHOLD_NOT_MET, reasonOf(() -> repository.publish(signed, publisher.online)));
    }
}

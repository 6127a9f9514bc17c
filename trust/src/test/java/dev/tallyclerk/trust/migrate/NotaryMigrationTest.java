package dev.tallyclerk.trust.migrate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.Attachment;
import dev.tallyclerk.evidence.AttachmentSource;
import dev.tallyclerk.evidence.Attachments;
import dev.tallyclerk.evidence.ImageCandidate;
import dev.tallyclerk.evidence.NewAttachment;
import dev.tallyclerk.evidence.TargetArtifact;
import dev.tallyclerk.reference.DigestResolutionException;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.testing.SharedData;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.image.TufDigestResolver;
import dev.tallyclerk.trust.key.VerificationKey;
import dev.tallyclerk.trust.migrate.NotCarried.Reason;
import dev.tallyclerk.trust.notary.NotaryClient;
import dev.tallyclerk.trust.notary.NotaryCollection;
import dev.tallyclerk.trust.notary.NotaryFiles;
import dev.tallyclerk.trust.notary.NotaryRootTrust;
import dev.tallyclerk.trust.notary.metadata.NotaryException;
import dev.tallyclerk.trust.publish.HashBins;
import dev.tallyclerk.trust.publish.KeySet;
import dev.tallyclerk.trust.publish.PendingMetadata;
import dev.tallyclerk.trust.publish.PublishException;
import dev.tallyclerk.trust.publish.RepositoryChange;
import dev.tallyclerk.trust.publish.RepositoryPlace;
import dev.tallyclerk.trust.publish.TeamDelegation;
import dev.tallyclerk.trust.publish.TufRepository;
import dev.tallyclerk.trust.sign.ImageSigner;
import dev.tallyclerk.trust.sign.SigningException;
import dev.tallyclerk.trust.sign.SigningKey;
import dev.tallyclerk.trust.sign.SigningKeys;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.TufClient;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Moves collections that the real client and server made. */
class NotaryMigrationTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-25T00:00:00Z"), ZoneOffset.UTC);
    private static final String APP = "docker.io/acme/app";
    private static final String RELEASES = "targets/releases";
    private static final Digest ONE =
            Digest.parse("sha256:ccbcc0a1ec5969256f4adb0952d8b6650d83a13014b4770e5f3d3cf389f7fc51");

    @TempDir
    private Path folder;

    private final SigningKey root = key();
    private final SigningKey targets = key();
    private final SigningKey online = key();
    private final SigningKey releases = key();

    private static SigningKey key() {
        KeyPair pair = SigningKeys.generate(SigningKeys.Kind.ED25519);
        try {
            return SigningKeys.of(pair.getPrivate(), pair.getPublic());
        } catch (SigningException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeySet set(SigningKey key) {
        return KeySet.of(VerificationKey.of(key.publicKey()));
    }

    private static NotaryCollection collection(String gun, Path files) {
        try {
            return NotaryClient.of(gun, NotaryFiles.ofFolder(files), NotaryRootTrust.firstUse())
                    .withClock(CLOCK)
                    .update();
        } catch (NotaryException e) {
            throw new IllegalStateException(e);
        }
    }

    private static NotaryCollection app() {
        try {
            return collection(
                    APP,
                    Path.of(Objects.requireNonNull(
                                    NotaryMigrationTest.class.getResource("/testdata/notary/dct/05-witness"))
                            .toURI()));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** {@return a collection of the shared data} Skips the test where it is not there. */
    private static NotaryCollection shared(String path, String gun) {
        return collection(gun, SharedData.require("notary/" + path + "/v2/" + gun + "/_trust/tuf"));
    }

    private static List<String> carried(MigrationPlan plan) {
        return plan.carried().stream()
                .map(target -> target.tag() + " " + target.role() + " " + target.alsoListedBy())
                .toList();
    }

    private static List<String> left(List<NotCarried> all) {
        return all.stream()
                .map(each -> each.reason() + " " + each.role() + " " + each.name())
                .toList();
    }

    private static ImageCandidate registry(Map<Digest, Long> sizes) {
        return new ImageCandidate() {
            @Override
            public TargetArtifact resolve() {
                throw new IllegalStateException("no tag is asked for");
            }

            @Override
            public Optional<TargetArtifact> manifest(Digest digest) {
                return Optional.ofNullable(sizes.get(digest)).map(size -> new TargetArtifact("", digest, size));
            }

            @Override
            public AttachmentSource attachments() {
                return subject -> Attachments.NONE;
            }
        };
    }

    @Test
    void aTagIsCarriedOverAsDockerSeesIt() {
        MigrationPlan plan = NotaryMigration.of(app()).plan();
        assertEquals(
                List.of(
                        "1.0 targets/releases [targets/alice]",
                        "1.1 targets/releases [targets/bob]",
                        "latest targets []"),
                carried(plan));
        assertEquals(ONE, plan.carried().get(0).digest());
        assertEquals(
                List.of("ROLE_NOT_CARRIED targets/alice ", "ROLE_NOT_CARRIED targets/bob "), left(plan.notCarried()));
        assertEquals(APP, plan.image());
    }

    @Test
    void whatOnlyASingleSignerListsIsNotReleasedByTheMove() {
        MigrationPlan plan =
                NotaryMigration.of(app()).withRoles(List.of("targets/alice")).plan();
        assertEquals(List.of("1.0 targets/alice [targets/releases]"), carried(plan));
        assertTrue(left(plan.notCarried())
                .containsAll(List.of(
                        "NOT_RELEASED targets/releases 1.1",
                        "NOT_RELEASED targets/bob 1.1",
                        "NOT_RELEASED targets latest")));
    }

    @Test
    void theRoleThatCountsDecidesWhereTwoDisagree() {
        MigrationPlan plan = NotaryMigration.of(shared("vectors/priority-base/1", "docker.io/test/vectors"))
                .plan();
        assertEquals(List.of("latest targets/releases []"), carried(plan));
        assertEquals(List.of("OTHER_DIGEST targets latest"), left(plan.notCarried()));
    }

    @Test
    void namesThatAreNoTagsAreReported() {
        NotaryCollection odd = shared("collections/odd-names/01-names", "docker.io/acme/odd");
        MigrationPlan plan = NotaryMigration.of(odd).plan();
        assertTrue(plan.carried().stream().allMatch(target -> target.tag().matches("[\\w][\\w.-]{0,127}")));
        List<String> left = left(plan.notCarried());
        assertTrue(left.containsAll(List.of("NOT_A_TAG targets a b", "NOT_A_TAG targets ../up")), left::toString);
        assertEquals(odd.targets().size(), plan.carried().size() + left.size());
    }

    @Test
    void rolesThatAreSkippedAreReported() {
        MigrationPlan plan = NotaryMigration.of(shared("vectors/delegation-wrong-key/1", "docker.io/test/vectors"))
                .plan();
        assertTrue(plan.notCarried().stream().anyMatch(each -> each.reason() == Reason.ROLE_SKIPPED));
    }

    @Test
    void whatTheRegistryDoesNotHaveIsNotCarriedOver() throws IOException {
        MigrationPlan whole = NotaryMigration.of(app()).plan();
        Digest second = whole.carried().get(1).digest();
        MigrationPlan plan = NotaryMigration.of(app()).plan(registry(Map.of(ONE, 8L, second, 9L)));
        assertEquals(List.of("1.0 targets/releases [targets/alice]"), carried(plan));
        assertTrue(left(plan.notCarried())
                .containsAll(List.of("OTHER_SIZE targets/releases 1.1", "NOT_IN_REGISTRY targets latest")));
    }

    @Test
    void refusesRolesAndNamesThatDoNotExist() {
        NotaryCollection app = app();
        assertThrows(
                IllegalArgumentException.class, () -> NotaryMigration.of(app).withRoles(List.of("targets/nobody")));
        assertThrows(
                IllegalArgumentException.class, () -> NotaryMigration.of(app).withRoles(List.of()));
        for (String image : List.of("app", "docker.io/acme/app:1.0", "docker.io/Acme/app", "")) {
            assertThrows(IllegalArgumentException.class, () -> NotaryMigration.of(app, image), image);
        }
    }

    private TufRepository repository() throws Exception {
        TufRepository repository = TufRepository.create(RepositoryPlace.ofFolder(folder), CLOCK);
        RepositoryChange first = repository
                .change()
                .withKeys(TopLevelRole.ROOT, set(root))
                .withKeys(TopLevelRole.TARGETS, set(targets))
                .withKeys(TopLevelRole.SNAPSHOT, set(online))
                .withKeys(TopLevelRole.TIMESTAMP, set(online));
        publish(repository, first, root, targets);
        return repository;
    }

    private void publish(TufRepository repository, RepositoryChange change, SigningKey... keys) throws Exception {
        PendingMetadata pending = change.pending();
        for (SigningKey key : keys) {
            pending = pending.signedBy(key);
        }
        repository.publish(pending, List.of(online));
    }

    private TufDigestResolver client() throws Exception {
        return TufDigestResolver.refreshing(
                TufClient.of(
                                MetadataFetcher.ofFolder(folder.resolve("metadata")),
                                MetadataStore.inMemory(),
                                Files.readAllBytes(folder.resolve("metadata/1.root.json")))
                        .withClock(CLOCK),
                "test");
    }

    @Test
    void aClientOfTheTufRepositorySeesTheSameTagsByTheSameRoles() throws Exception {
        TufRepository repository = repository();
        MigrationPlan plan = NotaryMigration.of(app()).plan();
        publish(repository, plan.change(repository, Map.of(RELEASES, set(releases))), targets, releases);
        for (MigratedTarget target : plan.carried()) {
            var resolved = client().resolve(Reference.parse(APP + ":" + target.tag()));
            assertEquals(target.digest(), resolved.digest());
            assertEquals(target.digests().size(), resolved.digests().size());
            assertEquals(target.size(), resolved.size().orElseThrow());
            assertEquals(plan.tufRole(target.role()), resolved.role().orElseThrow());
        }
        assertEquals("docker.io.acme.app.releases", plan.tufRole(RELEASES));
        assertThrows(DigestResolutionException.class, () -> client().resolve(Reference.parse(APP + ":absent")));
    }

    @Test
    void aSecondMoveNeedsNoNewKeys() throws Exception {
        TufRepository repository = repository();
        MigrationPlan plan = NotaryMigration.of(app()).plan();
        assertThrows(IllegalArgumentException.class, () -> plan.change(repository, Map.of()));
        publish(repository, plan.change(repository, Map.of(RELEASES, set(releases))), targets, releases);
        publish(repository, plan.change(repository, Map.of()), targets, releases);
        assertEquals(ONE, client().resolve(Reference.parse(APP + ":1.0")).digest());
    }

    @Test
    void anotherCollectionGetsRolesOfItsOwn() throws Exception {
        TufRepository repository = repository();
        MigrationPlan plan = NotaryMigration.of(app()).plan();
        publish(repository, plan.change(repository, Map.of(RELEASES, set(releases))), targets, releases);
        SigningKey others = key();
        MigrationPlan copy =
                NotaryMigration.of(app(), "mirror.example.org:5000/acme/app").plan();
        publish(repository, copy.change(repository, Map.of(RELEASES, set(others))), targets, others);
        assertEquals(
                "mirror.example.org.5000.acme.app.releases",
                client().resolve(Reference.parse("mirror.example.org:5000/acme/app:1.0"))
                        .role()
                        .orElseThrow());
        assertEquals(ONE, client().resolve(Reference.parse(APP + ":1.0")).digest());
    }

    @Test
    void aTagThatAnotherRoleListsIsNotMovedBeforeItIsRemovedThere() throws Exception {
        TufRepository repository = repository();
        SigningKey team = key();
        TargetInfo older = new TargetInfo(APP + ":1.1", 3, List.of(ONE), "team", "");
        publish(
                repository,
                repository
                        .change()
                        .withDelegation(
                                "targets", new TeamDelegation("team", set(team), List.of("docker.io/acme/*"), false))
                        .withTarget(older),
                targets,
                team);
        MigrationPlan plan = NotaryMigration.of(app()).plan();
        RepositoryChange change = plan.change(repository, Map.of(RELEASES, set(releases)));
        PublishException e = assertThrows(PublishException.class, change::pending);
        assertEquals(PublishException.Reason.CONFLICT, e.reason());
        assertTrue(
                String.valueOf(e.getMessage()).contains("the role team lists \"docker.io/acme/app:1.1\""),
                e::getMessage);
        publish(repository, repository.change().withoutTarget("team", older.path()), team);
        publish(repository, plan.change(repository, Map.of(RELEASES, set(releases))), targets, releases);
        assertEquals(
                plan.tufRole(RELEASES),
                client().resolve(Reference.parse(older.path())).role().orElseThrow());
    }

    @Test
    void aTagMovesAgainIntoItsHashBin() throws Exception {
        TufRepository repository = repository();
        SigningKey bins = key();
        publish(
                repository,
                repository.change().withHashBins("targets", HashBins.of("bin", 8, set(bins))),
                targets,
                bins);
        MigrationPlan plan =
                NotaryMigration.of(app()).withRoles(List.of("targets")).plan();
        for (int i = 0; i < 2; i++) {
            publish(repository, plan.change(repository, Map.of()), bins);
            assertTrue(client().resolve(Reference.parse(APP + ":latest"))
                    .role()
                    .orElseThrow()
                    .startsWith("bin-"));
        }
    }

    private static NotaryCollection nested() throws NotaryException {
        SignedCollection files = new SignedCollection(APP)
                .delegate("targets/releases", "1.", "2.")
                .delegate("targets/releases/eu", "2.eu-", "3.")
                .delegate("targets/releases/eu/night", "2.eu-n", "1.")
                .list("targets/releases", "1.0", "one")
                .list("targets/releases/eu", "2.eu-1", "two")
                .list("targets/releases/eu", "3.0", "not its own")
                .list("targets/releases/eu/night", "2.eu-n1", "three")
                .list("targets/releases/eu/night", "1.1", "not its own either")
                .list("targets", "latest", "one");
        return NotaryClient.of(APP, files.files(), NotaryRootTrust.firstUse())
                .withClock(CLOCK)
                .update();
    }

    @Test
    void nestedRolesStayNestedAndListWhatTheyMayListToday() throws Exception {
        List<String> all = List.of("targets/releases", "targets/releases/eu", "targets/releases/eu/night", "targets");
        MigrationPlan plan = NotaryMigration.of(nested()).withRoles(all).plan();
        assertEquals(
                List.of(
                        "1.0 targets/releases []",
                        "2.eu-1 targets/releases/eu []",
                        "2.eu-n1 targets/releases/eu/night []",
                        "latest targets []"),
                carried(plan));
        TufRepository repository = repository();
        SigningKey europe = key();
        SigningKey night = key();
        Map<String, KeySet> keys = Map.of(
                "targets/releases", set(releases),
                "targets/releases/eu", set(europe),
                "targets/releases/eu/night", set(night));
        publish(repository, plan.change(repository, keys), targets, releases, europe, night);
        for (MigratedTarget target : plan.carried()) {
            var resolved = client().resolve(Reference.parse(APP + ":" + target.tag()));
            assertEquals(target.digest(), resolved.digest());
            assertEquals(plan.tufRole(target.role()), resolved.role().orElseThrow());
        }
        assertThrows(DigestResolutionException.class, () -> client().resolve(Reference.parse(APP + ":3.0")));
        // Each role delegates to the one below it, as in the collection.
        String first = "docker.io.acme.app.releases";
        PendingMetadata renewed =
                repository.change().withRenewed(first + ".eu.night").pending();
        repository.publish(renewed.signedBy(night), List.of(online));
        RepositoryChange revoked = repository.change().withoutDelegation(first);
        publish(repository, revoked, targets);
        assertThrows(DigestResolutionException.class, () -> client().resolve(Reference.parse(APP + ":2.eu-n1")));
        assertEquals(
                "targets",
                client().resolve(Reference.parse(APP + ":latest")).role().orElseThrow());
    }

    @Test
    void aNestedRoleMovesWithoutTheRolesBetween() throws Exception {
        MigrationPlan plan = NotaryMigration.of(nested())
                .withRoles(List.of("targets/releases/eu/night"))
                .plan();
        assertEquals(List.of("2.eu-n1 targets/releases/eu/night []"), carried(plan));
        TufRepository repository = repository();
        publish(
                repository,
                plan.change(repository, Map.of("targets/releases/eu/night", set(releases))),
                targets,
                releases);
        assertEquals(
                "docker.io.acme.app.releases.eu.night",
                client().resolve(Reference.parse(APP + ":2.eu-n1")).role().orElseThrow());
        TargetInfo outside = new TargetInfo(
                APP + ":1.1", 3, List.of(ONE), plan.tufRole(plan.roles().get(0).role()), "");
        RepositoryChange wider = repository.change().withTarget(outside);
        assertEquals(
                PublishException.Reason.NOT_DELEGATED,
                assertThrows(PublishException.class, wider::pending).reason());
    }

    @Test
    void eachTagBecomesASignatureWithTheTagAndTheRole() throws Exception {
        KeyPair pair = SigningKeys.generate(SigningKeys.Kind.ECDSA_P256);
        ImageSigner signer = ImageSigner.of(SigningKeys.of(pair.getPrivate(), pair.getPublic()), CLOCK);
        MigrationPlan plan = NotaryMigration.of(app()).plan();
        List<NewAttachment> signatures = plan.signatures(signer);
        assertEquals(3, signatures.size());
        NewAttachment first = signatures.get(0);
        assertEquals(ONE, first.subject());
        assertEquals(Attachment.Place.SIGNATURE_TAG, first.place());
        String payload = new String(first.blobs().get(0).content(), StandardCharsets.UTF_8);
        assertTrue(payload.contains("\"docker-reference\":\"" + APP + "\""), payload);
        assertTrue(payload.contains("\"optional\":{\"notary.role\":\"targets/releases\",\"tag\":\"1.0\"}"), payload);
        assertTrue(left(plan.notCarriedAsSignatures()).containsAll(List.of("EXPIRY targets ", "TAG targets ")));
    }

    @Test
    void tagsOfOneDigestShareAnArtifactInTheClassicFormOnly() throws Exception {
        KeyPair pair = SigningKeys.generate(SigningKeys.Kind.ECDSA_P256);
        ImageSigner signer = ImageSigner.of(SigningKeys.of(pair.getPrivate(), pair.getPublic()), CLOCK);
        Path hello = Path.of(Objects.requireNonNull(NotaryMigrationTest.class.getResource("/testdata/notary/hello"))
                .toURI());
        NotaryCollection collection = NotaryClient.of(
                        "docker.io/acme/hello", NotaryFiles.ofFolder(hello), NotaryRootTrust.firstUse())
                .withClock(Clock.fixed(Instant.parse("2026-12-01T00:00:00Z"), ZoneOffset.UTC))
                .update();
        MigrationPlan plan = NotaryMigration.of(collection).plan();
        assertEquals(
                List.of(2, 1),
                plan.signatures(signer).stream()
                        .map(each -> each.blobs().size())
                        .toList());
        assertEquals(
                3, plan.signatures(signer.withForm(ImageSigner.Form.BUNDLE)).size());
    }

    @Test
    void saysWhichDataATargetLosesAsASignature() {
        NotaryCollection odd = shared("collections/odd-names/01-names", "docker.io/acme/odd");
        MigrationPlan plan = NotaryMigration.of(odd).plan();
        long custom = plan.carried().stream()
                .filter(target -> !target.custom().isEmpty())
                .count();
        assertTrue(custom > 0);
        assertEquals(
                custom,
                plan.notCarriedAsSignatures().stream()
                        .filter(each -> each.reason() == Reason.CUSTOM_DATA)
                        .count());
        assertEquals(plan.notCarried(), plan.notCarriedAsTargets());
        assertTrue(plan.toString().contains(plan.carried().size() + " tags are carried over"), plan::toString);
    }
}

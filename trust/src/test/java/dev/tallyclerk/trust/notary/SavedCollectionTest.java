package dev.tallyclerk.trust.notary;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.SharedData;
import dev.tallyclerk.trust.notary.metadata.NotaryException;
import dev.tallyclerk.trust.notary.metadata.NotaryException.Reason;
import dev.tallyclerk.trust.notary.metadata.NotaryLimits;
import dev.tallyclerk.trust.notary.metadata.NotaryNotice;
import dev.tallyclerk.trust.notary.metadata.NotaryRole;
import dev.tallyclerk.trust.notary.metadata.NotaryRoleKey;
import dev.tallyclerk.trust.store.MetadataStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Saved copies, and who signs for the roles of a collection. */
class SavedCollectionTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-25T00:00:00Z"), ZoneOffset.UTC);
    private static final Clock LATER = Clock.fixed(Instant.parse("2028-01-01T00:00:00Z"), ZoneOffset.UTC);
    private static final String APP = "docker.io/acme/app";
    private static final String ROTATED = "docker.io/acme/rotated";

    @TempDir
    private Path folder;

    private static NotaryClient client(String gun, SavedState state) {
        return NotaryClient.of(gun, state.fetcher(), NotaryRootTrust.firstUse()).withClock(CLOCK);
    }

    private Path archive(SavedCollection saved) throws IOException {
        Path archive = folder.resolve("copy.zip");
        try (OutputStream out = Files.newOutputStream(archive)) {
            saved.write(out);
        }
        return archive;
    }

    private static SavedCollection saved(NotaryClient client) throws NotaryException {
        return client.save(client.update());
    }

    @Test
    void theCopyListsWhatTheServerListedAfterItIsGone() throws Exception {
        NotaryClient client = client(APP, SavedState.own("dct/05-witness"));
        SavedCollection saved = saved(client);
        NotaryCollection read = NotaryClient.of(APP, NotaryFiles.ofSaved(archive(saved)), NotaryRootTrust.firstUse())
                .withClock(LATER)
                .updateAllowingExpired();
        assertEquals(saved.collection().targets(), read.targets());
        assertEquals(saved.collection().roles(), read.roles());
        assertTrue(saved.fileNames().containsAll(List.of("1.root.json", "2.root.json", "targets/releases.json")));
        assertEquals(
                List.of("timestamp"),
                read.notices().stream()
                        .filter(notice -> notice.kind() == NotaryNotice.Kind.EXPIRED)
                        .map(NotaryNotice::role)
                        .toList());
    }

    @Test
    void theSameCollectionMakesTheSameArchive() throws Exception {
        ByteArrayOutputStream one = new ByteArrayOutputStream();
        ByteArrayOutputStream other = new ByteArrayOutputStream();
        saved(client(APP, SavedState.own("dct/05-witness"))).write(one);
        saved(client(APP, SavedState.own("dct/05-witness"))).write(other);
        assertArrayEquals(one.toByteArray(), other.toByteArray());
    }

    @Test
    void aClientWithAnyOlderRootReadsTheCopy() throws Exception {
        MetadataStore store = MetadataStore.inMemory();
        client(ROTATED, SavedState.own("rotated/01-start")).withStore(store).update();
        SavedCollection saved = saved(client(ROTATED, SavedState.own("rotated/07-root-2")));
        assertEquals(List.of(), saved.missingRoots());
        NotaryCollection read = NotaryClient.of(
                        ROTATED, NotaryFiles.ofArchive(archive(saved)), NotaryRootTrust.pinned())
                .withStore(store)
                .withClock(CLOCK)
                .update();
        assertEquals(7, read.version("root").orElseThrow());
    }

    @Test
    void saysWhichRootsTheServerDoesNotHave() throws Exception {
        SavedState state = SavedState.own("rotated/07-root-2").without("2.root.json", "3.root.json");
        assertEquals(List.of(2L, 3L), saved(client(ROTATED, state)).missingRoots());
    }

    @Test
    void refusesAChainThatDoesNotLeadToTheRoot() {
        SavedState state = SavedState.own("rotated/07-root-2");
        SavedState swapped = state.with("6.root.json", state.get("5.root.json"));
        assertEquals(
                Reason.WRONG_VERSION,
                assertThrows(NotaryException.class, () -> saved(client(ROTATED, swapped)))
                        .reason());
        NotaryClient limited =
                client(ROTATED, state).withLimits(NotaryLimits.defaults().withRootRotations(3));
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                assertThrows(NotaryException.class, () -> saved(limited)).reason());
        assertThrows(
                IllegalArgumentException.class,
                () -> client(APP, state).save(client(ROTATED, state).update()));
    }

    /** Otherwise the copy would lack a file that its snapshot lists. */
    @Test
    void keepsTheFilesOfRolesThatAreSkipped() throws Exception {
        String gun = gunOf("delegation-wrong-key");
        Path vector = SharedData.require("notary/vectors/delegation-wrong-key");
        Path tuf;
        try (Stream<Path> all = Files.walk(vector)) {
            tuf = all.filter(path -> path.endsWith("_trust/tuf")).findFirst().orElseThrow();
        }
        NotaryClient client = NotaryClient.of(gun, NotaryFiles.ofFolder(tuf), NotaryRootTrust.firstUse())
                .withClock(CLOCK);
        NotaryCollection collection = client.update();
        assertEquals(
                List.of(NotaryNotice.Kind.ROLE_SKIPPED),
                collection.notices().stream().map(NotaryNotice::kind).toList());
        NotaryCollection read = NotaryClient.of(
                        gun, NotaryFiles.ofArchive(archive(client.save(collection))), NotaryRootTrust.firstUse())
                .withClock(CLOCK)
                .update();
        assertEquals(collection.notices(), read.notices());
        assertEquals(collection.targets(), client.offline().targets(), "and offline, where the store lacks it");
    }

    private static String gunOf(String vector) throws Exception {
        return NotaryVectorsTest.vectors()
                .filter(each -> each.name().equals(vector))
                .findFirst()
                .orElseThrow()
                .gun();
    }

    @Test
    void describesWhoSignsForEachRole() throws Exception {
        NotaryCollection collection =
                client(APP, SavedState.own("dct/05-witness")).update();
        List<NotaryRole> roles = collection.signedRoles();
        assertEquals(
                List.of("root", "timestamp", "snapshot", "targets", "targets/alice", "targets/bob", "targets/releases"),
                roles.stream()
                        .map(NotaryRole::role)
                        .sorted(SavedCollectionTest::byKind)
                        .toList());
        for (NotaryRole role : roles) {
            long signed = role.keys().stream().filter(NotaryRoleKey::signed).count();
            assertTrue(signed >= role.threshold(), role::toString);
            assertEquals(collection.version(role.role()).orElseThrow(), role.version());
            assertEquals(collection.expires(role.role()).orElseThrow(), role.expires());
        }
        NotaryRoleKey root = roles.get(0).keys().get(0);
        assertEquals(collection.rootKeyIds(), List.of(root.id()));
        assertEquals("ecdsa-x509", root.type());
        assertEquals("CN=" + APP, root.subject());
        assertTrue(root.certificateExpires().orElseThrow().isAfter(CLOCK.instant()));
    }

    private static int byKind(String one, String other) {
        return one.startsWith("targets") && other.startsWith("targets") ? one.compareTo(other) : 0;
    }

    @Test
    void aRoleListsItsOwnTargetsWhateverOthersList() throws Exception {
        NotaryCollection collection =
                client(APP, SavedState.own("dct/05-witness")).update();
        assertTrue(collection.targetsOf("targets/alice").stream()
                .anyMatch(target -> target.path().equals("1.0") && target.role().equals("targets/alice")));
        assertEquals(List.of(), collection.targetsOf("targets/nobody"));
        assertEquals(
                "targets/alice",
                collection.target("1.0", List.of("targets/alice")).orElseThrow().role());
    }
}

package dev.tallyclerk.command;

import static dev.tallyclerk.command.TufRepository.at;
import static dev.tallyclerk.command.TufRepository.map;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Attacks and the way back from them, from one run to the next: what a run that is misled leaves in the metadata folder
 * must not mislead the run after it.
 */
class TufAttackTest {
    @TempDir
    Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init") // set before each test
    private TufRepository repository;

    @SuppressWarnings("NullAway.Init") // set before each test
    private TufClientRuns client;

    @BeforeEach
    void refreshOnce() throws GeneralSecurityException, IOException {
        repository = new TufRepository();
        client = new TufClientRuns(repository, folder);
        client.init();
        repository.publish();
        assertEquals(0, client.refresh().exitCode());
        repository.takeRequests();
    }

    @AfterEach
    void close() throws IOException {
        repository.close();
    }

    private void assertRefused(String reason, CommandRun run) {
        assertEquals(1, run.exitCode(), run.toString());
        assertTrue(run.err().contains("[" + reason + ","), run.err());
    }

    private String storedVersion(String role) throws IOException {
        String file = new String(client.stored(role + ".json"), StandardCharsets.UTF_8);
        return file.substring(file.lastIndexOf("\"version\":") + 10)
                .replaceAll("[^0-9].*", "")
                .strip();
    }

    /** Whatever happened before, an honest repository of later versions is followed again. */
    private void assertRecovers() throws IOException {
        for (String role : List.of("targets", "snapshot", "timestamp")) {
            repository.version(role, 10);
            repository.role(role).put("expires", "2100-01-01T00:00:00Z");
        }
        repository.writeAll();
        CommandRun run = client.refresh();
        assertEquals(0, run.exitCode(), run.toString());
        assertEquals("10", storedVersion("timestamp"));
        assertEquals("10", storedVersion("snapshot"));
        assertEquals("10", storedVersion("targets"));
    }

    @Test
    void aTimestampThatIsRolledBackIsRefusedAgainAndAgain() throws IOException {
        byte[] trusted = client.stored("timestamp.json");
        repository.version("timestamp", 1);
        repository.writeTimestamp();
        assertRefused("ROLLBACK", client.refresh());
        assertRefused("ROLLBACK", client.refresh());
        assertArrayEquals(trusted, client.stored("timestamp.json"));
        assertRecovers();
    }

    @Test
    void aTimestampThatListsAnOlderSnapshotIsNotKept() throws IOException {
        repository.version("snapshot", 1);
        repository.version("timestamp", 3);
        repository.writeSnapshot();
        repository.writeTimestamp();
        assertRefused("ROLLBACK", client.refresh());
        assertEquals("2", storedVersion("timestamp"));
        assertRecovers();
    }

    @Test
    void aSnapshotThatListsOlderTargetsIsNotKept() throws IOException {
        repository.version("targets", 1);
        repository.version("snapshot", 3);
        repository.version("timestamp", 3);
        repository.writeAll();
        assertRefused("ROLLBACK", client.refresh());
        assertRefused("ROLLBACK", client.refresh());
        assertEquals("2", storedVersion("snapshot"));
        assertRecovers();
    }

    @Test
    void aSnapshotThatForgetsARoleIsNotKept() throws GeneralSecurityException, IOException {
        repository.delegate("targets", "role", false, "*");
        repository.publish();
        assertEquals(0, client.refresh().exitCode());
        at(repository.role("snapshot"), "meta").remove("role.json");
        repository.version("snapshot", 4);
        repository.version("timestamp", 4);
        repository.writeSnapshot();
        repository.writeTimestamp();
        assertRefused("ROLLBACK", client.refresh());
        assertEquals("3", storedVersion("snapshot"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"timestamp", "snapshot", "targets"})
    void aFrozenRepositoryIsNoticedWhenItsMetadataExpires(String role) throws IOException {
        repository.role(role).put("expires", "2026-11-25T23:59:59Z");
        repository.publish();
        assertRefused("EXPIRED", client.refresh());
        assertEquals("2", storedVersion(role));
        assertRecovers();
    }

    @Test
    void anExpiredRootStopsTheRefreshAndIsKeptAsALinkOfTheChain() throws IOException {
        repository.role("root").put("expires", "2026-11-25T23:59:59Z");
        repository.rotateRoot();
        assertRefused("EXPIRED", client.refresh());
        assertEquals("2", storedVersion("root"));
        assertEquals(List.of("metadata/2.root.json", "metadata/3.root.json"), repository.takeRequests());
        repository.role("root").put("expires", "2100-01-01T00:00:00Z");
        repository.rotateRoot();
        assertEquals(0, client.refresh().exitCode());
        assertEquals("3", storedVersion("root"));
    }

    @ParameterizedTest
    @CsvSource({"snapshot, targets", "targets, snapshot"})
    void filesOfDifferentTimesAreNotMixed(String old, String current) throws IOException {
        byte[] before = repository.file("2." + old + ".json");
        repository.publish();
        repository.served.put("/metadata/3." + old + ".json", before);
        assertRefused("WRONG_VERSION", client.refresh());
        assertEquals("2", storedVersion(old));
        assertRecovers();
        assertEquals("10", storedVersion(current));
    }

    @Test
    void aTimestampOfTheSameVersionDoesNotReplaceTheTrustedOne() throws IOException {
        byte[] trusted = client.stored("timestamp.json");
        at(at(repository.role("timestamp"), "meta"), "snapshot.json").put("version", 100L);
        repository.writeTimestamp();
        assertEquals(0, client.refresh().exitCode());
        assertArrayEquals(trusted, client.stored("timestamp.json"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"timestamp", "snapshot"})
    void versionsThatRanAwayStartAgainWithNewKeys(String stolen) throws GeneralSecurityException, IOException {
        repository.version("timestamp", Long.MAX_VALUE - 1);
        if (stolen.equals("snapshot")) {
            repository.version("snapshot", Long.MAX_VALUE - 1);
            repository.writeSnapshot();
        }
        repository.writeTimestamp();
        assertEquals(0, client.refresh().exitCode());
        repository.version("snapshot", 3);
        repository.version("timestamp", 3);
        repository.writeSnapshot();
        repository.writeTimestamp();
        assertRefused("ROLLBACK", client.refresh());

        repository.keys("timestamp", 1, TufRepository.Key.generate());
        if (stolen.equals("snapshot")) {
            repository.keys("snapshot", 1, TufRepository.Key.generate());
        }
        repository.rotateRoot();
        repository.writeAll();
        assertEquals(0, client.refresh().exitCode());
        assertEquals("3", storedVersion("timestamp"));
        assertEquals("3", storedVersion("snapshot"));
    }

    @Test
    void targetsThatRanAwayStartAgainWithNewSnapshotKeys() throws GeneralSecurityException, IOException {
        repository.version("targets", Long.MAX_VALUE - 1);
        repository.version("snapshot", 3);
        repository.version("timestamp", 3);
        repository.writeAll();
        assertEquals(0, client.refresh().exitCode());
        repository.version("targets", 3);
        repository.version("snapshot", 4);
        repository.version("timestamp", 4);
        repository.writeAll();
        assertRefused("ROLLBACK", client.refresh());
        repository.keys("snapshot", 1, TufRepository.Key.generate());
        repository.rotateRoot();
        repository.writeAll();
        assertEquals(0, client.refresh().exitCode());
        assertEquals("3", storedVersion("targets"));
    }

    @Test
    void aRootThatOnlyItsOwnKeysHaveSignedIsNotKept() throws GeneralSecurityException, IOException {
        repository.keys("root", 1, TufRepository.Key.generate());
        repository.version("root", 2);
        repository.writeRoot();
        assertRefused("THRESHOLD_NOT_MET", client.refresh());
        assertRefused("THRESHOLD_NOT_MET", client.refresh());
        assertEquals("1", storedVersion("root"));
        assertEquals(List.of("metadata/2.root.json", "metadata/2.root.json"), repository.takeRequests());
    }

    @Test
    void aRootThatSkipsAVersionIsNotKept() throws IOException {
        repository.version("root", 3);
        repository.writeRoot();
        repository.served.put("/metadata/2.root.json", repository.file("3.root.json"));
        assertRefused("WRONG_VERSION", client.refresh());
        assertEquals("1", storedVersion("root"));
    }

    @Test
    void metadataOfKeysThatWereTakenAwayIsRefusedFromTheNextRootOn() throws GeneralSecurityException, IOException {
        byte[] before = repository.file("timestamp.json");
        repository.keys("timestamp", 1, TufRepository.Key.generate());
        repository.rotateRoot();
        repository.served.put("/metadata/timestamp.json", before);
        assertRefused("THRESHOLD_NOT_MET", client.refresh());
        repository.publish();
        assertEquals(0, client.refresh().exitCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"timestamp", "snapshot", "targets"})
    void aDamagedFileInTheFolderIsFetchedAgain(String role) throws IOException {
        byte[] whole = client.stored(role + ".json");
        Files.writeString(client.metadataDir().resolve(role + ".json"), "damaged");
        CommandRun run = client.refresh();
        assertEquals(0, run.exitCode(), run.toString());
        assertArrayEquals(whole, client.stored(role + ".json"));
        assertTrue(run.err().contains("fetched again"), run.err());
    }

    @Test
    void aDamagedRootInTheFolderIsReplacedByItsCopy() throws GeneralSecurityException, IOException {
        repository.rotateRoot(TufRepository.Key.generate());
        assertEquals(0, client.refresh().exitCode());
        repository.takeRequests();
        byte[] whole = client.stored("root.json");
        Files.write(client.metadataDir().resolve("root.json"), Arrays.copyOf(whole, 100));
        CommandRun run = client.refresh();
        assertEquals(0, run.exitCode(), run.toString());
        assertArrayEquals(whole, client.stored("root.json"));
        assertEquals(List.of("metadata/3.root.json", "metadata/timestamp.json"), repository.takeRequests());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains("replaced"), run.err());
    }

    @Test
    void aRootIsReplacedByItsCopyAlsoBeforeTheFirstRefresh() throws IOException {
        TufClientRuns other = new TufClientRuns(repository, Files.createDirectory(folder.resolve("other")));
        other.init();
        Files.write(other.metadataDir().resolve("root.json"), new byte[0]);
        assertEquals(0, other.refresh().exitCode());
    }

    @Test
    void aDamagedRootWithoutACopyIsSaidToBeDamagedAndInitMendsIt() throws IOException {
        Files.write(client.metadataDir().resolve("root.json"), new byte[0]);
        Files.write(client.metadataDir().resolve("root.copy"), new byte[0]);
        CommandRun run = client.refresh();
        assertRefused("NO_TRUSTED_ROOT", run);
        assertTrue(run.err().contains("damaged") && run.err().contains("init ROOT"), run.err());
        assertEquals(List.of(), repository.takeRequests());
        assertEquals(0, client.init().exitCode());
        assertEquals(0, client.refresh().exitCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"?", "#", "/role", "../role", "a b", "ä", "%2e%2e", "CON", "a\\b", "root", ".", "x.json"})
    void anUnusualRoleNameIsAskedForEncodedAndIsNoPathInTheFolder(String name)
            throws GeneralSecurityException, IOException {
        repository.delegate("targets", "role", false, "*").put("name", name);
        repository.publish();
        repository.served.put("/metadata/1." + name + ".json", repository.file("1.role.json"));
        at(repository.role("snapshot"), "meta").put(name + ".json", map("version", 1L));
        repository.version("snapshot", 10);
        repository.version("timestamp", 10);
        repository.writeSnapshot();
        repository.writeTimestamp();
        repository.takeRequests();
        if (name.equals("root")) {
            assertRefused("MALFORMED", client.download("target"));
            return;
        }
        assertRefused("TARGET_NOT_LISTED", client.download("target"));
        List<String> asked = repository.takeRequests();
        String last = asked.get(asked.size() - 1);
        assertEquals("metadata/", last.substring(0, last.lastIndexOf('/') + 1), last);
        assertEquals(5, client.metadataFiles().size());
    }

    @Test
    void delegatedRolesAreAskedForDepthFirstAsFarAsTheyMatter() throws GeneralSecurityException, IOException {
        repository.delegate("targets", "a", false, "*");
        repository.delegate("targets", "elsewhere", false, "other/*");
        repository.delegate("targets", "b", true, "*");
        repository.delegate("targets", "after", false, "*");
        repository.delegate("a", "a1", false, "*");
        repository.delegate("a", "b", false, "*");
        repository.delegate("b", "a", false, "*");
        repository.publish();
        assertRefused("TARGET_NOT_LISTED", client.download("target"));
        List<String> asked = repository.takeRequests();
        assertEquals(
                List.of("metadata/1.a.json", "metadata/1.a1.json", "metadata/1.b.json"),
                asked.subList(asked.size() - 3, asked.size()));
        assertRefused("TARGET_NOT_LISTED", client.download("target"));
        assertEquals(List.of("metadata/2.root.json", "metadata/timestamp.json"), repository.takeRequests());
    }

    @Test
    void aDelegatedRoleThatTheSnapshotDoesNotListEndsTheSearch() throws GeneralSecurityException, IOException {
        repository.delegate("targets", "role", false, "*");
        repository.addTarget("role", "target", "content");
        repository.publish();
        at(repository.role("snapshot"), "meta").remove("role.json");
        repository.writeSnapshot();
        assertRefused("NOT_IN_SNAPSHOT", client.download("target"));
    }

    @Test
    void aDelegatedRoleThatIsRolledBackIsRefused() throws GeneralSecurityException, IOException {
        repository.delegate("targets", "role", false, "*");
        repository.version("role", 5);
        repository.addTarget("role", "target", "content");
        repository.publish();
        assertEquals(0, client.download("target").exitCode());
        repository.version("role", 4);
        repository.publish();
        assertRefused("ROLLBACK", client.download("target"));
    }

    @Test
    void aDelegatedRoleThatExpiresInTheFolderIsRefused() throws GeneralSecurityException, IOException {
        Instant expires = CommandRun.NOW.plusSeconds(60);
        repository.delegate("targets", "team", false, "*");
        repository.addTarget("team", "target", "content");
        repository.role("team").put("expires", expires.toString());
        repository.publish();
        assertEquals(0, client.download("target").exitCode());
        assertEquals(5, client.metadataFiles().size());
        assertEquals(0, client.download(expires.minusSeconds(1), "target").exitCode());
        CommandRun run = client.download(expires, "target");
        assertRefused("EXPIRED", run);
        assertTrue(run.err().contains("team"), run.err());
    }

    @Test
    void aDelegatedRoleThatHasExpiredIsNotKept() throws GeneralSecurityException, IOException {
        repository.delegate("targets", "role", false, "*");
        repository.addTarget("role", "target", "content");
        repository.role("role").put("expires", "2026-11-25T23:59:59Z");
        repository.publish();
        assertRefused("EXPIRED", client.download("target"));
        assertEquals(4, client.metadataFiles().size());
    }

    @Test
    void anOversizedFileIsNotReadToItsEnd() throws IOException {
        repository.served.put("/metadata/timestamp.json", new byte[20_000_000]);
        assertRefused("LIMIT_EXCEEDED", client.refresh());
        repository.unending = "/metadata/timestamp.json";
        assertRefused("LIMIT_EXCEEDED", client.refresh());
        assertTrue(repository.bytesSent() < 10_000_000, repository.bytesSent() + " bytes were sent");
        assertEquals("2", storedVersion("timestamp"));
    }
}

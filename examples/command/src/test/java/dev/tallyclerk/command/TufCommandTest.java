package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.HostileServer;
import dev.tallyclerk.testing.PrivateAuthority;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The protocol of the TUF conformance suite: requests, files and exit status. */
class TufCommandTest {
    @TempDir
    Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init") // set before each test
    private TufRepository repository;

    @SuppressWarnings("NullAway.Init") // set before each test
    private TufClientRuns client;

    @BeforeEach
    void publish() throws GeneralSecurityException, IOException {
        repository = new TufRepository();
        client = new TufClientRuns(repository, folder);
    }

    @AfterEach
    void close() throws IOException {
        repository.close();
    }

    @Test
    void initKeepsTheRootAndAsksNobody() throws IOException {
        assertEquals(0, client.init().exitCode());
        assertEquals(List.of("root.json"), client.metadataFiles());
        assertArrayEquals(repository.file("1.root.json"), client.stored("root.json"));
        assertEquals(List.of(), repository.takeRequests());
    }

    @Test
    void trustsTheAuthoritiesThatItIsTold() throws IOException, InterruptedException {
        client.init();
        PrivateAuthority authority = PrivateAuthority.create(folder);
        try (HostileServer https =
                HostileServer.startTls(authority.serverContext(), exchange -> exchange.answer(404))) {
            List<String> arguments = List.of(
                    "--metadata-url",
                    "https://" + https.host() + "/",
                    "--metadata-dir",
                    client.metadataDir().toString(),
                    "refresh");
            assertEquals(1, client.run(arguments).exitCode());
            assertEquals(List.of(), https.requests());
            List<String> trusting = new ArrayList<>(
                    List.of("--ca", authority.writeAuthority(folder).toString(), "--max-time", "30"));
            trusting.addAll(arguments);
            assertEquals(1, client.run(trusting).exitCode());
            assertEquals("/2.root.json", https.requests().get(0).path());
        }
        CommandRun none = client.run(List.of("--ca", folder + "/none", "refresh"));
        assertEquals(1, none.exitCode(), none.toString());
        assertTrue(none.err().contains("--ca: "), none.err());
        CommandRun never = client.run(List.of("--max-time", "0", "refresh"));
        assertTrue(never.err().contains("--max-time must be at least 1 second"), never.err());
    }

    @Test
    void refreshAsksForEachFileOnceInTheSpecifiedOrder() throws IOException {
        client.init();
        CommandRun run = client.refresh();
        assertEquals(0, run.exitCode(), run.toString());
        assertEquals(
                List.of(
                        "metadata/2.root.json",
                        "metadata/timestamp.json",
                        "metadata/1.snapshot.json",
                        "metadata/1.targets.json"),
                repository.takeRequests());
        assertEquals(List.of("root.json", "snapshot.json", "targets.json", "timestamp.json"), client.metadataFiles());
    }

    @Test
    void metadataIsKeptAsItWasReceived() throws IOException {
        client.init();
        client.refresh();
        assertArrayEquals(repository.file("1.root.json"), client.stored("root.json"));
        assertArrayEquals(repository.file("timestamp.json"), client.stored("timestamp.json"));
        assertArrayEquals(repository.file("1.snapshot.json"), client.stored("snapshot.json"));
        assertArrayEquals(repository.file("1.targets.json"), client.stored("targets.json"));
    }

    @Test
    void whatIsStillCurrentIsNotFetchedAgain() {
        client.init();
        client.refresh();
        repository.takeRequests();
        assertEquals(0, client.refresh().exitCode());
        assertEquals(List.of("metadata/2.root.json", "metadata/timestamp.json"), repository.takeRequests());
    }

    @Test
    void refreshWalksTheRootsOneByOneAndKeepsTheLast() throws GeneralSecurityException, IOException {
        client.init();
        repository.rotateRoot(TufRepository.Key.generate());
        repository.rotateRoot(TufRepository.Key.generate());
        assertEquals(0, client.refresh().exitCode());
        assertEquals(
                List.of("metadata/2.root.json", "metadata/3.root.json", "metadata/4.root.json"),
                repository.takeRequests().subList(0, 3));
        assertArrayEquals(repository.file("3.root.json"), client.stored("root.json"));
    }

    @Test
    void refreshWithoutInitFailsAndAsksNobody() {
        CommandRun run = client.refresh();
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("NO_TRUSTED_ROOT") && run.err().contains("tuf init"), run.err());
        assertEquals(List.of(), repository.takeRequests());
        assertFalse(Files.exists(client.metadataDir()));
    }

    /** Whole versions of the suite sign with it, and the protocol has no option to ask for it. */
    @Test
    void aRepositoryThatSignsByPkcs1IsTaken() throws GeneralSecurityException, IOException {
        TufRepository.Key key = TufRepository.Key.pkcs1();
        for (String role : TufRepository.TOP_LEVEL) {
            repository.keys(role, 1, key);
        }
        repository.addTarget("targets", "artifact", "hello");
        repository.writeRoot();
        repository.writeAll();
        assertEquals(0, client.init().exitCode());
        CommandRun run = client.download("artifact");
        assertEquals(0, run.exitCode(), run.toString());
        CommandRun shown =
                client.run(List.of("--metadata-dir", client.metadataDir().toString(), "inspect"));
        assertEquals(0, shown.exitCode(), shown.toString());
    }

    /** A delegated role may list a target of any path, also of that of the trusted root. */
    @ParameterizedTest
    @ValueSource(strings = {"metadata", ".", "link", "link/../metadata/."})
    void aTargetNeverComesIntoTheMetadataFolder(String targets) throws IOException {
        repository.addTarget("targets", "root.json", "evil");
        repository.addTarget("targets", "metadata/root.json", "evil");
        repository.publish();
        client.init();
        Files.createSymbolicLink(folder.resolve("link"), client.metadataDir());
        CommandRun run = client.run(downloadInto(targets));
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("--target-dir must not be"), run.err());
        assertArrayEquals(repository.file("1.root.json"), client.stored("root.json"));
        assertEquals(List.of(), repository.takeRequests());
    }

    @Test
    void aTargetFolderMayLieInTheMetadataFolder() throws IOException {
        repository.addTarget("targets", "root.json", "hello");
        repository.publish();
        client.init();
        CommandRun run = client.run(downloadInto("metadata/targets"));
        assertEquals(0, run.exitCode(), run.toString());
        assertEquals("hello", Files.readString(client.metadataDir().resolve("targets/root.json")));
    }

    private List<String> downloadInto(String targets) {
        List<String> arguments = new ArrayList<>(client.refreshArguments().subList(0, 4));
        arguments.addAll(List.of("--target-name", "root.json"));
        arguments.addAll(List.of("--target-dir", folder.resolve(targets).toString()));
        arguments.addAll(List.of("--target-base-url", repository.targets().toString(), "download"));
        return arguments;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "not JSON", "{\"signatures\":[],\"signed\":{}}"})
    void aRootThatIsNoneIsNotTrustedAndNobodyIsAsked(String root) throws IOException {
        Path file = Files.writeString(folder.resolve("bad.json"), root);
        assertEquals(1, client.init(file).exitCode());
        assertEquals(1, client.refresh().exitCode());
        assertEquals(List.of(), repository.takeRequests());
    }

    @Test
    void aRootThatItsOwnKeysHaveNotSignedIsNotTrustedWhoeverPutItThere() throws IOException {
        String root = new String(repository.file("1.root.json"), StandardCharsets.UTF_8);
        int signature = root.indexOf("\"sig\":\"") + 7;
        String forged = root.substring(0, signature) + "00".repeat(64) + root.substring(signature + 128);
        assertEquals(
                1,
                client.init(Files.writeString(folder.resolve("bad.json"), forged))
                        .exitCode());
        Files.createDirectories(client.metadataDir());
        Files.writeString(client.metadataDir().resolve("root.json"), forged);
        CommandRun run = client.refresh();
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("THRESHOLD_NOT_MET"), run.err());
        assertEquals(List.of(), repository.takeRequests());
    }

    @Test
    void downloadRefreshesFirstAndKeepsTheTarget() throws IOException {
        repository.addTarget("targets", "path/to/artifact.txt", "hello");
        repository.publish();
        client.init();
        CommandRun run = client.download("path/to/artifact.txt");
        assertEquals(0, run.exitCode(), run.toString());
        List<String> asked = repository.takeRequests();
        assertEquals(5, asked.size());
        assertTrue(
                asked.get(4).startsWith("targets/path/to/") && asked.get(4).endsWith(".artifact.txt"), asked::toString);
        assertEquals("hello", Files.readString(client.targetDir().resolve("path/to/artifact.txt")));
    }

    @Test
    void aTargetThatNobodyListsFailsAndTheMetadataIsUpToDateAllTheSame() throws IOException {
        client.init();
        CommandRun run = client.download("nobody/lists/it");
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("TARGET_NOT_LISTED"), run.err());
        assertEquals(List.of("root.json", "snapshot.json", "targets.json", "timestamp.json"), client.metadataFiles());
        assertEquals(List.of(), client.targetFiles());
    }

    @Test
    void aTargetThatIsThereIsNotFetchedAgainUnlessItIsDamagedOrReplaced() throws IOException {
        repository.addTarget("targets", "artifact", "first");
        repository.publish();
        client.init();
        client.download("artifact");
        repository.takeRequests();
        assertEquals(0, client.download("artifact").exitCode());
        assertEquals(List.of("metadata/2.root.json", "metadata/timestamp.json"), repository.takeRequests());

        Path file = client.targetDir().resolve("artifact");
        Files.writeString(file, "damaged");
        assertEquals(0, client.download("artifact").exitCode());
        assertEquals("first", Files.readString(file));

        repository.addTarget("targets", "artifact", "second");
        repository.publish();
        assertEquals(0, client.download("artifact").exitCode());
        assertEquals("second", Files.readString(file));
        assertEquals(List.of("artifact"), client.targetFiles());
    }

    @Test
    void aFalseTargetIsRefusedAndLeavesNothing() throws IOException {
        repository.addTarget("targets", "artifact", "honest");
        repository.publish();
        client.init();
        repository.served.keySet().stream()
                .filter(name -> name.startsWith("/targets/"))
                .forEach(name -> repository.served.put(name, "forged".getBytes(StandardCharsets.UTF_8)));
        CommandRun run = client.download("artifact");
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("HASH_MISMATCH"), run.err());
        assertEquals(List.of(), client.targetFiles());
    }

    @Test
    void severalTargetsComeInTheirOrderWithOneRefreshUpToTheFirstFailure() throws IOException {
        repository.addTarget("targets", "b", "b");
        repository.addTarget("targets", "a", "a");
        repository.publish();
        client.init();
        assertEquals(0, client.download("b", "a").exitCode());
        assertEquals(6, repository.takeRequests().size());
        Files.delete(client.targetDir().resolve("a"));
        assertEquals(1, client.download("b", "missing", "a").exitCode());
        assertEquals(List.of("b"), client.targetFiles());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "registry.example.org/app:1.0",
                "../outside",
                "/absolute",
                "a//b",
                "a\\b",
                ".hidden",
                "what?",
                "100%",
                "@file",
                "two words",
                "C:\\con",
                "~/x",
                "$HOME",
                "con",
                "dir/aux.txt",
                "a_very_long_name_________________________________________________________________________________"
                        + "___________________________________________________________________________________"
                        + "___________________________________________________________________________________"
            })
    void anUnusualTargetNameHasAFileOfItsOwnInTheFolder(String name) throws IOException {
        repository.addTarget("targets", name, name);
        repository.publish();
        client.init();
        CommandRun run = client.download(name);
        if (name.contains("..")) {
            // No server is asked for such a path.
            assertEquals(1, run.exitCode());
            assertEquals(List.of(), client.targetFiles());
            return;
        }
        assertEquals(0, run.exitCode(), run.toString());
        assertEquals(1, client.targetFiles().size());
        assertEquals(
                name,
                Files.readString(client.targetDir().resolve(client.targetFiles().get(0))));
        try (Stream<Path> beside = Files.list(folder)) {
            assertEquals(3, beside.count());
        }
    }

    /** A repository with consistent snapshots can have both, and a folder cannot. */
    @Test
    void aTargetWithThePathOfAFolderOfOthersHasAFileOfItsOwn() throws IOException {
        repository.addTarget("targets", "app", "first");
        repository.addTarget("targets", "app/1.0", "second");
        repository.addTarget("targets", "app/1.0/x", "third");
        repository.publish();
        client.init();
        assertEquals(0, client.download("app/1.0", "app", "app/1.0/x").exitCode());
        assertEquals(3, client.targetFiles().size());
        repository.takeRequests();
        assertEquals(0, client.download("app", "app/1.0/x", "app/1.0").exitCode());
        assertEquals(List.of("metadata/2.root.json", "metadata/timestamp.json"), repository.takeRequests());
        assertEquals(3, client.targetFiles().size());
    }

    /** The caller should hear of it, and not look for a file in vain. */
    @Test
    void aTargetWhosePathGoesThroughALinkIsRefused() throws IOException {
        repository.addTarget("targets", "dir/app", "first");
        repository.publish();
        client.init();
        Files.createDirectories(client.targetDir());
        Files.createSymbolicLink(client.targetDir().resolve("dir"), folder);
        assertEquals(1, client.download("dir/app").exitCode());
    }

    @Test
    void optionsMayStandBehindTheCommandToo() {
        client.init();
        CommandRun run = CommandRun.of(
                "tuf",
                "refresh",
                "--metadata-dir",
                client.metadataDir().toString(),
                "--metadata-url",
                repository.metadata().toString());
        assertEquals(0, run.exitCode(), run.toString());
        assertEquals(
                "up to date: root 1, timestamp 1, snapshot 1, targets 1; valid until 2100-01-01T00:00:00Z\n",
                run.out());
    }

    /** {@return the arguments of a run on the metadata folder, without a URL} */
    private List<String> onTheFolder(String... arguments) {
        List<String> all =
                new ArrayList<>(List.of("--metadata-dir", client.metadataDir().toString()));
        all.addAll(List.of(arguments));
        return all;
    }

    @Test
    void offlineVerifiesWhatIsStoredAndAsksNobody() throws IOException {
        client.init();
        assertEquals(1, client.run(onTheFolder("--offline", "refresh")).exitCode(), "nothing is stored yet");
        client.refresh();
        repository.takeRequests();
        CommandRun run = client.run(onTheFolder("refresh", "--offline"));
        assertEquals(0, run.exitCode(), run.toString());
        assertEquals(
                "not known to be up to date: root 1, timestamp 1, snapshot 1, targets 1;"
                        + " valid until 2100-01-01T00:00:00Z\n",
                run.out());
        Files.writeString(client.metadataDir().resolve("targets.json"), "{}");
        assertEquals(1, client.run(onTheFolder("refresh", "--offline")).exitCode());
        assertEquals(List.of(), repository.takeRequests());
    }

    @Test
    void offlineATargetIsVerifiedWhereItIsAndNotFetched() throws IOException {
        repository.addTarget("targets", "artifact", "hello");
        repository.publish();
        client.init();
        client.download("artifact");
        repository.takeRequests();
        List<String> again = onTheFolder(
                "download",
                "--offline",
                "--target-name",
                "artifact",
                "--target-dir",
                client.targetDir().toString());
        CommandRun run = client.run(again);
        assertEquals(0, run.exitCode(), run.toString());
        assertTrue(run.err().contains("not known to be up to date; valid until"), run.err());
        Files.writeString(client.targetDir().resolve("artifact"), "damaged");
        assertEquals(1, client.run(again).exitCode());
        assertEquals(List.of(), repository.takeRequests());
    }

    @Test
    void expiredMetadataIsTakenOnlyIfItIsAllowedAndIsSaid() throws IOException {
        repository.addTarget("targets", "artifact", "hello");
        repository.role("timestamp").put("expires", "2020-01-01T00:00:00Z");
        repository.publish();
        client.init();
        assertTrue(client.refresh().err().contains("EXPIRED"));
        List<String> allowing = new ArrayList<>(client.refreshArguments());
        allowing.add("--allow-expired");
        CommandRun run = client.run(allowing);
        assertEquals(0, run.exitCode(), run.toString());
        assertEquals(
                "not known to be up to date: root 1, timestamp 2, snapshot 2, targets 2; EXPIRED since 2020-01-01T00:00:00Z: timestamp\n",
                run.out());
        assertEquals(1, client.run(onTheFolder("--offline", "refresh")).exitCode());
        CommandRun offline = client.run(onTheFolder("--offline", "--allow-expired", "refresh"));
        assertEquals(0, offline.exitCode(), offline.toString());
    }

    @Test
    void everyWrongUseEndsWithOne() {
        String dir = client.metadataDir().toString();
        String url = repository.metadata().toString();
        List<List<String>> wrong = List.of(
                List.of(),
                List.of("refresh"),
                List.of("--metadata-dir", dir, "refresh"),
                List.of("--metadata-url", url, "refresh"),
                List.of("--metadata-dir", dir, "--metadata-url", "ftp://example.org/", "refresh"),
                List.of("--metadata-dir", dir, "--metadata-url", "not a url", "refresh"),
                List.of("--metadata-dir", dir, "init"),
                List.of(
                        "--metadata-dir",
                        dir,
                        "init",
                        folder.resolve("no-such-root").toString()),
                List.of("--metadata-dir", dir, "--metadata-url", url, "download"),
                List.of("--metadata-dir", dir, "--metadata-url", url, "--target-name", "a", "download"),
                List.of("--bogus", "refresh"),
                List.of("--metadata-dir", dir, "--offline", "init", dir),
                List.of("--metadata-dir", dir, "--allow-expired", "init", dir),
                List.of("--metadata-dir", dir, "--offline", "download"),
                List.of("--metadata-dir", dir, "--metadata-url", url, "refresh", "surplus"),
                List.of("bogus"));
        for (List<String> arguments : wrong) {
            CommandRun run = client.run(arguments);
            assertEquals(1, run.exitCode(), arguments + run.err());
            assertTrue(run.err().startsWith("tallyclerk: "), run.err());
        }
        assertEquals(List.of(), repository.takeRequests());
    }

    @Test
    void aServerThatIsNotThereEndsWithOne() throws IOException {
        client.init();
        repository.close();
        CommandRun run = client.refresh();
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("FETCH_FAILED"), run.err());
    }
}

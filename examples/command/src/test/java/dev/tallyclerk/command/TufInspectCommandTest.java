package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.command.TufInspection.InspectedFile;
import dev.tallyclerk.command.TufInspection.InspectedRole;
import dev.tallyclerk.command.TufInspection.Verdict;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.testing.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code tuf inspect}: shows files, and never calls an unverified one verified. */
class TufInspectCommandTest {
    @TempDir
    Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init") // set before each test
    private TufRepository repository;

    @SuppressWarnings("NullAway.Init") // set before each test
    private TufClientRuns client;

    @BeforeEach
    void fillMetadataFolder() throws GeneralSecurityException, IOException {
        repository = new TufRepository();
        repository.delegate("targets", "team", true, "team/*");
        repository.delegate("team", "member", false, "team/member-*");
        repository.addTarget("member", "team/member-1", "content");
        repository.publish();
        client = new TufClientRuns(repository, folder);
        client.init();
        assertEquals(0, client.download("team/member-1").exitCode());
        repository.takeRequests();
    }

    @AfterEach
    void close() throws IOException {
        repository.close();
    }

    private static CommandRun inspect(Path place, String... more) {
        String[] all = new String[more.length + 3];
        System.arraycopy(more, 0, all, 3, more.length);
        all[0] = "tuf";
        all[1] = "inspect";
        all[2] = place.toString();
        return CommandRun.of(all);
    }

    @Test
    void whatWasKeptUpToDateIsShownUnderTheSameOption() {
        CommandRun run =
                CommandRun.of("tuf", "--metadata-dir", client.metadataDir().toString(), "inspect");
        assertEquals(inspect(client.metadataDir()).out(), run.out());
        assertEquals(0, run.exitCode());
        assertEquals(3, CommandRun.of("tuf", "inspect").exitCode());
    }

    private static JsonCursor json(CommandRun run) throws JsonException {
        return JsonCursor.parse(run.out().getBytes(StandardCharsets.UTF_8), JsonLimits.ofBytes(10_000_000));
    }

    private static String verdict(JsonCursor report, String file) throws JsonException {
        for (JsonCursor element : report.required("files").elements()) {
            if (element.required("name").string().equals(file)) {
                return element.required("verdict").string();
            }
        }
        return "not shown";
    }

    private Path publishedFolder() throws IOException {
        Path published = Files.createDirectories(folder.resolve("published"));
        for (var file : repository.served.entrySet()) {
            if (file.getKey().startsWith("/metadata/")) {
                Files.write(published.resolve(file.getKey().substring("/metadata/".length())), file.getValue());
            }
        }
        return published;
    }

    @Test
    void theTreeShowsRolesVersionsExpiryThresholdsKeysAndDelegations() {
        CommandRun run = inspect(client.metadataDir());
        assertEquals(0, run.exitCode(), run.toString());
        for (String part : List.of(
                "├── root.json: version 1, valid until 2100-01-01T00:00:00Z",
                "role snapshot: 1 of 1 key",
                ": ed25519",
                "lists snapshot.json 2",
                "delegates to \"team\": 1 of 1 key, terminating",
                "paths \"team/*\"",
                "delegates to \"member\": 1 of 1 key\n",
                "lists 1 target\n")) {
            assertTrue(run.out().contains(part), () -> part + " is not in\n" + run.out());
        }
        assertEquals(6, run.out().split(" VERIFIED: ", -1).length - 1, run.out());
        assertEquals(List.of(), repository.takeRequests());
    }

    @Test
    void theJsonReportHasTheSame() throws JsonException {
        JsonCursor report = json(inspect(client.metadataDir(), "--format", "json"));
        assertEquals("dev.tallyclerk.tuf-inspection", report.required("schema").string());
        JsonCursor targets = report.required("files").element(3);
        assertEquals("targets", targets.required("type").string());
        assertEquals(2, targets.required("version").integer(0, 9));
        JsonCursor team = targets.required("delegations").element(0);
        assertTrue(team.required("terminating").bool());
        assertEquals(List.of("team/*"), team.required("paths").strings());
        JsonCursor file = team.required("file");
        assertEquals("verified", file.required("verdict").string());
        JsonCursor member = file.required("delegations").element(0);
        assertEquals("member", member.required("name").string());
        assertEquals(1, member.required("file").required("targets").integer(0, 9));
    }

    @Test
    void aRepositorysFolderIsShownWithItsRoots() throws IOException, GeneralSecurityException, JsonException {
        repository.rotateRoot(TufRepository.Key.generate());
        CommandRun run = inspect(publishedFolder(), "--format", "json");
        assertEquals(0, run.exitCode(), run.toString());
        JsonCursor report = json(run);
        assertEquals("verified", verdict(report, "1.root.json"));
        assertEquals("verified", verdict(report, "2.root.json"));
        assertEquals("verified", verdict(report, "2.snapshot.json"));
    }

    @Test
    void aRootThatTheTrustedOneDoesNotLeadToIsNotVerified()
            throws GeneralSecurityException, IOException, JsonException {
        try (TufRepository other = new TufRepository()) {
            Path trusted = Files.write(folder.resolve("other.json"), other.file("1.root.json"));
            CommandRun run = inspect(client.metadataDir(), "--root", trusted.toString(), "--format", "json");
            assertEquals(ExitCode.REJECTED, run.exitCode());
            JsonCursor report = json(run);
            assertEquals("verified", verdict(report, "other.json"));
            assertEquals("not_verified", verdict(report, "root.json"));
            assertEquals("refused", verdict(report, "timestamp.json"));
            assertEquals("not_verified", verdict(report, "snapshot.json"));
            assertEquals("not_verified", verdict(report, "targets.json"));
        }
    }

    @Test
    void aChangedFileIsRefusedAndNothingBehindItVerified() throws IOException, JsonException {
        Path snapshot = client.metadataDir().resolve("snapshot.json");
        Files.writeString(
                snapshot,
                Files.readString(snapshot).replace("\"team.json\":{\"version\":1}", "\"team.json\":{\"version\":7}"));
        CommandRun run = inspect(client.metadataDir(), "--format", "json");
        assertEquals(ExitCode.REJECTED, run.exitCode());
        JsonCursor report = json(run);
        assertEquals("verified", verdict(report, "timestamp.json"));
        assertEquals("refused", verdict(report, "snapshot.json"));
        assertEquals("not_verified", verdict(report, "targets.json"));
        JsonCursor team =
                report.required("files").element(3).required("delegations").element(0);
        assertEquals("not_verified", team.required("file").required("verdict").string());
    }

    @Test
    void aRoleIsVerifiedForEachOfItsDelegators() throws IOException, GeneralSecurityException, JsonException {
        // targets delegates to member too, but to another key than team does.
        repository.delegate("targets", "member", false, "*").put("keyids", List.of("nobody"));
        repository.publish();
        CommandRun run = inspect(publishedFolder(), "--format", "json");
        assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
        JsonCursor delegations = json(run).required("files").element(3).required("delegations");
        JsonCursor viaTeam =
                delegations.element(0).required("file").required("delegations").element(0);
        assertEquals("verified", viaTeam.required("file").required("verdict").string());
        assertEquals(
                "refused",
                delegations.element(1).required("file").required("verdict").string());
    }

    /** There can be many more delegations than files, and a file can have many megabytes. */
    @Test
    void whatManyDelegateToIsReadAndShownOnce() throws IOException, GeneralSecurityException, JsonException {
        for (String delegator : List.of("a", "b", "c")) {
            repository.delegate("targets", delegator, false, "*");
            repository.delegate(delegator, "shared", false, "*");
        }
        repository.delegate("shared", "member", false, "*");
        for (int i = 0; i < 7; i++) {
            repository.addTarget("shared", "target-" + i, "content");
        }
        repository.publish();
        Path published = publishedFolder();
        List<InspectedFile> shared = new ArrayList<>();
        for (InspectedRole role : TufInspector.folder(new MetadataFolder(published), null, CommandRun.NOW)
                .files()
                .get(3)
                .delegations()) {
            role.file().delegations().stream()
                    .filter(below -> below.name().equals("shared"))
                    .forEach(below -> shared.add(below.file()));
        }
        assertEquals(3, shared.size());
        for (InspectedFile file : shared) {
            assertEquals(Verdict.VERIFIED, file.verdict());
            assertSame(shared.get(0).content(), file.content());
        }
        CommandRun tree = inspect(published);
        assertEquals(0, tree.exitCode());
        assertEquals(3, tree.out().split("delegates to \"shared\"", -1).length - 1, tree.out());
        assertEquals(1, tree.out().split("lists 7 targets", -1).length - 1, tree.out());
        // Twice for this role, and once for member, which team already has.
        assertEquals(3, tree.out().split("its content is shown above", -1).length - 1, tree.out());
        JsonCursor delegations = json(inspect(published, "--format", "json"))
                .required("files")
                .element(3)
                .required("delegations");
        for (int i = 1; i <= 3; i++) {
            JsonCursor file = delegations
                    .element(i)
                    .required("file")
                    .required("delegations")
                    .element(0)
                    .required("file");
            assertEquals(i > 1, file.member("repeated").isPresent());
            assertEquals(i == 1, file.member("keys").isPresent());
            assertEquals(i == 1, file.member("delegations").isPresent());
            assertEquals(1, file.required("version").integer(0, 9));
        }
    }

    /** A file refused for its content is refused for every delegator; its signatures are checked for each. */
    @Test
    void whatIsRefusedForItsContentIsRefusedToAll() throws IOException, GeneralSecurityException {
        repository.delegate("targets", "a", false, "*");
        repository.delegate("targets", "b", false, "*");
        repository.delegate("a", "shared", false, "*");
        repository.delegate("b", "shared", false, "*");
        repository.publish();
        Path published = publishedFolder();
        Files.writeString(published.resolve("1.shared.json"), "{");
        CommandRun run = inspect(published);
        assertEquals(ExitCode.REJECTED, run.exitCode());
        assertEquals(2, run.out().split("REFUSED: [^\n]*MALFORMED", -1).length - 1, run.out());
    }

    @Test
    void whatHasExpiredIsShownAndSaidToBeExpired() throws IOException, JsonException {
        repository.role("timestamp").put("expires", "2026-11-26T00:00:00Z");
        repository.role("snapshot").put("expires", "2026-11-26T00:00:01Z");
        repository.publish();
        CommandRun run = inspect(publishedFolder(), "--format", "json");
        assertEquals(0, run.exitCode());
        List<JsonCursor> files = json(run).required("files").elements();
        assertEquals("verified", files.get(1).required("verdict").string());
        assertTrue(files.get(1).required("expired").bool());
        assertFalse(files.get(2).required("expired").bool());
        assertTrue(inspect(publishedFolder()).out().contains("timestamp.json: version 3, EXPIRED since 2026-11-26"));
    }

    @Test
    void delegationsInACircleEnd() throws GeneralSecurityException, IOException {
        repository.delegate("member", "team", false, "*");
        repository.version("member", 2);
        repository.publish();
        CommandRun run = inspect(publishedFolder());
        assertEquals(0, run.exitCode(), run.toString());
        assertTrue(run.out().contains("its delegations are shown above"), run.out());
    }

    @Test
    void aMissingFileIsSaidToBeMissing() throws IOException, JsonException {
        Files.delete(client.metadataDir().resolve("timestamp.json"));
        CommandRun run = inspect(client.metadataDir(), "--format", "json");
        assertEquals(ExitCode.INCOMPLETE, run.exitCode());
        assertEquals("missing", verdict(json(run), "timestamp.json"));
        assertEquals("not_verified", verdict(json(run), "snapshot.json"));
    }

    @Test
    void aFolderWithoutARootHasNothingThatCouldBeVerified() throws IOException {
        Path empty = Files.createDirectories(folder.resolve("empty"));
        CommandRun run = inspect(empty);
        assertEquals(ExitCode.INCOMPLETE, run.exitCode());
        assertTrue(run.out().contains("no root.json"), run.out());
    }

    @Test
    void aFileAloneIsShownAndNotVerified() {
        CommandRun run = inspect(client.metadataDir().resolve("snapshot.json"));
        assertEquals(ExitCode.INCOMPLETE, run.exitCode());
        assertTrue(run.out().contains("NOT VERIFIED") && run.out().contains("lists 3 files"), run.out());
        CommandRun root = inspect(client.metadataDir().resolve("root.json"));
        assertEquals(0, root.exitCode());
        assertTrue(root.out().contains("only proves that it is complete"), root.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{\"signed\":{\"_type\":\"mirrors\"},\"signatures\":[]}", "\u0000"})
    void aFileThatIsNoMetadataIsRefused(String text) throws IOException {
        CommandRun run = inspect(Files.writeString(folder.resolve("file.json"), text));
        assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
        assertTrue(run.out().contains("REFUSED"), run.out());
    }

    @Test
    void namesFromStrangersCannotSteerTheTerminal() throws GeneralSecurityException, IOException {
        repository.delegate("targets", "\u001b[2J\nVERIFIED", false, "\u001b[1m*");
        repository.publish();
        CommandRun run = inspect(publishedFolder().resolve("3.targets.json"));
        assertTrue(run.out().indexOf('\u001b') < 0, run.out());
        assertTrue(run.out().lines().noneMatch(line -> line.startsWith("VERIFIED")), run.out());
    }

    @Test
    void aPlaceThatIsNotThereEndsWithThree() {
        assertEquals(ExitCode.ERROR, inspect(folder.resolve("nowhere")).exitCode());
        assertEquals(
                ExitCode.ERROR, inspect(client.metadataDir(), "--format", "xml").exitCode());
        assertEquals(
                ExitCode.ERROR,
                inspect(client.metadataDir().resolve("root.json"), "--root", "x")
                        .exitCode());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"small", "mixed", "rsa-2of3", "nested-terminating", "sigstore-like", "no-consistent", "canonical"
            })
    void repositoriesOfPythonTufAreVerifiedWhole(String name) {
        Path repositoryFolder = SharedData.require("tuf/" + name);
        CommandRun run = inspect(
                repositoryFolder.resolve("metadata"),
                "--root",
                repositoryFolder.resolve("initial_root.json").toString());
        assertEquals(0, run.exitCode(), run.toString());
    }

    @Test
    void hashBinsAreCountedAndVerified() throws JsonException {
        Path bins = SharedData.require("tuf/bins-10k");
        CommandRun run = inspect(bins.resolve("metadata"), "--format", "json");
        assertEquals(0, run.exitCode());
        List<JsonCursor> files = json(run).required("files").elements();
        JsonCursor found = files.get(files.size() - 1).required("bins");
        long count = 1L << found.required("bitLength").integer(1, 32);
        assertEquals(count, found.required("listed").integer(1, 1L << 32));
        assertEquals(count, found.required("files").length());
    }
}

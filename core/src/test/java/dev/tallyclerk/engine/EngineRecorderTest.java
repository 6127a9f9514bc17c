package dev.tallyclerk.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.testing.WatchedDisk;
import dev.tallyclerk.testing.WatchedDisk.Step;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EngineRecorderTest {
    private static final String PASSWORD = "Kq7vT2pZ9wLx";
    private static final String TOKEN = "glpat-" + "Zk3vT8qLw9XyR2mB7NcD";

    @TempDir
    Path folder = Path.of("");

    private static FakeEngine engine() throws IOException {
        return FakeEngine.start()
                .withContainer(
                        "web",
                        "'Privileged':false,'LogConfig':{'Type':'splunk','Config':{'splunk-token':'" + PASSWORD + "'}}",
                        "'DB_PASSWORD=" + PASSWORD + "','LANG=C'")
                .with("/volumes", 403, "no");
    }

    /** An engine with secrets wherever the rules look for them. */
    private static FakeEngine secretive() throws IOException {
        String container = FakeEngine.inspect(
                        "web",
                        "'Privileged':false",
                        "'DB_PASSWORD=" + PASSWORD + "','URL=https://user:" + PASSWORD + "@db.example.com/','T=" + TOKEN
                                + "'")
                .replace(
                        "'User':'1'",
                        "'User':'1','Labels':{'api.token':'" + PASSWORD + "','note':'see " + TOKEN + "'},"
                                + "'Entrypoint':['app','--password=" + PASSWORD + "'],"
                                + "'Cmd':['--token','" + TOKEN + "','https://user:" + PASSWORD + "@db.example.com/'],"
                                + "'Healthcheck':{'Test':['CMD','check','--password','" + PASSWORD + "']}");
        return engine().with("/containers/" + FakeEngine.ID + "/json", container);
    }

    @Test
    void secretsInCommandsAndLabelsAreHiddenAndStillFound() throws IOException {
        try (FakeEngine engine = secretive()) {
            Path recording = folder.resolve("host");
            EngineRecorder.create().record(engine.connect(), recording);
            String container = Files.readString(recording.resolve("containers/web.json"));
            assertFalse(container.contains(PASSWORD) || container.contains(TOKEN), container);
            AuditReport live = LiveEngineTest.audit(engine.connect());
            assertEquals(findings(live), findings(LiveEngineTest.audit(RecordedEngine.open(recording))));
        }
    }

    private static List<String> findings(AuditReport report) {
        return report.findings().stream()
                .map(finding -> finding.fingerprint() + " " + finding.rule().id() + " " + finding.outcome())
                .toList();
    }

    @Test
    void anAuditOfTheRecordingFindsTheSame() throws IOException {
        try (FakeEngine engine = engine()) {
            Path recording = folder.resolve("host");
            EngineRecorder.create().record(engine.connect(), recording);
            AuditReport live = LiveEngineTest.audit(engine.connect());
            assertEquals(findings(live), findings(LiveEngineTest.audit(RecordedEngine.open(recording))));
            assertEquals(Optional.of(Outcome.Kind.FAIL), LiveEngineTest.outcome(live, "RUN-047"));
        }
    }

    @Test
    void secretsAreNotWritten() throws IOException {
        try (FakeEngine engine = engine()) {
            Path recording = folder.resolve("host");
            EngineRecorder.create().record(engine.connect(), recording);
            try (Stream<Path> files = Files.walk(recording)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    assertFalse(Files.readString(file, StandardCharsets.UTF_8).contains(PASSWORD), file.toString());
                }
            }
            assertTrue(
                    Files.readString(recording.resolve("containers/web.json")).contains("LANG=C"));
        }
    }

    @Test
    void onlyTheOwnerMayReadIt() throws IOException {
        try (FakeEngine engine = engine()) {
            Path recording = folder.resolve("host");
            EngineRecorder.create().record(engine.connect(), recording);
            try (Stream<Path> files = Files.walk(recording)) {
                for (Path file : files.toList()) {
                    String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
                    assertTrue(mode.endsWith("------"), file + " " + mode);
                }
            }
        }
    }

    @Test
    void whatCouldNotBeReadStaysUnknown() throws IOException {
        try (FakeEngine engine = engine().with("/containers/" + FakeEngine.ID + "/json", 403, "no")) {
            Path recording = folder.resolve("host");
            EngineRecorder.create().record(engine.connect(), recording);
            RecordedEngine recorded = RecordedEngine.open(recording);
            assertTrue(recorded.read("volumes.json").whyUnread().orElse("").contains("403"));
            assertEquals(
                    Optional.of(Outcome.Kind.UNKNOWN),
                    LiveEngineTest.outcome(LiveEngineTest.audit(recorded), "RUN-001"));
        }
    }

    @Test
    void aFolderWithContentIsLeftAlone() throws IOException {
        Path recording = Files.createDirectory(folder.resolve("host"));
        Files.writeString(recording.resolve("notes.txt"), "mine");
        try (FakeEngine engine = engine()) {
            LiveEngine live = engine.connect();
            assertThrows(
                    DirectoryNotEmptyException.class,
                    () -> EngineRecorder.create().record(live, recording));
        }
        assertEquals("mine", Files.readString(recording.resolve("notes.txt")));
    }

    @Test
    void aRecordingThatFailsLeavesNothing() throws IOException {
        try (FakeEngine engine = engine().with("/images/json", "[{'Id':'sha256:not'}]")) {
            LiveEngine live = engine.connect();
            assertThrows(IOException.class, () -> EngineRecorder.create().record(live, folder.resolve("host")));
        }
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    void whatItCannotTakeAwayAgainIsAnIoException() throws IOException {
        WatchedDisk disk = new WatchedDisk(folder);
        disk.fault = (step, path) -> {
            if (step == Step.LIST && path.endsWith("containers")) {
                throw new AccessDeniedException(path.toString());
            }
        };
        try (FakeEngine engine = engine().with("/images/json", "[{'Id':'sha256:not'}]")) {
            LiveEngine live = engine.connect();
            assertThrows(
                    IOException.class,
                    () -> EngineRecorder.create().record(live, disk.folder().resolve("host")));
        }
    }
}

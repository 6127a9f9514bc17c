package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.Exchange;
import dev.tallyclerk.testing.HostileServer;
import dev.tallyclerk.testing.PrivateAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class AuditEngineTest {
    private static final String ID = "ab".repeat(32);
    private static final String JSON = "Content-Type: application/json";

    private static final Map<String, String> ANSWERS = Map.of(
            "/version",
            "{'Version':'26.1.5','MinAPIVersion':'1.24'}",
            "/info",
            "{'ServerVersion':'26.1.5','Swarm':{'LocalNodeState':'inactive','ControlAvailable':false}}",
            "/networks",
            "[]",
            "/images/json",
            "[]",
            "/containers/json?all=1",
            "[{'Id':'" + ID + "','Names':['/web'],'ImageID':'','State':'exited'}]",
            "/containers/" + ID + "/changes",
            "null",
            "/containers/" + ID + "/json",
            "{'Id':'" + ID + "','Name':'/web','Config':{'Image':'web:1','Env':['DB_PASSWORD=Kq7vT2pZ9wLx']},"
                    + "'HostConfig':{'Privileged':true},'Mounts':[],'ExecIDs':null}");

    @TempDir
    Path folder = Path.of("");

    private static void answer(Exchange exchange) throws IOException {
        String path = exchange.request().target().replaceFirst("^/v[0-9.]+", "");
        String json = ANSWERS.get(path);
        if (path.equals("/_ping")) {
            exchange.answerText(200, "OK", "Api-Version: 1.45");
        } else if (json == null) {
            exchange.answerText(404, "{\"message\":\"page not found\"}", JSON);
        } else {
            exchange.answerText(200, json.replace('\'', '"'), JSON);
        }
    }

    private Map<String, String> environment(HostileServer engine) {
        return Map.of("DOCKER_HOST", "tcp://" + engine.host(), "HOME", folder.toString());
    }

    @Test
    void theEngineOfDockerHostIsAudited() throws IOException {
        try (HostileServer engine = HostileServer.start(AuditEngineTest::answer)) {
            CommandRun run = CommandRun.of(environment(engine), "audit", "--engine");
            assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
            assertTrue(run.out().contains("container web"), run.out());
            assertTrue(run.out().contains("swarm tcp://" + engine.host()), run.out());
            assertEquals("", run.err());
        }
    }

    @Test
    void theRecordingHasTheSameFindingsWithoutTheSecret() throws IOException {
        Path recording = folder.resolve("recording");
        List<String> live;
        String written;
        try (HostileServer engine = HostileServer.start(AuditEngineTest::answer)) {
            String address = "tcp://" + engine.host();
            live = CommandRun.of("audit", "--engine", address, "--host", "h", "--format", "jsonl")
                    .out()
                    .lines()
                    .toList();
            written = CommandRun.of("audit", "--engine", address, "--record", recording.toString(), "--host", "h")
                    .out();
        }
        assertTrue(written.contains("container h/web"), written);
        CommandRun recorded =
                CommandRun.of("audit", "--engine", recording.toString(), "--host", "h", "--format", "jsonl");
        assertEquals(live, recorded.out().lines().toList());
        assertTrue(recorded.out().contains("RUN-047"), recorded.out());
        String container = Files.readString(recording.resolve("containers/web.json"));
        assertTrue(!container.contains("Kq7vT2pZ9wLx"), container);
    }

    @Test
    void dockersCertificatesAreUsed() throws IOException, InterruptedException {
        PrivateAuthority authority = PrivateAuthority.create(folder);
        Path certificates = Files.createDirectory(folder.resolve("certs"));
        Files.move(authority.writeAuthority(folder), certificates.resolve("ca.pem"));
        try (HostileServer engine = HostileServer.startTls(authority.serverContext(), AuditEngineTest::answer)) {
            Map<String, String> environment =
                    Map.of("DOCKER_HOST", "tcp://" + engine.host(), "DOCKER_CERT_PATH", certificates.toString());
            CommandRun run = CommandRun.of(environment, "audit", "--engine");
            assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
            assertTrue(run.out().contains("container web"), run.out());
        }
    }

    @Test
    void anEngineThatDoesNotAnswerIsANetworkError() {
        CommandRun run = CommandRun.of("audit", "--engine", "unix://" + folder.resolve("none.sock"));
        assertEquals(ExitCode.NETWORK, run.exitCode(), run.toString());
        assertTrue(run.err().contains("there is no such socket"), run.err());
    }

    @Test
    void anEngineThatRefusesEverythingIsIncomplete() throws IOException {
        try (HostileServer engine =
                HostileServer.start(exchange -> exchange.answerText(403, "{\"message\":\"denied\"}", JSON))) {
            CommandRun run = CommandRun.of(environment(engine), "audit", "--engine");
            assertEquals(ExitCode.INCOMPLETE, run.exitCode(), run.toString());
            assertTrue(run.err().contains("denied"), run.err());
        }
    }

    @Test
    void anAddressThatIsNotSupportedIsAUsageError() {
        CommandRun run = CommandRun.of("audit", "--engine", "ssh://host");
        assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
        assertTrue(run.err().contains("ssh -nNT -L"), run.err());
    }

    @Test
    void onlyARunningEngineIsRecorded() {
        CommandRun folderGiven = CommandRun.of(
                "audit",
                "--engine",
                folder.toString(),
                "--record",
                folder.resolve("r").toString());
        assertEquals(ExitCode.ERROR, folderGiven.exitCode(), folderGiven.toString());
        CommandRun none = CommandRun.of("audit", "--record", folder.resolve("r").toString());
        assertEquals(ExitCode.ERROR, none.exitCode(), none.toString());
    }
}

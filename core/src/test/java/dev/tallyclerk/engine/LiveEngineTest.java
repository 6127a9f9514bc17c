package dev.tallyclerk.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.container.ContainerRules;
import dev.tallyclerk.hardening.engine.EngineRules;
import dev.tallyclerk.hardening.swarm.SwarmRules;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.okhttp.OkHttpTransport;
import dev.tallyclerk.testing.RefusingPort;
import dev.tallyclerk.testing.UnixServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class LiveEngineTest {
    @TempDir
    Path folder = Path.of("");

    static AuditReport audit(EngineDocuments documents) throws IOException {
        List<Subject> subjects = EngineReader.of(documents).subjects("test");
        return Auditor.of(Policy.defaults(), ContainerRules.ruleSet(), EngineRules.ruleSet(), SwarmRules.ruleSet())
                .withClock(Clock.fixed(Instant.parse("2026-11-01T00:00:00Z"), ZoneOffset.UTC))
                .audit(subjects);
    }

    static Optional<Outcome.Kind> outcome(AuditReport report, String rule) {
        return report.findings().stream()
                .filter(finding -> finding.rule().id().value().equals(rule))
                .map(finding -> finding.outcome().kind())
                .findFirst();
    }

    @Test
    void auditsTheContainersOfARunningEngineByReadingOnly() throws IOException {
        try (FakeEngine engine = FakeEngine.start().withContainer("web", "'Privileged':true", "")) {
            AuditReport report = audit(engine.connect());
            assertEquals(Optional.of(Outcome.Kind.FAIL), outcome(report, "RUN-001"));
            assertEquals(Optional.of(Outcome.Kind.NOT_APPLICABLE), outcome(report, "SWM-001"));
            assertTrue(
                    engine.log().stream().allMatch(line -> line.startsWith("GET ")),
                    engine.log().toString());
            assertTrue(engine.log().contains("GET /v1.41/containers/" + FakeEngine.ID + "/json"));
        }
    }

    @Test
    void aNamedVolumeThatIsAFolderOfTheHostIsFound() throws IOException {
        String mount = "'Mounts':[{'Type':'volume','Name':'v','Source':'/m/v','Destination':'/x','RW':true}]";
        String container = FakeEngine.inspect("web", "'Privileged':false", "").replace("'Mounts':[]", mount);
        String volumes = "{'Volumes':[{'Name':'v','Driver':'local','Mountpoint':'/m/v','Options':"
                + "{'type':'none','o':'bind','device':'/var/run/docker.sock'}}]}";
        try (FakeEngine engine = FakeEngine.start()
                .withContainer("web", "'Privileged':false", "")
                .with("/containers/" + FakeEngine.ID + "/json", container)
                .with("/volumes", volumes)) {
            assertEquals(Optional.of(Outcome.Kind.FAIL), outcome(audit(engine.connect()), "RUN-002"));
        }
    }

    @Test
    void speaksOverAUnixSocket() throws IOException {
        try (FakeEngine engine = FakeEngine.start().withContainer("web", "'Privileged':true", "");
                UnixServer socket = UnixServer.before(engine.port(), folder)) {
            OkHttpTransport transport = OkHttpTransport.of(new OkHttpClient()).withUnixSocket(socket.socket());
            LiveEngine live = LiveEngine.connect(EngineAddress.unix(socket.socket()), transport);
            assertEquals(Optional.of(Outcome.Kind.FAIL), outcome(audit(live), "RUN-001"));
        }
    }

    @Test
    void aSocketThatSaysNothingTimesOut() throws IOException {
        try (FakeEngine engine = FakeEngine.start().with("/_ping", exchange -> exchange.stall());
                UnixServer socket = UnixServer.before(engine.port(), folder)) {
            OkHttpTransport transport = OkHttpTransport.of(new OkHttpClient()).withUnixSocket(socket.socket());
            EngineLimits limits = EngineLimits.defaults().withMaxRequestTime(Duration.ofMillis(300));
            EngineException e = assertThrows(
                    EngineException.class,
                    () -> LiveEngine.connect(EngineAddress.unix(socket.socket()), transport, limits));
            assertEquals(Reason.TIMED_OUT, e.reason());
        }
    }

    @ParameterizedTest
    @CsvSource({"1.24, /v1.24", "1.41, /v1.41", "1.47, /v1.47", "1.99, /v1.47"})
    void speaksAVersionThatBothKnow(String version, String prefix) throws IOException {
        try (FakeEngine engine = FakeEngine.start(version)) {
            engine.connect().containers();
            assertTrue(
                    engine.log().contains("GET " + prefix + "/containers/json?all=1"),
                    engine.log().toString());
        }
    }

    @Test
    void speaksTheOldestVersionOfAnEngineThatIsFarNewer() throws IOException {
        try (FakeEngine engine = FakeEngine.start("1.99").with("/version", "{'MinAPIVersion':'1.60'}")) {
            engine.connect().containers();
            assertTrue(
                    engine.log().contains("GET /v1.60/containers/json?all=1"),
                    engine.log().toString());
        }
    }

    @Test
    void aContainerThatDisappearsIsNoError() throws IOException {
        try (FakeEngine engine =
                FakeEngine.start().with("/containers/json?all=1", "[" + FakeEngine.listed("gone") + "]")) {
            LiveEngine live = engine.connect();
            assertEquals(List.of("containers/gone.json"), live.containers());
            assertEquals(Optional.empty(), live.read("containers/gone.json").whyUnread());
            assertTrue(audit(live).findings().stream()
                    .noneMatch(finding -> finding.subject().kind().equals("container")));
        }
    }

    @Test
    void aContainerThatIsRefusedIsUnknown() throws IOException {
        try (FakeEngine engine = FakeEngine.start()
                .withContainer("web", "", "")
                .with("/containers/" + FakeEngine.ID + "/json", 403, "no")) {
            AuditReport report = audit(engine.connect());
            assertEquals(Optional.of(Outcome.Kind.UNKNOWN), outcome(report, "RUN-001"));
            assertEquals(Decision.Kind.INCOMPLETE, report.decision().kind());
        }
    }

    @Test
    void aListThatIsRefusedIsUnknown() throws IOException {
        try (FakeEngine engine = FakeEngine.start().with("/containers/json?all=1", 403, "denied by plugin")) {
            AuditReport report = audit(engine.connect());
            assertEquals(Optional.of(Outcome.Kind.UNKNOWN), outcome(report, "RUN-001"));
            assertEquals(Decision.Kind.INCOMPLETE, report.decision().kind());
        }
    }

    @Test
    void everythingThatIsRefusedIsUnknown() throws IOException {
        AuditReport report = audit(EngineDocuments.unread("this user may not use the socket"));
        assertFalse(report.findings().isEmpty());
        for (Finding finding : report.findings()) {
            assertFalse(finding.outcome().kind() == Outcome.Kind.PASS, finding.toString());
        }
        assertEquals(Decision.Kind.INCOMPLETE, report.decision().kind());
    }

    @Test
    void whatIsRefusedOfAContainerIsUnknown() throws IOException {
        try (FakeEngine engine = FakeEngine.start()
                .withContainer("web", "", "")
                .with("/containers/" + FakeEngine.ID + "/top", 500, "ps failed")) {
            assertEquals(Optional.of(Outcome.Kind.UNKNOWN), outcome(audit(engine.connect()), "RUN-040"));
        }
    }

    @Test
    void aContainerAtRestHasNoProcesses() throws IOException {
        try (FakeEngine engine = FakeEngine.start()
                .withContainer("web", "", "")
                .with("/containers/json?all=1", "[" + FakeEngine.listed("web").replace("running", "exited") + "]")) {
            LiveEngine live = engine.connect();
            live.read("containers/web.json");
            assertTrue(live.read("top/web.json").content().isPresent());
            assertTrue(engine.log().stream().noneMatch(line -> line.endsWith("/top")));
        }
    }

    @Test
    void podmanIsAskedByItsOwnApi() throws IOException {
        try (FakeEngine engine = FakeEngine.start()
                .withContainer("web", "", "")
                .with(
                        "/_ping",
                        exchange -> exchange.answerText(200, "OK", "Api-Version: 1.41", "Libpod-Api-Version: 5.4.2"))) {
            engine.connect().read("containers/web.json");
            assertTrue(
                    engine.log().contains("GET /v4.0.0/libpod/containers/" + FakeEngine.ID + "/json"),
                    engine.log().toString());
        }
    }

    @Test
    void aNameThatLeadsOutOfTheRecordingIsNotUsed() throws IOException {
        try (FakeEngine engine =
                FakeEngine.start().with("/containers/json?all=1", "[" + FakeEngine.listed("../../etc/passwd") + "]")) {
            assertEquals(
                    List.of("containers/" + FakeEngine.ID + ".json"),
                    engine.connect().containers());
        }
    }

    @Test
    void anIdThatIsNoneIsRefused() throws IOException {
        try (FakeEngine engine = FakeEngine.start().with("/containers/json?all=1", "[{'Id':'../x','Names':['/a']}]")) {
            EngineException e =
                    assertThrows(EngineException.class, () -> engine.connect().containers());
            assertEquals(Reason.PROTOCOL, e.reason());
        }
    }

    @Test
    void moreContainersThanAllowedAreRefused() throws IOException {
        try (FakeEngine engine = FakeEngine.start()
                .with("/containers/json?all=1", "[" + FakeEngine.listed("a") + "," + FakeEngine.listed("b") + "]")) {
            EngineException e = assertThrows(
                    EngineException.class,
                    () -> engine.connect(EngineLimits.defaults().withMaxContainers(1))
                            .containers());
            assertEquals(Reason.LIMIT_EXCEEDED, e.reason());
        }
    }

    @Test
    void execSessionsAreReadUnlessTheyEnded() throws IOException {
        String first = "cd".repeat(32);
        try (FakeEngine engine = FakeEngine.start()
                .withContainer("web", "", "")
                .with(
                        "/containers/" + FakeEngine.ID + "/json",
                        FakeEngine.inspect("web", "", "")
                                .replace("'ExecIDs':null", "'ExecIDs':['" + first + "','" + "ef".repeat(32) + "']"))
                .with("/exec/" + first + "/json", "{'ContainerID':'" + FakeEngine.ID + "','ProcessConfig':{}}")) {
            LiveEngine live = engine.connect();
            live.read("containers/web.json");
            String sessions = new String(live.read("exec/web.json").content().orElseThrow(), StandardCharsets.UTF_8);
            assertTrue(sessions.startsWith("[{") && sessions.endsWith("}]"), sessions);
        }
    }

    @Test
    void aManagerIsAskedForItsSwarmWithoutSecrets() throws IOException {
        try (FakeEngine engine = FakeEngine.start()
                .with("/info", "{'Swarm':{'LocalNodeState':'active','ControlAvailable':true,'Managers':1}}")
                .with(
                        "/swarm",
                        "{'JoinTokens':{'Worker':'SWMTKN-1-x'},'Spec':{'EncryptionConfig':{'AutoLockManagers':true}}}")
                .with("/nodes", 403, "no")
                .with("/services", "[]")
                .with("/configs", "[{'ID':'c','Spec':{'Name':'n','Data':'c2VjcmV0'}}]")) {
            LiveEngine live = engine.connect();
            String swarm = new String(live.read("swarm.json").content().orElseThrow(), StandardCharsets.UTF_8);
            assertFalse(swarm.contains("SWMTKN"), swarm);
            assertFalse(swarm.contains("c2VjcmV0"), swarm);
            AuditReport report = audit(live);
            assertEquals(Optional.of(Outcome.Kind.FAIL), outcome(report, "SWM-001"));
            assertEquals(Optional.of(Outcome.Kind.PASS), outcome(report, "SWM-005"));
            assertTrue(engine.log().stream().noneMatch(line -> line.contains("unlockkey")));
        }
    }

    @Test
    void nothingThatListensIsUnreachable() throws IOException {
        try (RefusingPort port = RefusingPort.open()) {
            EngineAddress address = EngineAddress.parse("tcp://" + port.host());
            EngineException e =
                    assertThrows(EngineException.class, () -> LiveEngine.connect(address, FakeEngine.transport()));
            assertEquals(Reason.UNREACHABLE, e.reason());
        }
    }

    @Test
    void aSocketThatIsNotThereIsUnreachable() {
        Path socket = folder.resolve("none.sock");
        OkHttpTransport transport = OkHttpTransport.of(new OkHttpClient()).withUnixSocket(socket);
        EngineException e =
                assertThrows(EngineException.class, () -> LiveEngine.connect(EngineAddress.unix(socket), transport));
        assertEquals(Reason.UNREACHABLE, e.reason());
        assertTrue(String.valueOf(e.getMessage()).contains("no such socket"), e.getMessage());
    }
}

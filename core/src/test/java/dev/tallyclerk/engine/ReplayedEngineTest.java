package dev.tallyclerk.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.http.okhttp.OkHttpTransport;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.testing.PrivateAuthority;
import dev.tallyclerk.testing.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Recordings of real engines, replayed over TLS. */
@Timeout(120)
class ReplayedEngineTest {
    /** Rules over what these recordings do not have, and the replayed engine refuses: ps, and diff. */
    private static final Set<String> OF_OTHER_DOCUMENTS = Set.of("RUN-040", "RUN-055");

    private static final Set<String> KINDS = Set.of("container", "swarm", "swarm-service");

    @TempDir
    Path folder = Path.of("");

    private static JsonCursor json(byte[] document) throws JsonException {
        return JsonCursor.parse(document, JsonLimits.ofBytes(8 << 20));
    }

    private static FakeEngine replay(Path host, PrivateAuthority authority) throws IOException, JsonException {
        FakeEngine engine = FakeEngine.startTls(authority.serverContext());
        for (Map.Entry<String, String> document : Map.of(
                        "/info", "info.json",
                        "/version", "version.json",
                        "/networks", "networks.json",
                        "/images/json", "api/images.json",
                        "/containers/json?all=1", "api/containers.json")
                .entrySet()) {
            Path file = host.resolve(document.getValue());
            if (Files.exists(file)) {
                give(engine, document.getKey(), Files.readAllBytes(file));
            } else {
                engine.with(document.getKey(), 403, "not in the recording");
            }
        }
        try (Stream<Path> files = Files.list(host.resolve("containers"))) {
            for (Path file : files.toList()) {
                JsonCursor root = json(Files.readAllBytes(file));
                JsonCursor container = root.value() instanceof JsonArray ? root.element(0) : root;
                give(
                        engine,
                        "/containers/" + container.required("Id").string() + "/json",
                        JsonText.write(container.value()));
            }
        }
        Path swarm = host.resolve("swarm.json");
        if (Files.exists(swarm)) {
            for (String part : SwarmDocument.PARTS) {
                Optional<JsonCursor> value = json(Files.readAllBytes(swarm)).optional(part);
                if (value.isPresent()) {
                    give(engine, "/" + part, JsonText.write(value.get().value()));
                }
            }
        }
        return engine;
    }

    private static void give(FakeEngine engine, String path, byte[] content) {
        engine.with(path, exchange -> exchange.answer(200, content, "Content-Type: application/json"));
    }

    private static List<String> findings(AuditReport report) {
        return report.findings().stream()
                .filter(finding -> KINDS.contains(finding.subject().kind()))
                .filter(finding ->
                        !OF_OTHER_DOCUMENTS.contains(finding.rule().id().value()))
                .map(finding -> finding.subject().name() + " " + finding.rule().id() + " "
                        + finding.outcome().kind() + " " + finding.fingerprint())
                .sorted()
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ci", "hardened", "laptop", "swarm"})
    void theEngineGivesTheFindingsOfItsRecording(String name) throws Exception {
        Path host = SharedData.require("hardening/oracle/hosts/" + name);
        PrivateAuthority authority = PrivateAuthority.create(folder);
        Path certificates = Files.createDirectory(folder.resolve("certs"));
        Files.move(authority.writeAuthority(folder), certificates.resolve("ca.pem"));
        EngineTls tls = EngineTls.read(certificates);
        OkHttpTransport transport = OkHttpTransport.of(new OkHttpClient.Builder()
                .sslSocketFactory(tls.context().getSocketFactory(), tls.trusted())
                .build());
        // Without what only the host knows.
        Path ofApi = Files.createDirectory(folder.resolve(name));
        try (Stream<Path> files = Files.walk(host)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String relative = host.relativize(file).toString();
                if (relative.matches(
                        "(api/(images|containers)|info|version|networks|swarm)[.]json|" + "containers/.*[.]json")) {
                    Path copy = ofApi.resolve(relative);
                    Files.createDirectories(copy.getParent());
                    Files.writeString(copy, Files.readString(file, StandardCharsets.UTF_8));
                }
            }
        }
        try (FakeEngine engine = replay(host, authority)) {
            LiveEngine live = LiveEngine.connect(engine.address().withTls(), transport);
            List<String> findings = findings(LiveEngineTest.audit(live));
            assertFalse(findings.isEmpty());
            assertEquals(findings(LiveEngineTest.audit(RecordedEngine.open(ofApi))), findings);
        }
    }
}

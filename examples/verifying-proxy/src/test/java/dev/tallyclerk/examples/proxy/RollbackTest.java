package dev.tallyclerk.examples.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.testing.DockerRegistry;
import dev.tallyclerk.testing.Exchange;
import dev.tallyclerk.testing.FaultyFront;
import dev.tallyclerk.testing.HostileServer;
import dev.tallyclerk.testing.JavaProcess;
import dev.tallyclerk.testing.NotaryServer;
import dev.tallyclerk.testing.PostgresServer;
import dev.tallyclerk.trust.key.VerificationKey;
import dev.tallyclerk.trust.publish.KeySet;
import dev.tallyclerk.trust.publish.RepositoryChange;
import dev.tallyclerk.trust.publish.RepositoryPlace;
import dev.tallyclerk.trust.publish.TufRepository;
import dev.tallyclerk.trust.sign.SigningKey;
import dev.tallyclerk.trust.sign.SigningKeys;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers of trusted metadata that go back to what they said before. */
class RollbackTest {
    private static final String MANIFEST = "/v2/team/app/manifests/1.0";
    private static final String NO_WAIT = "times: {tag: 0s, decision: 0s, stale: 0s}\n";

    @TempDir
    Path folder;

    private DockerRegistry registry;
    private PushedImage older;
    private PushedImage newer;

    @BeforeEach
    void push() throws IOException {
        registry = DockerRegistry.start(folder);
        older = PushedImage.push(registry, folder, "old", 1, 1000);
        newer = PushedImage.push(registry, folder, "1.0", 2, 1000);
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    private String config(String require, String more) throws IOException {
        Files.writeString(
                folder.resolve("trust.json"),
                "{\"schemaVersion\":1,\"rules\":[{\"scope\":\"*\",\"require\":" + require + "}]}");
        return NO_WAIT + RunningProxy.upstream(registry.host())
                + "policies:\n  - repositories: '**'\n    trust-policy: ../trust.json\n" + more;
    }

    private RunningProxy replica(String name, String config) throws IOException, ConfigException {
        return RunningProxy.start(
                Files.createDirectories(folder.resolve(name)), config, Map.of("PASSWORD", "-"), Clock.systemUTC());
    }

    private static void assertGives(PushedImage image, HttpResponse<byte[]> answer) {
        assertEquals(200, answer.statusCode(), RunningProxy.text(answer));
        assertEquals(image.manifest(), Digest.sha256Of(answer.body()));
    }

    private static void assertRefuses(HttpResponse<byte[]> answer) {
        assertTrue(answer.statusCode() >= 400, RunningProxy.text(answer));
        assertTrue(RunningProxy.text(answer).contains("ROLLBACK"), RunningProxy.text(answer));
    }

    @Test
    void whatOneReplicaHasSeenNoOtherLetsBeRolledBack() throws Exception {
        String gun = registry.host() + "/team/app";
        try (NotaryServer notary = NotaryServer.start(folder);
                FaultyFront front = FaultyFront.start(notary.host());
                PostgresServer database = PostgresServer.start()) {
            notary.run("init", "-p", gun);
            list(notary, gun, older);
            AtomicReference<HttpResponse<byte[]>> first = new AtomicReference<>();
            front.set((exchange, answer) -> keepsTheFirstTimestamp(exchange, answer, first));
            String require =
                    "{\"notary\":{\"server\":\"http://" + front.host() + "\",\"rootTrust\":{\"firstUse\":true}}}";
            String shared = "trust-state: {database: 'jdbc:postgresql://127.0.0.1:" + database.port() + "/"
                    + PostgresServer.DATABASE + "', username: " + PostgresServer.USER + ", password-env: PASSWORD}\n";
            String config = config(require, shared);
            try (RunningProxy one = replica("one", config);
                    RunningProxy two = replica("two", config)) {
                assertGives(older, one.get(MANIFEST));
                list(notary, gun, newer);
                front.set((exchange, answer) -> false);
                both(one, two).forEach(answer -> assertGives(newer, answer));
                front.set((exchange, answer) -> keepsTheFirstTimestamp(exchange, answer, first));
                both(one, two).forEach(RollbackTest::assertRefuses);
            }
            try (RunningProxy alone = replica("alone", config(require, ""))) {
                assertGives(older, alone.get(MANIFEST));
            }
            config(require, shared);
            for (boolean isKilled : new boolean[] {true, false}) {
                front.set((exchange, answer) -> isKilled ? false : keepsTheFirstTimestamp(exchange, answer, first));
                Path own = Files.createDirectories(folder.resolve("killed" + isKilled));
                Path file = Files.writeString(
                        own.resolve("proxy.yml"), "listen: 127.0.0.1:0\ncache: {folder: cache}\n" + config);
                ProcessBuilder builder = new ProcessBuilder(JavaProcess.command(
                                List.of("-Xmx128m"), Main.class, "serve", "--config", file.toString()))
                        .redirectErrorStream(true);
                builder.environment().put("PASSWORD", "-");
                Process process = builder.start();
                try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
                    String started = out.readLine();
                    Matcher address =
                            Pattern.compile("http://(127\\.0\\.0\\.1:[0-9]+)").matcher(started);
                    assertTrue(address.find(), started);
                    HttpResponse<byte[]> answer = RunningProxy.send("GET", address.group(1), MANIFEST);
                    if (isKilled) {
                        assertGives(newer, answer);
                    } else {
                        assertRefuses(answer);
                    }
                } finally {
                    process.destroyForcibly().waitFor();
                }
            }
        }
    }

    private static List<HttpResponse<byte[]>> both(RunningProxy one, RunningProxy two) throws Exception {
        CompletableFuture<HttpResponse<byte[]>> first = CompletableFuture.supplyAsync(() -> get(one));
        CompletableFuture<HttpResponse<byte[]>> second = CompletableFuture.supplyAsync(() -> get(two));
        return List.of(first.get(), second.get());
    }

    private static HttpResponse<byte[]> get(RunningProxy proxy) {
        try {
            return proxy.get(MANIFEST);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void list(NotaryServer notary, String gun, PushedImage image)
            throws IOException, InterruptedException {
        notary.run(
                "addhash",
                "-p",
                gun,
                "1.0",
                Integer.toString(image.manifestSize()),
                "--sha256",
                image.manifest().encoded());
    }

    /** Gives the first timestamp that came by for ever. */
    private static boolean keepsTheFirstTimestamp(
            Exchange exchange, FaultyFront.Answer answer, AtomicReference<HttpResponse<byte[]>> first)
            throws IOException {
        if (!exchange.request().target().endsWith("/timestamp.json")) {
            return false;
        }
        if (first.get() == null) {
            first.set(answer.ask());
        }
        FaultyFront.pass(exchange, first.get());
        return true;
    }

    @Test
    void aTufRepositoryThatGoesBackVouchesForNothing() throws Exception {
        KeyPair pair = SigningKeys.generate(SigningKeys.Kind.ED25519);
        SigningKey key = SigningKeys.of(pair.getPrivate(), pair.getPublic());
        Path served = folder.resolve("tuf");
        TufRepository repository = TufRepository.at(RepositoryPlace.ofFolder(served), Clock.systemUTC());
        RepositoryChange change = repository.change().withTarget(target(older));
        for (TopLevelRole role : TopLevelRole.values()) {
            change = change.withKeys(role, KeySet.of(VerificationKey.of(key.publicKey())));
        }
        repository.publish(change.pending().signedBy(key), List.of(key));
        Path timestamp = served.resolve("metadata/timestamp.json");
        byte[] first = Files.readAllBytes(timestamp);
        String root = served.resolve("metadata/1.root.json").toString();
        try (HostileServer server = HostileServer.start(exchange -> serve(exchange, served));
                RunningProxy proxy = replica(
                        "one",
                        config(
                                "{\"tuf\":{\"repository\":\"" + server.uri("/metadata") + "\",\"root\":{\"path\":\""
                                        + root + "\"}}}",
                                ""))) {
            assertGives(older, proxy.get(MANIFEST));
            repository.publish(
                    repository.change().withTarget(target(newer)).pending().signedBy(key), List.of(key));
            assertGives(newer, proxy.get(MANIFEST));
            Files.write(timestamp, first);
            assertRefuses(proxy.get(MANIFEST));
        }
    }

    private TargetInfo target(PushedImage image) {
        return new TargetInfo(
                registry.host() + "/team/app:1.0", image.manifestSize(), List.of(image.manifest()), "targets", "");
    }

    private static void serve(Exchange exchange, Path folder) throws IOException {
        Path file = folder.resolve(exchange.request().target().substring(1));
        if (Files.isRegularFile(file)) {
            exchange.answer(200, Files.readAllBytes(file));
        } else {
            exchange.answer(404);
        }
    }
}

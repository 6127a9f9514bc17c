package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.RequestBody;
import dev.tallyclerk.http.okhttp.OkHttpTransport;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.testing.DockerRegistry;
import dev.tallyclerk.testing.Exchange;
import dev.tallyclerk.testing.HostileServer;
import dev.tallyclerk.testing.Peers;
import dev.tallyclerk.testing.PrivateAuthority;
import dev.tallyclerk.testing.SharedData;
import dev.tallyclerk.testing.TokenServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The registry commands against a real docker-registry, with results checked by skopeo. */
class RegistryCommandsTest {
    private static final String HELLO = "oci:images/hello:1.0";
    private static final Digest HELLO_DIGEST =
            Digest.parse("sha256:d63f358a4f5888a0541fcdadca48b8779292353848a934fd294e6ba41d44ee5b");
    private static final String HELLO_CONFIG =
            "sha256:f52696778b0a742649eebd94332ea9e0516bfc84e98911ac2bd9994d4cdbeecf";

    @TempDir
    Path folder = Path.of("");

    private static CommandRun accepted(String... line) {
        CommandRun run = CommandRun.of(line);
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
        assertEquals("", run.err());
        return run;
    }

    private static JsonCursor json(CommandRun run) throws JsonException {
        return JsonCursor.parse(run.out().getBytes(StandardCharsets.UTF_8), JsonLimits.ofBytes(1 << 20));
    }

    private String layout(String name) {
        return "oci:" + folder.resolve(name);
    }

    @Test
    void whatIsPushedIsPulledAgainByteForByteByUsAndBySkopeo() throws IOException, InterruptedException {
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            String name = registry.host() + "/team/app:1.0";
            assertTrue(accepted("push", HELLO, name).out().contains(HELLO_DIGEST.toString()));
            assertTrue(accepted("pull", name, layout("a:1")).out().contains(HELLO_DIGEST.toString()));
            accepted("verify", layout("a:1"));
            String skopeo = Peers.require("skopeo").toString();
            String raw = Peers.run(folder, skopeo, "inspect", "--raw", "--tls-verify=false", "docker://" + name);
            assertEquals(HELLO_DIGEST, Digest.sha256Of(raw.getBytes(StandardCharsets.UTF_8)));
            Peers.run(folder, skopeo, "copy", "--quiet", "--src-tls-verify=false", "docker://" + name, layout("b:1"));
            accepted("verify", layout("b:1"));
        }
    }

    @Test
    void copiesWithinARegistryAndSaysInJsonWhatItDid() throws IOException, JsonException {
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            String from = "docker://" + registry.host() + "/team/app:1.0";
            String to = "docker://" + registry.host() + "/other/app:2.0";
            accepted("copy", HELLO, from);
            JsonCursor report = json(accepted("copy", from, to, "--format", "json"));
            assertEquals("dev.tallyclerk.copy", report.required("schema").string());
            assertEquals(HELLO_DIGEST.toString(), report.required("digest").string());
            // The registry took every blob from its other repository, so none was read.
            assertEquals(0, report.required("copied").elements().size());
            assertTrue(report.required("alreadyThere").elements().size() > 1);
            accepted("verify", to);
        }
    }

    @Test
    void listsTagsForPeopleAndPrograms() throws IOException, JsonException {
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            String name = registry.host() + "/team/app";
            accepted("push", HELLO, name + ":1.0");
            accepted("push", HELLO, name);
            List<String> lines =
                    accepted("tags", "docker://" + name).out().lines().sorted().toList();
            assertEquals(List.of("1.0", "latest"), lines);
            assertEquals(
                    2,
                    json(accepted("tags", name, "--format", "json"))
                            .required("tags")
                            .elements()
                            .size());
            assertEquals(
                    ExitCode.NETWORK,
                    CommandRun.of("tags", registry.host() + "/no/such").exitCode());
        }
    }

    @Test
    void listsWhatIsAboutAnImageByTypeToo() throws IOException, JsonException {
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            String name = registry.host() + "/team/app:1.0";
            accepted("push", HELLO, name);
            assertEquals("", accepted("referrers", name).out());
            Digest signature = refer(name, "application/vnd.example.signature");
            Digest bill = refer(name, "application/spdx+json");
            String all = accepted("referrers", name).out();
            assertTrue(all.contains(signature.toString()) && all.contains(bill.toString()), all);
            JsonCursor only = json(accepted(
                            "referrers", name, "--artifact-type", "application/spdx+json", "--format", "json"))
                    .required("referrers");
            assertEquals(1, only.elements().size());
            assertEquals(
                    bill.toString(), only.elements().get(0).required("digest").string());
        }
    }

    private static Digest refer(String name, String artifactType) throws IOException {
        Reference reference = Reference.parse(name);
        var repository =
                RegistryClient.of(OkHttpTransport.of(new OkHttpClient())).repository(reference);

        var subject = repository.manifest("1.0").orElseThrow();
        byte[] empty = "{}".getBytes(StandardCharsets.US_ASCII);
        Descriptor config = Descriptor.of(MediaType.OCI_EMPTY, Digest.sha256Of(empty), empty.length);
        repository.writer().pushBlob(config, RequestBody.of(empty));
        ImageManifest artifact = ImageManifest.builder(config)
                .artifactType(artifactType)
                .layer(config)
                .subject(Descriptor.of(subject.mediaType(), subject.digest(), subject.size()))
                .build();
        repository.writer().pushManifest(artifact);
        return artifact.digest();
    }

    @Test
    void trustsAnAuthorityThatItIsToldOf() throws IOException, InterruptedException {
        PrivateAuthority authority = PrivateAuthority.create(folder);
        try (DockerRegistry registry = DockerRegistry.startTls(folder, authority)) {
            String name = registry.host() + "/team/app:1.0";
            String[] line = {"push", HELLO, name, "--no-plain-http", "--max-time", "20"};
            CommandRun stranger = CommandRun.of(line);
            assertEquals(ExitCode.NETWORK, stranger.exitCode(), stranger.toString());
            assertTrue(stranger.err().contains("certif"), stranger.err());
            String file = authority.writeAuthority(folder).toString();
            accepted("push", HELLO, name, "--no-plain-http", "--ca", file);
            accepted("pull", name, layout("a:1"), "--no-plain-http", "--ca", file);
        }
    }

    @Test
    void takesTheLoginThatDockerKeeps() throws IOException, InterruptedException {
        try (DockerRegistry registry = DockerRegistry.startWithHtpasswd(folder)) {
            String name = registry.host() + "/team/app:1.0";
            assertEquals(ExitCode.NETWORK, CommandRun.of("push", HELLO, name).exitCode());
            String login = Base64.getEncoder()
                    .encodeToString(
                            (DockerRegistry.USER + ":" + DockerRegistry.PASSWORD).getBytes(StandardCharsets.US_ASCII));
            Path docker = Files.createDirectories(folder.resolve("docker"));
            Path config = docker.resolve("config.json");
            Files.writeString(config, "{\"auths\": {\"" + registry.host() + "\": {\"auth\": \"" + login + "\"}}}");
            accepted("push", HELLO, name, "--authfile", config.toString());
            CommandRun run = CommandRun.of(
                    Map.of("HOME", "/nonexistent", "DOCKER_CONFIG", docker.toString()), "pull", name, layout("a:1"));
            assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
            assertFalse(run.toString().contains(login));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void runsTheHelperOfALoginOnceForACommand(boolean told) throws IOException, InterruptedException {
        try (DockerRegistry registry = DockerRegistry.startWithHtpasswd(folder)) {
            Path programs = Files.createDirectories(folder.resolve("programs"));
            Path runs = folder.resolve("runs");
            Path helper = Files.writeString(
                    programs.resolve("docker-credential-counting"),
                    "#!/bin/sh\nread registry\necho \"$registry\" >> '" + runs + "'\necho '{\"Username\": \""
                            + DockerRegistry.USER + "\", \"Secret\": \"" + DockerRegistry.PASSWORD + "\"}'\n");
            assertTrue(helper.toFile().setExecutable(true));
            Path docker = Files.createDirectories(folder.resolve("docker"));
            Path config = Files.writeString(
                    docker.resolve("config.json"), "{\"credHelpers\": {\"" + registry.host() + "\": \"counting\"}}");
            Map<String, String> environment = new HashMap<>(Map.of("PATH", programs.toString()));
            List<String> line = new ArrayList<>(List.of("push", HELLO, registry.host() + "/team/app:1.0"));
            if (told) {
                line.addAll(List.of("--authfile", config.toString()));
            } else {
                environment.put("DOCKER_CONFIG", docker.toString());
            }
            CommandRun run = CommandRun.of(environment, line.toArray(String[]::new));
            assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
            assertEquals(List.of(registry.host()), Files.readAllLines(runs));
        }
    }

    private static CommandRun acceptedWith(String password, String... line) {
        CommandRun run = CommandRun.reading((password + "\n").getBytes(StandardCharsets.UTF_8), line);
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
        assertFalse(run.toString().contains(password), "the password is not shown");
        return run;
    }

    @Test
    void readsThePasswordFromStandardInput() throws IOException, InterruptedException {
        try (DockerRegistry registry = DockerRegistry.startWithHtpasswd(folder)) {
            String[] line = {
                "push", HELLO, registry.host() + "/team/app:1.0", "--username", DockerRegistry.USER, "--password-stdin"
            };
            acceptedWith(DockerRegistry.PASSWORD, line);
            assertEquals(
                    ExitCode.NETWORK,
                    CommandRun.reading("wrong\n".getBytes(StandardCharsets.UTF_8), line)
                            .exitCode());
            CommandRun nothing = CommandRun.reading(new byte[0], line);
            assertEquals(ExitCode.ERROR, nothing.exitCode());
            assertTrue(nothing.err().contains("--password-stdin"), nothing.err());
        }
    }

    @Test
    void aTokenServiceElsewhereGetsThePasswordOnlyIfItIsTrusted() throws IOException, InterruptedException {
        PrivateAuthority authority = PrivateAuthority.create(folder);
        try (TokenServer tokens = TokenServer.start(authority);
                DockerRegistry registry = DockerRegistry.startWithTokens(folder, authority, tokens)) {
            List<String> line = new ArrayList<>(List.of("push", HELLO, registry.host() + "/team/app:1.0"));
            line.addAll(List.of("--username", TokenServer.USER, "--password-stdin"));
            byte[] password = (TokenServer.PASSWORD + "\n").getBytes(StandardCharsets.UTF_8);
            CommandRun untrusted = CommandRun.reading(password, line.toArray(String[]::new));
            assertEquals(ExitCode.NETWORK, untrusted.exitCode(), untrusted.toString());
            assertEquals(List.of(), tokens.requests());
            URI realm = tokens.realm();
            line.addAll(List.of("--trust-origin", realm.getScheme() + "://" + realm.getAuthority()));
            acceptedWith(TokenServer.PASSWORD, line.toArray(String[]::new));
            assertEquals(TokenServer.USER, tokens.requests().get(0).user());
        }
    }

    @Test
    void asksAMirrorFirstForWhatHasADigest() throws IOException {
        try (DockerRegistry mirror = DockerRegistry.start(folder);
                HostileServer upstream = HostileServer.start(exchange -> exchange.answer(404))) {
            accepted("push", HELLO, mirror.host() + "/team/app:1.0");
            String name = upstream.host() + "/team/app@" + HELLO_DIGEST;
            String mirrored = upstream.host() + "=http://" + mirror.host();
            accepted("pull", name, layout("a:1"), "--mirror", mirrored);
            assertEquals(List.of(), upstream.log());
            accepted("verify", layout("a:1"));
            assertEquals(
                    ExitCode.NETWORK, CommandRun.of("pull", name, layout("b:1")).exitCode());
        }
    }

    /** What a registry does with the request for a blob. */
    @FunctionalInterface
    private interface Blobs {
        void answer(Exchange exchange, byte[] blob) throws IOException;
    }

    /** A registry with one image, of as many layers, and its blobs answered as a test says. */
    private HostileServer serving(int layers, Blobs blobs) throws IOException {
        Path source = Files.createDirectories(folder.resolve("source"));
        LayeredImage image = new LayeredImage();
        for (int i = 0; i < layers; i++) {
            image.entry("file" + i, '0', 0644, "");
            if (i < layers - 1) {
                image.next();
            }
        }
        image.write(source);
        String index = Files.readString(source.resolve("index.json"), StandardCharsets.UTF_8);
        byte[] manifest = blob(source, index.replaceFirst("(?s).*\"digest\":\"([^\"]*)\".*", "$1"));
        return HostileServer.start(exchange -> {
            String path = exchange.request().path();
            if (path.contains("/blobs/")) {
                blobs.answer(exchange, blob(source, path.substring(path.lastIndexOf('/') + 1)));
            } else {
                exchange.answer(200, manifest, "Content-Type: " + MediaType.OCI_MANIFEST);
            }
        });
    }

    private static byte[] blob(Path layout, String digest) throws IOException {
        return Files.readAllBytes(
                layout.resolve("blobs/sha256").resolve(Digest.parse(digest).encoded()));
    }

    @Test
    void copiesAsManyLayersAtATimeAsItIsTold() throws IOException {
        int jobs = 5;
        CountDownLatch together = new CountDownLatch(jobs);
        AtomicBoolean late = new AtomicBoolean();
        try (HostileServer server = serving(jobs, (exchange, blob) -> {
            // All layers but not the configuration, which comes after or before them.
            if (blob.length % 512 == 0) {
                together.countDown();
                try {
                    if (!together.await(20, TimeUnit.SECONDS)) {
                        late.set(true);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            exchange.answer(200, blob);
        })) {
            accepted("pull", server.host() + "/team/app:1", layout("a:1"), "--jobs", String.valueOf(jobs));
            assertFalse(late.get(), "some layers were asked for only when others were there");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pull", "copy"})
    void drawsABarForAPersonWhoWaits(String command) throws IOException {
        try (HostileServer server = serving(1, (exchange, blob) -> {
            exchange.head(200, "Content-Length: " + blob.length);
            int most = blob.length - Math.min(blob.length, 10);
            exchange.send(Arrays.copyOf(blob, most));
            exchange.drip(Arrays.copyOfRange(blob, most, blob.length), Duration.ofMillis(30));
        })) {
            String from = (command.equals("copy") ? "docker://" : "") + server.host() + "/team/app:1";
            CommandRun quiet = accepted(command, from, layout("a:1"));
            assertFalse(quiet.err().contains("#"), quiet.err());
            Map<String, String> person = Map.of("HOME", "/nonexistent", "TALLYCLERK_TERMINAL", "2");
            CommandRun run = CommandRun.of(person, command, from, layout("b:1"));
            assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
            assertTrue(run.err().contains("[##"), run.err());
            assertTrue(run.err().contains(" of 2"), run.err());
        }
    }

    /** Sends one blob after the other, so that the second is read after the late response to the first. */
    @Test
    void drawsABarForAPersonWhoPushes() throws IOException {
        String source = new LayeredImage()
                .entry("file", '0', 0644, "")
                .write(Files.createDirectories(folder.resolve("source")));
        try (HostileServer server = HostileServer.start(exchange -> {
            boolean manifest = exchange.request().path().contains("/manifests/");
            switch (exchange.request().method()) {
                case "POST" -> exchange.answer(202, "Location: /upload");
                case "PUT" -> {
                    if (manifest) {
                        exchange.answer(201);
                    } else {
                        byte[] late = Exchange.headOf(201, "Connection: close", "Content-Length: 0");
                        exchange.drip(late, Duration.ofMillis(2));
                    }
                }
                default -> exchange.answer(404);
            }
        })) {
            String[] line = {"push", source, server.host() + "/team/app:1", "--jobs", "1"};
            accepted(line);
            CommandRun run = CommandRun.of(Map.of("HOME", "/nonexistent", "TALLYCLERK_TERMINAL", "2"), line);
            assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
            assertTrue(run.err().contains("[##"), run.err());
            assertTrue(run.err().contains(" of 2"), run.err());
        }
    }

    private static List<String> digests(JsonCursor report, String member) throws JsonException {
        List<String> digests = new ArrayList<>();
        for (JsonCursor each : report.required(member).elements()) {
            digests.add(each.required("digest").string());
        }
        return digests;
    }

    @Test
    void pushSaysInJsonWhatItDid() throws IOException, JsonException {
        List<String> blobs = List.of(
                "sha256:308f3b843ee9f418baae68aa4ddb78ba1460c083acf13361e7838b4fdae6a4aa",
                "sha256:adc9db80f830d296d8fa1708d0cc91767e7771961a37270d417b44bdedfa153d",
                HELLO_CONFIG);
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            for (boolean again : List.of(false, true)) {
                String name = registry.host() + "/team/app:" + (again ? "2" : "1");
                JsonCursor report = json(accepted("push", HELLO, name, "--format", "json"));
                assertEquals("dev.tallyclerk.copy", report.required("schema").string());
                assertEquals(name, report.required("destination").string());
                assertEquals(HELLO_DIGEST.toString(), report.required("digest").string());
                assertEquals(
                        HELLO_DIGEST.toString(),
                        report.required("destinationDigest").string());
                assertEquals(again ? List.of() : blobs, digests(report, "copied"));
                assertEquals(again ? blobs : List.of(), digests(report, "alreadyThere"));
                assertEquals(List.of(), digests(report, "leftOut"));
                assertEquals(List.of(HELLO_DIGEST.toString()), digests(report, "manifests"));
            }
        }
    }

    /** {@return the digests of a tag and of its configuration, according to skopeo} */
    private List<String> underTheTag(String name) throws IOException, InterruptedException, JsonException {
        String skopeo = Peers.require("skopeo").toString();
        String raw = Peers.run(folder, skopeo, "inspect", "--raw", "--tls-verify=false", "docker://" + name);
        byte[] manifest = raw.getBytes(StandardCharsets.UTF_8);
        JsonCursor config =
                JsonCursor.parse(manifest, JsonLimits.ofBytes(1 << 20)).required("config");
        return List.of(
                Digest.sha256Of(manifest).toString(), config.required("digest").string());
    }

    @Test
    void pushesTheImageOfOnePlatform() throws IOException, InterruptedException, JsonException {
        String arm = "sha256:e5a0b764bb92f2206dadc24bd6c78a2205ef0b369d3dfcc7c62e32fbbe0ce891";
        String source = "oci:" + SharedData.require("registry/fixtures/layouts/multiarch");
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            String name = registry.host() + "/team/app:1";
            JsonCursor report = json(accepted("push", source, name, "--platform", "linux/arm/v7", "--format", "json"));
            assertEquals(
                    "linux/arm/v7",
                    report.required("onlyOf").required("platform").string());
            assertEquals(List.of(arm), digests(report, "manifests"));
            assertEquals(arm, underTheTag(name).get(0));
            CommandRun none = CommandRun.of("push", source, name, "--platform", "linux/s390x");
            assertEquals(ExitCode.REJECTED, none.exitCode(), none.toString());
            assertEquals(arm, underTheTag(name).get(0), "the tag stays");
        }
    }

    @Test
    void pushesEverySpelling() throws IOException, InterruptedException, JsonException {
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            accepted("copy", HELLO, "oci-archive:" + folder.resolve("a.tar:2.0"));
            accepted("copy", HELLO, "docker-archive:" + folder.resolve("b.tar:team/app:3"));
            String first = registry.host() + "/first/app:1";
            accepted("push", "oci-archive:" + folder.resolve("a.tar:2.0"), first);
            List<String> spellings = List.of(
                    "oci-archive:" + folder.resolve("a.tar"),
                    "oci-archive:" + folder.resolve("a.tar") + "@" + HELLO_DIGEST,
                    "oci-archive:" + folder.resolve("b.tar"),
                    "docker-archive:" + folder.resolve("b.tar"),
                    "docker-archive:" + folder.resolve("b.tar:team/app:3"),
                    "docker-archive:" + folder.resolve("b.tar:@0"),
                    "docker-archive:" + folder.resolve("b.tar") + ":" + HELLO_CONFIG,
                    "docker://" + first,
                    "docker://" + registry.host() + "/first/app@" + HELLO_DIGEST);
            for (int i = 0; i < spellings.size(); i++) {
                String source = spellings.get(i);
                String name = registry.host() + "/app" + i + ":1";
                String digest = json(accepted("push", source, name, "--format", "json"))
                        .required("digest")
                        .string();
                assertEquals(List.of(digest, HELLO_CONFIG), underTheTag(name), source);
                // The output of docker save has no manifest; the report has the digest of the one made for it.
                if (!source.startsWith("docker-archive:")) {
                    assertEquals(HELLO_DIGEST.toString(), digest, source);
                }
                accepted("verify", "docker://" + name);
            }
        }
    }

    @Test
    void takesOnePlatformOrAllFromARegistry() throws IOException, JsonException {
        String index = "sha256:6433684450aabac4067fd69a56651eda1aef662485b8a2d659ad875cd8045154";
        String arm = "sha256:e5a0b764bb92f2206dadc24bd6c78a2205ef0b369d3dfcc7c62e32fbbe0ce891";
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            String name = registry.host() + "/team/app:1";
            String source = "oci:" + SharedData.require("registry/fixtures/layouts/multiarch");
            accepted("push", source, name, "--all-platforms");
            assertEquals(index, pulled(name, "--all-platforms"));
            assertEquals(arm, pulled(name, "--platform", "linux/arm/v7"));
            CommandRun none = CommandRun.of("pull", name, layout("none:1"), "--platform", "linux/s390x");
            assertEquals(ExitCode.REJECTED, none.exitCode(), none.toString());
            assertTrue(none.err().contains("NO_SUCH_PLATFORM"), none.err());
            assertEquals(
                    "linux/arm/v7",
                    json(accepted("inspect", "docker://" + name, "--platform", "linux/arm/v7", "--format", "json"))
                            .required("config")
                            .required("platform")
                            .string());
            assertTrue(accepted("inspect", "docker://" + name).out().contains("linux/arm/v7"));
        }
    }

    private String pulled(String name, String option, String... value) throws JsonException {
        List<String> line = new ArrayList<>(List.of("pull", name, layout("pulled" + value.length), option));
        line.addAll(List.of(value));
        line.addAll(List.of("--format", "json"));
        return json(accepted(line.toArray(String[]::new))).required("digest").string();
    }
}

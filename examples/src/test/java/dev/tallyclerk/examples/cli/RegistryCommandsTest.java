package dev.tallyclerk.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.okhttp.OkHttpTransport;
import dev.tallyclerk.registry.transport.RequestBody;
import dev.tallyclerk.testing.DockerRegistry;
import dev.tallyclerk.testing.Peers;
import dev.tallyclerk.testing.PrivateAuthority;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands about registries against a real docker-registry, and what they leave read by a real skopeo. */
class RegistryCommandsTest {
    private static final String HELLO = "oci:images/hello:1.0";
    private static final Digest HELLO_DIGEST =
            Digest.parse("sha256:d63f358a4f5888a0541fcdadca48b8779292353848a934fd294e6ba41d44ee5b");

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
                    ExitCode.ERROR,
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
        var repository = RegistryClient.of(new OkHttpTransport(new OkHttpClient()))
                .withPlainHttp(true)
                .repository(reference);
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
            assertEquals(ExitCode.ERROR, stranger.exitCode(), stranger.toString());
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
            assertEquals(ExitCode.ERROR, CommandRun.of("push", HELLO, name).exitCode());
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
}

package dev.tallyclerk.examples.proxy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.DockerRegistry;
import dev.tallyclerk.testing.Peers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each client pulls by tag and by digest, an index, and an image in Docker's format, through the running program. */
class RealClientsTest {
    private static final String INDEX = "application/vnd.oci.image.index.v1+json";

    @TempDir
    Path folder;

    private DockerRegistry registry;
    private PushedImage image;
    private List<String> names;

    @BeforeEach
    void push() throws Exception {
        registry = DockerRegistry.start(folder);
        image = PushedImage.push(registry, folder, "1.0", 1, 100_000);
        PushedImage other = PushedImage.push(registry, folder, "other", 2, 1000);
        String index = "{\"schemaVersion\":2,\"mediaType\":\"" + INDEX + "\",\"manifests\":[" + entry(image, "amd64")
                + "," + entry(image, "arm64") + "," + entry(other, "s390x") + "]}";
        HttpResponse<Void> pushed = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://" + registry.host() + "/v2/team/app/manifests/multi"))
                                .header("Content-Type", INDEX)
                                .PUT(HttpRequest.BodyPublishers.ofString(index))
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
        assertEquals(201, pushed.statusCode());
        String upstream = "docker://" + registry.host() + "/team/app:";
        run(
                "skopeo",
                "copy",
                "--src-tls-verify=false",
                "--dest-tls-verify=false",
                "--format=v2s2",
                upstream + "1.0",
                upstream + "docker");
        names = List.of(":1.0", "@" + image.manifest(), ":multi", ":docker");
    }

    private static String entry(PushedImage image, String architecture) {
        return "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"" + image.manifest()
                + "\",\"size\":" + image.manifestSize() + ",\"platform\":{\"os\":\"linux\",\"architecture\":\""
                + architecture + "\"}}";
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    /** Runs a program of the peers, which has to succeed. */
    private String run(String... command) throws IOException, InterruptedException {
        command[0] = Peers.require(command[0]).toString();
        return Peers.run(folder, command);
    }

    private RunningProxy proxy() throws IOException, ConfigException {
        return RunningProxy.start(folder, RunningProxy.upstream(registry.host()));
    }

    private void assertHasLayer(String file) throws IOException {
        assertArrayEquals(image.bytes(), Files.readAllBytes(folder.resolve(file)));
    }

    @Test
    void skopeo() throws Exception {
        try (RunningProxy proxy = proxy()) {
            for (int i = 0; i < names.size(); i++) {
                String from = "docker://" + proxy.host() + "/team/app" + names.get(i);
                run("skopeo", "copy", "--all", "--src-tls-verify=false", from, "dir:" + i);
                String layer = image.layer().encoded();
                if (!names.get(i).equals(":docker")) { // whose layer skopeo has compressed
                    assertHasLayer(i + "/" + layer);
                }
            }
        }
    }

    @Test
    void podman() throws Exception {
        pullsIntoAStore("podman");
    }

    @Test
    void buildah() throws Exception {
        pullsIntoAStore("buildah");
    }

    private void pullsIntoAStore(String program) throws Exception {
        String root = "--root=" + folder.resolve("root");
        String runRoot = "--runroot=" + folder.resolve("runroot");
        try (RunningProxy proxy = proxy()) {
            for (String name : names) {
                String from = proxy.host() + "/team/app" + name;
                run(program, root, runRoot, "--storage-driver=vfs", "pull", "--tls-verify=false", from);
            }
            String listed = run(program, root, runRoot, "--storage-driver=vfs", "images", "--digests");
            assertTrue(listed.contains(image.manifest().toString()), listed);
        }
    }

    @Test
    void oras() throws Exception {
        try (RunningProxy proxy = proxy()) {
            for (int i = 0; i < names.size(); i++) {
                String from = proxy.host() + "/team/app" + names.get(i);
                run("oras", "cp", "--from-plain-http", "--to-oci-layout", from, i + ":tag");
                if (!names.get(i).equals(":docker")) {
                    assertHasLayer(i + "/blobs/sha256/" + image.layer().encoded());
                }
            }
        }
    }

    @Test
    void crane() throws Exception {
        String crane = Peers.requireIfOffered("crane").toString();
        try (RunningProxy proxy = proxy()) {
            for (int i = 0; i < names.size(); i++) {
                String from = proxy.host() + "/team/app" + names.get(i);
                Peers.run(folder, crane, "pull", "--insecure", "--format=oci", from, "crane" + i);
                if (!names.get(i).equals(":docker")) {
                    assertHasLayer(
                            "crane" + i + "/blobs/sha256/" + image.layer().encoded());
                }
            }
        }
    }

    @Test
    void containerd() throws Exception {
        if (!"root".equals(System.getProperty("user.name"))) {
            throw Peers.skip("containerd needs root");
        }
        String socket = "--address=" + folder.resolve("c.sock");
        Path config = Files.writeString(
                folder.resolve("containerd.toml"),
                "version = 2\nroot = \"" + folder.resolve("c-root") + "\"\nstate = \"" + folder.resolve("c-state")
                        + "\"\ndisabled_plugins = [\"io.containerd.grpc.v1.cri\"]\n"
                        + "[plugins.\"io.containerd.internal.v1.opt\"]\npath = \"" + folder.resolve("c-opt") + "\"\n");
        Process containerd = new ProcessBuilder(Peers.require("containerd").toString(), "--config=" + config, socket)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("containerd.log").toFile())
                .start();
        String upstreams = "upstreams:\n  - {registry: '" + registry.host() + "', prefix: mirrored}\n";
        try (RunningProxy proxy = RunningProxy.start(folder, upstreams)) {
            while (!answers(socket)) {
                assertTrue(containerd.isAlive(), () -> "containerd did not start");
            }
            Path hosts = Files.createDirectories(
                    folder.resolve("hosts").resolve(registry.host().replace(":", "_") + "_"));
            Files.writeString(
                    hosts.resolve("hosts.toml"),
                    "server = \"http://" + proxy.host() + "\"\n[host.\"http://" + proxy.host()
                            + "\"]\n  capabilities = [\"pull\", \"resolve\"]\n");
            for (String name : names) {
                String mirrored = registry.host() + "/team/app" + name;
                String direct = proxy.host() + "/mirrored/team/app" + name;
                ctr(socket, "--hosts-dir=" + folder.resolve("hosts"), mirrored);
                ctr(socket, "--plain-http", direct);
                String listed = run("ctr", socket, "images", "list", "name==" + mirrored)
                        + run("ctr", socket, "images", "list", "name==" + direct);
                assertTrue(listed.contains(mirrored + " ") && listed.contains(direct + " "), listed);
            }
            String target = "/v2/team/app/manifests/1.0";
            assertEquals(403, proxy.get(target).statusCode(), "without ns= nothing is named");
            assertEquals(403, proxy.get(target + "?ns=169.254.169.254").statusCode());
        } finally {
            containerd.destroy();
            containerd.waitFor(10, TimeUnit.SECONDS);
        }
    }

    private boolean answers(String socket) throws IOException, InterruptedException {
        Process version = new ProcessBuilder(Peers.require("ctr").toString(), socket, "version")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return version.waitFor() == 0;
    }

    private void ctr(String socket, String way, String name) throws IOException, InterruptedException {
        run("ctr", socket, "images", "pull", "--snapshotter=native", way, name);
    }
}

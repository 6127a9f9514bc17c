package dev.tallyclerk.registry.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.admission.Admission;
import dev.tallyclerk.registry.admission.AdmissionResult;
import dev.tallyclerk.testing.Peers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an image does to an engine that has the flaw, and that the image is rejected. */
class EngineAttackPeerTest {
    private static final String VARIABLE = "TALLYCLERK_TEST_OF_HOST";

    @TempDir
    Path folder = Path.of("");

    private String blob(String content) throws IOException {
        return blob(content.getBytes(StandardCharsets.UTF_8));
    }

    private String blob(byte[] content) throws IOException {
        Digest digest = Digest.sha256Of(content);
        Files.createDirectories(folder.resolve("image/blobs/sha256"));
        Files.write(folder.resolve("image/blobs/sha256").resolve(digest.encoded()), content);
        return "\"digest\":\"" + digest + "\",\"size\":" + content.length + "}";
    }

    /** Writes an image with one environment variable. */
    private void writeImage(String env) throws IOException {
        writeImage("\"Env\":[\"" + env + "\"]", new TestTar());
    }

    private void writeImage(String settings, TestTar files) throws IOException {
        byte[] layer = files.file("a", "b")
                .directory("dev")
                .directory("proc")
                .directory("sys")
                .finish();
        String config = blob("{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{" + settings
                + ",\"Cmd\":[\"/a\"]},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" + Digest.sha256Of(layer)
                + "\"]}}");
        String type = "{\"mediaType\":\"application/vnd.oci.image.";
        String manifest = blob("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
                + "\"config\":" + type + "config.v1+json\"," + config + ",\"layers\":[" + type + "layer.v1.tar\","
                + blob(layer) + "]}");
        Files.writeString(
                folder.resolve("image/index.json"),
                "{\"schemaVersion\":2,\"manifests\":[" + type + "manifest.v1+json\"," + manifest + "]}");
        Files.writeString(folder.resolve("image/oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    }

    /** Runs podman, whose own exit status counts for nothing: some runtimes refuse what it has prepared. */
    private String podman(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-c",
                "\"$@\" || :",
                "sh",
                "env",
                VARIABLE + "=a-secret-of-the-host",
                "PODMAN_IGNORE_CGROUPSV1_WARNING=1",
                "podman",
                "--root=" + folder.resolve("store"),
                "--runroot=" + folder.resolve("run"),
                "--storage-driver=vfs",
                "--cgroup-manager=cgroupfs",
                "--events-backend=none"));
        command.addAll(List.of(arguments));
        return Peers.run(folder, command.toArray(String[]::new)).strip();
    }

    /** Skips the test if there is no podman older than the version with the cure. */
    private void requirePodmanBefore(int major, int minor, int patch) throws IOException, InterruptedException {
        Peers.require("podman");
        if (!"root".equals(System.getProperty("user.name"))) {
            throw Peers.skip("podman is not root here");
        }
        String version = podman("--version");
        String[] parts = version.replaceAll("[^0-9.]", "").split("[.]", -1);
        int[] cure = {major, minor, patch};
        for (int i = 0; i < cure.length; i++) {
            int part = i < parts.length && !parts[i].isEmpty() ? Integer.parseInt(parts[i]) : 0;
            if (part < cure[i]) {
                return;
            }
            if (part > cure[i]) {
                break;
            }
        }
        throw Peers.skip(version + " does not have this flaw");
    }

    /** Makes a container of the image, and prepares its start. */
    private String container() throws IOException, InterruptedException {
        podman("pull", "--quiet", "oci:" + folder.resolve("image"));
        String id = podman("images", "--quiet").lines().findFirst().orElseThrow();
        return podman("create", "--network=none", id)
                .lines()
                .reduce((first, last) -> last)
                .orElseThrow();
    }

    private void assertRejectedBy(String rule) throws IOException {
        AdmissionResult result = Admission.of(Policy.defaults()).check("oci:" + folder.resolve("image"));
        assertTrue(
                result.audit().orElseThrow().findings(Outcome.Kind.FAIL).stream()
                        .anyMatch(finding -> finding.rule().id().value().equals(rule)
                                && finding.severity().compareTo(Severity.HIGH) >= 0),
                result::toString);
    }

    /** CVE-2026-55686. */
    @Test
    void podmanMakesADirectoryOnTheHostForAWorkingDirectoryThatIsReported() throws IOException, InterruptedException {
        Path host = Files.createDirectory(folder.resolve("host"));
        writeImage("\"WorkingDir\":\"/work/new\"", new TestTar().symbolicLink("work", host.toString()));
        assertRejectedBy("ATK-007");

        requirePodmanBefore(5, 7, 1);
        podman("init", container());
        podman("rm", "--all", "--force", "--time=0");

        assertTrue(Files.isDirectory(host.resolve("new")));
    }

    /** As all versions do: for the parser of passwd, an ID that is not a number is 0. */
    @Test
    void podmanRunsAUserWithoutANumberAsRootAndItIsReported() throws IOException, InterruptedException {
        writeImage("\"User\":\"app\"", new TestTar().file("etc/passwd", "root:x:0:0::/:\napp:x:abc:1000::/:\n"));
        assertRejectedBy("ATK-004");

        requirePodmanBefore(Integer.MAX_VALUE, 0, 0);
        String container = container();
        podman("init", container);
        String user;
        try (Stream<Path> files = Files.walk(folder.resolve("store"))) {
            Path config = files.filter(
                            file -> file.toString().contains(container) && file.endsWith("userdata/config.json"))
                    .findFirst()
                    .orElseThrow(() -> Peers.skip("podman prepares no container here"));
            user = Files.readString(config);
        }
        podman("rm", "--all", "--force", "--time=0");

        assertTrue(user.contains("\"user\":{\"uid\":0,"), user);
    }

    /** CVE-2026-57231. */
    @Test
    void podmanHandsAVariableOfTheHostToAnImageThatIsRejected() throws IOException, InterruptedException {
        writeImage(VARIABLE);
        assertRejectedBy("IMG-041");
        assertTrue(!Admission.of(Policy.defaults())
                .check("oci:" + folder.resolve("image"))
                .isAccepted());

        requirePodmanBefore(5, 8, 4);
        String container = container();
        String variables = podman("inspect", "--format", "{{.Config.Env}}", container);

        assertTrue(variables.contains(VARIABLE + "=a-secret-of-the-host"), variables);
    }

    @Test
    void theSameVariableWithAValueIsAccepted() throws IOException {
        writeImage(VARIABLE + "=");
        AdmissionResult result = Admission.of(Policy.defaults()).check("oci:" + folder.resolve("image"));

        assertEquals(
                List.of(),
                result.audit().orElseThrow().findings(Outcome.Kind.FAIL).stream()
                        .filter(finding -> finding.rule().id().value().equals("IMG-041"))
                        .toList());
    }
}

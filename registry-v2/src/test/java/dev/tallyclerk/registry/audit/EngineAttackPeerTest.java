package dev.tallyclerk.registry.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Outcome;
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
        byte[] layer = new TestTar().file("a", "b").finish();
        String config = blob("{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{\"Env\":[\"" + env
                + "\"],\"Cmd\":[\"/a\"]},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" + Digest.sha256Of(layer)
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

    private String podman(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "env",
                VARIABLE + "=a-secret-of-the-host",
                "PODMAN_IGNORE_CGROUPSV1_WARNING=1",
                "podman",
                "--root=" + folder.resolve("store"),
                "--runroot=" + folder.resolve("run"),
                "--storage-driver=vfs",
                "--events-backend=none"));
        command.addAll(List.of(arguments));
        return Peers.run(folder, command.toArray(String[]::new)).strip();
    }

    /** {@return whether the installed podman is older than the version with the cure, 5.8.4} */
    private static boolean isFlawed(String version) {
        String[] parts = version.replaceAll("[^0-9.]", "").split("[.]", -1);
        long number = 0;
        for (int i = 0; i < 3; i++) {
            number = number * 1000 + (i < parts.length && !parts[i].isEmpty() ? Long.parseLong(parts[i]) : 0);
        }
        return number < 5_008_004;
    }

    /** CVE-2026-57231. */
    @Test
    void podmanHandsAVariableOfTheHostToAnImageThatIsRejected() throws IOException, InterruptedException {
        writeImage(VARIABLE);
        AdmissionResult result = Admission.of(Policy.defaults()).check("oci:" + folder.resolve("image"));
        assertTrue(
                result.audit().orElseThrow().findings(Outcome.Kind.FAIL).stream()
                        .anyMatch(finding -> finding.rule().id().value().equals("IMG-041")),
                result::toString);
        assertTrue(!result.isAccepted());

        Peers.require("podman");
        if (!"root".equals(System.getProperty("user.name"))) {
            throw Peers.skip("podman is not root here");
        }
        String version = podman("--version");
        if (!isFlawed(version)) {
            throw Peers.skip(version + " does not have CVE-2026-57231");
        }
        podman("pull", "--quiet", "oci:" + folder.resolve("image"));
        String id = podman("images", "--quiet").lines().findFirst().orElseThrow();
        String container = podman("create", "--network=none", id)
                .lines()
                .reduce((first, last) -> last)
                .orElseThrow();
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

package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.testing.DockerRegistry;
import dev.tallyclerk.testing.Peers;
import dev.tallyclerk.testing.TestImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job against a real docker-registry, filled by a real skopeo. */
class RegistryTest {
    @TempDir
    Path folder = Path.of("");

    private Digest push(DockerRegistry registry, String... options) throws IOException, InterruptedException {
        String skopeo = Peers.require("skopeo").toString();
        Path layout = TestImages.writeLayout(Files.createDirectories(folder.resolve("layout")));
        String[] command = new String[options.length + 5];
        command[0] = skopeo;
        command[1] = "copy";
        command[2] = "--dest-tls-verify=false";
        System.arraycopy(options, 0, command, 3, options.length);
        command[command.length - 2] = "oci:" + layout + ":1.0";
        command[command.length - 1] = "docker://" + registry.host() + "/team/app:1";
        Peers.run(folder, command);
        String index = Files.readString(layout.resolve("index.json"));
        int at = index.indexOf("sha256:");
        return Digest.parse(index.substring(at, at + "sha256:".length() + 64));
    }

    @Test
    void acceptsByTagAndByDigest() throws IOException, InterruptedException {
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            Digest manifest = push(registry);
            String name = "docker://" + registry.host() + "/team/app";
            for (String source : new String[] {name + ":1", name + "@" + manifest}) {
                CommandRun run = CommandRun.of("verify", source);
                assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
                assertTrue(run.out().contains(manifest.toString()), run.out());
            }
            assertEquals(
                    ExitCode.NETWORK, CommandRun.of("verify", name + ":none").exitCode());
        }
    }

    @Test
    void rejectsADamagedBlobAndAManifestThatIsNotTheOneAskedFor() throws IOException, InterruptedException {
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            Digest manifest = push(registry);
            String name = "docker://" + registry.host() + "/team/app";
            Path stored = registry.blob(manifest.encoded());
            String text = Files.readString(stored);
            Files.writeString(stored, text + " ");
            CommandRun byDigest = CommandRun.of("verify", name + "@" + manifest);
            assertEquals(ExitCode.REJECTED, byDigest.exitCode(), byDigest.toString());
            assertTrue(byDigest.out().contains("manifest: DIGEST_MISMATCH"), byDigest.out());
            Files.writeString(stored, text);
            int at = text.indexOf("sha256:", text.indexOf("\"layers\""));
            Path layer = registry.blob(text.substring(at + "sha256:".length(), at + "sha256:".length() + 64));
            byte[] bytes = Files.readAllBytes(layer);
            bytes[bytes.length / 2] ^= 1;
            Files.write(layer, bytes);
            CommandRun damaged = CommandRun.of("verify", name + ":1");
            assertEquals(ExitCode.REJECTED, damaged.exitCode(), damaged.toString());
            assertTrue(damaged.out().contains("layer 1: DIGEST_MISMATCH"), damaged.out());
        }
    }

    @Test
    void logsInWithAPasswordThatItNeverShows() throws IOException, InterruptedException {
        try (DockerRegistry registry = DockerRegistry.startWithHtpasswd(folder)) {
            push(registry, "--dest-creds=" + DockerRegistry.USER + ":" + DockerRegistry.PASSWORD);
            String source = "docker://" + registry.host() + "/team/app:1";
            CommandRun run = CommandRun.of(
                    Map.of("TALLYCLERK_PASSWORD", DockerRegistry.PASSWORD),
                    "verify",
                    source,
                    "--username",
                    DockerRegistry.USER);
            assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
            CommandRun wrong = CommandRun.of(
                    Map.of("TALLYCLERK_PASSWORD", "not it"), "verify", source, "--username", DockerRegistry.USER);
            assertEquals(ExitCode.NETWORK, wrong.exitCode(), wrong.toString());
            assertFalse(wrong.toString().contains("not it"), wrong.toString());
            assertEquals(ExitCode.NETWORK, CommandRun.of("verify", source).exitCode());
        }
    }

    @Test
    void takesTheDigestFromTufTargetsAndNotFromTheTag()
            throws IOException, InterruptedException, GeneralSecurityException {
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            Digest manifest = push(registry);
            String name = registry.host() + "/team/app:1";
            VouchingRepository repository = new VouchingRepository(folder.resolve("tuf"));
            long size = Files.size(registry.blob(manifest.encoded()));
            Digest other = Digest.sha256Of(new byte[] {1});
            repository.vouchFor(name, other, size).publish(1);
            String[] line = {
                "verify",
                "docker://" + name,
                "--trust",
                repository.spelling(),
                "--trust-store",
                folder.resolve("store").toString()
            };
            CommandRun absent = CommandRun.of(line);
            assertEquals(ExitCode.REJECTED, absent.exitCode(), absent.toString());
            assertTrue(absent.out().contains("manifest: MISSING"), absent.out());
            repository.vouchFor(name, manifest, size).publish(2);
            CommandRun run = CommandRun.of(line);
            assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
            assertTrue(run.out().contains("TUF targets of"), run.out());
        }
    }
}

package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.testing.JavaProcess;
import dev.tallyclerk.testing.TestImages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image with as many signatures as the limits allow, and one with more, in a process with 64 MiB. */
class ManyAttachmentsProcessTest {
    private static final int MANY = 1_000;
    private static final int KILO = 1_000;

    @TempDir
    Path folder = Path.of("");

    private Path layout = Path.of("");
    private String image = "";

    @BeforeEach
    void writeImage() throws IOException {
        layout = TestImages.writeLayout(Files.createDirectories(folder.resolve("layout")));
        Matcher digest = Pattern.compile("sha256:[0-9a-f]{64}").matcher(Files.readString(layout.resolve("index.json")));
        assertTrue(digest.find());
        image = digest.group();
    }

    private Digest write(byte[] blob) throws IOException {
        Digest digest = Digest.sha256Of(blob);
        Files.write(layout.resolve("blobs/sha256").resolve(digest.encoded()), blob);
        return digest;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Attaches referrers with a signature of a key each, and returns the last key. */
    private Path attach(int count) throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair other = generator.generateKeyPair();
        KeyPair last = generator.generateKeyPair();
        Digest config = write(bytes("{}"));
        List<String> descriptors = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] payload = bytes("{\"critical\":{\"identity\":{\"docker-reference\":\"\"},\"image\":{"
                    + "\"docker-manifest-digest\":\"" + image + "\"},\"type\":\"cosign container image signature\"},"
                    + "\"optional\":{\"number\":\"" + i + "\",\"padding\":\"" + "x".repeat(20 * KILO) + "\"}}");
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign((i == count - 1 ? last : other).getPrivate());
            signature.update(payload);
            byte[] manifest = bytes("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
                    + "\"config\":{\"mediaType\":\"application/vnd.dev.cosign.artifact.sig.v1+json\",\"digest\":\""
                    + config + "\",\"size\":2},\"layers\":[{"
                    + "\"mediaType\":\"application/vnd.dev.cosign.simplesigning.v1+json\",\"digest\":\""
                    + write(payload) + "\",\"size\":" + payload.length + ",\"annotations\":{"
                    + "\"dev.cosignproject.cosign/signature\":\""
                    + Base64.getEncoder().encodeToString(signature.sign()) + "\"}}],\"subject\":{"
                    + "\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"" + image
                    + "\",\"size\":" + Files.size(layout.resolve("blobs/sha256").resolve(image.substring(7))) + "}}");
            descriptors.add("{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\""
                    + write(manifest) + "\",\"size\":" + manifest.length + "}");
        }
        Path index = layout.resolve("index.json");
        String before = Files.readString(index);
        int end = before.lastIndexOf(']');
        Files.writeString(
                index, before.substring(0, end) + "," + String.join(",", descriptors) + before.substring(end));
        return Files.writeString(
                folder.resolve("last.pub"),
                "-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getEncoder().encodeToString(last.getPublic().getEncoded())
                        + "\n-----END PUBLIC KEY-----\n");
    }

    private int verify(Path key) throws IOException, InterruptedException {
        List<String> command = JavaProcess.command(
                List.of("-Xmx64m", "-XX:+UseSerialGC"),
                Launcher.class,
                "trust",
                "verify",
                "oci:" + layout + ":1.0",
                "--key",
                key.toString());
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output.txt").toFile())
                .start();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            fail("the process did not end");
        }
        return process.exitValue();
    }

    private String output() throws IOException {
        return Files.readString(folder.resolve("output.txt"));
    }

    @Test
    void theOneGoodSignatureOfAThousandIsFound() throws Exception {
        Path key = attach(MANY);
        int status = verify(key);
        assertEquals(ExitCode.ACCEPTED, status, output());
        assertEquals(
                1,
                output().lines()
                        .filter(line -> line.contains("cosign signature by key") && !line.contains("not used"))
                        .count());
        assertTrue(output().contains("and 979 more; --format json lists all"), output());
    }

    @Test
    void whenMoreAreAttachedThanAreReadTheResultIsIncomplete() throws Exception {
        Path key = attach(MANY + 1);
        int status = verify(key);
        assertEquals(ExitCode.INCOMPLETE, status, output());
        assertTrue(output().contains("more than 1000 artifacts are attached"), output());
    }
}

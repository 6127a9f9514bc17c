package dev.tallyclerk.registry.okhttp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.okhttp.OkHttpTransport;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.auth.Credentials;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.client.RegistryException;
import dev.tallyclerk.registry.image.ImageException;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.verify.ContentCheck;
import dev.tallyclerk.registry.verify.ContentResult;
import dev.tallyclerk.registry.verify.ContentResult.Reason;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.registry.verify.ImageVerification.Verdict;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.testing.DockerRegistry;
import dev.tallyclerk.testing.Peers;
import dev.tallyclerk.testing.TestImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real docker-registry, filled by a real skopeo. */
class DockerRegistryPeerTest {
    @TempDir
    Path folder = Path.of("");

    private final RegistryClient client = RegistryClient.of(OkHttpTransport.of(new OkHttpClient()));

    private void push(DockerRegistry registry, String... more) throws IOException, InterruptedException {
        String skopeo = Peers.require("skopeo").toString();
        Path layout = TestImages.writeLayout(Files.createDirectories(folder.resolve("layout")));
        String[] command = {
            skopeo,
            "copy",
            "--dest-tls-verify=false",
            "oci:" + layout + ":1.0",
            "docker://" + registry.host() + "/team/app:1"
        };
        String[] all = Arrays.copyOf(command, command.length + more.length);
        System.arraycopy(more, 0, all, command.length, more.length);
        Peers.run(folder, all);
    }

    private ImageVerification verify(DockerRegistry registry, String name) throws IOException {
        try (ImageSource image = client.image(Reference.parse(registry.host() + "/" + name))) {
            return ImageVerifier.create().verify(image);
        }
    }

    private static Reason onlyReason(ImageVerification verification) {
        assertEquals(Verdict.FAILED, verification.verdict());
        ContentCheck problem = verification.problems().get(0);
        assertEquals(1, verification.problems().size());
        return problem.result()
                .<Reason>fold(
                        verified -> Reason.UNSUPPORTED,
                        ContentResult.Failed::reason,
                        unverifiable -> Reason.UNSUPPORTED);
    }

    @Test
    void verifiesWhatSkopeoPushedByTagAndByDigest() throws IOException, InterruptedException {
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            push(registry);
            ImageVerification byTag = verify(registry, "team/app:1");
            assertEquals(Verdict.VERIFIED, byTag.verdict(), byTag.problems().toString());
            ImageVerification byDigest =
                    verify(registry, "team/app@" + byTag.resolved().digest());
            assertEquals(Verdict.VERIFIED, byDigest.verdict());
            var e = assertThrows(ImageException.class, () -> verify(registry, "team/app:2"));
            assertEquals(ImageException.Reason.NOT_FOUND, e.reason());
        }
    }

    @Test
    void refusesAFlippedByteATruncatedBlobAndAMissingOne() throws IOException, InterruptedException {
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            push(registry);
            Digest layer = verify(registry, "team/app:1")
                    .manifest()
                    .orElseThrow()
                    .layers()
                    .get(0)
                    .digest();
            Path stored = registry.blob(layer.encoded());
            byte[] good = Files.readAllBytes(stored);
            byte[] flipped = good.clone();
            flipped[good.length / 2] ^= 1;
            Files.write(stored, flipped);
            assertEquals(Reason.DIGEST_MISMATCH, onlyReason(verify(registry, "team/app:1")));
            Files.write(stored, Arrays.copyOf(good, good.length - 1));
            assertEquals(Reason.TOO_SHORT, onlyReason(verify(registry, "team/app:1")));
            Files.delete(stored);
            assertEquals(Reason.MISSING, onlyReason(verify(registry, "team/app:1")));
        }
    }

    @Test
    void refusesAManifestThatIsNotTheOneAskedFor() throws IOException, InterruptedException {
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            push(registry);
            Digest manifest = verify(registry, "team/app:1").resolved().digest();
            Path stored = registry.blob(manifest.encoded());
            String text = Files.readString(stored);
            Files.writeString(stored, text.replaceFirst("\\{", "{ "));
            ImageVerification verification = verify(registry, "team/app@" + manifest);
            assertEquals(Reason.DIGEST_MISMATCH, onlyReason(verification));
            assertEquals(
                    ContentCheck.Kind.MANIFEST, verification.problems().get(0).kind());
        }
    }

    @Test
    void knowsASignedManifestOfSchema1ByTheDigestOfWhatIsSigned() throws IOException, InterruptedException {
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            push(registry, "--format=v2s1");
            ImageVerification byTag = verify(registry, "team/app:1");
            assertEquals(Verdict.INCOMPLETE, byTag.verdict(), byTag.problems().toString());
            assertSelfSigned(byTag);
            // The registry signs again for each request, so the bytes are others now.
            assertSelfSigned(verify(registry, "team/app@" + byTag.resolved().digest()));
        }
    }

    private static void assertSelfSigned(ImageVerification verification) {
        ContentCheck manifest = verification.checks().get(0);
        var result = assertInstanceOf(ContentResult.Unverifiable.class, manifest.result());
        assertTrue(result.message().contains("self-signed"), result.message());
    }

    @Test
    void givesCredentialsToARegistryThatAsksForThem() throws IOException, InterruptedException {
        try (DockerRegistry registry = DockerRegistry.startWithHtpasswd(folder)) {
            push(registry, "--dest-creds=" + DockerRegistry.USER + ":" + DockerRegistry.PASSWORD);
            Reference reference = Reference.parse(registry.host() + "/team/app:1");
            RegistryClient known = client.withCredentialsForEveryRegistry(
                    Credentials.of(DockerRegistry.USER, DockerRegistry.PASSWORD));
            try (ImageSource image = known.image(reference)) {
                assertEquals(
                        Verdict.VERIFIED, ImageVerifier.create().verify(image).verdict());
            }
            for (RegistryClient stranger : new RegistryClient[] {
                client, client.withCredentialsForEveryRegistry(Credentials.of("test", "wrong"))
            }) {
                var e = assertThrows(
                        RegistryException.class, () -> ImageVerifier.create().verify(stranger.image(reference)));
                assertEquals(HttpException.Reason.UNAUTHORIZED, e.reason());
            }
        }
    }
}

package dev.tallyclerk.testcontainers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.http.okhttp.OkHttpTransport;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.image.ImageCopier;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.testing.DockerRegistry;
import dev.tallyclerk.testing.ProjectFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.ImageNameSubstitutor;

/** Names images as tests do, with a registry on loopback and without Docker. */
class VerifyingSubstitutorTest {
    private static final String MANIFEST = "sha256:d63f358a4f5888a0541fcdadca48b8779292353848a934fd294e6ba41d44ee5b";
    private static final String LAYER = "308f3b843ee9f418baae68aa4ddb78ba1460c083acf13361e7838b4fdae6a4aa";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    @SuppressWarnings("NullAway.Init") // set before each test
    private DockerRegistry registry;

    @SuppressWarnings("NullAway.Init") // set before each test
    private DockerImageName hello;

    private final Map<String, String> properties = new HashMap<>();

    @BeforeEach
    void push() throws IOException {
        registry = DockerRegistry.start(Files.createDirectories(folder.resolve("registry")));
        hello = DockerImageName.parse(registry.host() + "/team/hello:1.0");
        RegistryClient client = RegistryClient.of(HttpSettings.of(OkHttpTransport.of(new OkHttpClient())));
        try (OciLayout layout = OciLayout.open(ProjectFiles.root().resolve("examples/images/hello"));
                ImageSource source = layout.requireImage("1.0")) {
            ImageCopier.create().copy(source, client.destination(Reference.parse(hello.asCanonicalNameString())));
        }
        properties.put("tallyclerk.policy", write("policy.yaml", "schemaVersion: 1\ngate:\n  failOn: HIGH\n"));
        properties.put("tallyclerk.store", folder.resolve("store").toString());
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    private String write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private VerifyingSubstitutor substitutor() {
        return new VerifyingSubstitutor(Settings.of(name -> Optional.ofNullable(properties.get(name))));
    }

    private DockerImageName pinned() {
        return DockerImageName.parse(registry.host() + "/team/hello@" + MANIFEST);
    }

    /** Flips a bit in the registry's copy of a layer. */
    private void tamper() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(registry.blob(LAYER).toFile(), "rw")) {
            file.seek(file.length() / 2);
            int old = file.read();
            file.seek(file.length() / 2);
            file.write(old ^ 1);
        }
    }

    @Test
    void testcontainersPinsEachImageOnceAndRefusesTheOthers() throws IOException {
        ImageNameSubstitutor own = ImageNameSubstitutor.instance();
        assertEquals(pinned().asCanonicalNameString(), own.apply(hello).asCanonicalNameString());
        DockerImageName absent = DockerImageName.parse(registry.host() + "/team/absent:1.0");
        RuntimeException refusal = assertThrows(RuntimeException.class, () -> own.apply(absent));
        assertTrue(
                String.valueOf(refusal.getMessage()).contains("/team/absent:1.0 cannot be verified, so it is not run"));
        registry.close();
        assertEquals(pinned().asCanonicalNameString(), own.apply(hello).asCanonicalNameString());
    }

    @Test
    void staysCompatibleWithWhatTheTestNames() {
        assertTrue(substitutor().apply(hello).isCompatibleWith(hello));
    }

    @Test
    void refusesATamperedImageWithAReason() throws IOException {
        tamper();
        ImageRefusedException refusal =
                assertThrows(ImageRefusedException.class, () -> substitutor().apply(hello));
        assertTrue(String.valueOf(refusal.getMessage()).contains("/team/hello:1.0 is not run: REJECTED: "));
        assertTrue(String.valueOf(refusal.getMessage()).contains("policy.yaml"));
    }

    @Test
    void refusesWhatExceedsALimitOfThePolicy() throws IOException {
        write("policy.yaml", "schemaVersion: 1\nlimits: {maxLayerBytes: 10}\n");
        ImageRefusedException refusal =
                assertThrows(ImageRefusedException.class, () -> substitutor().apply(hello));
        assertTrue(String.valueOf(refusal.getMessage()).contains("10 bytes"), refusal.getMessage());
    }

    @Test
    void aPolicyMayNameRulesForOtherThingsThanImages() throws IOException {
        write("policy.yaml", """
                schemaVersion: 1
                rules:
                  DKF-001: {enabled: false, reason: for a test}
                  VUL-001: {severity: HIGH}
                """);
        assertEquals(
                pinned().asCanonicalNameString(), substitutor().apply(hello).asCanonicalNameString());
        write("policy.yaml", "schemaVersion: 1\nrules:\n  DKF-999: {severity: HIGH}\n");
        ImageRefusedException refusal =
                assertThrows(ImageRefusedException.class, () -> substitutor().apply(hello));
        assertTrue(String.valueOf(refusal.getMessage()).contains("UNKNOWN_RULE"), refusal.getMessage());
    }

    @Test
    void saysThatANamedFileIsMissing() {
        Path absent = folder.resolve("absent.yaml");
        for (String property : List.of("tallyclerk.policy", "tallyclerk.trust")) {
            properties.put(property, absent.toString());
            ImageRefusedException refusal = assertThrows(
                    ImageRefusedException.class, () -> substitutor().apply(hello));
            assertTrue(String.valueOf(refusal.getMessage()).endsWith("no such file: " + absent), refusal.getMessage());
            properties.remove(property);
        }
    }

    @Test
    void refusesAnImageThatNobodySigned() throws IOException {
        properties.put("tallyclerk.trust", write("trust.json", """
                {"schemaVersion": 1, "rules": [{"scope": "*", "require": {"reject": {}}}]}
                """));
        ImageRefusedException refusal =
                assertThrows(ImageRefusedException.class, () -> substitutor().apply(hello));
        assertTrue(String.valueOf(refusal.getMessage()).contains("trust.json"));
    }

    @Test
    void refusesEverythingWithoutAPolicy() {
        properties.remove("tallyclerk.policy");
        ImageRefusedException refusal =
                assertThrows(ImageRefusedException.class, () -> substitutor().apply(hello));
        assertTrue(String.valueOf(refusal.getMessage()).contains("there is no policy"));
    }

    @Test
    void anotherProcessTakesTheDecisionWhileNothingChanges() throws IOException {
        substitutor().apply(hello);
        registry.close();
        assertEquals(
                pinned().asCanonicalNameString(), substitutor().apply(hello).asCanonicalNameString());
        write("policy.yaml", "schemaVersion: 1\ngate:\n  failOn: LOW\n");
        assertThrows(ImageRefusedException.class, () -> substitutor().apply(hello));
    }

    @Test
    void aKeyThatIsReplacedWhileTheImageIsReadDidNotDecide() throws IOException {
        String key = write("key.pem", pem());
        properties.put("tallyclerk.trust", write("trust.json", """
                {"schemaVersion": 1, "rules": [{"scope": "*", "require": {
                  "anyOf": [{"key": {"keys": [{"path": "key.pem"}]}}, {"insecureAcceptAnything": {}}]}}]}
                """));
        HttpServer front = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        front.createContext("/", exchange -> {
            Files.writeString(Path.of(key), "another key");
            serve(exchange);
        });
        front.start();
        DockerImageName name =
                DockerImageName.parse("localhost:" + front.getAddress().getPort() + "/team/hello:1.0");
        try {
            assertTrue(substitutor().apply(name).asCanonicalNameString().endsWith(MANIFEST));
        } finally {
            front.stop(0);
        }
        assertThrows(ImageRefusedException.class, () -> substitutor().apply(name));
    }

    private static String pem() {
        try {
            byte[] encoded = KeyPairGenerator.getInstance("EC")
                    .generateKeyPair()
                    .getPublic()
                    .getEncoded();
            return "-----BEGIN PUBLIC KEY-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded)
                    + "\n-----END PUBLIC KEY-----\n";
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** Answers as a registry that has the image. */
    private static void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String last = path.substring(path.lastIndexOf('/') + 1);
        String hex = (last.equals("1.0") ? MANIFEST : last).replace("sha256:", "");
        Path blob = ProjectFiles.root()
                .resolve("examples/images/hello/blobs/sha256")
                .resolve(hex);
        if (!Files.isRegularFile(blob)) {
            exchange.sendResponseHeaders(404, -1);
        } else {
            byte[] content = Files.readAllBytes(blob);
            if (path.contains("/manifests/")) {
                exchange.getResponseHeaders().add("Content-Type", "application/vnd.oci.image.manifest.v1+json");
            }
            boolean isHead = exchange.getRequestMethod().equals("HEAD");
            if (isHead) {
                exchange.getResponseHeaders().add("Content-Length", Integer.toString(content.length));
            }
            exchange.sendResponseHeaders(200, isHead ? -1 : content.length);
            if (!isHead) {
                exchange.getResponseBody().write(content);
            }
        }
        exchange.close();
    }

    @Test
    void decidesAnewIfToldTo() {
        substitutor().apply(hello);
        properties.put("tallyclerk.accepted.for", "PT0S");
        registry.close();
        assertThrows(ImageRefusedException.class, () -> substitutor().apply(hello));
    }

    @Test
    void aRefusalIsNotRemembered() throws IOException {
        String rejecting = "{\"schemaVersion\": 1, \"rules\": [{\"scope\": \"*\", \"require\": {\"reject\": {}}}]}";
        properties.put("tallyclerk.trust", write("trust.json", rejecting));
        assertThrows(ImageRefusedException.class, () -> substitutor().apply(hello));
        write("trust.json", rejecting.replace("reject", "insecureAcceptAnything"));
        assertFalse(substitutor().apply(hello).asCanonicalNameString().isEmpty());
    }

    @Test
    void aRefusalWithdrawsWhatWasAccepted() throws IOException {
        substitutor().apply(hello);
        tamper();
        properties.put("tallyclerk.accepted.for", "PT0.000000001S");
        assertThrows(ImageRefusedException.class, () -> substitutor().apply(hello));
        properties.remove("tallyclerk.accepted.for");
        assertThrows(ImageRefusedException.class, () -> substitutor().apply(hello));
    }

    @Test
    void saysThatAnAcceptanceCannotBeKept() throws IOException {
        substitutor().apply(hello);
        Path entry;
        try (Stream<Path> files = Files.list(folder.resolve("store/accepted"))) {
            entry = files.filter(file -> file.toString().endsWith(".accepted"))
                    .findFirst()
                    .orElseThrow();
        }
        Files.delete(entry);
        Files.createFile(Files.createDirectory(entry).resolve("in-the-way"));
        ImageRefusedException refusal =
                assertThrows(ImageRefusedException.class, () -> substitutor().apply(hello));
        assertTrue(String.valueOf(refusal.getMessage()).contains("/team/hello:1.0 is accepted, but not run"));
    }

    @Test
    void refusesADurationThatIsNone() {
        properties.put("tallyclerk.accepted.for", "a day");
        assertThrows(ImageRefusedException.class, this::substitutor);
    }
}

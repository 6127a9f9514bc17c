package dev.tallyclerk.examples.proxy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.jdk.JdkTransport;
import dev.tallyclerk.registry.auth.Credentials;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.testing.DockerRegistry;
import dev.tallyclerk.testing.FaultyFront;
import dev.tallyclerk.testing.Peers;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signatures of a real cosign, and logins at a real registry. */
class TrustAndLoginTest {
    private static final String MANIFESTS = "/v2/team/app/manifests/";

    private static final String OF_CALLER = """
            admin: 127.0.0.1:0
            upstreams:
              - registry: %s
                default: true
                login: {of-caller: true}
            """;

    @TempDir
    Path folder;

    /** cosign finds nothing of the user's, and asks for no password. */
    private void cosign(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Peers.require("cosign").toString()));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile(folder, "output", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("COSIGN_PASSWORD", "test");
        builder.environment().put("HOME", folder.toString());
        Process process = builder.start();
        assertTrue(process.waitFor(120, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), Files.readString(output));
    }

    @Test
    void aSignedImageIsGivenAndAnUnsignedOneRefused() throws Exception {
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            PushedImage signed = PushedImage.push(registry, folder, "signed", 1, 100_000);
            PushedImage unsigned = PushedImage.push(registry, folder, "unsigned", 2, 100_000);
            try (RunningProxy proxy = RunningProxy.start(folder, signedByOurs(registry, signed))) {
                HttpResponse<byte[]> given = proxy.get(MANIFESTS + "signed");
                assertEquals(200, given.statusCode(), RunningProxy.text(given));
                assertArrayEquals(signed.bytes(), proxy.get(signed.blobPath()).body());
                for (String name : List.of("unsigned", unsigned.manifest().toString())) {
                    HttpResponse<byte[]> refused = proxy.get(MANIFESTS + name);
                    assertEquals(403, refused.statusCode());
                    assertTrue(RunningProxy.text(refused).contains("\"DENIED\""), RunningProxy.text(refused));
                }
                assertEquals(403, proxy.get(unsigned.blobPath()).statusCode());
                assertTrue(proxy.log().contains("\"kind\":\"denied\""), proxy.log());
            }
        }
    }

    /** {@return the configuration by which only images are given that are signed as this one} */
    private String signedByOurs(DockerRegistry registry, PushedImage image) throws IOException, InterruptedException {
        cosign("generate-key-pair", "--output-key-prefix", "ours");
        cosign(
                "sign",
                "--key",
                "ours.key",
                "--yes",
                "--tlog-upload=false",
                "--allow-http-registry",
                registry.host() + "/team/app@" + image.manifest());
        Files.writeString(
                folder.resolve("trust.json"),
                "{\"schemaVersion\":1,\"name\":\"ours\",\"rules\":[{\"scope\":\"*\",\"require\":"
                        + "{\"key\":{\"keys\":[{\"path\":\"ours.pub\"}]}}}]}");
        return RunningProxy.upstream(registry.host())
                + "policies:\n  - repositories: '**'\n    trust-policy: trust.json\n";
    }

    @Test
    void aKeyThatIsReplacedWhileItRunsWithdrawsWhatItAdmitted() throws Exception {
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            PushedImage image = PushedImage.push(registry, folder, "signed", 1, 100_000);
            String config = signedByOurs(registry, image);
            cosign("generate-key-pair", "--output-key-prefix", "new");
            Path key = folder.resolve("ours.pub");
            Path stolen = Files.copy(key, folder.resolve("stolen.pub"));
            try (RunningProxy proxy = RunningProxy.start(folder, config)) {
                assertEquals(200, proxy.get(MANIFESTS + "signed").statusCode());
                assertEquals(200, proxy.get(image.blobPath()).statusCode());

                Files.copy(folder.resolve("new.pub"), key, StandardCopyOption.REPLACE_EXISTING);
                assertEquals(403, proxy.get(MANIFESTS + "signed").statusCode());
                assertEquals(403, proxy.get(image.blobPath()).statusCode());

                Files.delete(key);
                assertEquals(403, proxy.get(MANIFESTS + "signed").statusCode(), "a lost key loosens nothing");
                assertEquals(503, proxy.get("/readyz").statusCode());
                Files.move(stolen, key);
                assertEquals(200, proxy.get(MANIFESTS + "signed").statusCode());
                assertEquals(200, proxy.get("/readyz").statusCode());
            }
        }
    }

    private PushedImage push(DockerRegistry registry) throws IOException {
        return PushedImage.push(
                RegistryClient.of(JdkTransport.of(HttpClient.newHttpClient()))
                        .withCredentials(registry.host(), Credentials.of(DockerRegistry.USER, DockerRegistry.PASSWORD)),
                registry,
                folder,
                "1.0",
                1,
                100_000);
    }

    @Test
    void aLoginIsReadFromAFileAVariableOrDockersConfiguration() throws Exception {
        try (DockerRegistry registry = DockerRegistry.startWithHtpasswd(folder)) {
            PushedImage image = push(registry);
            Files.writeString(folder.resolve("secret"), DockerRegistry.PASSWORD + "\n");
            String pair = DockerRegistry.USER + ":" + DockerRegistry.PASSWORD;
            Files.writeString(
                    folder.resolve("config.json"),
                    "{\"auths\":{\"" + registry.host() + "\":{\"auth\":\""
                            + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)) + "\"}}}");
            String user = "username: " + DockerRegistry.USER;
            int number = 0;
            for (String login : List.of(
                    user + ", password-file: ../secret",
                    user + ", password-env: HUB_PASSWORD",
                    "docker-config: ../config.json")) {
                Path own = Files.createDirectories(folder.resolve("proxy" + number++));
                try (RunningProxy proxy = RunningProxy.start(
                        own,
                        RunningProxy.upstream(registry.host()) + "    login: {" + login + "}\n",
                        Map.of("HUB_PASSWORD", DockerRegistry.PASSWORD),
                        Clock.systemUTC())) {
                    assertEquals(200, proxy.get(MANIFESTS + "1.0").statusCode(), login);
                    assertArrayEquals(image.bytes(), proxy.get(image.blobPath()).body(), login);
                    assertFalse(proxy.log().contains(DockerRegistry.PASSWORD));
                }
            }
        }
    }

    @Test
    void aClientGetsWhatItsOwnLoginCanReadAndNothingOfAnother() throws Exception {
        try (DockerRegistry registry = DockerRegistry.startWithHtpasswd(folder)) {
            PushedImage image = push(registry);
            String config = OF_CALLER.formatted(registry.host());
            try (RunningProxy proxy = RunningProxy.start(folder, config)) {
                String right = basic(DockerRegistry.USER, DockerRegistry.PASSWORD);
                assertEquals(401, proxy.get("/v2/").statusCode());
                assertEquals(
                        200,
                        proxy.get(MANIFESTS + "1.0", "Authorization", right).statusCode());
                assertArrayEquals(
                        image.bytes(),
                        proxy.get(image.blobPath(), "Authorization", right).body());
                String wrong = basic(DockerRegistry.USER, "wrong");
                for (String path : List.of(MANIFESTS + "1.0", MANIFESTS + image.manifest(), image.blobPath())) {
                    assertFalse(proxy.get(path).statusCode() < 400, path);
                    assertFalse(proxy.get(path, "Authorization", wrong).statusCode() < 400, path);
                }
                assertFalse(proxy.log().contains(right.substring(6)));
            }
        }
    }

    @Test
    void ofTwoValidLoginsEachGetsWhatItCanReadAlsoFromTheCache() throws Exception {
        String ann = basic("ann", "a");
        String bob = basic("bob", "b");
        try (DockerRegistry registry = DockerRegistry.start(folder);
                FaultyFront front = FaultyFront.start(registry.host())) {
            PushedImage image = PushedImage.push(registry, folder, "1.0", 1, 100_000);
            front.set((exchange, answer) -> {
                String login = exchange.request().header("authorization").orElse("");
                boolean isOfAnn = exchange.request().target().contains("/team/app/");
                if (login.equals(ann) || (login.equals(bob) && !isOfAnn)) {
                    return false;
                }
                String[] challenge = {"WWW-Authenticate: Basic realm=\"front\""};
                exchange.answerText(login.equals(bob) ? 403 : 401, "{}", login.equals(bob) ? new String[0] : challenge);
                return true;
            });
            try (RunningProxy proxy = RunningProxy.start(folder, OF_CALLER.formatted(front.host()))) {
                List<String> paths = List.of(MANIFESTS + "1.0", MANIFESTS + image.manifest(), image.blobPath());
                for (int round = 0; round < 2; round++) {
                    for (String path : paths) {
                        assertEquals(200, proxy.get(path, "Authorization", ann).statusCode(), path);
                        int status = proxy.get(path, "Authorization", bob).statusCode();
                        assertTrue(status == 403 || status == 404, path + " " + status);
                    }
                    assertEquals(200, proxy.get("/v2/", "Authorization", bob).statusCode());
                }
                assertEquals(1, front.asked("GET", "/blobs/" + image.layer()));
            }
        }
    }

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }
}

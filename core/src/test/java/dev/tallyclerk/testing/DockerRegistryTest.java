package dev.tallyclerk.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** A skopeo that gets on with our token service and certificates says that they are as Docker's are. */
class DockerRegistryTest {
    @TempDir
    Path folder = Path.of("");

    private String skopeo = "";

    @BeforeEach
    void require() {
        skopeo = Peers.require("skopeo").toString();
    }

    private void push(DockerRegistry registry, String... options) throws IOException, InterruptedException {
        Path layout = TestImages.writeLayout(Files.createDirectories(folder.resolve("layout")));
        List<String> command = new ArrayList<>(List.of(skopeo, "copy"));
        command.addAll(List.of(options));
        command.addAll(List.of("oci:" + layout + ":1.0", "docker://" + registry.host() + "/team/app:1"));
        Peers.run(folder, command.toArray(String[]::new));
    }

    /** What the tests say of Docker's registry, they say of this version; another one may differ in anything. */
    @Test
    void isOfTheVersionThatTheTestsAreAbout(TestReporter reporter) throws IOException, InterruptedException {
        String version = Peers.run(folder, Peers.require("docker-registry").toString(), "--version")
                .strip();
        reporter.publishEntry("docker-registry", version);
        if (!version.matches("(?s).*[ v]2\\.8\\.[0-9].*")) {
            throw Peers.missing("the docker-registry on the PATH is no 2.8 but says " + version);
        }
    }

    @Test
    void takesTheTokensOfOurService() throws IOException, InterruptedException {
        PrivateAuthority authority = PrivateAuthority.create(folder);
        try (TokenServer tokens = TokenServer.start(authority);
                DockerRegistry registry = DockerRegistry.startWithTokens(folder, authority, tokens)) {
            push(registry, "--dest-tls-verify=false", "--dest-creds=" + TokenServer.USER + ":" + TokenServer.PASSWORD);
            assertTrue(
                    tokens.requests().stream()
                            .anyMatch(request -> request.user().equals(TokenServer.USER)
                                    && request.service().equals(TokenServer.SERVICE)
                                    && request.scopes().equals(List.of("repository:team/app:pull,push"))),
                    tokens.requests().toString());
            tokens.setAnonymousActions("pull");
            tokens.setLifetime(Duration.ofSeconds(-50));
            String image = "docker://" + registry.host() + "/team/app:1";
            assertEquals(
                    registry.host() + "/team/app",
                    Peers.run(folder, skopeo, "inspect", "--tls-verify=false", "--no-tags", "--format={{.Name}}", image)
                            .strip());
        }
    }

    @Test
    void speaksTlsWithACertificateOfOurAuthority() throws IOException, InterruptedException {
        PrivateAuthority authority = PrivateAuthority.create(folder);
        Path trusted = Files.createDirectories(folder.resolve("trusted"));
        authority.writeAuthority(trusted);
        try (DockerRegistry registry = DockerRegistry.startTlsWithHtpasswd(folder, authority)) {
            push(
                    registry,
                    "--dest-cert-dir=" + trusted,
                    "--dest-creds=" + DockerRegistry.USER + ":" + DockerRegistry.PASSWORD);
        }
    }
}

package dev.tallyclerk.examples.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.PrivateAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What keeps the program from starting is told by a check, with its line. */
class CheckTest {
    private static final String LEAST =
            "listen: 127.0.0.1:0\ncache:\n  folder: cache\nupstreams:\n  - registry: docker.io\n";

    @TempDir
    Path folder;

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("proxy.yml"), text);
    }

    private ConfigException refusal(String text) throws IOException {
        Path file = write(text);
        return assertThrows(
                ConfigException.class,
                () -> Setup.of(
                        ProxyConfig.read(file),
                        Map.of(),
                        Executors.newCachedThreadPool(),
                        Clock.systemUTC(),
                        line -> {}));
    }

    private void assertRefused(String text, int line, String advice) throws IOException {
        String message = String.valueOf(refusal(text).getMessage());
        assertTrue(message.contains("proxy.yml:" + line + ": "), message);
        assertTrue(message.contains(advice), message);
        assertFalse(message.contains("s3cret"), message);
        assertFalse(Files.exists(folder.resolve("cache")), "a check writes nothing");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = false, textBlock = """
              - registry: "not a host"|no host
              - registry: index.docker.io|registry is there a second time
              - {registry: example.org, prefix: docker.io}|prefix is there a second time
                prefix: UPPER|no part of a repository's name
                login: {username: robot, password-file: empty}|is empty
                login: {username: robot, password-env: NOT_SET}|is empty
                login: {of-caller: true}|write admin: 127.0.0.1:9090
                authorities: empty|has no certificate
            policies: [{repositories: '**', policy: none.yml}]|none.yml does not exist
            policies: [{repositories: '**', policy: broken.json}]|policies[0]: the policy cannot be used
            policies: [{repositories: '**', trust-policy: none.yml}]|none.yml does not exist
            policies: [{repositories: '**', trust-policy: broken.json}]|policies[0]: the policy cannot be used
            trust-state: {database: 'jdbc:postgresql://h:s3cret/x', username: u, password-env: P}|no URL
            trust-state: {database: 'jdbc:postgresql://h/x?password=s3cret', username: u, password-env: P}|has a login
            log: proxy.yml/log|cannot be written
            times: {tag: 999999999d}|write at most 36500d
            """)
    void aMistakeIsToldAtItsLine(String line, String advice) throws IOException {
        Files.createFile(folder.resolve("empty"));
        Files.writeString(folder.resolve("broken.json"), "{");
        assertRefused(LEAST + line + "\n", 6, advice);
    }

    @Test
    void aKeyOfAnotherCertificateIsToldAtItsLine() throws Exception {
        KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
        String other = Base64.getMimeEncoder()
                .encodeToString(keys.generateKeyPair().getPrivate().getEncoded());
        Files.writeString(
                folder.resolve("other.key"), "-----BEGIN PRIVATE KEY-----\n" + other + "\n-----END PRIVATE KEY-----\n");
        String certificate = "tls:\n  listen: 127.0.0.1:0\n  certificate: "
                + PrivateAuthority.create(folder).writeServerCertificate(folder) + "\n";
        assertRefused(
                LEAST + certificate + "  key: other.key\n",
                9,
                "tls.key cannot be used: the certificate is of another key");
        assertRefused(LEAST + certificate + "  key: none.key\n", 9, "no file that can be read");
        assertRefused(LEAST + certificate + "  key: proxy.yml\n", 9, "has no BEGIN PRIVATE KEY");
    }

    @Test
    void aCacheThatIsAFileIsTold() throws IOException {
        Files.createFile(folder.resolve("file"));
        assertRefused(LEAST.replace("folder: cache", "folder: file/cache"), 3, "cannot be written");
    }

    @Test
    void theCommandEndsWithZeroOnlyIfTheProgramCanStart() throws IOException {
        CommandLine check = new CommandLine(new Main.Check());
        assertEquals(0, check.execute("--config", write(LEAST).toString()));
        assertEquals(
                1,
                check.execute(
                        "--config",
                        write(LEAST + "policies: [{repositories: '**', policy: none.yml}]\n")
                                .toString()));
    }
}

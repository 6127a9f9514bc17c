package dev.tallyclerk.examples.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.registry.proxy.ProxyPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyConfigTest {
    private static final String LEAST =
            "listen: 127.0.0.1:5000\ncache:\n  folder: cache\nupstreams:\n  - registry: docker.io\n";

    @TempDir
    Path folder;

    private ProxyConfig read(String text) throws ConfigException, IOException {
        return ProxyConfig.read(Files.writeString(folder.resolve("proxy.yml"), text));
    }

    @Test
    void readsEveryKey() throws Exception {
        Files.writeString(folder.resolve("secret"), "s3cret\n");
        ProxyConfig config = read("""
                listen: 127.0.0.1:5000
                admin: 127.0.0.1:9090
                log: access.log
                cache: {folder: cache, max-size: 20GiB, max-unused: 10d}
                times: {tag: 5m, missing: 1s, stale: 2d, decision: 3h, caller: 10m}
                clients: {requests: 100, stop-time: 5s, request-time: 3s, idle-time: 20s, silence: 4s}
                upstreams:
                  - registry: docker.io
                    default: true
                    prefix: hub
                    repositories: ["library/*", "team/**"]
                    login: {username: robot, password-file: secret}
                    tag-time: 1h
                    connect-time: 2s
                    document-time: 5s
                    silence: 7s
                  - registry: registry.example.org
                    plain-http: true
                    login: {of-caller: true}
                policies:
                  - {repositories: "docker.io/library/*", mode: observe}
                  - {repositories: "**", mode: "off"}
                """);
        assertEquals(5000, config.http().orElseThrow().getPort());
        assertEquals(9090, config.admin().orElseThrow().getPort());
        assertEquals(folder.resolve("cache"), config.folder());
        assertEquals(20L << 30, config.limits().cache().maxBytes());
        assertEquals(Duration.ofMinutes(5), config.limits().tagTime());
        assertEquals(Duration.ofSeconds(4), config.serving().silence());
        ProxyConfig.Registry hub = config.upstreams().get(0);
        assertTrue(hub.isDefault());
        assertEquals("hub", hub.prefix().orElseThrow());
        assertEquals(ProxyConfig.LoginKind.PASSWORD, hub.login().kind());
        assertEquals(Duration.ofHours(1), hub.tagTime().orElseThrow());
        assertTrue(config.upstreams().get(1).isPlainHttp());
        assertEquals(ProxyPolicy.Mode.OBSERVE, config.policies().get(0).mode());
        assertFalse(config.toString().contains("s3cret"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            tims: {tag: 5m}                         | 6 | did you mean times?
            times: {tga: 5m}                        | 6 | did you mean tag?
            times: {tag: 5 minutes}                 | 6 | such as 30s
            times: [tag]                            | 6 | write keys and values
            admin: 9090                             | 6 | such as 127.0.0.1:5000
            clients: {requests: 0}                  | 6 | from 1 to 10000
            policies: [{repositories: docker.io/a}] | 6 | end it with repositories: '**'
            policies: [{repositories: '**', mode: maybe}] | 6 | write off or observe or decide-first
            tls: {listen: 127.0.0.1:1}              | 6 | certificate is missing
            listen: 127.0.0.1:5001                  | 6 | listen
            """)
    void aMistakeIsToldWithItsLineAndWhatToWrite(String line, int number, String advice) {
        ConfigException refusal = assertThrows(ConfigException.class, () -> read(LEAST + line + "\n"));
        String message = String.valueOf(refusal.getMessage());
        assertTrue(message.contains("proxy.yml:" + number), message);
        assertTrue(message.contains(advice), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            login: {username: robot, password: x}       | did you mean password-file?
            login: {username: robot}                    | one of password-file and password-env
            login: {username: robot, of-caller: true}   | write one of username, docker-config and of-caller
            login: {username: robot, password-file: no} | no file that can be read
            repositories: ["UPPER"]                     | names of repositories
            default: yes                                | true or false
            """)
    void aMistakeOfAnUpstreamIsToldAtItsLine(String line, String advice) {
        ConfigException refusal = assertThrows(ConfigException.class, () -> read(LEAST + "    " + line + "\n"));
        String message = String.valueOf(refusal.getMessage());
        assertTrue(message.contains("proxy.yml:6"), message);
        assertTrue(message.contains(advice), message);
        assertTrue(message.contains("upstreams[0]"), message);
    }

    @Test
    void whatIsNoMappingOrNotThereIsRefused() {
        for (String text : new String[] {"", "[]", "a: b\n---\nc: d\n", "listen: [", "\tlisten: x"}) {
            assertThrows(ConfigException.class, () -> read(text), text);
        }
        assertThrows(ConfigException.class, () -> ProxyConfig.read(folder.resolve("absent.yml")));
        assertThrows(ConfigException.class, () -> read("listen: 127.0.0.1:1\ncache: {folder: c}\n"));
    }

    @Test
    void patternsMatchWholeNames() {
        assertTrue(RepositoryPattern.parse("docker.io/library/*").matches("docker.io/library/debian"));
        assertFalse(RepositoryPattern.parse("docker.io/library/*").matches("docker.io/library/a/b"));
        assertFalse(RepositoryPattern.parse("docker.io/library/*").matches("dockerXio/library/debian"));
        assertTrue(RepositoryPattern.parse("**").matches("registry.example.org/a/b"));
        assertTrue(RepositoryPattern.parse("team/**").matches("team/a/b"));
        assertFalse(RepositoryPattern.parse("team/**").matches("teams/a"));
    }
}

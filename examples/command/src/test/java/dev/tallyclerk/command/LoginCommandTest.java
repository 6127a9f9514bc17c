package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.DockerRegistry;
import dev.tallyclerk.testing.HostileServer;
import dev.tallyclerk.testing.Peers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code login} and {@code logout} with a real docker-registry; skopeo uses the same file. */
class LoginCommandTest {
    private static final String HELLO = "oci:images/hello:1.0";
    private static final byte[] PASSWORD = (DockerRegistry.PASSWORD + "\n").getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder = Path.of("");

    private Map<String, String> environment() {
        return Map.of("HOME", folder.toString());
    }

    private Path config() {
        return folder.resolve(".docker").resolve("config.json");
    }

    private CommandRun login(String registry, byte[] password) {
        return CommandRun.reading(
                password, environment(), "login", registry, "--username", DockerRegistry.USER, "--password-stdin");
    }

    @Test
    void storesALoginThatThisCommandAndSkopeoUseUntilTheLogout() throws IOException, InterruptedException {
        try (DockerRegistry registry = DockerRegistry.startWithHtpasswd(folder)) {
            String name = registry.host() + "/team/app:1.0";
            CommandRun login = login(registry.host(), PASSWORD);
            assertEquals(ExitCode.ACCEPTED, login.exitCode(), login.toString());
            assertEquals(
                    "Logged in to " + registry.host() + " as " + DockerRegistry.USER + "\nStored in " + config() + "\n",
                    login.out());
            assertFalse(login.toString().contains(DockerRegistry.PASSWORD));
            assertEquals(
                    ExitCode.ACCEPTED,
                    CommandRun.of(environment(), "push", HELLO, name).exitCode());
            Peers.run(
                    folder,
                    Peers.require("skopeo").toString(),
                    "inspect",
                    "--authfile",
                    config().toString(),
                    "--tls-verify=false",
                    "docker://" + name);
            CommandRun logout = CommandRun.of(environment(), "logout", registry.host());
            assertEquals("Logged out of " + registry.host() + "\n", logout.out());
            assertEquals(
                    "There was no login for " + registry.host() + "\n",
                    CommandRun.of(environment(), "logout", registry.host()).out());
            assertEquals(
                    ExitCode.NETWORK,
                    CommandRun.of(environment(), "tags", name.replace(":1.0", ""))
                            .exitCode());
        }
    }

    @Test
    void storesNoLoginThatTheRegistryRefuses() throws IOException, InterruptedException {
        try (DockerRegistry registry = DockerRegistry.startWithHtpasswd(folder)) {
            CommandRun wrong = login(registry.host(), "wrong\n".getBytes(StandardCharsets.UTF_8));
            assertEquals(ExitCode.NETWORK, wrong.exitCode());
            assertEquals(1, wrong.err().lines().count(), wrong.err());
            assertFalse(Files.exists(config()));
        }
    }

    @Test
    void asksForThePasswordAtATerminal() throws IOException, InterruptedException {
        try (DockerRegistry registry = DockerRegistry.startWithHtpasswd(folder)) {
            Path file = folder.resolve("auth.json");
            char[] typed = DockerRegistry.PASSWORD.toCharArray();
            CommandRun run = CommandRun.prompting(
                    question -> {
                        assertEquals("Password of " + DockerRegistry.USER, question);
                        return Optional.of(typed);
                    },
                    "login",
                    registry.host(),
                    "--username",
                    DockerRegistry.USER,
                    "--authfile",
                    file.toString());
            assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
            assertTrue(Files.readString(file).contains(registry.host()));
            assertEquals("\0".repeat(typed.length), String.valueOf(typed));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://registry.example.org", "registry.example.org/team", "team", "Not A Host", ""})
    void refusesWhatIsNoRegistry(String registry) {
        CommandRun run = login(registry, PASSWORD);
        assertEquals(ExitCode.ERROR, run.exitCode());
        assertTrue(run.err().contains("REGISTRY is HOST[:PORT]"), run.err());
        assertEquals(
                ExitCode.ERROR, CommandRun.of(environment(), "logout", registry).exitCode());
    }

    @Test
    void debugShowsRequestsAndNoSecret() throws IOException, InterruptedException {
        try (DockerRegistry registry = DockerRegistry.startWithHtpasswd(folder)) {
            CommandRun run = CommandRun.reading(
                    PASSWORD,
                    environment(),
                    "login",
                    registry.host(),
                    "--username",
                    DockerRegistry.USER,
                    "--password-stdin",
                    "--debug");
            List<String> lines = run.err()
                    .lines()
                    .map(line -> line.replaceFirst("in [0-9]+ ms$", "in N ms"))
                    .toList();
            String request = "tallyclerk: GET http://" + registry.host() + "/v2/: ";
            assertEquals(List.of(request + "401 in N ms", request + "200 in N ms"), lines);
        }
    }

    @Test
    void debugShowsARedirectWithoutItsQuery() throws IOException {
        try (HostileServer server = HostileServer.start(exchange -> {
            if (exchange.request().path().contains("elsewhere")) {
                exchange.answer(404);
            } else {
                exchange.answer(307, "Location: " + "/elsewhere?signature=secret");
            }
        })) {
            CommandRun run = CommandRun.of("tags", server.host() + "/team/app", "--debug");
            assertTrue(run.err().contains("GET http://" + server.host() + "/elsewhere: 404 in "), run.err());
            assertFalse(run.err().contains("secret"), run.err());
        }
    }

    @Test
    void helpOfACommandIsWhatItsOptionShows() {
        assertEquals(
                CommandRun.of("logout", "--help").out(),
                CommandRun.of("help", "logout").out());
        assertEquals(
                CommandRun.of("tuf-repo", "sign", "--help").out(),
                CommandRun.of("help", "tuf-repo", "sign").out());
        assertEquals(CommandRun.of("--help").out(), CommandRun.of("help").out());
        assertEquals(ExitCode.ERROR, CommandRun.of("help", "nothing").exitCode());
    }

    @Test
    void digestIsThatOfTheBytes() throws IOException {
        String expected = "sha256:d63f358a4f5888a0541fcdadca48b8779292353848a934fd294e6ba41d44ee5b\n";
        assertEquals(expected, CommandRun.of("digest", HELLO).out());
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            String name = "docker://" + registry.host() + "/team/app:1.0";
            assertEquals(ExitCode.ACCEPTED, CommandRun.of("copy", HELLO, name).exitCode());
            assertEquals(expected, CommandRun.of("digest", name).out());
            assertEquals(
                    ExitCode.REJECTED,
                    CommandRun.of("digest", name, "--platform", "linux/s390x").exitCode());
        }
    }
}

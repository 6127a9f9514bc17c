package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.testing.HostileServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the options about registries come to at a registry. */
class RegistryAccessTest {
    private static HostileServer registry() throws IOException {
        return HostileServer.start(exchange -> {
            if (exchange.request().header("Authorization").isEmpty()) {
                exchange.answer(401, "WWW-Authenticate: Basic realm=\"x\"");
            } else {
                exchange.answerText(200, "{\"tags\":[\"1\",\"sha256:ab\"]}");
            }
        });
    }

    @ParameterizedTest
    @CsvSource({
        "'secret', 'secret'",
        "'secret\n', 'secret'",
        "'secret\r\n', 'secret'",
        "'{\n  \"type\": \"service_account\"\n}\n', '{\n  \"type\": \"service_account\"\n}'",
        "'a\n\n', 'a\n'"
    })
    void readsAPasswordOfManyLines(String input, String password) throws IOException {
        try (HostileServer server = registry()) {
            CommandRun run = CommandRun.reading(
                    input.getBytes(StandardCharsets.UTF_8),
                    "tags",
                    server.host() + "/a",
                    "--username",
                    "_json_key",
                    "--password-stdin");
            assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
            String shown = server.requests().get(1).header("Authorization").orElseThrow();
            assertEquals(
                    "_json_key:" + password,
                    new String(Base64.getDecoder().decode(shown.substring("Basic ".length())), StandardCharsets.UTF_8));
        }
    }

    /** A warning may imitate what the command itself says. */
    @Test
    void quotesAWarning() throws IOException {
        try (HostileServer server = HostileServer.start(exchange -> exchange.answerText(
                200, "{\"tags\":[\"1\"]}", "Warning: 299 - \"ok\u001b[2K ACCEPTED " + "x".repeat(600) + "\""))) {
            CommandRun run = CommandRun.of("tags", server.host() + "/a");
            assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
            assertTrue(run.err().contains(" warns: \"ok?[2K ACCEPTED xxx"), run.err());
            assertTrue(run.err().contains("x…\""), run.err());
        }
    }

    @Test
    void keepsTrustedOriginsInAFile(@TempDir Path home) throws IOException {
        try (HostileServer tokens = HostileServer.start(exchange -> {
                    if (exchange.request().header("Authorization").isEmpty()) {
                        exchange.answer(401);
                    } else {
                        exchange.answerText(200, "{\"token\":\"t\"}");
                    }
                });
                HostileServer server = HostileServer.start(exchange -> {
                    if (exchange.request().header("Authorization").isEmpty()) {
                        exchange.answer(401, "WWW-Authenticate: Bearer realm=\"http://" + tokens.host() + "/t\"");
                    } else {
                        exchange.answerText(200, "{\"tags\":[\"1\"]}");
                    }
                })) {
            Map<String, String> environment = Map.of("HOME", home.toString(), "TALLYCLERK_PASSWORD", "secret");
            String[] line = {"tags", server.host() + "/a", "--username", "me"};
            String refused = CommandRun.of(environment, line).err();
            assertTrue(refused.contains("--trust-origin"), refused);
            String pair = "http://" + server.host() + " http://" + tokens.host();
            assertTrue(refused.contains("add the line \"" + pair + "\" to "), refused);
            Path file =
                    Files.createDirectories(home.resolve(".config/tallyclerk")).resolve("trusted-origins");
            Files.writeString(file, pair + "\n");
            CommandRun run = CommandRun.of(environment, line);
            assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
            int before = tokens.requests().size();
            for (List<String> more : List.of(List.<String>of(), List.of("--trusted-origins", file.toString()))) {
                List<String> open = new ArrayList<>(List.of(line));
                open.addAll(more);
                run = CommandRun.of(environment, open.toArray(String[]::new));
                assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
                assertTrue(run.err().contains("chmod o-w " + file), run.err());
                assertEquals(before, tokens.requests().size());
            }
            Files.setPosixFilePermissions(file, permissions);
            Files.writeString(file, "http://" + server.host() + "\n");
            run = CommandRun.of(environment, line);
            assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
            assertTrue(run.err().contains("line 1: "), run.err());
        }
    }

    @Test
    void refusesTrustedOriginsThatAnotherUserHasPutWhereTheUsersOwnAreLookedFor(@TempDir Path home) throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root may give files away");
        Path file = Files.createDirectories(home.resolve(".config/tallyclerk")).resolve("trusted-origins");
        Files.writeString(file, "https://registry.example.org https://auth.example.org\n");
        Files.setAttribute(file, "unix:uid", 65_534);
        CommandRun run = CommandRun.of(Map.of("HOME", home.toString()), "tags", "localhost:1/a");
        assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
        assertTrue(run.err().contains(file + " belongs to "), run.err());
        assertTrue(run.err().contains("give --trusted-origins " + file), run.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"push", "copy"})
    void sendsLayersInChunksOfTheSizeAskedFor(String command, @TempDir Path folder) throws IOException {
        String image =
                new LayeredImage().entry("a", '0', 0644, "", new byte[5 << 19]).write(folder);
        try (HostileServer server = HostileServer.start(exchange -> {
            switch (exchange.request().method()) {
                case "HEAD" -> exchange.answer(404);
                case "POST", "PATCH" -> exchange.answer(202, "Location: /up");
                default -> exchange.answer(201);
            }
        })) {
            String scheme = command.equals("copy") ? "docker://" : "";
            CommandRun run = CommandRun.of(command, image, scheme + server.host() + "/a:1", "--chunk-size", "1");
            assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
            List<String> ranges = server.requests().stream()
                    .flatMap(request -> request.header("Content-Range").stream())
                    .toList();
            assertEquals(List.of("0-1048575", "1048576-2097151"), ranges.subList(0, 2));
            assertEquals(3, ranges.size());
        }
    }

    @Test
    void tellsInOneLineWhatIsNoTag() throws IOException {
        try (HostileServer server = registry()) {
            CommandRun run = CommandRun.reading(
                    "pw".getBytes(StandardCharsets.UTF_8),
                    "tags",
                    server.host() + "/a",
                    "--username",
                    "u",
                    "--password-stdin");
            assertEquals("1\n", run.out());
            assertEquals(1, run.err().lines().count(), run.err());
            assertTrue(run.err().contains("sha256:ab"), run.err());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tags", "referrers"})
    void theTimeThatAListMayTakeIsForAllOfItsPages(String command) throws IOException {
        AtomicInteger pages = new AtomicInteger();
        byte[] tags = "{\"name\":\"a\",\"tags\":[]}".getBytes(StandardCharsets.UTF_8);
        byte[] index =
                "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":[]}"
                        .getBytes(StandardCharsets.UTF_8);
        byte[] page = command.equals("tags") ? tags : index;
        try (HostileServer server = HostileServer.start(exchange -> {
            int number = pages.incrementAndGet();
            List<String> head = new ArrayList<>(
                    List.of("Content-Type: application/vnd.oci.image.index.v1+json", "Content-Length: " + page.length));
            if (number < 40) {
                head.add("Link: <?page=" + number + ">; rel=\"next\"");
            }
            exchange.head(200, head.toArray(String[]::new));
            exchange.drip(page, Duration.ofMillis(400 / page.length));
        })) {
            String name = server.host() + "/a" + (command.equals("tags") ? "" : "@" + Digest.sha256Of(page));
            CommandRun run = CommandRun.of(command, name, "--max-time", "1");
            assertEquals(ExitCode.NETWORK, run.exitCode(), run.toString());
            assertTrue(run.err().contains("took longer than 1 s"), run.err());
            assertTrue(pages.get() < 40, "all pages were asked for");
        }
    }

    private static String login(String registry, String pair) {
        String auth = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        return "{\"auths\":{\"" + registry + "\":{\"auth\":\"" + auth + "\"}}}";
    }

    @Test
    void aBrokenFileOfLoginsMattersToWhomTheRegistryAsksOnly(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("config.json"), "{\"auths\":");
        Map<String, String> environment = Map.of("HOME", "/nonexistent", "DOCKER_CONFIG", folder.toString());
        CommandRun local = CommandRun.of(environment, "verify", "oci:images/hello:1.0");
        assertEquals(ExitCode.ACCEPTED, local.exitCode(), local.toString());
        try (HostileServer open =
                HostileServer.start(exchange -> exchange.answerText(200, "{\"name\":\"a\",\"tags\":[]}"))) {
            CommandRun run = CommandRun.of(environment, "tags", open.host() + "/a");
            assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
        }
        try (HostileServer asking = registry()) {
            CommandRun run = CommandRun.of(environment, "tags", asking.host() + "/a");
            assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
            assertTrue(run.err().contains("config.json is not JSON"), run.err());
            assertTrue(run.err().contains("Try: --authfile"), run.err());
            Path other = Files.writeString(folder.resolve("other.json"), login(asking.host(), "u:p"));
            CommandRun named = CommandRun.of(environment, "tags", asking.host() + "/a", "--authfile", other.toString());
            assertEquals(ExitCode.ACCEPTED, named.exitCode(), named.toString());
        }
    }

    @Test
    void takesPodmansLoginWhereDockerHasNone(@TempDir Path folder) throws IOException {
        try (HostileServer server = registry()) {
            Path podman = folder.resolve("podman.json");
            Files.writeString(podman, login(server.host() + "/a", "podman:p"));
            Map<String, String> environment =
                    Map.of("DOCKER_CONFIG", folder.toString(), "REGISTRY_AUTH_FILE", podman.toString());
            CommandRun run = CommandRun.of(environment, "tags", server.host() + "/a/b");
            assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
            Files.writeString(folder.resolve("config.json"), login(server.host(), "docker:p"));
            CommandRun.of(environment, "tags", server.host() + "/a/b");
            Files.writeString(podman, "{");
            CommandRun.of(environment, "tags", server.host() + "/a/b");
            List<String> shown = server.requests().stream()
                    .flatMap(request -> request.header("Authorization").stream())
                    .map(text -> new String(
                            Base64.getDecoder().decode(text.substring("Basic ".length())), StandardCharsets.UTF_8))
                    .toList();
            assertEquals(List.of("podman:p", "docker:p", "docker:p"), shown);
        }
    }

    @Test
    void aTimeOfManyDaysIsOne() {
        for (String seconds : List.of("2592000", String.valueOf(Integer.MAX_VALUE))) {
            CommandRun run = CommandRun.of("verify", "oci:images/hello:1.0", "--max-time", seconds);
            assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://docker.io=https://m.example.org",
                "docker.io/a=https://m.example.org",
                "docker.io=m.example.org",
                "docker.io"
            })
    void aMirrorThatIsSpelledWrongIsWrongUse(String mirror) {
        CommandRun run = CommandRun.of("verify", "oci:images/hello:1.0", "--mirror", mirror);
        assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
        assertTrue(run.err().startsWith("tallyclerk: --mirror"), run.err());
        assertTrue(run.err().contains("--help"), run.err());
    }

    @Test
    void saysWhatToLeaveOutOfAName() {
        String digest = "@sha256:" + "a".repeat(64);
        for (String more : List.of(":3.20", digest, ":3.20" + digest)) {
            CommandRun run = CommandRun.of("tags", "localhost:1/a" + more);
            assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
            assertTrue(run.err().contains("remove \"" + more + "\" from REPOSITORY"), run.err());
        }
        for (String to : List.of("oci:none", "docker://localhost:1/a")) {
            CommandRun run = CommandRun.of("copy", "oci:images/hello:1.0", to + digest);
            assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
            assertTrue(run.err().contains("remove \"" + digest + "\" from DEST"), run.err());
        }
    }

    @Test
    void tellsThatAMirrorIsPassedOver() throws IOException {
        try (HostileServer mirror = HostileServer.start(exchange -> exchange.answer(500));
                HostileServer server = HostileServer.start(exchange -> exchange.answer(404))) {
            String digest = "sha256:" + "a".repeat(64);
            CommandRun run = CommandRun.of(
                    "verify",
                    "docker://" + server.host() + "/a@" + digest,
                    "--mirror",
                    server.host() + "=http://" + mirror.host() + "/v2/");
            assertEquals(ExitCode.NETWORK, run.exitCode(), run.toString());
            assertTrue(run.err().contains("skipping " + mirror.host() + ": "), run.err());
            assertEquals("/v2/a/manifests/" + digest, mirror.requests().get(0).path());
        }
    }

    @Test
    void putsWhatIsBehindV2InAMirrorsAddressBeforeTheRepositorysName() throws IOException {
        try (HostileServer mirror = HostileServer.start(exchange -> exchange.answer(404));
                HostileServer server = HostileServer.start(exchange -> exchange.answer(404))) {
            String digest = "sha256:" + "a".repeat(64);
            CommandRun.of(
                    "verify",
                    "docker://" + server.host() + "/a@" + digest,
                    "--mirror",
                    server.host() + "=http://" + mirror.host() + "/v2/hub/proxy");
            assertEquals(
                    "/v2/hub/proxy/a/manifests/" + digest,
                    mirror.requests().get(0).path());
        }
    }
}

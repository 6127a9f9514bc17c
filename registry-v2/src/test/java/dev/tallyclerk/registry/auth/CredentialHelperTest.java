package dev.tallyclerk.registry.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.registry.auth.CredentialException.Reason;
import dev.tallyclerk.registry.client.CredentialProvider;
import dev.tallyclerk.registry.client.Credentials;
import dev.tallyclerk.registry.transport.Cancellation;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialHelperTest {
    private static final String REGISTRY = "r.example:5000";
    private static final String ANSWER =
            "echo '{\"ServerURL\":\"r.example:5000\",\"Username\":\"user\",\"Secret\":\"secret\"}'";
    private static final Credentials USER = Credentials.of("user", "secret");

    @TempDir
    Path folder;

    private CredentialHelper helper(String body) throws IOException {
        return CredentialHelper.at(
                HelperScript.write(folder, "test", body),
                Map.of("PATH", System.getenv("PATH"), "FOLDER", folder.toString()));
    }

    private static Reason refusal(CredentialHelper helper) {
        var e = assertThrows(CredentialException.class, () -> helper.get(REGISTRY));
        for (Throwable at = e; at != null; at = at.getCause()) {
            assertFalse(at.toString().contains("secret"), at.toString());
        }
        return e.reason();
    }

    @Test
    void isAskedForOneRegistryOnItsInput() throws IOException {
        CredentialHelper helper = helper("printf '%s ' \"$@\" >$FOLDER/asked; cat >>$FOLDER/asked; " + ANSWER);
        assertEquals(USER, helper.get(REGISTRY));
        assertEquals("get " + REGISTRY, Files.readString(folder.resolve("asked")));
    }

    @Test
    void isAskedForDockerHubByTheNameThatDockerUses() throws IOException {
        CredentialHelper helper = helper("cat >$FOLDER/asked; " + ANSWER);
        DockerConfig config = DockerConfig.parse("{\"credsStore\":\"test\"}".getBytes(StandardCharsets.UTF_8))
                .withHelpers(name -> Optional.of(helper));
        assertEquals(USER, config.credentialsFor("docker.io"));
        assertEquals("https://index.docker.io/v1/", Files.readString(folder.resolve("asked")));
    }

    @Test
    void needNotReadWhatItIsAsked() throws IOException {
        assertEquals(USER, helper(ANSWER).get(REGISTRY));
    }

    @Test
    void givesAnIdentityTokenAsAUserOfThatName() throws IOException {
        assertEquals(
                Credentials.identityToken("t"),
                helper("echo '{\"Username\":\"<token>\",\"Secret\":\"t\"}'").get(REGISTRY));
    }

    @Test
    void hasNoneWhereItSaysSo() throws IOException {
        assertEquals(
                Credentials.anonymous(),
                helper("echo credentials not found in native keychain; exit 1").get(REGISTRY));
        assertEquals(
                Credentials.anonymous(),
                helper("echo '{\"Username\":\"\",\"Secret\":\"\"}'").get(REGISTRY));
    }

    @Test
    void failsWithoutShowingWhatItSaid() throws IOException {
        assertEquals(Reason.HELPER_FAILED, refusal(helper("echo secret; echo secret >&2; exit 2")));
        assertEquals(Reason.HELPER_FAILED, refusal(helper(ANSWER + "; exit 1")));
        assertEquals(Reason.HELPER_FAILED, refusal(helper("kill -9 $$")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "{}",
                "[\"secret\"]",
                "{\"Username\":\"user\"}",
                "{\"Secret\":\"secret\"}",
                "{\"Username\":\"\",\"Secret\":\"secret\"}",
                "{\"Username\":\"<token>\",\"Secret\":\"\"}",
                "{\"Username\":\"<token>\",\"Secret\":\"top secret\"}",
                "{\"Username\":\"us:er\",\"Secret\":\"secret\"}",
                "{\"Username\":\"a\",\"Username\":\"b\",\"Secret\":\"secret\"}",
                "{\"Username\":1,\"Secret\":\"secret\"}",
                "{\"Username\":\"user\",\"Secret\":\"secret\"} secret"
            })
    void refusesAnAnswerThatIsNoneWithoutQuotingIt(String answer) throws IOException {
        assertEquals(Reason.HELPER_MALFORMED_ANSWER, refusal(helper("echo '" + answer + "'")));
    }

    @Test
    void readsAnAnswerLongerThanAPipeHolds() throws IOException {
        CredentialHelper helper =
                helper("printf '{\"Username\":\"user\",\"Secret\":\"'; printf '%0200000d' 0; printf '\"}'");
        assertEquals(
                Credentials.of("user", "0".repeat(200_000)),
                helper.withMaxBytes(300_000).get(REGISTRY));
        assertEquals(Reason.HELPER_MALFORMED_ANSWER, refusal(helper));
    }

    @Test
    void endsAHelperThatNeverStopsTalking() throws IOException {
        CredentialHelper helper = helper("echo $$ >$FOLDER/pid; while :; do echo secret; done");
        assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> assertEquals(Reason.HELPER_MALFORMED_ANSWER, refusal(helper)));
        assertEnds(folder.resolve("pid"));
    }

    @Test
    void endsAHelperThatDoesNotAnswerAndWhatItHasStarted() throws IOException {
        // It says that it has started all before the time can be over, or it would prove nothing.
        CredentialHelper helper = helper("sleep 600 & echo $! >$FOLDER/child; echo $$ >$FOLDER/pid; wait");
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertEquals(Reason.HELPER_TIMED_OUT, refusal(helper.withTimeout(Duration.ofSeconds(1)))));
        assertEnds(folder.resolve("pid"));
        assertEnds(folder.resolve("child"));
    }

    private static void assertEnds(Path pidFile) throws IOException {
        ProcessHandle.of(Long.parseLong(Files.readString(pidFile).strip())).ifPresent(process -> {
            process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
            assertFalse(process.isAlive());
        });
    }

    @Test
    void doesNotWaitForWhatAHelperLeavesBehindWithItsOutputOpen() throws IOException {
        CredentialHelper helper = helper("sleep 600 & echo $! >$FOLDER/child; " + ANSWER);
        try {
            assertTimeoutPreemptively(Duration.ofSeconds(20), () -> assertEquals(USER, helper.get(REGISTRY)));
        } finally {
            ProcessHandle.of(Long.parseLong(
                            Files.readString(folder.resolve("child")).strip()))
                    .ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    void endsAHelperWhenItsCallerIsInterrupted() throws IOException {
        CredentialHelper helper = helper("sleep 600");
        Thread.currentThread().interrupt();
        assertEquals(Reason.INTERRUPTED, refusal(helper));
        assertTrue(Thread.interrupted(), "the caller still has to know");
    }

    @Test
    void endsAHelperWhenTheCallThatItIsForIsCancelledOrOver() throws IOException {
        CredentialHelper helper = helper("sleep 600");
        DockerConfig config = DockerConfig.parse("{\"credsStore\":\"test\"}".getBytes(StandardCharsets.UTF_8))
                .withHelpers(name -> Optional.of(helper));
        CredentialProvider cached = CachedCredentials.of(config, Duration.ofMinutes(5), Clock.systemUTC());
        Cancellation cancelled = Cancellation.create();
        cancelled.cancel();
        for (CredentialProvider provider : List.of(config, cached)) {
            assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
                var e = assertThrows(
                        CredentialException.class,
                        () -> provider.credentialsFor(REGISTRY, Duration.ofMinutes(5), cancelled));
                assertEquals(Reason.CANCELLED, e.reason());
                e = assertThrows(
                        CredentialException.class,
                        () -> provider.credentialsFor(REGISTRY, Duration.ofMillis(50), Cancellation.never()));
                assertEquals(Reason.HELPER_TIMED_OUT, e.reason());
            });
        }
    }

    @Test
    void seesTheEnvironmentThatItIsGivenAndNoOther() throws IOException {
        CredentialHelper helper = CredentialHelper.at(
                HelperScript.write(
                        folder, "test", "echo \"{\\\"Username\\\":\\\"$A\\\",\\\"Secret\\\":\\\"$HOME\\\"}\""),
                Map.of("A", "user"));
        assertEquals(Credentials.of("user", ""), helper.get(REGISTRY));
    }

    @Test
    void saysThatAProgramCannotBeRun() {
        CredentialHelper none = CredentialHelper.at(folder.resolve("docker-credential-none"), Map.of());
        assertEquals(Reason.HELPER_FAILED, refusal(none));
        assertEquals(Reason.HELPER_FAILED, refusal(CredentialHelper.at(folder, Map.of())));
    }

    @Test
    void isFoundOnThePathAndNotInTheCurrentFolder() throws IOException {
        Path program = HelperScript.write(folder, "test", ANSWER);
        Path relative = Path.of("").toAbsolutePath().relativize(folder.toAbsolutePath());
        Path empty = Files.createDirectory(folder.resolve("empty"));
        Files.createDirectory(empty.resolve("docker-credential-test"));
        String path = String.join(File.pathSeparator, "", ".", relative.toString(), empty.toString());
        assertTrue(CredentialHelper.find("test", Map.of("PATH", path)).isEmpty());
        assertTrue(CredentialHelper.find("test", Map.of("PATH", "a\0b")).isEmpty());
        assertTrue(CredentialHelper.find("test", Map.of()).isEmpty());
        CredentialHelper found = CredentialHelper.find(
                        "test", Map.of("Path", path + File.pathSeparator + program.getParent()))
                .orElseThrow();
        assertEquals(USER, found.get(REGISTRY));
        assertEquals("docker-credential-test", found.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "../x", "a\\b", "a b", "a\0", "\u00e4", "a:b"})
    void refusesANameThatLeadsElsewhere(String name) {
        assertThrows(IllegalArgumentException.class, () -> CredentialHelper.find(name, Map.of()));
    }

    @Test
    void refusesWhatCannotBeMeant() throws IOException {
        CredentialHelper helper = helper(ANSWER);
        for (String address : List.of("", "a\nb", "x".repeat(2000))) {
            assertThrows(IllegalArgumentException.class, () -> helper.get(address));
        }
        assertThrows(IllegalArgumentException.class, () -> helper.withTimeout(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> helper.withMaxBytes(0));
        assertThrows(IllegalArgumentException.class, () -> CredentialHelper.at(Path.of("relative"), Map.of()));
    }
}

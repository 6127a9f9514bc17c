package dev.tallyclerk.registry.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.registry.auth.CredentialException.Reason;
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
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
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
        return CredentialHelper.of(
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

    /** As gcloud's is. */
    @Test
    void isAScriptOfWindowsWhereFoldersAreSeparatedAsThere() throws IOException {
        HelperScript.write(folder, "test", ANSWER);
        HelperScript.write(folder, "test.cmd", ANSWER);
        Map<String, String> environment = Map.of("Path", "C:none;" + folder);
        assertEquals(
                Optional.of("docker-credential-test.cmd"),
                CredentialHelper.find("test", environment, ";").map(CredentialHelper::toString));
        HelperScript.write(folder, "test.exe", ANSWER);
        assertEquals(
                Optional.of("docker-credential-test.exe"),
                CredentialHelper.find("test", environment, ";").map(CredentialHelper::toString));
        assertEquals(
                Optional.of("docker-credential-test"),
                CredentialHelper.find("test", Map.of("PATH", folder.toString()), ":")
                        .map(CredentialHelper::toString));
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

    /** What says that it has started all, and does not answer. */
    private static final String SLEEPS =
            "sleep 600 & echo $! >$FOLDER/child; echo $$ >$FOLDER/new; mv $FOLDER/new $FOLDER/pid; wait";

    @Test
    void endsAHelperThatDoesNotAnswerAndWhatItHasStarted() throws IOException {
        CredentialHelper helper = helper(SLEEPS);
        timeOutAfterItsStart(
                time -> assertEquals(Reason.HELPER_TIMED_OUT, refusal(helper.withTimeout(time)), time.toString()));
        assertAllEnds();
    }

    /** Lets the time be over again, and a longer one each time, until it was enough for the helper to start all. */
    private void timeOutAfterItsStart(Consumer<Duration> timeOut) {
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            Duration time = Duration.ofMillis(250);
            do {
                timeOut.accept(time);
                time = time.multipliedBy(2);
            } while (!Files.exists(folder.resolve("pid")));
        });
    }

    /** Does something when the helper has started all. */
    private Thread whenStarted(Runnable action) {
        Thread thread = new Thread(() -> {
            long start = System.nanoTime();
            while (!Files.exists(folder.resolve("pid")) && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(30)) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
            action.run();
        });
        thread.start();
        return thread;
    }

    private void assertAllEnds() throws IOException {
        assertEnds(folder.resolve("pid"));
        assertEnds(folder.resolve("child"));
        Files.delete(folder.resolve("pid"));
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
    void endsAHelperWhenItsCallerIsInterrupted() throws IOException, InterruptedException {
        CredentialHelper helper = helper(SLEEPS);
        Thread interrupting = whenStarted(Thread.currentThread()::interrupt);
        assertEquals(Reason.INTERRUPTED, refusal(helper));
        assertTrue(Thread.interrupted(), "the caller still has to know");
        interrupting.join();
        assertAllEnds();
    }

    @Test
    void endsAHelperWhenTheCallThatItIsForIsCancelledOrOver() throws IOException, InterruptedException {
        CredentialHelper helper = helper(SLEEPS);
        DockerConfig config = DockerConfig.parse("{\"credsStore\":\"test\"}".getBytes(StandardCharsets.UTF_8))
                .withHelpers(name -> Optional.of(helper));
        CredentialProvider cached = CachedCredentials.of(config, Duration.ofMinutes(5), Clock.systemUTC());
        for (CredentialProvider provider : List.of(config, cached)) {
            Cancellation cancelled = Cancellation.create();
            Thread cancelling = whenStarted(cancelled::cancel);
            assertEquals(
                    Reason.CANCELLED,
                    assertTimeoutPreemptively(
                            Duration.ofSeconds(60), () -> refusal(provider, Duration.ofMinutes(5), cancelled)));
            cancelling.join();
            assertAllEnds();
            timeOutAfterItsStart(
                    time -> assertEquals(Reason.HELPER_TIMED_OUT, refusal(provider, time, Cancellation.never())));
            assertAllEnds();
        }
    }

    private static Reason refusal(CredentialProvider provider, Duration time, Cancellation cancellation) {
        return assertThrows(CredentialException.class, () -> provider.credentialsFor(REGISTRY, time, cancellation))
                .reason();
    }

    @Test
    void seesTheEnvironmentThatItIsGivenAndNoOther() throws IOException {
        CredentialHelper helper = CredentialHelper.of(
                HelperScript.write(
                        folder, "test", "echo \"{\\\"Username\\\":\\\"$A\\\",\\\"Secret\\\":\\\"$HOME\\\"}\""),
                Map.of("A", "user"));
        assertEquals(Credentials.of("user", ""), helper.get(REGISTRY));
    }

    @Test
    void saysThatAProgramCannotBeRun() {
        CredentialHelper none = CredentialHelper.of(folder.resolve("docker-credential-none"), Map.of());
        assertEquals(Reason.HELPER_FAILED, refusal(none));
        assertEquals(Reason.HELPER_FAILED, refusal(CredentialHelper.of(folder, Map.of())));
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
        assertThrows(IllegalArgumentException.class, () -> CredentialHelper.of(Path.of("relative"), Map.of()));
    }
}

package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.testing.JavaProcess;
import dev.tallyclerk.testing.Peers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signatures are verified in a network namespace without any interface, not even loopback. */
class OfflineProcessTest {
    private static final List<String> NAMESPACE = List.of("unshare", "-rn");

    @TempDir
    Path folder = Path.of("");

    private record Ended(int exitCode, String output, String errors) {}

    private Ended run(List<String> command) throws IOException, InterruptedException {
        Path output = folder.resolve("output.txt");
        Path errors = folder.resolve("errors.txt");
        List<String> offline = new ArrayList<>(NAMESPACE);
        offline.addAll(command);
        Process process = new ProcessBuilder(offline)
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            fail("the process did not end");
        }
        return new Ended(process.exitValue(), Files.readString(output), Files.readString(errors));
    }

    private Ended tallyclerk(String... arguments) throws IOException, InterruptedException {
        return run(JavaProcess.command(
                List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"), Launcher.class, arguments));
    }

    @BeforeEach
    void requireNamespaces() throws IOException, InterruptedException {
        Peers.require("unshare");
        Ended interfaces = run(List.of("cat", "/proc/net/dev"));
        if (interfaces.exitCode() != 0) {
            throw Peers.skip("this machine allows no network namespace: " + interfaces.errors());
        }
        Ended addresses = run(List.of("cat", "/proc/net/fib_trie"));
        assertEquals("", addresses.output().strip(), "the namespace has an address");
    }

    @Test
    void everyCopiedCaseIsJudgedAlike() throws IOException, InterruptedException, JsonException {
        List<Path> lists = new ArrayList<>(JudgedCases.copied());
        lists.add(JudgedCases.writeImages(folder));
        for (Path index : lists) {
            Ended judged = tallyclerk("trust", "judge", index.toString());
            assertEquals(0, judged.exitCode(), judged.errors());
            JudgedCases.assertVerdicts(index, judged.output());
        }
    }

    /** Otherwise the test would prove nothing. */
    @Test
    void aRegistryCannotBeReachedFromThere() throws IOException, InterruptedException {
        Ended tags = tallyclerk("tags", "localhost:1/a", "--max-time", "5");
        assertEquals(ExitCode.NETWORK, tags.exitCode(), tags.errors());
    }
}

package dev.tallyclerk.testing;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Programs of other people that the tests run against. Without one its tests are skipped, and say so; with
 * {@code -Dtallyclerk.peers=required} they fail instead.
 */
public final class Peers {
    private static final String REQUIRED = "tallyclerk.peers";

    private Peers() {}

    /** {@return the program of that name on the PATH, or skips the running test, or fails it where peers are required} */
    public static Path require(String program) {
        Optional<Path> found = find(program);
        return found.orElseThrow(() -> missing("there is no " + program + " on the PATH"));
    }

    /**
     * {@return the program of that name on the PATH, or skips the running test, also where peers are required: not every
     * machine is offered the program}
     */
    public static Path requireIfOffered(String program) {
        return find(program).orElseThrow(() -> skip("there is no " + program + " on the PATH"));
    }

    /** {@return that file or folder of another program, or skips the running test, or fails it where required} */
    public static Path requireFile(Path file) {
        if (Files.exists(file)) {
            return file;
        }
        throw missing("there is no " + file);
    }

    /** Skips the running test for want of a peer, or fails it where peers are required; never returns. */
    public static RuntimeException missing(String message) {
        if ("required".equals(System.getProperty(REQUIRED))) {
            return fail(message + ", and -D" + REQUIRED + "=required is set");
        }
        return skip(message);
    }

    /** Skips the running test, also where peers are required; never returns. */
    public static RuntimeException skip(String message) {
        // Loud, because a report that counts skipped tests does not say why.
        System.err.println("SKIPPED: " + message);
        return abort("SKIPPED: " + message);
    }

    /** Runs a program in that folder to its end and returns what it printed. */
    public static String run(Path folder, String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("output", ".txt");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return fail(List.of(command) + " did not end");
        }
        String printed = Files.readString(output, StandardCharsets.UTF_8);
        Files.delete(output);
        if (process.exitValue() != 0) {
            return fail(List.of(command) + " ended with " + process.exitValue() + ": " + printed);
        }
        return printed;
    }

    private static Optional<Path> find(String program) {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            Path candidate = Path.of(folder, program);
            if (Files.isExecutable(candidate) && Files.isRegularFile(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }
}

package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is spelled as the protocol spells it is done without the parser, and everything else is left to it untouched.
 */
class TufProtocolTest {
    @TempDir
    Path folder = Path.of("");

    private OptionalInt run(String line) {
        Terminal terminal = Terminal.of(
                Map.of(),
                InputStream.nullInputStream(),
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                StandardCharsets.UTF_8);
        String[] args = line.replace("DIR", folder.toString()).split(" ", -1);
        return TufProtocol.run(terminal, Clock.systemUTC(), args);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tuf --metadata-dir DIR/m init DIR/no-such-root",
                "tuf --metadata-url file:///nowhere --metadata-dir DIR/m refresh",
                "tuf --metadata-url file:///nowhere --metadata-dir DIR/m --target-name a --target-name b --target-dir DIR/t"
                        + " --target-base-url file:///nowhere download"
            })
    void theProtocolsOwnSpellingIsRead(String line) {
        assertEquals(OptionalInt.of(ExitCode.REJECTED), run(line));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "verify oci:x",
                "tuf",
                "tuf --help",
                "tuf init",
                "tuf --metadata-dir DIR/m init",
                "tuf --metadata-dir DIR/m init --help",
                "tuf --metadata-dir DIR/m init DIR/a DIR/b",
                "tuf --metadata-dir=DIR/m init DIR/root.json",
                "tuf init DIR/root.json --metadata-dir DIR/m",
                "tuf --metadata-dir DIR/m --metadata-dir DIR/n init DIR/root.json",
                "tuf --metadata-dir --metadata-url file:///nowhere refresh",
                "tuf --metadata-dir DIR/m refresh",
                "tuf --metadata-dir DIR/m --metadata-url ftp://nowhere/ refresh",
                "tuf --metadata-dir DIR/m --metadata-url file:///nowhere refresh more",
                "tuf --metadata-dir DIR/m --metadata-url file:///nowhere download",
                "tuf --metadata-dir DIR/m --unknown x refresh",
                "tuf --metadata-dir DIR/m --metadata-url file:///nowhere --offline refresh",
                "tuf --metadata-dir DIR/m --metadata-url file:///nowhere --allow-expired refresh",
                "tuf inspect DIR"
            })
    void anythingElseIsLeftToTheParser(String line) {
        assertEquals(OptionalInt.empty(), run(line));
        assertFalse(Files.exists(folder.resolve("m")));
    }

    @Test
    void aRefreshIsNotTriedTwice() {
        CommandRun run = CommandRun.of(
                "tuf",
                "--metadata-url",
                "file:///nowhere",
                "--metadata-dir",
                folder.resolve("m").toString(),
                "refresh");
        assertEquals(1, run.exitCode());
        assertEquals(1, run.err().lines().count(), run.err());
    }
}

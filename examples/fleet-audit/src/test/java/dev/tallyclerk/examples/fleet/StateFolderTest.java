package dev.tallyclerk.examples.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTest {
    private static final Instant BEGIN = Instant.parse("2026-11-30T12:00:00Z");

    @TempDir
    Path folder;

    /** A run that was killed has left its records. */
    @BeforeEach
    void aRunWasKilled() throws IOException {
        try (StateFolder state = StateFolder.open(folder, "all", BEGIN)) {
            Files.writeString(state.file("images.log"), "records");
            Files.writeString(folder.resolve("layers/result"), "result");
        }
    }

    private void assertContinues(String run, Duration later, boolean continues) throws IOException {
        try (StateFolder state = StateFolder.open(folder, run, BEGIN.plus(later))) {
            assertEquals(continues, Files.exists(state.file("images.log")));
            assertEquals(continues, Files.exists(folder.resolve("layers/result")));
            assertEquals(continues ? BEGIN : BEGIN.plus(later), state.began());
        }
    }

    @Test
    void aRunThatWasKilledContinuesForADay() throws IOException {
        assertContinues("all", Duration.ofHours(1), true);
        assertContinues("all", Duration.ofHours(23), true);
        assertContinues("all", Duration.ofHours(24), false);
    }

    @Test
    void aRunFromTheFutureIsNotContinued() throws IOException {
        assertContinues("all", Duration.ofSeconds(-1), false);
    }

    @Test
    void anotherQuestionBeginsAnew() throws IOException {
        assertContinues("others", Duration.ofHours(1), false);
    }

    @Test
    void aRunThatReadEverythingIsNotContinued() throws IOException {
        try (StateFolder state = StateFolder.open(folder, "all", BEGIN)) {
            state.finish(true);
        }
        assertContinues("all", Duration.ofHours(1), true);
        try (StateFolder state = StateFolder.open(folder, "all", BEGIN)) {
            state.finish(false);
        }
        assertContinues("all", Duration.ofHours(2), false);
    }

    @Test
    void aKillWhileTheFolderIsClearedLeavesNothingToContinue() throws IOException {
        Path stuck = Files.createDirectories(folder.resolve("layers/folder/with-a-file"));
        // What cannot be deleted ends the run as a kill would.
        assertThrows(IOException.class, () -> StateFolder.open(folder, "others", BEGIN));
        Files.delete(stuck);
        assertContinues("all", Duration.ofHours(1), false);
    }
}

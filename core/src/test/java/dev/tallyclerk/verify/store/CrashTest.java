package dev.tallyclerk.verify.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What other processes leave, killed or not. */
class CrashTest {
    private static final int KILLS = 15;

    @TempDir
    Path folder;

    @Test
    void aProcessKilledAnywhereLeavesNothingUnverifiedUnderATrustedName() throws IOException, InterruptedException {
        Random random = new Random(1);
        int trusted = 0;
        int left = 0;
        for (int i = 0; i < KILLS; i++) {
            Process process = WritingProcess.start(folder, "write", i);
            killAfter(process, 1 + random.nextInt(400));
            trusted = Math.max(trusted, Blobs.verifyTrusted(folder));
            left += Blobs.quarantine(folder).size();
            assertCleanAfterStart();
        }
        assertTrue(trusted > 10, "the processes had written enough to be a test: " + trusted);
        assertTrue(left > 0, "the processes were killed while they wrote");
    }

    @Test
    void whatAKilledProcessWroteIsResumed() throws IOException, InterruptedException {
        for (int seed = 100; seed < 103; seed++) {
            killAfter(WritingProcess.start(folder, "write", seed), 300);
        }
        ContentStore store = ContentStore.of(folder, WritingProcess.CLOCK);
        long resumed = 0;
        for (int i = 0; i < 40; i++) {
            Blobs blob = WritingProcess.blob(i);
            var absent = store.resume(blob.digest(), blob.size());
            if (absent.isPresent()) {
                try (BlobWriter writer = absent.get()) {
                    resumed += writer.offset();
                    writer.write(blob.from(writer.offset()));
                    writer.commit();
                }
            }
        }
        assertTrue(resumed > 0);
        assertEquals(40, Blobs.verifyTrusted(folder));
    }

    @Test
    void aCleanUpLeavesTheFilesOfLivingProcessesAlone() throws IOException, InterruptedException {
        Process killed = WritingProcess.start(folder, "write", 1);
        Process living = WritingProcess.start(folder, "write", 2);
        try {
            killAfter(killed, 50);
            ContentStore store =
                    ContentStore.of(folder, StoreLimits.defaults().withMaxPartialBytes(0), WritingProcess.CLOCK);
            InputStream steps = living.getInputStream();
            for (int i = 0; i < 500; i++) {
                assertEquals('.', steps.read(), "the living process goes on");
                store.cleanUp();
            }
            assertTrue(living.isAlive());
        } finally {
            killAfter(living, 0);
        }
        Blobs.verifyTrusted(folder);
        assertCleanAfterStart();
    }

    @Test
    void twoProcessesRacingForOneBlobBothEndWithIt() throws IOException, InterruptedException {
        Process one = WritingProcess.start(folder, "race", 0);
        Process two = WritingProcess.start(folder, "race", 0);
        try {
            assertEquals("..", answers(one, two));
            for (int i = 0; i < 40; i++) {
                order(Integer.toString(i), one, two);
                assertEquals("nn", answers(one, two), "both have begun before one goes on");
                order("go", one, two);
                assertEquals("ww", answers(one, two));
            }
        } finally {
            killAfter(one, 0);
            killAfter(two, 0);
        }
        assertEquals(40, Blobs.verifyTrusted(folder));
        assertEquals(List.of(), Blobs.quarantine(folder));
    }

    @Test
    void ofTwoProcessesThatResumeOneBlobOneGoesOnAndBothEndWithIt() throws IOException, InterruptedException {
        ContentStore store = ContentStore.of(folder, WritingProcess.CLOCK);
        Process one = WritingProcess.start(folder, "resume", 0);
        Process two = WritingProcess.start(folder, "resume", 0);
        try {
            assertEquals("..", answers(one, two));
            for (int i = 0; i < 20; i++) {
                Blobs blob = WritingProcess.begun(i);
                try (BlobWriter writer = store.write(blob.digest(), blob.size()).orElseThrow()) {
                    writer.write(blob.content(), 0, WritingProcess.BEGUN);
                }
                order(Integer.toString(i), one, two);
                String begun = answers(one, two);
                assertTrue(begun.equals("rn") || begun.equals("nr"), begun);
                order("go", one, two);
                assertEquals("ww", answers(one, two));
            }
        } finally {
            killAfter(one, 0);
            killAfter(two, 0);
        }
        assertEquals(20, Blobs.verifyTrusted(folder));
        assertEquals(List.of(), Blobs.quarantine(folder));
    }

    private static void order(String order, Process... processes) throws IOException {
        for (Process process : processes) {
            OutputStream orders = process.getOutputStream();
            orders.write((order + "\n").getBytes(StandardCharsets.US_ASCII));
            orders.flush();
        }
    }

    private static String answers(Process... processes) throws IOException {
        StringBuilder answers = new StringBuilder();
        for (Process process : processes) {
            answers.append((char) process.getInputStream().read());
        }
        return answers.toString();
    }

    /** Nothing waits for a time: the process says each step, and is somewhere after the last one that was read. */
    private static void killAfter(Process process, int steps) throws IOException, InterruptedException {
        try (InputStream in = process.getInputStream()) {
            for (int i = 0; i < steps; i++) {
                assertEquals('.', in.read(), "step " + i);
            }
            process.destroyForcibly().waitFor();
        }
    }

    private void assertCleanAfterStart() throws IOException {
        ContentStore.of(folder, WritingProcess.CLOCK);
        for (String name : Blobs.quarantine(folder)) {
            assertTrue(name.endsWith(".partial"), name);
        }
    }
}

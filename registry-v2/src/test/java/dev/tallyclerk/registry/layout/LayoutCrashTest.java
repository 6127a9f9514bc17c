package dev.tallyclerk.registry.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.image.ImageCopier;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.verify.ImageVerification.Verdict;
import dev.tallyclerk.registry.verify.ImageVerifier;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What other processes leave in a layout, killed or not. */
class LayoutCrashTest {
    private static final int KILLS = 8;

    @TempDir
    Path temp = Path.of("");

    private Path folder() {
        return temp.resolve("layout");
    }

    @Test
    void aProcessKilledAnywhereLeavesALayoutWithAllThatWasAdded() throws IOException, InterruptedException {
        Random random = new Random(1);
        int added = 0;
        for (int i = 0; i < KILLS; i++) {
            added += killAfter(AddingProcess.start(folder(), "p" + i, 1000), 1 + random.nextInt(24), random);
            int found = verified();
            assertTrue(found >= added, found + " images of " + added);
            // The one that was being added when its process died may be there too.
            assertTrue(found <= added + i + 1, found + " images of " + added);
        }
        assertTrue(added > KILLS, "the processes had added enough to be a test: " + added);
        ImageCopier.create()
                .copy(
                        AddingProcess.image("last", 0),
                        OciLayoutWriter.create(folder(), Clock.fixed(AddingProcess.NOW, ZoneOffset.UTC))
                                .destination("last"));
        verified();
    }

    @Test
    void twoProcessesThatAddAtOnceLoseNothing() throws IOException, InterruptedException {
        int images = 60;
        Process one = AddingProcess.start(folder(), "one", images);
        Process two = AddingProcess.start(folder(), "two", images);
        try (InputStream first = one.getInputStream();
                InputStream second = two.getInputStream()) {
            assertEquals(2 * images, first.readAllBytes().length);
            assertEquals(2 * images, second.readAllBytes().length);
        }
        assertEquals(0, one.waitFor());
        assertEquals(0, two.waitFor());
        assertEquals(2 * images, verified());
        try (OciLayout layout = OciLayout.open(folder())) {
            for (int i = 0; i < images; i++) {
                layout.requireImage("one." + i);
                layout.requireImage("two." + i);
            }
        }
    }

    /**
     * Reads so many bytes of what the process says, kills it a moment later, and returns how many images it had added.
     */
    private static int killAfter(Process process, int bytes, Random random) throws IOException, InterruptedException {
        int added = 0;
        try (InputStream in = process.getInputStream()) {
            for (int i = 0; i < bytes; i++) {
                int said = in.read();
                assertTrue(said == '.' || said == '+', "said " + said);
                added += said == '+' ? 1 : 0;
            }
            for (int spin = random.nextInt(2_000_000); spin > 0; spin--) {
                Thread.onSpinWait();
            }
            // Not by the Process, which would close the stream: what it said before it died counts too.
            assertTrue(process.toHandle().destroyForcibly());
            for (int said = in.read(); said >= 0; said = in.read()) {
                added += said == '+' ? 1 : 0;
            }
            process.waitFor();
        }
        return added;
    }

    /** Verifies every image and every blob, and returns how many images there are. */
    private int verified() throws IOException {
        try (OciLayout layout = OciLayout.open(folder())) {
            for (Descriptor entry : layout.index().manifests()) {
                assertEquals(
                        Verdict.VERIFIED,
                        ImageVerifier.create()
                                .verify(layout.image(entry.digest()))
                                .verdict());
            }
            for (Digest blob : layout.blobs()) {
                byte[] content = Files.readAllBytes(folder().resolve(LayoutFiles.blobPath(blob)));
                assertEquals(blob, Digest.of(blob.algorithm(), content));
            }
            return layout.index().manifests().size();
        }
    }
}

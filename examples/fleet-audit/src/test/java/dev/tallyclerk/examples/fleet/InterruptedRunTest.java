package dev.tallyclerk.examples.fleet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.JavaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that did not come to its end, and the next one. */
class InterruptedRunTest {
    private static final int IMAGES = 120;
    private static final int LAYERS = 60;
    private static final int KILLED_AT = 20;

    @TempDir
    Path folder;

    private SyntheticRegistry registry;
    private AuditedFleet fleet;
    private byte[] whole;
    private int layersBefore;
    private int manifestsBefore;
    private int perImage;

    @BeforeEach
    void aRunCameToItsEnd() throws IOException {
        registry = SyntheticRegistry.start(IMAGES, LAYERS, 4_000);
        fleet = new AuditedFleet(folder);
        assertEquals(Summary.ACCEPTED, fleet.auditAll(registry), fleet::progress);
        whole = Files.readAllBytes(fleet.output().resolve("images.jsonl"));
        Files.delete(fleet.output().resolve("images.jsonl"));
        layersBefore = registry.layerRequests();
        manifestsBefore = registry.manifestRequests();
        perImage = manifestsBefore / IMAGES;
    }

    @AfterEach
    void stopTheRegistry() {
        registry.close();
    }

    private Process start() throws IOException {
        List<String> command = JavaProcess.command(
                List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                Main.class,
                "audit",
                "docker://" + registry.host(),
                "--plain-http-for",
                registry.host(),
                "--state",
                fleet.state().toString(),
                "--output",
                fleet.output().toString(),
                "--parallel",
                "1",
                "--max-image-memory",
                "16");
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
    }

    /** Kills a run at a request, and lets the next one come to its end. */
    private void killAndContinue(Consumer<IntConsumer> beforeRequest, int before) throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch killed = new CountDownLatch(1);
        beforeRequest.accept(count -> {
            if (count - before == KILLED_AT) {
                reached.countDown();
                try {
                    killed.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        });
        Process process = start();
        try {
            assertTrue(reached.await(10, TimeUnit.MINUTES), "the run has come to the request");
        } finally {
            process.destroyForcibly().waitFor();
            killed.countDown();
        }
        assertFalse(Files.exists(fleet.output().resolve("images.jsonl")));
        Process again = start();
        assertTrue(again.waitFor(10, TimeUnit.MINUTES));
        assertEquals(0, again.exitValue(), Files.readString(folder.resolve("log")));
        assertArrayEquals(whole, Files.readAllBytes(fleet.output().resolve("images.jsonl")));
    }

    @Test
    void aRunThatWasKilledAmongLayersContinuesInLittleMemoryWithTheSameResult() throws Exception {
        killAndContinue(registry::beforeLayer, layersBefore);
        assertEquals(LAYERS + 1, registry.layerRequests() - layersBefore, "only the layer of the kill was read again");
        assertEquals(manifestsBefore, registry.manifestRequests() - manifestsBefore, "no manifest was read again");
    }

    @Test
    void aRunThatWasKilledAmongDocumentsContinuesWithTheSameResult() throws Exception {
        killAndContinue(registry::beforeManifest, manifestsBefore);
        int again = registry.manifestRequests() - 2 * manifestsBefore;
        assertTrue(again > 0 && again <= perImage, again + " requests for the image of the kill");
        assertEquals(LAYERS, registry.layerRequests() - layersBefore);
    }

    @Test
    void aRunThatCouldNotWriteItsVerdictsContinuesWithThem() throws Exception {
        Files.delete(fleet.output().resolve("summary.html"));
        Files.delete(fleet.output());
        Files.writeString(fleet.output(), "in the way");
        assertEquals(Main.ERROR, fleet.auditAll(registry));
        assertEquals(LAYERS, registry.layerRequests() - layersBefore);
        Files.delete(fleet.output());
        assertEquals(Summary.ACCEPTED, fleet.auditAll(registry), fleet::progress);
        assertEquals(LAYERS, registry.layerRequests() - layersBefore, "all layers are known");
        assertArrayEquals(whole, Files.readAllBytes(fleet.output().resolve("images.jsonl")));
    }

    @Test
    void aResultThatIsDamagedIsIncompleteAndReadAgainByTheNextRun() throws Exception {
        registry.fail(7, true);
        assertEquals(Summary.INCOMPLETE, fleet.auditAll(registry), fleet::progress);
        try (Stream<Path> results = Files.list(fleet.state().resolve("layers"))) {
            for (Path result : results.toList()) {
                Files.writeString(result, "damaged");
            }
        }
        registry.fail(7, false);
        assertEquals(Summary.INCOMPLETE, fleet.auditAll(registry), fleet::progress);
        assertEquals(Summary.ACCEPTED, fleet.auditAll(registry), fleet::progress);
        assertArrayEquals(whole, Files.readAllBytes(fleet.output().resolve("images.jsonl")));
    }
}

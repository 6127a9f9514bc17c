package dev.tallyclerk.trust.tuf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.trust.key.SigningKey;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that share a folder, and processes that are killed. */
class RefreshCrashTest {
    private static final int KILLS = 12;

    /** How many of the kills have to come in the middle of a refresh. */
    private static final int CUT_SHORT = 4;

    /** Some milliseconds. */
    private static final int SPINS = 100_000;

    private static final int REFRESHES = 25;

    private final TestRepository repository = new TestRepository();

    @TempDir
    Path temp = Path.of("");

    @BeforeEach
    void publishFirst() throws IOException {
        Files.createDirectories(published());
        Files.write(root(), repository.rootFile(1));
        write();
    }

    private Path store() {
        return temp.resolve("store");
    }

    private Path published() {
        return temp.resolve("repository");
    }

    private Path root() {
        return temp.resolve("root.json");
    }

    /** As a repository should: the timestamp last, and each file at once, because clients read meanwhile. */
    private void write() throws IOException {
        for (Map.Entry<String, byte[]> file : repository.files.entrySet()) {
            if (!file.getKey().equals("timestamp.json")) {
                write(file.getKey(), file.getValue());
            }
        }
        write("timestamp.json", repository.fileNamed("timestamp.json"));
    }

    private void write(String name, byte[] content) throws IOException {
        Path next = Files.write(published().resolve("next"), content);
        Files.move(next, published().resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Each kill comes some time after the refresh has changed one file, and most before it is through. */
    @Test
    void aProcessKilledAnywhereLeavesAStoreFromWhichTheNextRefreshWorks() throws Exception {
        Random random = new Random(1);
        MetadataStore store = MetadataStore.inDirectory(store());
        int cutShort = 0;
        for (int i = 0; i < KILLS || cutShort < CUT_SHORT; i++) {
            assertTrue(i < 4 * KILLS, "of " + i + " refreshes no more were cut short than " + cutShort);
            boolean rotates = i % 2 == 1;
            if (rotates) {
                repository.setKeys(TopLevelRole.TIMESTAMP, 1, SigningKey.ed25519());
                repository.setKeys(TopLevelRole.SNAPSHOT, 1, SigningKey.ed25519());
                repository.rotateRoot(SigningKey.ed25519());
            }
            repository.publish();
            write();
            // In the order in which a refresh changes them.
            List<StoredName> changed = rotates
                    ? List.of(
                            StoredName.rootVersion(repository.version(TopLevelRole.ROOT)),
                            StoredName.TIMESTAMP,
                            StoredName.ROOT,
                            StoredName.SNAPSHOT)
                    : List.of(StoredName.TIMESTAMP, StoredName.SNAPSHOT);
            killAfterChange(changed.get(i / 2 % changed.size()), random);
            // The last that a refresh stores.
            String last = repository.version(TopLevelRole.TARGETS) + ".targets.json";
            if (!Arrays.equals(repository.fileNamed(last), content(store, StoredName.TARGETS))) {
                cutShort++;
            }
            TrustedMetadata trusted = repository.client(store).refresh().trusted();
            assertEquals(repository.version(TopLevelRole.ROOT), trusted.root().version());
            assertEquals(
                    repository.version(TopLevelRole.TIMESTAMP),
                    trusted.timestamp().orElseThrow().version());
            assertEquals(
                    repository.version(TopLevelRole.TARGETS),
                    trusted.targets().orElseThrow().version());
        }
    }

    @Test
    void aProcessRefreshesNoFolderThatAnotherOneHolds() throws Exception {
        Process waiting;
        try (MetadataStore.Claim claim = MetadataStore.inDirectory(store()).claim()) {
            assertEquals(".x", said(Duration.ZERO), claim.toString());
            waiting = RefreshingProcess.start(store(), published(), root(), 1);
            assertEquals('.', waiting.getInputStream().read());
        }
        try (InputStream in = waiting.getInputStream()) {
            assertEquals("+", new String(in.readAllBytes(), StandardCharsets.US_ASCII));
        }
        assertEquals(0, waiting.waitFor());
        assertEquals(".+", said(Duration.ZERO));
    }

    /** {@return what a process says that refreshes once and waits so long for the folder} */
    private String said(Duration claimTimeout) throws Exception {
        Process process = RefreshingProcess.start(store(), published(), root(), 1, claimTimeout);
        try (InputStream in = process.getInputStream()) {
            String said = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            assertEquals(0, process.waitFor());
            return said;
        }
    }

    @Test
    void twoProcessesOnOneFolderNeverMixTheirStates() throws Exception {
        Process one = RefreshingProcess.start(store(), published(), root(), REFRESHES);
        Process two = RefreshingProcess.start(store(), published(), root(), REFRESHES);
        try (InputStream first = one.getInputStream();
                InputStream second = two.getInputStream()) {
            // As long as they run, the repository goes on.
            StringBuilder said = new StringBuilder();
            for (int next = first.read(); next >= 0; next = first.read()) {
                said.append((char) next);
                repository.publish();
                write();
            }
            assertEquals(".+".repeat(REFRESHES), said.toString());
            assertEquals(".+".repeat(REFRESHES), new String(second.readAllBytes(), StandardCharsets.US_ASCII));
        }
        assertEquals(0, one.waitFor());
        assertEquals(0, two.waitFor());
        repository.client(MetadataStore.inDirectory(store())).offline();
    }

    private static byte[] content(MetadataStore store, StoredName name) throws IOException {
        return store.load(name, 1_000_000).orElse(new byte[0]);
    }

    private void killAfterChange(StoredName name, Random random) throws IOException, InterruptedException {
        MetadataStore store = MetadataStore.inDirectory(store());
        byte[] before = content(store, name);
        Process process = RefreshingProcess.start(store(), published(), root(), 30_000);
        try (InputStream in = process.getInputStream()) {
            assertEquals('.', in.read());
            while (Arrays.equals(before, content(store, name))) {
                assertTrue(process.isAlive());
            }
            for (int spin = random.nextInt(SPINS); spin > 0; spin--) {
                Thread.onSpinWait();
            }
            assertTrue(process.toHandle().destroyForcibly());
            process.waitFor();
        } finally {
            process.destroyForcibly();
        }
    }
}

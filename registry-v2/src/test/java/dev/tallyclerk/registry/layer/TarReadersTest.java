package dev.tallyclerk.registry.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.registry.internal.tar.TarText;
import dev.tallyclerk.registry.layer.TarReaderPeer.Entry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The reader beside GNU tar, libarchive, Python's tarfile and Go's archive/tar: what we take, none of them takes for
 * other files. That one of them refuses it says nothing.
 *
 * <p>{@code -Dtallyclerk.archives=1000000} tries more changed archives than CI does, {@code -Dtallyclerk.seed=2}
 * others.
 */
class TarReadersTest {
    private static final int ARCHIVES = Integer.getInteger("tallyclerk.archives", 10_000);

    @TempDir
    static Path programs;

    private static final List<TarReaderPeer> PEERS = new ArrayList<>();
    private static GoArchiveTar go;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        go = GoArchiveTar.start(programs);
        for (String name : List.of("python", "libarchive", "gnu")) {
            PEERS.add(TarReaderPeer.start(name, programs));
        }
    }

    @AfterAll
    static void stop() throws IOException {
        for (TarReaderPeer peer : PEERS) {
            peer.close();
        }
        PEERS.clear();
        if (go != null) {
            go.close();
        }
    }

    private static List<Entry> ours(byte[] tar) throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (LayerReader reader = LayerReader.openArchive(new ByteArrayInputStream(tar), LayerLimits.defaults())) {
            for (Optional<LayerEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
                LayerEntry entry = next.get();
                CRC32 crc = new CRC32();
                byte[] content = reader.content().readAllBytes();
                crc.update(content);
                assertEquals(entry.size(), content.length);
                boolean file = entry.type() == LayerEntry.Type.FILE;
                entries.add(new Entry(
                        SeenEntry.flag(entry.type()),
                        TarReaderPeer.normalised(hex(entry.rawPath())),
                        hex(entry.linkTarget()),
                        entry.size(),
                        file ? String.format("%08x", crc.getValue()) : "-"));
            }
        }
        return entries;
    }

    private static String hex(String name) {
        return HexFormat.of().formatHex(TarText.encode(name));
    }

    /** {@return what each reader that reads the archive to its end takes for other files than {@code ours}} */
    private static Map<String, List<Entry>> differing(byte[] tar, List<Entry> ours) throws IOException {
        Map<String, List<Entry>> differing = new LinkedHashMap<>();
        for (TarReaderPeer peer : PEERS) {
            TarReaderPeer.Answer theirs = peer.read(tar);
            boolean content = !peer.name().equals("gnu");
            int last = theirs.entries().size() - 1;
            if (peer.name().equals("libarchive")
                    && last >= 0
                    && theirs.entries().get(last).type() == '1') {
                // At the archive's end it takes the end marker for the content of a hard link that has a size.
                Entry link = theirs.entries().get(last);
                theirs.entries().set(last, new Entry('1', link.name(), link.link(), 0, "-"));
            }
            List<Entry> expected =
                    content ? ours : ours.stream().map(Entry::withoutCrc).toList();
            if (theirs.error().isEmpty() && !theirs.entries().equals(expected)) {
                differing.put(peer.name(), theirs.entries());
            }
        }
        return differing;
    }

    private static void assertSame(byte[] tar) throws IOException {
        List<Entry> ours = ours(tar);
        assertEquals(Map.of(), differing(tar, ours), ours::toString);
        assertTrue(go.read(tar).isAccepted());
    }

    @Test
    void takesNoChangedArchiveThatAnotherReaderTakesForOtherFiles() throws IOException {
        Random random = new Random(Long.getLong("tallyclerk.seed", 1));
        List<byte[]> samples = List.of(MutatedTar.sample(), MutatedTar.linksAndSparseFiles());
        for (byte[] sample : samples) {
            assertSame(sample);
        }
        int taken = 0;
        Map<Integer, String> differences = new LinkedHashMap<>();
        for (int i = 0; i < ARCHIVES; i++) {
            byte[] tar = MutatedTar.of(samples.get(i % samples.size()), random);
            List<Entry> ours;
            try {
                ours = ours(tar);
            } catch (LayerException e) {
                continue;
            }
            taken++;
            Map<String, List<Entry>> differing = differing(tar, ours);
            if (!differing.isEmpty()) {
                differences.put(i, ours + "\nbut " + differing);
            }
        }
        assertEquals(Map.of(), differences);
        assertTrue(taken > ARCHIVES / 20, taken + " taken");
    }
}

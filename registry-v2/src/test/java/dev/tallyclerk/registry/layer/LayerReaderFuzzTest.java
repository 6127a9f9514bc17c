package dev.tallyclerk.registry.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.registry.TestTar;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Any bytes are entries that need no more memory than an archive of their size may, or one refusal with a reason. */
class LayerReaderFuzzTest {
    /** A few objects for each header, and some copies of its bytes. */
    private static final int MEMORY_PER_BYTE = 10;

    private static final LayerLimits LIMITS =
            LayerLimits.defaults().withMaxNameBytes(300).withMaxDepth(20);

    @FuzzTest
    void read(byte[] data) throws IOException {
        byte[] tar = data.length % 2 == 1 ? data : TestTar.withChecksums(data);
        long content = 0;
        long memory = 0;
        int count = 0;
        long kept = 0;
        String lastOwner = "";
        try (LayerReader reader = LayerReader.openArchive(new ByteArrayInputStream(tar), LIMITS)) {
            for (Optional<LayerEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
                LayerEntry entry = next.get();
                assertEquals(count, entry.position());
                assertNormalised(entry);
                if (count % 2 == 0 && entry.size() < 1 << 20) {
                    assertEquals(entry.size(), reader.content().readAllBytes().length);
                }
                count++;
                content += entry.isSparse() ? 0 : entry.size();
                memory += entry.memoryBytes();
                kept += keptBytes(entry);
                String owner = entry.userName() + "/" + entry.groupName();
                kept += owner.equals(lastOwner) ? 0 : stored(entry.userName()) + stored(entry.groupName());
                lastOwner = owner;
            }
            assertTrue(content <= tar.length - 512L * count, "there is more content than archive");
            assertTrue(memory <= (long) MEMORY_PER_BYTE * tar.length, memory + " bytes of entries");
            assertTrue(memory >= kept, memory + " bytes said of " + kept);
        } catch (LayerException e) {
            assertTrue(e.toString().length() < 1000);
        }
        SeenEntry.assertSameIfBothAccept(tar);
    }

    /** {@return how many bytes the texts and arrays of an entry have at least, without those of its owner} */
    private static long keptBytes(LayerEntry entry) {
        long bytes = stored(entry.path()) + stored(entry.linkTarget()) + stored(entry.hardLinkPath());
        List<String> before = List.of("", "./", "/");
        boolean odd = before.stream()
                .noneMatch(start -> entry.rawPath().equals(start + entry.path())
                        || entry.rawPath().equals(start + entry.path() + "/"));
        bytes += odd ? stored(entry.rawPath()) : 0;
        bytes += entry.whiteout()
                .map(whiteout -> whiteout.fold(
                        removes -> stored(removes.path()),
                        opaque -> stored(opaque.directory()),
                        leftover -> stored(leftover.path())))
                .orElse(0L);
        for (String name : entry.xattrNames()) {
            bytes += stored(name) + entry.xattr(name).orElseThrow().length;
        }
        for (Map.Entry<String, String> record : entry.paxRecords().entrySet()) {
            bytes += stored(record.getKey()) + stored(record.getValue());
        }
        return bytes;
    }

    private static long stored(String text) {
        boolean isLatin1 = text.chars().allMatch(c -> c <= 0xff);
        return (isLatin1 ? 1L : 2L) * text.length();
    }

    private static void assertNormalised(LayerEntry entry) {
        List<String> names = Arrays.asList(entry.path().split("/", -1));
        assertTrue(entry.path().isEmpty() || !names.contains(""), entry::toString);
        assertFalse(names.contains("."), entry::toString);
        assertTrue(names.size() <= LIMITS.maxDepth(), entry::toString);
        assertTrue(!names.contains("..") || entry.hasParentReference(), entry::toString);
        assertTrue(LayerEntry.nameBytes(entry.rawPath()).length <= LIMITS.maxNameBytes(), entry::toString);
        assertEquals(-1, entry.linkTarget().indexOf((char) 0), entry::toString);
        assertEquals(-1, entry.rawPath().indexOf((char) 0), entry::toString);
    }
}

package dev.tallyclerk.registry.filesystem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.layer.LayerEntry;
import dev.tallyclerk.registry.layer.LayerException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The layers of any bytes make a file system that is one tree, or are refused with a typed reason. */
class ImageFileSystemFuzzTest {
    private static final int BLOCK = 512;
    private static final byte[] ZEROS = new byte[BLOCK];

    private static final MergeOptions OPTIONS = MergeOptions.defaults().withMaxEntries(500);

    @FuzzTest
    void merge(byte[] data) throws IOException {
        List<byte[]> layers = layers(data.length % 2 == 1 ? data : TestTar.withChecksums(data));
        try {
            assertOneTree(TestImage.mergedArchives(OPTIONS, layers));
        } catch (ImageFileSystemException | LayerException e) {
            assertTrue(e.toString().length() < 1000);
        }
    }

    /** {@return the archives that stand one after the other, each behind the end marker of the one before} */
    private static List<byte[]> layers(byte[] data) {
        List<byte[]> layers = new ArrayList<>();
        int start = 0;
        for (int at = 0; at < data.length; at += BLOCK) {
            boolean ends = isZero(data, at) && isZero(data, at + BLOCK);
            if (ends) {
                layers.add(Arrays.copyOfRange(data, start, at));
                while (isZero(data, at + BLOCK)) {
                    at += BLOCK;
                }
                start = at + BLOCK;
            }
        }
        if (start < data.length) {
            layers.add(Arrays.copyOfRange(data, start, data.length));
        }
        return layers;
    }

    private static boolean isZero(byte[] data, int at) {
        return at + BLOCK <= data.length && Arrays.equals(data, at, at + BLOCK, ZEROS, 0, BLOCK);
    }

    private static void assertOneTree(ImageFileSystem files) {
        List<ImageFile> all = files.walk().toList();
        assertTrue(all.size() <= OPTIONS.maxEntries());
        for (ImageFile file : all) {
            String path = file.path();
            List<String> names = Arrays.asList(path.split("/", -1));
            assertFalse(names.contains("") || names.contains(".") || names.contains(".."), path);
            int slash = path.lastIndexOf('/');
            String folder = path.substring(0, Math.max(slash, 0));
            assertTrue(slash < 0 || files.file(folder).orElseThrow().type() == LayerEntry.Type.DIRECTORY, path);
            assertTrue(
                    files.list(folder).stream().anyMatch(child -> child.path().equals(path)), path);
            assertTrue(
                    file.type() == LayerEntry.Type.DIRECTORY || files.list(path).isEmpty(), path);
            assertFalse(file.entry().flatMap(LayerEntry::whiteout).isPresent(), path);
            assertTrue(file.linkCount() >= 1, path);
            List<FileChange> history = files.history(path);
            FileChange last = history.get(history.size() - 1);
            assertTrue(last.kind() != FileChange.Kind.DELETED, path);
            assertEquals(file.origin(), last.layer(), path);
            files.resolve(path)
                    .ifPresent(end -> assertEquals(
                            end.path(), files.file(end.path()).orElseThrow().path()));
        }
        for (FileChange change : files.deleted()) {
            assertTrue(files.file(change.path()).isEmpty(), change.path());
        }
    }
}

package dev.tallyclerk.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * An image of many small files in memory, the same in every run: a base layer, and layers above it that add, replace
 * and delete files.
 *
 * @param layers the tar archives of the layers, base layer first
 * @param entries the number of entries in all layers
 */
record TarImage(List<byte[]> layers, int entries) {
    private static final int LAYERS = 5;
    private static final int FILES_IN_A_FOLDER = 12;
    private static final String[] NAMES = {
        "usr",
        "lib",
        "share",
        "python3.11",
        "site-packages",
        "node_modules",
        "locale",
        "doc",
        "include",
        "bin",
        "core",
        "internal",
        "__pycache__",
        "dist",
        "src",
        "x86_64-linux-gnu",
        "perl5",
        "man",
        "zoneinfo",
        "LC_MESSAGES"
    };

    static TarImage of(int entries) throws IOException {
        Random random = new Random(1); // fixed seed: every run walks the same image
        List<byte[]> layers = new ArrayList<>();
        List<String> files = new ArrayList<>();
        int made = 0;
        for (int layer = 0; layer < LAYERS; layer++) {
            int upTo = entries * (layer + 1) / LAYERS;
            Layer archive = new Layer(random, files);
            while (made < upTo) {
                made += archive.folder(layer > 0, upTo - made);
            }
            layers.add(archive.finish());
        }
        return new TarImage(layers, made);
    }

    /** A layer being written. */
    private static final class Layer {
        private final Random random;
        private final List<String> files;
        private final Set<String> own = new HashSet<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final TarArchiveOutputStream out = new TarArchiveOutputStream(bytes, StandardCharsets.UTF_8.name());

        Layer(Random random, List<String> files) {
            this.random = random;
            this.files = files;
            out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        }

        /** Writes a folder with its files and returns the number of entries. */
        int folder(boolean upper, int most) throws IOException {
            StringBuilder path = new StringBuilder("usr/");
            for (int i = 2 + random.nextInt(5); i > 0; i--) {
                path.append(NAMES[random.nextInt(NAMES.length)])
                        .append('-')
                        .append(random.nextInt(40))
                        .append('/');
            }
            entry(new TarArchiveEntry(path.toString()), 0755, 0);
            int count = Math.min(FILES_IN_A_FOLDER, most - 1);
            for (int i = 0; i < count; i++) {
                int kind = random.nextInt(100);
                String name = path + "file_" + random.nextInt(100_000) + ".so";
                String deleted = upper ? files.get(random.nextInt(files.size())) : name;
                // A layer never deletes its own files.
                if (upper && kind < 4 && !own.contains(deleted)) {
                    int slash = deleted.lastIndexOf('/') + 1;
                    name = deleted.substring(0, slash) + ".wh." + deleted.substring(slash);
                    entry(new TarArchiveEntry(name), 0600, 0);
                } else if (kind < 10) {
                    TarArchiveEntry link = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
                    link.setLinkName("../lib/file_" + kind + ".so");
                    entry(link, 0777, 0);
                } else {
                    String file = upper && kind < 20 ? files.get(random.nextInt(files.size())) : name;
                    entry(new TarArchiveEntry(file), 0644, random.nextInt(2048));
                    files.add(file);
                    own.add(file);
                }
            }
            return count + 1;
        }

        private void entry(TarArchiveEntry entry, int mode, int size) throws IOException {
            entry.setMode(mode);
            entry.setSize(size);
            entry.setModTime(1_700_000_000_000L + random.nextInt(1_000_000) * 1000L);
            entry.setUserName("root");
            entry.setGroupName("root");
            out.putArchiveEntry(entry);
            out.write(new byte[size]);
            out.closeArchiveEntry();
        }

        byte[] finish() throws IOException {
            out.close();
            return bytes.toByteArray();
        }
    }
}

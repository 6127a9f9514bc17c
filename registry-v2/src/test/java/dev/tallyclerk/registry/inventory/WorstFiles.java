package dev.tallyclerk.registry.inventory;

import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.TestTar.Header;
import dev.tallyclerk.registry.analysis.ContentConsumer;
import dev.tallyclerk.registry.internal.inventory.MemoryBudget;
import dev.tallyclerk.registry.layer.LayerEntry;
import dev.tallyclerk.registry.layer.LayerLimits;
import dev.tallyclerk.registry.layer.LayerReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Reads files of the kinds that need most memory, with the default limits for the heap that it has. */
final class WorstFiles {
    private static final int MIB = 1 << 20;

    private final InventoryLimits limits = InventoryLimits.defaults();

    private WorstFiles() {}

    /** Gives the next bytes of a file; returns how many, 0 at the end. */
    private interface Content {
        int next(byte[] chunk);
    }

    /** {@return the same chunk, so many times} */
    private static Content repeated(byte[] chunk, int times) {
        int[] left = {times};
        return into -> {
            System.arraycopy(chunk, 0, into, 0, chunk.length);
            return left[0]-- > 0 ? chunk.length : 0;
        };
    }

    private static byte[] chunk(String line) {
        byte[] bytes =
                line.repeat(ContentConsumer.CHUNK_BYTES / line.length() + 1).getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(bytes, ContentConsumer.CHUNK_BYTES);
    }

    private static LayerEntry entry(String path) throws IOException {
        byte[] tar = new TestTar()
                .entry(Header.of(path, '0').size(100), new byte[100])
                .finish();
        try (LayerReader reader = LayerReader.openArchive(new ByteArrayInputStream(tar), LayerLimits.defaults())) {
            return reader.next().orElseThrow();
        }
    }

    /** {@return how many problems the file has} */
    private int read(String path, Content content) throws IOException {
        LayerScan scan = new LayerScan(limits, MemoryBudget.ofBytes(limits.maxMemoryBytes()));
        Optional<ContentConsumer> consumer = scan.entry(entry(path));
        byte[] chunk = new byte[ContentConsumer.CHUNK_BYTES];
        boolean wanted = true;
        for (int n = content.next(chunk); n > 0 && wanted; n = content.next(chunk)) {
            wanted = consumer.orElseThrow().update(chunk, 0, n);
        }
        if (wanted) {
            consumer.orElseThrow().finish();
        }
        return scan.finish().files().values().stream()
                .mapToInt(file -> file.findings().doubts().size())
                .sum();
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    private static Content random(int times) {
        Random random = new Random(1);
        int[] left = {times};
        return into -> {
            random.nextBytes(into);
            return left[0]-- > 0 ? into.length : 0;
        };
    }

    private static Content bytes(byte[] bytes) {
        ByteArrayInputStream in = new ByteArrayInputStream(bytes);
        return chunk -> in.readNBytes(chunk, 0, chunk.length);
    }

    private static byte[] nested(int levels) throws IOException {
        byte[] inner = new byte[8 * MIB];
        for (int i = 0; i < levels; i++) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (ZipOutputStream zip = new ZipOutputStream(out)) {
                zip.putNextEntry(new ZipEntry(i == 0 ? "zeros" : "n.jar"));
                zip.write(inner);
            }
            inner = out.toByteArray();
        }
        return inner;
    }

    private void run() throws IOException {
        int large = 64 * MIB / ContentConsumer.CHUNK_BYTES;
        require(read("var/lib/rpm/rpmdb.sqlite", random(2 * large)) > 0, "a database of noise fits no budget");
        require(read("var/lib/rpm/Packages", repeated(new byte[ContentConsumer.CHUNK_BYTES], 3 * large)) > 0, "zeros");
        String stanza = "Package: a\nStatus: install ok installed\nVersion: 1\n\n";
        require(read("var/lib/dpkg/status", repeated(chunk(stanza), large)) > 0, "a million packages");
        require(read("lib/apk/db/installed", repeated(chunk("P:a\nV:1\nF:usr/lib\nR:x\n\n"), large)) > 0, "files");
        require(read("var/lib/dpkg/info/a.list", repeated(chunk("/usr/lib/x\n"), large)) > 0, "a long list");
        require(read("var/lib/dpkg/status", repeated(chunk("x"), large)) > 0, "one long line");
        require(read("app/x.deps.json", repeated(chunk("[1,"), 127)) > 0, "a document");
        require(read("app/x.cdx.json", repeated(chunk("{\"\":"), large)) > 0, "a large document");
        require(read("opt/a.jar", bytes(nested(10))) > 0, "archives in archives");
        require(read("usr/bin/go", repeated(oldGoProgram(), large)) > 0, "a Go program without build information");
        byte[] program = new byte[ContentConsumer.CHUNK_BYTES];
        new Random(2).nextBytes(program);
        System.arraycopy(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}, 0, program, 0, 7);
        require(read("usr/bin/a", repeated(program, large)) >= 0, "a program");
    }

    /** {@return the first chunk of an old Go program of one segment, in which every text may be its version} */
    private static byte[] oldGoProgram() {
        ByteBuffer program = ByteBuffer.wrap(chunk("go1.16")).order(ByteOrder.LITTLE_ENDIAN);
        program.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).putLong(32, 64).putLong(40, 0);
        program.putShort(54, (short) 56).putShort(56, (short) 1).putShort(60, (short) 0);
        program.putInt(64, 1).putInt(68, 6).putLong(72, 0).putLong(96, 1L << 30);
        program.putInt(200, 4).putInt(204, 0x006f47);
        return program.array();
    }

    public static void main(String[] args) throws IOException {
        new WorstFiles().run();
        System.out.println("done");
    }
}

package dev.tallyclerk.benchmarks;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** Realistic layers: tar archives of this machine's files, compressed as builders compress them. */
final class LayerSamples {
    private static final List<Path> FOLDERS = List.of(Path.of("/usr/lib"), Path.of("/usr/share"), Path.of("/usr/bin"));
    private static final long MAX_FILE = 32L << 20;
    private static final int RECORD = 512;
    private static final int MAX_NAME = 100;

    private LayerSamples() {}

    /**
     * Writes a tar archive of about {@code bytes}, with equal shares from the folders of programs and libraries, or
     * from the Java runtime if there are none. The files are in the order of their names.
     */
    static Path tar(Path file, long bytes) throws IOException {
        List<Path> folders = new ArrayList<>(FOLDERS);
        folders.removeIf(folder -> !Files.isDirectory(folder));
        if (folders.isEmpty()) {
            folders.add(Path.of(System.getProperty("java.home")));
        }
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
            for (Path folder : folders) {
                long left = bytes / folders.size();
                for (Path each : files(folder)) {
                    long size = Files.size(each);
                    String name = each.toString().substring(1);
                    if (size > 0 && size <= Math.min(left, MAX_FILE) && name.length() < MAX_NAME) {
                        left -= append(each, name, size, out);
                    }
                }
            }
            out.write(new byte[2 * RECORD]);
        }
        return file;
    }

    /** Copies the archive with a new first entry, which changes its digest. */
    static Path variant(Path tar, Path file, int number) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
            out.write(header("variant-" + number, 0));
            Files.copy(tar, out);
        }
        return file;
    }

    static Digest digest(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest hash = DigestAlgorithm.SHA256.newMessageDigest().orElseThrow();
            byte[] buffer = new byte[64 * 1024];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                hash.update(buffer, 0, n);
            }
            return Digest.ofHash(DigestAlgorithm.SHA256, hash.digest());
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile() && Files.isReadable(file)) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.SKIP_SUBTREE;
            }
        });
        Collections.sort(files);
        return files;
    }

    private static long append(Path file, String name, long size, OutputStream out) throws IOException {
        int padding = (int) (-size & (RECORD - 1));
        out.write(header(name, size));
        try (InputStream in = Files.newInputStream(file)) {
            // A file that changes meanwhile damages the archive, but the archive still decompresses.
            in.transferTo(out);
        }
        out.write(new byte[padding]);
        return RECORD + size + padding;
    }

    private static byte[] header(String name, long size) {
        byte[] header = new byte[RECORD];
        put(header, 0, name);
        put(header, 100, "0000644");
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, 124, String.format("%011o", size));
        put(header, 136, "00000000000");
        put(header, 148, "        ");
        put(header, 156, "0");
        put(header, 257, "ustar");
        put(header, 263, "00");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, String.format("%06o", sum));
        header[154] = 0;
        return header;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    /** Compresses with the {@code zstd} program, or with zstd-jni if it is missing. */
    static Path zstd(Path file, int level) throws IOException, InterruptedException {
        Path compressed = file.resolveSibling(file.getFileName() + "." + level + ".zst");
        if (Processes.has("zstd")) {
            Processes.output(List.of("zstd", "-q", "-" + level, file.toString(), "-o", compressed.toString()));
        } else {
            try (OutputStream out = Files.newOutputStream(compressed);
                    OutputStream zstd = new ZstdOutputStreamNoFinalizer(out, level).setChecksum(true)) {
                Files.copy(file, zstd);
            }
        }
        return compressed;
    }

    /** Compresses with the {@code gzip} program, or with the Java runtime if it is missing. */
    static Path gzip(Path file, int level) throws IOException, InterruptedException {
        Path compressed = file.resolveSibling(file.getFileName() + "." + level + ".gz");
        if (Processes.has("gzip") && Processes.has("sh")) {
            Processes.output(List.of(
                    "sh",
                    "-c",
                    "gzip -n -" + level + " <\"$1\" >\"$2\"",
                    "sh",
                    file.toString(),
                    compressed.toString()));
        } else {
            try (OutputStream out = Files.newOutputStream(compressed);
                    OutputStream gzip = new GzipOfLevel(out, level)) {
                Files.copy(file, gzip);
            }
        }
        return compressed;
    }

    private static final class GzipOfLevel extends GZIPOutputStream {
        GzipOfLevel(OutputStream out, int level) throws IOException {
            super(out, 1 << 16);
            def.setLevel(Math.min(level, Deflater.BEST_COMPRESSION));
        }
    }
}

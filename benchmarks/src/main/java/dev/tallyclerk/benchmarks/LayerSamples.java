package dev.tallyclerk.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** A layer to measure with: an archive of this machine's own programs, libraries and texts, compressed. */
final class LayerSamples {
    /** Below this a layer is made of text and is no archive. */
    static final long SMALL = 100L << 20;

    private static final long LARGEST_FILE = 20L << 20;

    private final Path tar;
    private final Path gzip;

    private LayerSamples(Path tar, Path gzip) {
        this.tar = tar;
        this.gzip = gzip;
    }

    /**
     * {@return a layer in {@code folder}}
     *
     * @param bytes how large the archive is, in bytes; less than {@link #SMALL} is made of text instead
     */
    static LayerSamples make(Path folder, long bytes) throws IOException, InterruptedException {
        Path tar = folder.resolve("layer.tar");
        Path gzip = folder.resolve("layer.tar.gz");
        boolean real = bytes >= SMALL && Processes.has("tar") && Files.isDirectory(Path.of("/usr"));
        if (real) {
            String script = "find /usr -xdev -type f -size -" + LARGEST_FILE + "c -printf '%p\\t%s\\n' 2>/dev/null"
                    + " | LC_ALL=C sort | awk -F '\\t' '{ sum += $2 + 1024; if (sum > " + bytes
                    + ") exit; print $1 }' | tar --no-recursion -cf " + tar + " -T - 2>/dev/null";
            Processes.output(List.of("bash", "-c", script));
        } else {
            Files.writeString(tar, text((int) bytes), StandardCharsets.ISO_8859_1);
        }
        if (Processes.has("gzip")) {
            Processes.output(List.of("bash", "-c", "gzip -6 -n -c " + tar + " > " + gzip));
        } else {
            try (InputStream in = Files.newInputStream(tar);
                    OutputStream out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
                in.transferTo(out);
            }
        }
        return new LayerSamples(tar, gzip);
    }

    Path tar() {
        return tar;
    }

    Path gzip() {
        return gzip;
    }

    private static String text(int bytes) {
        Random random = new Random(1); // fixed seed: every run has the same text
        StringBuilder out = new StringBuilder(bytes + 32);
        while (out.length() < bytes) {
            out.append(Integer.toString(random.nextInt(5000), 36)).append(random.nextInt(9) == 0 ? '\n' : ' ');
        }
        return out.substring(0, bytes);
    }
}

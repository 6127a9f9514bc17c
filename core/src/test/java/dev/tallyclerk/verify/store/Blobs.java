package dev.tallyclerk.verify.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.digest.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Content with its digest, and what a store's folder has. */
final class Blobs {
    private final byte[] content;
    private final Digest digest;

    private Blobs(byte[] content, Digest digest) {
        this.content = content;
        this.digest = digest;
    }

    static Blobs of(long seed, int size) {
        byte[] content = new byte[size];
        new Random(seed).nextBytes(content);
        return new Blobs(content, Digest.sha256Of(content));
    }

    byte[] content() {
        return content;
    }

    Digest digest() {
        return digest;
    }

    long size() {
        return content.length;
    }

    byte[] from(long offset) {
        return Arrays.copyOfRange(content, Math.toIntExact(offset), content.length);
    }

    static List<String> quarantine(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("quarantine"))) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    /** {@return how many files have a trusted name}, all of which have been verified. */
    static int verifyTrusted(Path folder) throws IOException {
        int count = 0;
        try (Stream<Path> files = Files.walk(folder.resolve("blobs"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String[] names =
                        folder.resolve("blobs").relativize(file).toString().split("[/\\\\]", -1);
                Digest name = Digest.parse(String.join(":", names));
                assertEquals(name, Digest.of(name.algorithm(), Files.readAllBytes(file)));
                count++;
            }
        }
        return count;
    }
}

package dev.tallyclerk.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.testing.Peers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Keeps the shipped image in step with the program that makes it. To write it again:
 *
 * <pre>{@code mvn -B -Pquick test -pl examples/programs -am -Dtest=HelloImageTest \
 *     -Dsurefire.failIfNoSpecifiedTests=false -Dtallyclerk.regenerate=true}</pre>
 */
class HelloImageTest {
    private static final Path HELLO = Path.of("images/hello");
    private static final Path TAMPERED = Path.of("images/hello-tampered");

    @BeforeAll
    static void writeAnewIfAsked() throws IOException {
        if (Boolean.getBoolean("tallyclerk.regenerate")) {
            for (Path folder : List.of(HELLO, TAMPERED)) {
                deleteAll(folder);
                HelloImage.write(folder);
            }
            HelloImage.tamper(TAMPERED);
        }
    }

    private static void deleteAll(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    @Test
    void theShippedLayersAreTheOnesThatWeMake() throws IOException {
        DocumentLimits limits = DocumentLimits.defaults();
        try (OciLayout layout = OciLayout.open(HELLO);
                ImageSource image = layout.requireImage("1.0")) {
            List<Descriptor> layers = image.manifest(image.resolve(), limits)
                    .orElseThrow()
                    .fold(manifest -> manifest.layers(), index -> List.of(), schema1 -> List.of());
            List<byte[]> expected = HelloImage.layers();
            assertEquals(expected.size(), layers.size());
            for (int i = 0; i < expected.size(); i++) {
                // Compressed bytes differ between versions of zlib; the content must not.
                try (InputStream in = image.blob(layers.get(i)).orElseThrow()) {
                    assertArrayEquals(expected.get(i), HelloImage.ungzip(in.readAllBytes()));
                }
            }
        }
    }

    @Test
    void theTamperedCopyDiffersInOneBit() throws IOException {
        int bits = 0;
        try (Stream<Path> files = Files.walk(HELLO)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                byte[] original = Files.readAllBytes(file);
                byte[] copy = Files.readAllBytes(TAMPERED.resolve(HELLO.relativize(file)));
                assertEquals(original.length, copy.length);
                for (int i = 0; i < original.length; i++) {
                    bits += Integer.bitCount((original[i] ^ copy[i]) & 0xff);
                }
            }
        }
        assertEquals(1, bits);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theProgramInTheImageRuns(@TempDir Path folder) throws IOException, InterruptedException {
        String architecture = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        assumeTrue(architecture.equals("amd64"), "SKIPPED: the program is for amd64, this machine is " + architecture);
        Path program = Files.write(folder.resolve("hello"), HelloImage.program());
        assertTrue(program.toFile().setExecutable(true));
        assertEquals(HelloImage.GREETING, Peers.run(folder, program.toString()));
    }
}

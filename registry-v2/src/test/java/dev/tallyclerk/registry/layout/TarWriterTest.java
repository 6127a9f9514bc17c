package dev.tallyclerk.registry.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TarWriterTest {
    /** A size of 8 GiB and more does not fit into a header's eleven octal digits. */
    @Test
    void writesTheSizeOfFilesThatNoHeaderHasRoomFor(@TempDir Path folder) throws IOException {
        for (long size : List.of((1L << 33) - 1, 1L << 33, 5L << 40)) {
            var out = new ByteArrayOutputStream();
            TarWriter tar = new TarWriter(Channels.newChannel(out));
            InputStream nothing = new ByteArrayInputStream(new byte[0]);
            assertThrows(EOFException.class, () -> tar.file("large", nothing, size));
            Path file = Files.write(folder.resolve("sparse.tar"), out.toByteArray());
            try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
                sparse.setLength(out.size() + (size + 511) / 512 * 512 + 1024);
            }
            try (TarFile read = TarFile.open(file, LayoutLimits.defaults(), folder)) {
                assertEquals(size, read.size("large").orElseThrow());
            }
        }
    }
}

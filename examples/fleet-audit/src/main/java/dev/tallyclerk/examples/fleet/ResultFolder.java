package dev.tallyclerk.examples.fleet;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.verify.LayerResults;
import java.io.BufferedOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * The results of layers in a folder, a file each, which is renamed into its place when it is whole. Each origin has its
 * own. Safe for use by several threads.
 */
final class ResultFolder {
    private static final int SUM = Long.BYTES;

    private final Path folder;

    private ResultFolder(Path folder) {
        this.folder = folder;
    }

    static ResultFolder in(Path folder) throws IOException {
        return new ResultFolder(Files.createDirectories(folder));
    }

    /** {@return the results of layers at an origin} */
    LayerResults at(String origin) {
        return new LayerResults() {
            @Override
            public Optional<InputStream> find(String key) throws IOException {
                return ResultFolder.open(file(origin, key));
            }

            @Override
            public void save(String key, Content content) throws IOException {
                ResultFolder.this.save(file(origin, key), content);
            }
        };
    }

    private Path file(String origin, String key) {
        return folder.resolve(Digest.sha256Of((origin + "\n" + key).getBytes(StandardCharsets.UTF_8))
                .encoded());
    }

    /** A file whose checksum is wrong counts as none. */
    private static Optional<InputStream> open(Path file) throws IOException {
        long size;
        try (InputStream in = Files.newInputStream(file)) {
            size = Files.size(file) - SUM;
            CheckedInputStream checked = new CheckedInputStream(new Limited(in, size), new CRC32());
            checked.transferTo(OutputStream.nullOutputStream());
            byte[] expected = in.readNBytes(SUM);
            if (expected.length < SUM
                    || ByteBuffer.wrap(expected).getLong()
                            != checked.getChecksum().getValue()) {
                return Optional.empty();
            }
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        return Optional.of(new Limited(Files.newInputStream(file), size));
    }

    /** The first bytes of a stream. */
    private static final class Limited extends FilterInputStream {
        private long left;

        Limited(InputStream in, long size) {
            super(in);
            this.left = size;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (left <= 0) {
                return -1;
            }
            int read = super.read(buffer, offset, (int) Math.min(length, left));
            left -= Math.max(read, 0);
            return read;
        }
    }

    private void save(Path file, LayerResults.Content content) throws IOException {
        Path part = Files.createTempFile(folder, "part", ".tmp");
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part))) {
                CheckedOutputStream checked = new CheckedOutputStream(out, new CRC32());
                content.writeTo(checked);
                checked.flush();
                out.write(ByteBuffer.allocate(SUM)
                        .putLong(checked.getChecksum().getValue())
                        .array());
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}

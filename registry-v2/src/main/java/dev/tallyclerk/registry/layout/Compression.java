package dev.tallyclerk.registry.layout;

import dev.tallyclerk.registry.internal.stream.NamedOutput;
import dev.tallyclerk.registry.layer.LayerDecompressor;
import dev.tallyclerk.registry.layer.LayerException;
import dev.tallyclerk.registry.layer.LayerLimits;
import dev.tallyclerk.registry.layout.LayoutException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/** The compression of an archive or of a layer in one, told by its first bytes. */
enum Compression {
    GZIP("1f8b", "+gzip"),
    /** Skippable frames may come before the content. */
    ZSTD("28b52ffd|5[0-9a-f]2a4d18", "+zstd"),
    BZIP2("425a68", ""),
    XZ("fd377a585a00", "");

    static final int MAX_MAGIC = 6;
    private static final int BUFFER = 64 * 1024;

    /** The first bytes in hexadecimal, as an expression. */
    private final Pattern magic;

    private final String suffix;

    Compression(String magic, String suffix) {
        this.magic = Pattern.compile(magic);
        this.suffix = suffix;
    }

    /** {@return the suffix of the media type of such a layer; empty if there is none} */
    String suffix() {
        return suffix;
    }

    /** {@return the compression of a file, or empty if it is plain} */
    static Optional<Compression> of(FileChannel file) throws IOException {
        ByteBuffer first = ByteBuffer.allocate(MAX_MAGIC);
        while (first.hasRemaining() && file.read(first, first.position()) >= 0) {
            // Reads on until there are enough bytes or no more.
        }
        return of(Arrays.copyOf(first.array(), first.position()));
    }

    /** {@return the compression of content that begins with these bytes, at most {@link #MAX_MAGIC} of them} */
    static Optional<Compression> of(byte[] first) {
        String hex = HexFormat.of().formatHex(first);
        return Arrays.stream(values())
                .filter(compression -> compression.magic.matcher(hex).lookingAt())
                .findFirst();
    }

    private InputStream stream(FileChannel compressed, Path file) throws IOException {
        LayerDecompressor decompressor = switch (this) {
            case GZIP -> LayerDecompressor.gzip();
            case ZSTD -> LayerDecompressor.zstd();
            case BZIP2, XZ ->
                throw LayoutException.unsupported(file + " is compressed with " + name() + ", which is not supported");
        };
        return decompressor.open(Channels.newInputStream(compressed), LayerLimits.defaults());
    }

    /**
     * {@return the uncompressed bytes in a file that only the owner can open, deleted when it is closed}
     *
     * <p>A stream would not do, because an archive is not read from front to back.
     */
    FileChannel decompress(FileChannel compressed, Path file, LayoutLimits limits, Path folder) throws IOException {
        try (InputStream in = stream(compressed, file)) {
            FileChannel temporary = temporaryFile(file, folder);
            WritableByteChannel out = new NamedOutput(temporary, folder);
            try {
                byte[] buffer = new byte[BUFFER];
                long written = 0;
                for (int n = in.read(buffer, 0, BUFFER); n >= 0; n = in.read(buffer, 0, BUFFER)) {
                    written += n;
                    requireWithin(limits, written, compressed.position(), file);
                    ByteBuffer piece = ByteBuffer.wrap(buffer, 0, n);
                    while (piece.hasRemaining()) {
                        out.write(piece);
                    }
                }
                return temporary;
            } catch (LayerException e) {
                temporary.close();
                throw new LayoutException(Reason.MALFORMED_ARCHIVE, file + ": " + e.getMessage(), e);
            } catch (IOException | RuntimeException e) {
                temporary.close();
                throw e;
            }
        }
    }

    private static void requireWithin(LayoutLimits limits, long uncompressed, long compressed, Path file)
            throws LayoutException {
        boolean ratio = uncompressed > limits.ratioFreeBytes() && uncompressed / limits.maxRatio() > compressed;
        if (ratio || uncompressed > limits.maxTemporaryBytes()) {
            String most = ratio ? limits.maxRatio() + " times its size" : limits.maxTemporaryBytes() + " bytes";
            throw LayoutException.limit(file + " decompresses to more than " + most);
        }
    }

    private static FileChannel temporaryFile(Path file, Path folder) throws IOException {
        Set<OpenOption> options = Set.of(
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE);
        FileAttribute<?>[] attributes = {};
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            attributes = new FileAttribute<?>[] {
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            };
        }
        try {
            return FileChannel.open(folder.resolve("tallyclerk-" + UUID.randomUUID() + ".tar"), options, attributes);
        } catch (FileSystemException e) {
            String why = e.getReason() == null ? "no file can be created in it" : e.getReason();
            FileSystemException told = new FileSystemException(
                    folder.toString(), null, why + "; " + file + " is compressed and must be decompressed somewhere");
            told.initCause(e);
            throw told;
        }
    }
}

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

/** How an archive, or a layer in one, is compressed, which its first bytes say. */
enum Compression {
    GZIP("1f8b", "+gzip") {
        @Override
        InputStream stream(FileChannel compressed, Path file) throws IOException {
            return LayerDecompressor.gzip().open(Channels.newInputStream(compressed), LayerLimits.defaults());
        }
    },
    /** Frames to be skipped may come before those that have content. */
    ZSTD("28b52ffd|5[0-9a-f]2a4d18", "+zstd") {
        @Override
        InputStream stream(FileChannel compressed, Path file) throws IOException {
            return LayerDecompressor.zstd().open(Channels.newInputStream(compressed), LayerLimits.defaults());
        }
    },
    BZIP2("425a68", ""),
    XZ("fd377a585a00", "");

    private static final int BUFFER = 64 * 1024;
    static final int MAX_MAGIC = 6;

    /** The first bytes in hexadecimal, as an expression. */
    private final Pattern magic;

    private final String suffix;

    Compression(String magic, String suffix) {
        this.magic = Pattern.compile(magic);
        this.suffix = suffix;
    }

    /** {@return what the media type of a layer ends with that is compressed so; empty if there is no such type} */
    String suffix() {
        return suffix;
    }

    /** {@return how the file is compressed, or nothing if it is not} */
    static Optional<Compression> of(FileChannel file) throws IOException {
        ByteBuffer first = ByteBuffer.allocate(MAX_MAGIC);
        while (first.hasRemaining() && file.read(first, first.position()) >= 0) {
            // Reads on until there are enough bytes or no more.
        }
        return of(Arrays.copyOf(first.array(), first.position()));
    }

    /** {@return how what begins with those bytes is compressed; the first {@link #MAX_MAGIC} decide} */
    static Optional<Compression> of(byte[] first) {
        String hex = HexFormat.of().formatHex(first);
        for (Compression compression : values()) {
            if (compression.magic.matcher(hex).lookingAt()) {
                return Optional.of(compression);
            }
        }
        return Optional.empty();
    }

    /** {@return the uncompressed bytes of a channel, read from its beginning; the one place to plug a decoder in} */
    InputStream stream(FileChannel compressed, Path file) throws IOException {
        throw new LayoutException(
                Reason.UNSUPPORTED, file + " is compressed with " + name() + ", which is not read here");
    }

    /**
     * {@return the uncompressed bytes in a file that nobody else can open, and that is gone when it is closed}
     *
     * <p>An archive is read in the order of its documents and not of its bytes, so a stream of it is not enough.
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
        if (uncompressed > limits.maxTemporaryBytes()) {
            throw new LayoutException(
                    Reason.LIMIT_EXCEEDED,
                    file + " decompresses to more than " + limits.maxTemporaryBytes() + " bytes");
        }
        if (uncompressed > limits.ratioFreeBytes() && uncompressed / limits.maxRatio() > compressed) {
            throw new LayoutException(
                    Reason.LIMIT_EXCEEDED,
                    file + " decompresses to more than " + limits.maxRatio() + " times its size");
        }
    }

    private static FileChannel temporaryFile(Path file, Path folder) throws IOException {
        Set<OpenOption> options = Set.of(
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE);
        boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] ownerOnly = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        try {
            return FileChannel.open(folder.resolve("tallyclerk-" + UUID.randomUUID() + ".tar"), options, ownerOnly);
        } catch (FileSystemException e) {
            String why = e.getReason() == null ? "no file can be made in it" : e.getReason();
            FileSystemException told = new FileSystemException(
                    folder.toString(), null, why + "; " + file + " is compressed and has to be decompressed somewhere");
            told.initCause(e);
            throw told;
        }
    }
}

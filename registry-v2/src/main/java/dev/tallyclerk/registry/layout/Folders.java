package dev.tallyclerk.registry.layout;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** What the package needs of folders: that a file in one is replaced as a whole, and survives a power failure. */
final class Folders {
    private Folders() {}

    /** {@return the folder in which {@code file} lies} */
    static Path of(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file.toAbsolutePath() : parent;
    }

    /**
     * Replaces {@code file}, which need not exist, so that whoever opens it finds the old content or the new one.
     *
     * @param temporary a file on the same file system, written to first, that nobody else uses meanwhile
     */
    static void replace(Path file, byte[] content, Path temporary) throws IOException {
        try (FileChannel channel = FileChannel.open(
                temporary,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        move(temporary, file);
    }

    /** Gives a file that is complete and durable its name, in the place of whatever has it. */
    static void move(Path complete, Path file) throws IOException {
        Files.move(complete, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        sync(of(file));
    }

    /** Makes the names in the folder durable. */
    static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (AccessDeniedException e) {
            // Windows does not open folders; there the rename itself is journalled.
        }
    }
}

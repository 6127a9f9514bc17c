package dev.tallyclerk.registry.layout;

import dev.tallyclerk.internal.file.DurableNames;
import dev.tallyclerk.registry.internal.stream.NamedOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Atomic and durable replacement of files in folders. */
final class Folders {
    private Folders() {}

    /** {@return the folder of {@code file}} */
    static Path of(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file.toAbsolutePath() : parent;
    }

    /**
     * Replaces or creates {@code file}; readers see the old content or the new one.
     *
     * @param temporary a file on the same file system that nobody else uses meanwhile, written first
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
        } catch (IOException e) {
            throw NamedOutput.named(e, file);
        }
        move(temporary, file);
    }

    /** Renames a complete and durable file to {@code file}, replacing whatever is there. */
    static void move(Path complete, Path file) throws IOException {
        DurableNames names = DurableNames.of(of(file));
        Files.move(complete, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        names.sync(of(file));
    }

    /**
     * {@return {@code file}, which does not exist}
     *
     * @throws FileAlreadyExistsException if it exists, even as a link that leads nowhere
     */
    static Path free(Path file) throws IOException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        return file;
    }

    /**
     * {@return the file that a new {@code file} replaces: itself, or the target of a link}
     *
     * @throws FileSystemException if something other than a plain file has the name
     */
    static Path replaceable(Path file) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return file;
        }
        boolean link = Files.isSymbolicLink(file);
        if (!Files.isRegularFile(file)) {
            String what = link ? "a link to no regular file" : "no regular file";
            throw new FileSystemException(file.toString(), null, "it is " + what + ", so it is not replaced");
        }
        return link ? file.toRealPath() : file;
    }

    /** Renames a complete and durable file to {@code file}, replacing a plain file. */
    static void moveOverPlainFile(Path complete, Path file) throws IOException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileSystemException(file.toString(), null, "it is no regular file any more");
        }
        move(complete, file);
    }

    /**
     * Renames a complete and durable file to {@code file}, which must not exist.
     *
     * @throws FileAlreadyExistsException if it exists
     */
    static void moveToFreeName(Path complete, Path file) throws IOException {
        DurableNames names = DurableNames.of(of(file));
        try {
            // The only rename that fails if the name is taken.
            Files.createLink(file, complete);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (UnsupportedOperationException | FileSystemException e) {
            reserveAndMove(complete, file);
            return;
        }
        Files.delete(complete);
        names.sync(of(file));
    }

    /** Does so on a file system without hard links; for a moment the name has an empty file. */
    static void reserveAndMove(Path complete, Path file) throws IOException {
        Files.createFile(file);
        try {
            move(complete, file);
        } catch (IOException e) {
            if (Files.exists(file) && Files.size(file) == 0) {
                Files.delete(file);
            }
            throw e;
        }
    }
}

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
        } catch (IOException e) {
            throw NamedOutput.named(e, file);
        }
        move(temporary, file);
    }

    /** Gives a file that is complete and durable its name, in the place of whatever has it. */
    static void move(Path complete, Path file) throws IOException {
        DurableNames names = DurableNames.of(of(file));
        Files.move(complete, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        names.sync(of(file));
    }

    /**
     * {@return {@code file}, of which nothing has the name}
     *
     * @throws FileAlreadyExistsException if something has it, if only a link that leads nowhere
     */
    static Path free(Path file) throws IOException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        return file;
    }

    /**
     * {@return the file that a new one called {@code file} replaces: itself, or where a link leads}
     *
     * @throws FileSystemException if what has the name is no plain file
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

    /** Gives a file that is complete and durable its name, in the place of a plain file if one has it. */
    static void moveOverPlainFile(Path complete, Path file) throws IOException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileSystemException(file.toString(), null, "it is no regular file any more");
        }
        move(complete, file);
    }

    /**
     * Gives a file that is complete and durable a name that nothing has.
     *
     * @throws FileAlreadyExistsException if something has it
     */
    static void moveToFreeName(Path complete, Path file) throws IOException {
        DurableNames names = DurableNames.of(of(file));
        try {
            // The only way to give a name that fails if somebody has it.
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

    /** The same where a file can have one name only: for a moment the name has an empty file. */
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

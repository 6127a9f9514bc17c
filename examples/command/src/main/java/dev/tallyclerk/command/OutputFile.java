package dev.tallyclerk.command;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A file that gets the report of a command in one step at its end, so that nobody reads half of a report under its
 * name.
 *
 * <p>Pipes and devices are written directly.
 */
final class OutputFile implements Closeable {
    private final Path file;
    private final @Nullable Path unfinished;
    private final FileChannel channel;
    private final Remembering bytes;
    private final PrintStream out;
    private boolean isFailed;

    private OutputFile(Path file, @Nullable Path unfinished, FileChannel channel, Charset charset) {
        this.file = file;
        this.unfinished = unfinished;
        this.channel = channel;
        this.bytes = new Remembering(Channels.newOutputStream(channel));
        this.out = new PrintStream(new BufferedOutputStream(bytes), false, charset);
    }

    /** Remembers the first failure, which {@link PrintStream} hides. */
    private static final class Remembering extends FilterOutputStream {
        private @Nullable IOException failure;

        Remembering(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] content, int offset, int length) throws IOException {
            try {
                out.write(content, offset, length);
            } catch (IOException e) {
                if (failure == null) {
                    failure = e;
                }
                throw e;
            }
        }
    }

    /** Begins a file beside the one to replace. */
    static OutputFile create(Path file, Charset charset) throws IOException {
        // A link could lead to any file of the user, who may be root.
        if (Files.isSymbolicLink(file)) {
            throw new IOException("cannot write " + file + ": it is a symbolic link; name the file that it leads to");
        }
        if (Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "is a folder, not a file");
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            return new OutputFile(file, null, FileChannel.open(file, StandardOpenOption.WRITE), charset);
        }
        Path name = file.getFileName();
        Path folder = file.toAbsolutePath().getParent();
        if (name == null || folder == null || !Files.isDirectory(folder)) {
            throw new IOException("cannot write " + file + ": there is no folder " + folder);
        }
        Path unfinished = folder.resolve("." + name + "." + UUID.randomUUID() + ".part");
        try {
            return new OutputFile(
                    file,
                    unfinished,
                    FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    charset);
        } catch (NoSuchFileException e) {
            throw new IOException("cannot write " + file + ": " + Messages.of(e), e);
        }
    }

    PrintStream stream() {
        return out;
    }

    /** Drops what was written, because the command failed; what is written from now on tells why. */
    void fail() throws IOException {
        isFailed = true;
        out.flush();
        if (unfinished != null) {
            channel.truncate(0);
            channel.position(0);
        }
    }

    /**
     * Replaces the file, unless the command failed without a word for it.
     *
     * @param status the exit status of the command
     */
    void publish(int status) throws IOException {
        out.flush();
        if (bytes.failure != null) {
            throw new IOException("cannot write " + file + ": " + Messages.of(bytes.failure), bytes.failure);
        }
        boolean hasFailed = isFailed || status >= ExitCode.ERROR;
        if (unfinished == null || (hasFailed && channel.size() == 0)) {
            return;
        }
        channel.force(true);
        channel.close();
        PosixFileAttributeView before =
                Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (before != null && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            Files.setPosixFilePermissions(unfinished, before.readAttributes().permissions());
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() throws IOException {
        out.close();
        if (unfinished != null) {
            Files.deleteIfExists(unfinished);
        }
    }
}

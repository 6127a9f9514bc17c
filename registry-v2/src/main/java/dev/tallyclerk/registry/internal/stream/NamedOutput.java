package dev.tallyclerk.registry.internal.stream;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/**
 * Writes to a file, and adds its name to failures: for example, the system does not name the file when the disk is
 * full.
 */
public final class NamedOutput implements WritableByteChannel {
    private final WritableByteChannel out;
    private final Path name;

    /**
     * Makes an output.
     *
     * @param out the file
     * @param name its name for display
     */
    public NamedOutput(WritableByteChannel out, Path name) {
        this.out = out;
        this.name = name;
    }

    @Override
    public int write(ByteBuffer content) throws IOException {
        try {
            return out.write(content);
        } catch (IOException e) {
            throw named(e, name);
        }
    }

    @Override
    public boolean isOpen() {
        return out.isOpen();
    }

    @Override
    public void close() throws IOException {
        try {
            out.close();
        } catch (IOException e) {
            throw named(e, name);
        }
    }

    /** {@return {@code failure}, or one with the file's name if {@code failure} has only a reason} */
    public static IOException named(IOException failure, Path name) {
        String reason = failure.getMessage();
        if (failure instanceof FileSystemException e) {
            if (e.getClass() != FileSystemException.class) {
                return failure;
            }
            reason = e.getReason();
        } else if (failure instanceof ClosedChannelException) {
            return failure;
        }
        FileSystemException named = new FileSystemException(name.toString(), null, reason);
        named.initCause(failure);
        return named;
    }
}

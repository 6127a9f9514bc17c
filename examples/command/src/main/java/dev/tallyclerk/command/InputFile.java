package dev.tallyclerk.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads files that the user names, up to a length; every error names the file. */
final class InputFile {
    private InputFile() {}

    /** {@return the content of a file, pipe or device} */
    static byte[] read(Path file, int maxBytes) throws IOException {
        if (Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "is a folder, not a file");
        }
        // Checked first where possible, because reading to the end of a long file holds all of it in memory.
        if (Files.size(file) > maxBytes) {
            throw tooLong(file.toString(), maxBytes);
        }
        try (InputStream in = Files.newInputStream(file)) {
            return read(file.toString(), in, maxBytes);
        }
    }

    /**
     * {@return the rest of a stream}
     *
     * @param name the name of the stream in messages
     */
    static byte[] read(String name, InputStream in, int maxBytes) throws IOException {
        byte[] content = in.readNBytes(maxBytes + 1);
        if (content.length > maxBytes) {
            throw tooLong(name, maxBytes);
        }
        return content;
    }

    private static IOException tooLong(String name, int maxBytes) {
        return new IOException(name + ": LIMIT_EXCEEDED: longer than the limit of " + maxBytes + " bytes");
    }
}

package dev.tallyclerk.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads what the user names: not more than it may be long, and every refusal names it. */
final class InputFile {
    private InputFile() {}

    /** {@return the content of a file, or of a pipe or device that somebody calls one} */
    static byte[] read(Path file, int maxBytes) throws IOException {
        if (Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "is a folder and no file");
        }
        // Said beforehand where it can be: to find the end of a long file is to hold all that comes before.
        if (Files.size(file) > maxBytes) {
            throw tooLong(file.toString(), maxBytes);
        }
        try (InputStream in = Files.newInputStream(file)) {
            return read(file.toString(), in, maxBytes);
        }
    }

    /**
     * {@return what is left in a stream}
     *
     * @param name what the stream is called in a message
     */
    static byte[] read(String name, InputStream in, int maxBytes) throws IOException {
        byte[] content = in.readNBytes(maxBytes + 1);
        if (content.length > maxBytes) {
            throw tooLong(name, maxBytes);
        }
        return content;
    }

    private static IOException tooLong(String name, int maxBytes) {
        return new IOException(name + ": LIMIT_EXCEEDED: longer than the " + maxBytes + " bytes that are allowed");
    }
}

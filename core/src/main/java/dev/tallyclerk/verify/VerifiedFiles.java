package dev.tallyclerk.verify;

import dev.tallyclerk.digest.Digest;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Verifies files in place.
 *
 * <p>Compares the size before it reads, and reads no byte after the first surplus one. A result holds for the content
 * while it was read: a file may change later, or be a link to another one. Uses one buffer of at most 128 KiB, outside
 * the heap for large channels, and a {@link ContentVerifier}. Safe for use by several threads.
 */
public final class VerifiedFiles {
    private static final int BUFFER = 128 * 1024;

    /**
     * The file size from which a buffer outside the heap, which the system fills without a copy, is worth its
     * allocation.
     */
    private static final long LARGE = 1 << 20;

    private VerifiedFiles() {}

    /**
     * Reads a file and returns only if it matches.
     *
     * @param file the untrusted file; links are followed
     * @param expected the digest that it must have
     * @param size the size that it must have, in bytes
     * @throws VerificationException if the file does not match, or the digest's algorithm is not supported
     * @throws FileSystemException if it is not a regular file: a folder, or a device or named pipe, which has no size
     *     and may have no end; it is not opened then
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if {@code size} is negative
     */
    public static void verify(Path file, Digest expected, long size) throws IOException {
        ContentVerifier verifier = ContentVerifier.of(expected, size);
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        if (!attributes.isRegularFile()) {
            throw new FileSystemException(file.toString(), null, "not a regular file");
        }
        verifier.requireSize(attributes.size());
        try (InputStream in = open(file)) {
            verify(in, size, verifier);
        }
    }

    /**
     * Opens a stream as fast as a channel, without loading the channel classes in a new process. Not every file system
     * has channels.
     */
    private static InputStream open(Path file) throws IOException {
        if (file.getFileSystem() == FileSystems.getDefault()) {
            try {
                return new FileInputStream(file.toFile());
            } catch (FileNotFoundException e) {
                // The text of a name that the locale cannot decode does not lead to the file; other failures are thrown
                // again below, with their type.
            }
        }
        return Files.newInputStream(file);
    }

    private static void verify(InputStream in, long size, ContentVerifier verifier) throws IOException {
        byte[] buffer = new byte[(int) Math.min(BUFFER - 1, size) + 1];
        while (true) {
            // One byte more than promised, to detect a file that has grown.
            int n = in.read(buffer, 0, (int) Math.min(buffer.length, Math.max(1, verifier.remaining())));
            if (n < 0) {
                break;
            }
            verifier.update(buffer, 0, n);
        }
        verifier.finish();
    }

    /**
     * Reads a file, finishes a verification with it, and returns only if the file matches.
     *
     * @param file the untrusted file; read from {@link ContentVerifier#count} on, whatever its position, and left open
     * @param verifier the promise, such as several digests, or the rest of a file whose beginning was verified while it
     *     was written
     * @throws VerificationException if the file does not match
     * @throws IOException if the file cannot be read
     * @throws IllegalStateException if the verification is over
     */
    public static void verify(FileChannel file, ContentVerifier verifier) throws IOException {
        long size = file.size();
        verifier.requireSize(size);
        ByteBuffer buffer = size > LARGE
                ? ByteBuffer.allocateDirect(BUFFER)
                : ByteBuffer.allocate((int) Math.min(BUFFER - 1, size) + 1);
        while (true) {
            // One byte more than promised, to detect a file that has grown.
            buffer.clear().limit((int) Math.min(buffer.capacity(), Math.max(1, verifier.remaining())));
            if (file.read(buffer, verifier.count()) < 0) {
                break;
            }
            verifier.update(buffer.flip());
        }
        verifier.finish();
    }
}

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
 * Verifies files where they lie.
 *
 * <p>The size is compared before a byte is read, and no byte after the first surplus one is read. What holds is that
 * the file had the promised content while it was read; nothing keeps it from being changed later, or from being a link
 * to another place. One buffer of 128 KiB at most, which for large channels is outside the heap, and what a
 * {@link ContentVerifier} has are all the memory that is used. Safe for use by several threads.
 */
public final class VerifiedFiles {
    private static final int BUFFER = 128 * 1024;

    /** From here on a buffer outside the heap, into which the system reads without a copy, is worth its making. */
    private static final long LARGE = 1 << 20;

    private VerifiedFiles() {}

    /**
     * Reads a file and returns only if it is what was promised.
     *
     * @param file the untrusted file; links are followed
     * @param expected the digest that it must have
     * @param size the size that it must have, in bytes
     * @throws VerificationException if it is not what was promised, or if the digest's algorithm is not supported
     * @throws FileSystemException if it is not a regular file: a folder, or a device or named pipe, which has no size
     *     and may have no end; it is not opened then
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if {@code size} is negative
     */
    public static void verify(Path file, Digest expected, long size) throws IOException {
        ContentVerifier verifier = ContentVerifier.of(expected, size);
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        if (!attributes.isRegularFile()) {
            throw new FileSystemException(file.toString(), null, "is not a regular file");
        }
        verifier.requireSize(attributes.size());
        try (InputStream in = open(file)) {
            verify(in, size, verifier);
        }
    }

    /** Reads as fast as a channel; a new process is spared one, and not every file system has one. */
    private static InputStream open(Path file) throws IOException {
        if (file.getFileSystem() == FileSystems.getDefault()) {
            try {
                return new FileInputStream(file.toFile());
            } catch (FileNotFoundException e) {
                // A name that the locale cannot decode is lost as text, and any other failure comes again, typed.
            }
        }
        return Files.newInputStream(file);
    }

    private static void verify(InputStream in, long size, ContentVerifier verifier) throws IOException {
        byte[] buffer = new byte[(int) Math.min(BUFFER - 1, size) + 1];
        while (true) {
            // One byte more than promised, so that a file that has grown is noticed.
            int n = in.read(buffer, 0, (int) Math.min(buffer.length, Math.max(1, verifier.remaining())));
            if (n < 0) {
                break;
            }
            verifier.update(buffer, 0, n);
        }
        verifier.finish();
    }

    /**
     * Reads a file and finishes a verification with it; returns only if the file is what was promised.
     *
     * @param file the untrusted file, which is read from {@link ContentVerifier#count} on, wherever its own position
     *     is, and which stays open
     * @param verifier what is promised, such as several digests, or the rest of a file whose beginning was verified as
     *     it was written
     * @throws VerificationException if the file is not what was promised
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
            // One byte more than promised, so that a file that has grown is noticed.
            buffer.clear().limit((int) Math.min(buffer.capacity(), Math.max(1, verifier.remaining())));
            if (file.read(buffer, verifier.count()) < 0) {
                break;
            }
            verifier.update(buffer.flip());
        }
        verifier.finish();
    }
}

package dev.tallyclerk.verify.store;

import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.VerifiedFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import org.jspecify.annotations.Nullable;

/**
 * Verifies a file through a mapping, which saves the copy of a read.
 *
 * <p>A mapping shows concurrent writes, and an access beyond a moved end is a hardware fault, so this is only for files
 * that no one else writes to. A mapping stays until the garbage collector frees it, and a process may have some tens of
 * thousands, so small files, of which there may be many, are read instead.
 */
final class MappedContent {
    /** The size of one mapping: few mappings for a large file, each addressable by an {@code int}. */
    private static final long WINDOW = 256L << 20;

    /** The file size from which a mapping is worth its cost. */
    private static final long LARGE = 1 << 20;

    private MappedContent() {}

    /**
     * Finishes {@code verifier}, which has no bytes yet, with the whole file.
     *
     * @throws VerificationException if the file does not match, or becomes shorter while it is read
     * @throws IOException if the file cannot be read
     */
    static void verify(FileChannel file, ContentVerifier verifier) throws IOException {
        long size = file.size();
        for (long at = 0; at < size; at += WINDOW) {
            ByteBuffer content = size < LARGE ? null : map(file, at, Math.min(WINDOW, size - at));
            if (content == null) {
                VerifiedFiles.verify(file, verifier);
                return;
            }
            update(file, content, size, verifier);
        }
        verifier.finish();
    }

    /** {@return a part of the file}, or {@code null} if there is no address space for it or it cannot be mapped. */
    private static @Nullable ByteBuffer map(FileChannel file, long at, long length) {
        try {
            return file.map(MapMode.READ_ONLY, at, length);
        } catch (IOException | UnsupportedOperationException e) {
            return null; // if the file is the cause, reading it fails too and reports why
        }
    }

    private static void update(FileChannel file, ByteBuffer content, long size, ContentVerifier verifier)
            throws IOException {
        try {
            verifier.update(content);
            // The runtime may report a missing page only when the thread next returns from native code: that must
            // happen here and not in the caller.
            requireWhole(file, size, verifier);
        } catch (InternalError | IndexOutOfBoundsException e) {
            // The runtime reports missing pages this way; see java.nio.MappedByteBuffer. Within a call of the channel,
            // the fault becomes an index error of the channel instead.
            requireWhole(file, size, verifier);
            throw new IOException("part of the file cannot be read", e);
        }
    }

    private static void requireWhole(FileChannel file, long size, ContentVerifier verifier) throws IOException {
        long now = file.size();
        if (now < size) {
            ContentVerifier.requireSize(verifier.expected().get(0), size, now);
        }
    }
}

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
 * Verifies a file through a mapping, which saves the copy that a read is.
 *
 * <p>A mapping shows what others write while it is read, and reading behind an end that moved is a fault of the
 * machine: so it is for files only that nobody else writes to. It also stays until the garbage collector finds it, and
 * a process may have some tens of thousands: small files, of which there are many, are read.
 */
final class MappedContent {
    /** Few mappings for a large file, and none of more than an {@code int} can address. */
    private static final long WINDOW = 256L << 20;

    /** A smaller file takes so little time that what a mapping saves of it is not worth one. */
    private static final long LARGE = 1 << 20;

    private MappedContent() {}

    /**
     * Finishes {@code verifier}, which is at its beginning, with the whole file.
     *
     * @throws VerificationException if the file is not what was promised, or becomes shorter while it is read
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

    /** {@return a part of the file}, or {@code null} if there is no room for it or it cannot be mapped. */
    private static @Nullable ByteBuffer map(FileChannel file, long at, long length) {
        try {
            return file.map(MapMode.READ_ONLY, at, length);
        } catch (IOException | UnsupportedOperationException e) {
            return null; // a read fails too, and says why, if it is the file
        }
    }

    private static void update(FileChannel file, ByteBuffer content, long size, ContentVerifier verifier)
            throws IOException {
        try {
            verifier.update(content);
            // The runtime may report a missing page only when the thread next comes back from native code: that has
            // to be here and not in the caller.
            requireWhole(file, size, verifier);
        } catch (InternalError | IndexOutOfBoundsException e) {
            // How the runtime reports a page that is not there any more; see java.nio.MappedByteBuffer. Where it does
            // so within a call of the channel, that fails by an index of its own instead.
            requireWhole(file, size, verifier);
            throw new IOException("a part of the file cannot be read", e);
        }
    }

    private static void requireWhole(FileChannel file, long size, ContentVerifier verifier) throws IOException {
        long now = file.size();
        if (now < size) {
            ContentVerifier.requireSize(verifier.expected().get(0), size, now);
        }
    }
}

package dev.tallyclerk.verify.store;

import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;

/**
 * Verifies a file through a mapping, which saves the copy that a read is.
 *
 * <p>A mapping shows what others write while it is read, and reading behind an end that moved is a fault of the
 * machine: so it is for files only that nobody else writes to.
 */
final class MappedContent {
    /** Few mappings for a large file, and none of more than an {@code int} can address. */
    private static final long WINDOW = 256L << 20;

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
            update(file, at, Math.min(WINDOW, size - at), size, verifier);
        }
        verifier.finish();
    }

    private static void update(FileChannel file, long at, long length, long size, ContentVerifier verifier)
            throws IOException {
        try {
            verifier.update(file.map(MapMode.READ_ONLY, at, length));
            // The runtime may report a missing page only when the thread next comes back from native code: that has
            // to be here and not in the caller.
            requireWhole(file, size, verifier);
        } catch (InternalError e) {
            // How the runtime reports a page that is not there any more; see java.nio.MappedByteBuffer.
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

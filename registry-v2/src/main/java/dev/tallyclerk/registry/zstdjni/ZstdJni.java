package dev.tallyclerk.registry.zstdjni;

import com.github.luben.zstd.util.Native;
import dev.tallyclerk.registry.internal.zstd.FrameCheckingStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * Decompresses Zstandard layers with zstd-jni, which is the reference implementation in native code: in place of the
 * built-in decoder, for about two thirds of its time.
 *
 * <p>What frames a stream has, where it ends, how large a window it may need and that it needs no dictionary is checked
 * here, in Java, with the rules of the built-in decoder. The content of blocks is zstd-jni's to judge: it is
 * memory-safe as far as that library is. Safe for use by several threads.
 */
public final class ZstdJni {
    private ZstdJni() {}

    /**
     * Loads the native library, which zstd-jni unpacks to a temporary file unless it is told where it lies.
     *
     * @throws LinkageError if zstd-jni is not there, or has no library for this platform
     */
    public static ZstdJni create() {
        Native.load();
        return new ZstdJni();
    }

    /**
     * Opens a stream with the content of {@code compressed}, which may be of several frames, skippable ones among them.
     *
     * <p>Holds native memory, as much as the largest window that has been used and about 300 KiB, until it is closed.
     * {@code compressed} is then still open. Not safe for use by several threads.
     *
     * @param maxWindowBytes the largest window that a frame may need, in bytes
     * @throws IOException if there is no memory; reading throws one where the bytes are not a Zstandard stream that may
     *     be decoded
     */
    public InputStream open(InputStream compressed, int maxWindowBytes) throws IOException {
        Objects.requireNonNull(compressed, "compressed");
        if (maxWindowBytes < 1) {
            throw new IllegalArgumentException("largest window is " + maxWindowBytes + " bytes, below 1");
        }
        return new JniStream(new FrameCheckingStream(compressed, maxWindowBytes), maxWindowBytes);
    }
}

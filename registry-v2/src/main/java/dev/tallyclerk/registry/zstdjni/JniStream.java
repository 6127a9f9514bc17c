package dev.tallyclerk.registry.zstdjni;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.tallyclerk.registry.internal.stream.BulkInputStream;
import dev.tallyclerk.registry.internal.zstd.FrameCheckingStream;
import dev.tallyclerk.registry.internal.zstd.ZstdException;
import dev.tallyclerk.registry.internal.zstd.ZstdException.Reason;
import dev.tallyclerk.registry.layer.LayerException;
import java.io.IOException;
import java.util.Objects;

/** Reads through zstd-jni, and reports errors like the built-in decoder. */
final class JniStream extends BulkInputStream {
    private static final int MIN_WINDOW_LOG = 10;

    private final ZstdInputStreamNoFinalizer zstd;
    private boolean failed;

    JniStream(FrameCheckingStream compressed, int maxWindow) throws IOException {
        this.zstd = new ZstdInputStreamNoFinalizer(compressed);
        // The next power of two; the frame checks refuse windows in between.
        zstd.setLongMax(Math.max(MIN_WINDOW_LOG, 32 - Integer.numberOfLeadingZeros(maxWindow - 1)));
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        if (failed) {
            throw new IOException("the stream has failed earlier");
        }
        failed = true;
        try {
            int n = zstd.read(buffer, offset, length);
            failed = false;
            return n;
        } catch (ZstdException e) {
            throw refused(e);
        } catch (ZstdIOException e) {
            throw translated(e);
        }
    }

    private static IOException translated(ZstdIOException e) {
        long code = e.getErrorCode();
        if (code == Zstd.errMemoryAllocation()) {
            return new IOException("zstd-jni is out of memory", e);
        }
        Reason reason = Reason.CORRUPT;
        if (code == Zstd.errChecksumWrong()) {
            reason = Reason.CHECKSUM;
        } else if (code == Zstd.errFrameParameterWindowTooLarge()) {
            reason = Reason.WINDOW_TOO_LARGE;
        } else if (code == Zstd.errDictionaryWrong()) {
            reason = Reason.NEEDS_DICTIONARY;
        }
        ZstdException translated = new ZstdException(reason, "zstd-jni: " + e.getMessage());
        translated.initCause(e);
        return refused(translated);
    }

    /** Maps the reason as for the built-in decoder. */
    private static LayerException refused(ZstdException cause) {
        LayerException.Reason reason = switch (cause.reason()) {
            case NOT_ZSTD, CORRUPT, TRUNCATED, CHECKSUM -> LayerException.Reason.MALFORMED;
            case TRAILING_DATA -> LayerException.Reason.TRAILING_DATA;
            case WINDOW_TOO_LARGE -> LayerException.Reason.LIMIT_EXCEEDED;
            case NEEDS_DICTIONARY -> LayerException.Reason.UNSUPPORTED;
        };
        LayerException refused = new LayerException(reason, String.valueOf(cause.getMessage()));
        refused.initCause(cause);
        return refused;
    }

    @Override
    public void close() throws IOException {
        failed = true;
        zstd.close();
    }
}

package dev.tallyclerk.registry.internal.inventory.binary;

import dev.tallyclerk.registry.internal.inventory.ContentSink;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the modules of a Go program for Windows or macOS, such as a download that an image offers. */
final class ForeignProgram implements ContentSink {
    private static final int HEAD = 1 << 14;

    private final FileFindings into;
    private @Nullable GoSearch modules;

    ForeignProgram(FileFindings into) {
        this.into = into;
    }

    /** Takes the next bytes, in chunks as {@link ElfProgram#update} does. */
    @Override
    public void update(byte[] bytes, int offset, int length) {
        if (modules == null) {
            byte[] start = Arrays.copyOfRange(bytes, offset, offset + Math.min(length, HEAD));
            List<Segment> segments = PeFile.isPe(start, 0) ? PeFile.segments(start) : MachFile.segments(start);
            modules = new GoSearch(segments, true, into);
        }
        modules.update(bytes, offset, length);
    }

    @Override
    public void finish() throws UnreadableException {
        if (modules != null) {
            modules.finish();
        }
    }

    @Override
    public void close() {
        if (modules != null) {
            modules.clear();
        }
    }
}

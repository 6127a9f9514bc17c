package dev.tallyclerk.registry.internal.inventory.java;

import dev.tallyclerk.registry.internal.inventory.Cells;
import dev.tallyclerk.registry.internal.inventory.ContentSink;
import dev.tallyclerk.registry.internal.inventory.Doubt;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * The data of one entry of a ZIP archive, decompressed for the reader of its content. What the reader finds wrong does
 * not end the archive.
 */
final class ZipEntryData {
    private static final int CHUNK = 16384;
    private static final long DESCRIPTOR = 0x08074b50;
    private static final int DESCRIPTOR_BYTES = 16;

    private final ZipEntryHeader header;
    private final ArchiveBudget budget;
    private final Consumer<Doubt> doubts;
    private final @Nullable Inflater inflater;
    private @Nullable ContentSink content;
    private final @Nullable CRC32 checksum;
    private long left;
    private boolean ended;

    /** How many bytes of stored data were handed on, and those that may be the start of the descriptor after them. */
    private long stored;

    private byte[] held = new byte[0];

    /**
     * Creates the data of an entry.
     *
     * @param content reads the content; null if nobody wants it
     * @param doubts receives what {@code content} finds wrong
     */
    ZipEntryData(ZipEntryHeader header, ArchiveBudget budget, @Nullable ContentSink content, Consumer<Doubt> doubts)
            throws UnreadableException {
        boolean isSizeKnown = header.compressedSize() >= 0;
        boolean isReadable = !header.encrypted()
                && (header.method() == ZipEntryHeader.DEFLATED || header.method() == ZipEntryHeader.STORED);
        this.header = header;
        this.budget = budget;
        this.doubts = doubts;
        this.content = content;
        if (!isReadable && (content != null || !isSizeKnown)) {
            UnreadableException problem = UnreadableException.unsupported(
                    "an entry of the archive is encrypted or has the compression method " + header.method());
            if (!isSizeKnown) {
                throw problem;
            }
            drop(problem);
        }
        boolean mustRead = this.content != null || !isSizeKnown;
        this.left = header.compressedSize();
        this.ended = left == 0;
        this.checksum = !isSizeKnown && header.method() == ZipEntryHeader.STORED ? new CRC32() : null;
        this.inflater = mustRead && header.method() == ZipEntryHeader.DEFLATED ? new Inflater(true) : null;
    }

    /** {@return whether all data were taken} */
    boolean hasEnded() {
        return ended;
    }

    /** {@return whether only a descriptor after the data says their size} */
    boolean isEndUnknown() {
        return header.compressedSize() < 0;
    }

    /** {@return whether the descriptor after the data was taken with them} */
    boolean hasDescriptor() {
        return checksum != null;
    }

    /** {@return how many bytes of compressed data there were} */
    long compressedBytes() {
        return inflater == null ? header.compressedSize() : inflater.getBytesRead();
    }

    /** {@return how many bytes were taken, which are all unless the data end before} */
    int update(byte[] bytes, int offset, int length) throws UnreadableException {
        if (checksum != null) {
            return untilDescriptor(checksum, bytes, offset, length);
        }
        int taken = left < 0 ? length : (int) Math.min(left, length);
        if (inflater != null) {
            taken = inflate(inflater, bytes, offset, taken);
        } else if (content != null) {
            hand(bytes, offset, taken);
        }
        if (left >= 0) {
            left -= taken;
            if (left == 0) {
                ended = true;
            } else if (ended) {
                throw UnreadableException.malformed("the data of an entry end " + left + " bytes too early");
            }
        }
        return taken;
    }

    /** Stored data end where a descriptor has their checksum and size. */
    private int untilDescriptor(CRC32 checksum, byte[] bytes, int offset, int length) throws UnreadableException {
        byte[] all = Arrays.copyOf(held, held.length + length);
        System.arraycopy(bytes, offset, all, held.length, length);
        int summed = 0;
        int end = Math.max(0, all.length - DESCRIPTOR_BYTES + 1);
        for (int i = 0; i < end; i++) {
            if (all[i] != 'P' || Cells.u32le(all, i) != DESCRIPTOR) {
                continue;
            }
            checksum.update(all, summed, i - summed);
            summed = i;
            long size = stored + i & 0xffffffffL;
            if (Cells.u32le(all, i + 4) == checksum.getValue()
                    && Cells.u32le(all, i + 8) == size
                    && Cells.u32le(all, i + 12) == size) {
                hand(all, 0, i);
                ended = true;
                return i + DESCRIPTOR_BYTES - held.length;
            }
        }
        checksum.update(all, summed, end - summed);
        hand(all, 0, end);
        stored += end;
        held = Arrays.copyOfRange(all, end, all.length);
        return length;
    }

    private int inflate(Inflater inflater, byte[] bytes, int offset, int length) throws UnreadableException {
        inflater.setInput(bytes, offset, length);
        byte[] chunk = new byte[CHUNK];
        try {
            while (!inflater.finished()) {
                int n = inflater.inflate(chunk);
                if (n > 0) {
                    hand(chunk, 0, n);
                } else if (inflater.needsDictionary()) {
                    throw UnreadableException.malformed("an entry of the archive needs a dictionary");
                } else if (inflater.needsInput()) {
                    return length;
                }
            }
        } catch (DataFormatException e) {
            throw UnreadableException.malformed("an entry of the archive is no deflated data");
        }
        ended = true;
        return length - inflater.getRemaining();
    }

    private void hand(byte[] bytes, int offset, int length) throws UnreadableException {
        budget.addBytes(length);
        ContentSink reader = content;
        if (reader != null) {
            try {
                reader.update(bytes, offset, length);
            } catch (UnreadableException e) {
                drop(e);
            }
        }
    }

    private void drop(UnreadableException problem) {
        doubts.accept(problem.doubt());
        if (content != null) {
            content.close();
        }
        content = null;
    }

    /** Tells the reader that the content has ended. */
    void finish() throws UnreadableException {
        boolean complete = inflater == null || inflater.finished();
        if (!complete) {
            throw UnreadableException.malformed("the data of an entry are cut off");
        }
        ContentSink reader = content;
        if (reader != null) {
            try {
                reader.finish();
                reader.close();
            } catch (UnreadableException e) {
                drop(e);
            }
        }
    }

    void close() {
        if (inflater != null) {
            inflater.end();
        }
        if (content != null) {
            content.close();
        }
    }
}

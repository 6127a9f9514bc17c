package dev.tallyclerk.registry.internal.inventory.rpm;

import dev.tallyclerk.registry.internal.inventory.Cells;
import dev.tallyclerk.registry.internal.inventory.KeptBytes;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import java.util.HashMap;
import java.util.Map;

/**
 * The write-ahead log of an SQLite database: the pages of all transactions that were committed, as SQLite recovers them
 * when it opens the database.
 *
 * @see <a href="https://www.sqlite.org/fileformat2.html#the_write_ahead_log">Database File Format, section 4</a>
 */
final class WriteAheadLog {
    private static final long MAGIC_LITTLE = 0x377f0682;
    private static final long MAGIC_BIG = 0x377f0683;
    private static final long VERSION = 3007000;
    private static final int HEADER = 32;
    private static final int FRAME_HEADER = 24;

    /** Frames of 256 MiB with pages of the usual size. */
    private static final int MAX_FRAMES = 1 << 16;

    private final Map<Long, Long> pages;
    private final int pageSize;
    private final long pageCount;

    private WriteAheadLog(Map<Long, Long> pages, int pageSize, long pageCount) {
        this.pages = pages;
        this.pageSize = pageSize;
        this.pageCount = pageCount;
    }

    /** {@return a log without pages} */
    static WriteAheadLog none() {
        return new WriteAheadLog(Map.of(), 0, 0);
    }

    /**
     * {@return the log in a file; without pages if the file is empty}
     *
     * <p>Frames after the last good one are what earlier transactions left, and SQLite ignores them.
     *
     * @throws UnreadableException if the log's own header is wrong, so that SQLite ignores it as a whole
     */
    static WriteAheadLog read(KeptBytes file) throws UnreadableException {
        if (file.size() == 0) {
            return none();
        }
        byte[] header = file.read(0, HEADER);
        long magic = Cells.u32be(header, 0);
        long size = Cells.u32be(header, 8);
        Checksum checksum = new Checksum(magic == MAGIC_BIG);
        checksum.add(header, 0, 24);
        if ((magic != MAGIC_LITTLE && magic != MAGIC_BIG)
                || Cells.u32be(header, 4) != VERSION
                || !isPageSize(size)
                || !checksum.is(header, 24)) {
            throw UnreadableException.malformed("the write-ahead log has a wrong header");
        }
        Map<Long, Long> committed = new HashMap<>();
        Map<Long, Long> open = new HashMap<>();
        long pageCount = 0;
        long frameSize = FRAME_HEADER + size;
        if (file.size() / frameSize > MAX_FRAMES) {
            throw UnreadableException.limit("the write-ahead log has more than " + MAX_FRAMES + " frames");
        }
        for (long at = HEADER; at <= file.size() - frameSize; at += frameSize) {
            byte[] frame = file.read(at, (int) frameSize);
            checksum.add(frame, 0, 8);
            checksum.add(frame, FRAME_HEADER, (int) size);
            long page = Cells.u32be(frame, 0);
            boolean sameSalt = Cells.u32be(frame, 8) == Cells.u32be(header, 16)
                    && Cells.u32be(frame, 12) == Cells.u32be(header, 20);
            if (page == 0 || !sameSalt || !checksum.is(frame, 16)) {
                break;
            }
            open.put(page, at + FRAME_HEADER);
            long sizeAfterCommit = Cells.u32be(frame, 4);
            if (sizeAfterCommit != 0) {
                committed.putAll(open);
                open.clear();
                pageCount = sizeAfterCommit;
            }
        }
        return new WriteAheadLog(committed, (int) size, pageCount);
    }

    /** {@return whether SQLite has pages of that size} */
    static boolean isPageSize(long size) {
        return size >= 512 && size <= 65536 && Long.bitCount(size) == 1;
    }

    /** {@return whether no transaction is in the log} */
    boolean isEmpty() {
        return pages.isEmpty();
    }

    /** {@return how many pages are in the log} */
    int size() {
        return pages.size();
    }

    /** {@return where in the file a page begins; -1 if it is not in the log} */
    long offset(long page) {
        return pages.getOrDefault(page, -1L);
    }

    int pageSize() {
        return pageSize;
    }

    /** {@return the size of the database in pages after the last transaction} */
    long pageCount() {
        return pageCount;
    }

    /** The checksum of all that came before. */
    private static final class Checksum {
        private final boolean bigEndian;
        private int first;
        private int second;

        Checksum(boolean bigEndian) {
            this.bigEndian = bigEndian;
        }

        void add(byte[] bytes, int from, int length) {
            for (int i = from; i < from + length; i += 8) {
                first += word(bytes, i) + second;
                second += word(bytes, i + 4) + first;
            }
        }

        private int word(byte[] bytes, int at) {
            return (int) (bigEndian ? Cells.u32be(bytes, at) : Cells.u32le(bytes, at));
        }

        boolean is(byte[] bytes, int at) {
            return Cells.u32be(bytes, at) == (first & 0xffffffffL)
                    && Cells.u32be(bytes, at + 4) == (second & 0xffffffffL);
        }
    }
}

package dev.tallyclerk.registry.internal.inventory.rpm;

import dev.tallyclerk.registry.internal.inventory.Cells;
import dev.tallyclerk.registry.internal.inventory.KeptBytes;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Reads the table {@code Packages} of {@code rpmdb.sqlite}: table b-trees with overflow pages, and nothing else of
 * SQLite.
 *
 * <p>Each page is used once, so that pages which point at each other end the reading.
 *
 * @see <a href="https://www.sqlite.org/fileformat2.html">Database File Format</a>
 */
final class SqliteStore {
    private static final String MAGIC = "SQLite format 3\0";
    private static final int HEADER = 100;
    private static final int INTERIOR = 5;
    private static final int LEAF = 13;
    private static final int MAX_DEPTH = 40;
    private static final int MAX_SCHEMA_ROW = 1 << 20;
    private static final int MIN_USABLE = 480;

    private final KeptBytes file;
    private final KeptBytes logFile;
    private final WriteAheadLog log;
    private final BitSet used = new BitSet();
    private int pageSize;
    private int usable;
    private long pageCount;

    private SqliteStore(KeptBytes file, KeptBytes logFile, WriteAheadLog log) {
        this.file = file;
        this.logFile = logFile;
        this.log = log;
    }

    /** {@return the store of a database and its write-ahead log, which may be empty} */
    static SqliteStore of(KeptBytes file, KeptBytes logFile, WriteAheadLog log) {
        return new SqliteStore(file, logFile, log);
    }

    static boolean isStore(byte[] start) {
        for (int i = 0; i < MAGIC.length(); i++) {
            if (start[i] != MAGIC.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Receives the rows of a table. */
    @FunctionalInterface
    private interface RowSink {
        void row(byte[] record) throws UnreadableException;
    }

    void read(HeaderSink sink) throws UnreadableException {
        byte[] header = header();
        long size = Cells.u16be(header, 16);
        pageSize = (int) (size == 1 ? 65536 : size);
        usable = pageSize - Cells.u8(header, 20);
        if (!isStore(header) || !WriteAheadLog.isPageSize(pageSize) || usable < MIN_USABLE) {
            throw UnreadableException.malformed("the file is no SQLite database with pages of 512 to 65536 bytes");
        }
        if (!log.isEmpty() && log.pageSize() != pageSize) {
            throw UnreadableException.malformed(
                    "the database has pages of " + pageSize + " bytes, and its write-ahead log of " + log.pageSize());
        }
        long stated = Cells.u32be(header, 28);
        long actual = file.size() / pageSize;
        // Pages are numbered without a gap.
        pageCount = Math.min(Math.max(log.pageCount(), actual), actual + log.size());
        long root = root();
        if (root == 0) {
            throw UnreadableException.malformed("the database has no table Packages");
        }
        walk(root, 0, HeaderSink.MAX_HEADER, record -> sink.header(blob(record)), sink);
        if (log.isEmpty() && Cells.u32be(header, 24) == Cells.u32be(header, 92) && stated > actual) {
            throw UnreadableException.malformed(
                    "the database should have " + stated + " pages, and " + actual + " are there");
        }
    }

    private byte[] header() throws UnreadableException {
        long inLog = log.offset(1);
        return inLog < 0 ? file.read(0, HEADER) : logFile.read(inLog, HEADER);
    }

    /** {@return the root page of the table Packages; 0 if there is none} */
    private long root() throws UnreadableException {
        long[] root = new long[1];
        HeaderSink others = new HeaderSink() {
            private int lost;

            @Override
            public void header(byte[] bytes) {
                throw new IllegalStateException("rows of the schema are no headers");
            }

            @Override
            public void lost(UnreadableException problem) throws UnreadableException {
                // The table may be one of the other rows; without it the reading fails.
                lost++;
                if (lost > MAX_LOST) {
                    throw problem;
                }
            }
        };
        walk(
                1,
                0,
                MAX_SCHEMA_ROW,
                bytes -> {
                    SqliteRecord record = SqliteRecord.parse(bytes);
                    if (record.text(0).equals("table") && record.text(1).equals("Packages")) {
                        root[0] = record.number(3);
                    }
                },
                others);
        return root[0];
    }

    private static byte[] blob(byte[] record) throws UnreadableException {
        return SqliteRecord.parse(record).blob(1);
    }

    private void walk(long number, int depth, int maxRow, RowSink rows, HeaderSink problems)
            throws UnreadableException {
        if (depth > MAX_DEPTH) {
            throw UnreadableException.malformed(
                    "the pages of the database are nested more than " + MAX_DEPTH + " deep");
        }
        byte[] page = page(number);
        int start = number == 1 ? HEADER : 0;
        int type = page[start];
        if (type != INTERIOR && type != LEAF) {
            throw UnreadableException.malformed("page " + number + " has type " + type + ", and is no page of a table");
        }
        int cells = Cells.u16be(page, start + 3);
        int pointers = start + (type == INTERIOR ? 12 : 8);
        if (pointers + 2 * cells > usable) {
            throw UnreadableException.malformed("page " + number + " has " + cells + " cells");
        }
        int left = usable;
        for (int i = 0; i < cells; i++) {
            int cell = Cells.u16be(page, pointers + 2 * i);
            if (type == LEAF) {
                left -= row(page, cell, maxRow, left, rows, problems);
            } else if (cell > usable - 4) {
                throw UnreadableException.malformed("page " + number + " has a cell at " + cell);
            } else {
                below(Cells.u32be(page, cell), depth, maxRow, rows, problems);
            }
        }
        if (type == INTERIOR) {
            below(Cells.u32be(page, start + 8), depth, maxRow, rows, problems);
        }
    }

    /** Other branches can be read where one cannot. */
    private void below(long number, int depth, int maxRow, RowSink rows, HeaderSink problems)
            throws UnreadableException {
        try {
            walk(number, depth + 1, maxRow, rows, problems);
        } catch (UnreadableException e) {
            problems.lost(e);
        }
    }

    /**
     * Reads a row.
     *
     * @param left how many bytes of the page other rows have not
     * @return how many of them the row has; 0 if it cannot be read
     */
    private int row(byte[] page, int cell, int maxRow, int left, RowSink rows, HeaderSink problems)
            throws UnreadableException {
        int local = 0;
        byte[] record;
        try {
            Varint length = Varint.at(page, cell, usable);
            Varint key = Varint.at(page, length.end(), usable);
            if (length.value() < 0 || length.value() > maxRow) {
                throw UnreadableException.limit(
                        "a row has " + length.value() + " bytes, and at most " + maxRow + " are allowed");
            }
            local = local((int) length.value());
            if (local > usable - key.end()) {
                throw UnreadableException.malformed("a row at " + cell + " does not fit its page");
            }
            if (local > left) {
                throw UnreadableException.malformed("a row at " + cell + " overlaps another");
            }
            record = record(page, key.end(), local, (int) length.value());
        } catch (UnreadableException e) {
            problems.lost(e);
            return local;
        }
        rows.row(record);
        return local;
    }

    private byte[] record(byte[] page, int from, int local, int total) throws UnreadableException {
        byte[] start = Arrays.copyOfRange(page, from, from + local);
        if (local == total) {
            return start;
        }
        if (from + local > usable - 4) {
            throw UnreadableException.malformed("a row at " + from + " does not fit its page");
        }
        return overflow(start, Cells.u32be(page, from + local), total);
    }

    /** {@return how much of a row is in its own page} */
    private int local(int total) {
        int most = usable - 35;
        if (total <= most) {
            return total;
        }
        int least = (usable - 12) * 32 / 255 - 23;
        int fitting = least + (total - least) % (usable - 4);
        return fitting <= most ? fitting : least;
    }

    private byte[] overflow(byte[] start, long first, int total) throws UnreadableException {
        GrowingBytes record = new GrowingBytes(total);
        record.add(start, 0, start.length);
        long next = first;
        while (!record.isFull()) {
            byte[] page = page(next);
            record.add(page, 4, usable - 4);
            next = Cells.u32be(page, 0);
        }
        return record.bytes();
    }

    private byte[] page(long number) throws UnreadableException {
        if (number < 1 || number > pageCount) {
            throw UnreadableException.malformed("the database has no page " + number + ", only " + pageCount);
        }
        if (used.get((int) number)) {
            throw UnreadableException.malformed("page " + number + " of the database is used twice");
        }
        used.set((int) number);
        long inLog = log.offset(number);
        return inLog < 0 ? file.read((number - 1) * pageSize, pageSize) : logFile.read(inLog, pageSize);
    }
}

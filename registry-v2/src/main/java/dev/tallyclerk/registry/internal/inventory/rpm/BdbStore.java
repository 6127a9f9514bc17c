package dev.tallyclerk.registry.internal.inventory.rpm;

import dev.tallyclerk.registry.internal.inventory.Cells;
import dev.tallyclerk.registry.internal.inventory.KeptBytes;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;

/**
 * Reads the hash form of Berkeley DB that rpm used until version 4.15, {@code Packages}. The value under key 0 is a
 * counter, each other one a header.
 *
 * <p>Only pages of the hash lead to headers; the length of a header ends the chain of its overflow pages.
 *
 * @see <a href="https://github.com/rpm-software-management/rpm/blob/rpm-4.20.1-release/lib/backend/bdb_ro.cc">rpm
 *     4.20.1, lib/backend/bdb_ro.cc</a>
 */
final class BdbStore {
    private static final long HASH_MAGIC = 0x061561;
    private static final int META = 72;
    private static final int PAGE_HEADER = 26;
    private static final int UNSORTED_HASH_PAGE = 2;
    private static final int OVERFLOW_PAGE = 7;
    private static final int HASH_PAGE = 13;
    private static final int META_PAGE = 8;
    private static final int IN_PAGE = 1;
    private static final int OFF_PAGE = 3;
    private static final int MIN_VERSION = 7;
    private static final int MAX_VERSION = 10;

    private final KeptBytes file;
    private final boolean bigEndian;
    private int pageSize;
    private long unreadPages;

    private BdbStore(KeptBytes file, boolean bigEndian) {
        this.file = file;
        this.bigEndian = bigEndian;
    }

    static boolean isStore(byte[] start) {
        return Cells.u32le(start, 12) == HASH_MAGIC || Cells.u32be(start, 12) == HASH_MAGIC;
    }

    static BdbStore of(KeptBytes file) throws UnreadableException {
        return new BdbStore(file, Cells.u32be(file.read(0, META), 12) == HASH_MAGIC);
    }

    void read(HeaderSink sink) throws UnreadableException {
        byte[] meta = file.read(0, META);
        long version = u32(meta, 16);
        long size = u32(meta, 20);
        if (version < MIN_VERSION || version > MAX_VERSION || meta[25] != META_PAGE) {
            throw UnreadableException.unsupported(
                    "the Berkeley DB has hash version " + version + " and a first page of type " + meta[25]);
        }
        if (meta[24] != 0 || (meta[26] & 1) != 0) {
            throw UnreadableException.unsupported("the Berkeley DB is encrypted or has checksums");
        }
        if (size < 512 || size > 65536 || Long.bitCount(size) != 1) {
            throw UnreadableException.malformed("the Berkeley DB has pages of " + size + " bytes");
        }
        pageSize = (int) size;
        long last = u32(meta, 32);
        long pages = file.size() / pageSize;
        unreadPages = pages;
        for (long number = 1; number < pages; number++) {
            byte[] page = file.read(number * pageSize, pageSize);
            if (page[25] == HASH_PAGE || page[25] == UNSORTED_HASH_PAGE) {
                hashPage(page, number, sink);
            }
        }
        if (last >= pages) {
            throw UnreadableException.malformed(
                    "the Berkeley DB has " + pages + " pages, and its last one should be " + last);
        }
    }

    private void hashPage(byte[] page, long number, HeaderSink sink) throws UnreadableException {
        int entries = u16(page, 20);
        if (PAGE_HEADER + 2 * entries > pageSize || entries % 2 != 0) {
            sink.lost(
                    UnreadableException.malformed("page " + number + " of the Berkeley DB has " + entries + " items"));
            return;
        }
        for (int i = 0; i < entries; i += 2) {
            byte[] header;
            try {
                byte[] key = item(page, i);
                if (key.length == 4 && u32(key, 0) == 0) {
                    continue;
                }
                header = item(page, i + 1);
            } catch (UnreadableException e) {
                sink.lost(e);
                continue;
            }
            sink.header(header);
        }
    }

    private byte[] item(byte[] page, int index) throws UnreadableException {
        int start = u16(page, PAGE_HEADER + 2 * index);
        int end = index == 0 ? pageSize : u16(page, PAGE_HEADER + 2 * (index - 1));
        if (start < PAGE_HEADER || start >= end || end > pageSize) {
            throw UnreadableException.malformed("an item of the Berkeley DB lies at " + start + " to " + end);
        }
        if (page[start] == IN_PAGE) {
            byte[] bytes = new byte[end - start - 1];
            System.arraycopy(page, start + 1, bytes, 0, bytes.length);
            return bytes;
        }
        if (page[start] == OFF_PAGE && end - start >= 12) {
            return overflow(u32(page, start + 4), u32(page, start + 8));
        }
        throw UnreadableException.unsupported("an item of the Berkeley DB has type " + page[start]);
    }

    private byte[] overflow(long first, long length) throws UnreadableException {
        if (length > HeaderSink.MAX_HEADER || length > file.size()) {
            throw UnreadableException.limit("a package header has " + length + " bytes in a file of " + file.size());
        }
        GrowingBytes bytes = new GrowingBytes((int) length);
        long next = first;
        while (!bytes.isFull()) {
            if (unreadPages-- == 0) {
                throw UnreadableException.malformed(
                        "the overflow pages of the Berkeley DB follow each other in a circle");
            }
            byte[] page = file.read(next * pageSize, pageSize);
            int n = u16(page, 22);
            if (page[25] != OVERFLOW_PAGE || n == 0 || n > pageSize - PAGE_HEADER) {
                throw UnreadableException.malformed("page " + next + " of the Berkeley DB is no overflow page");
            }
            bytes.add(page, PAGE_HEADER, n);
            next = u32(page, 16);
        }
        return bytes.bytes();
    }

    private int u16(byte[] bytes, int at) {
        return bigEndian ? Cells.u16be(bytes, at) : Cells.u16le(bytes, at);
    }

    private long u32(byte[] bytes, int at) {
        return bigEndian ? Cells.u32be(bytes, at) : Cells.u32le(bytes, at);
    }
}

package dev.tallyclerk.registry.internal.inventory.rpm;

import dev.tallyclerk.registry.internal.inventory.Cells;
import dev.tallyclerk.registry.internal.inventory.KeptBytes;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import java.util.zip.Adler32;

/**
 * Reads rpm's own store, {@code Packages.db}: pages of slots, each of which leads to the blocks of one header.
 *
 * @see <a href="https://github.com/rpm-software-management/rpm/blob/rpm-4.20.1-release/lib/backend/ndb/rpmpkg.c">rpm
 *     4.20.1, lib/backend/ndb/rpmpkg.c</a>
 */
final class NdbStore {
    private static final long MAGIC = 0x506d7052; // RpmP
    private static final long SLOT = 0x746f6c53; // Slot
    private static final long BLOB = 0x53626c42; // BlbS
    private static final long BLOB_END = 0x45626c42; // BlbE
    private static final int PAGE = 4096;
    private static final int UNIT = 16;
    private static final int HEADER = 32;
    private static final int BLOB_HEADER = 16;
    private static final int BLOB_TAIL = 12;
    private static final int VERSION = 0;

    private final KeptBytes file;
    private long unread;

    NdbStore(KeptBytes file) {
        this.file = file;
        this.unread = file.size();
    }

    static boolean isStore(byte[] start) {
        return Cells.u32le(start, 0) == MAGIC;
    }

    void read(HeaderSink sink) throws UnreadableException {
        byte[] header = file.read(0, HEADER);
        long version = Cells.u32le(header, 4);
        long pages = Cells.u32le(header, 12);
        if (version != VERSION) {
            throw UnreadableException.unsupported("the ndb store has version " + version + ", and 0 is known");
        }
        if (pages * PAGE > file.size()) {
            throw UnreadableException.malformed(
                    "the ndb store claims " + pages + " pages of slots in " + file.size() + " bytes");
        }
        for (long page = 0; page < pages; page++) {
            byte[] slots = file.read(page * PAGE, PAGE);
            for (int at = page == 0 ? HEADER : 0; at < PAGE; at += UNIT) {
                slot(slots, at, sink);
            }
        }
    }

    private void slot(byte[] slots, int at, HeaderSink sink) throws UnreadableException {
        long index = Cells.u32le(slots, at + 4);
        if (Cells.u32le(slots, at) != SLOT) {
            throw UnreadableException.malformed("a slot of the ndb store does not begin with Slot");
        }
        if (index == 0) {
            return;
        }
        byte[] blob;
        try {
            blob = blob(index, Cells.u32le(slots, at + 8) * UNIT, Cells.u32le(slots, at + 12) * UNIT);
        } catch (UnreadableException e) {
            sink.lost(e);
            return;
        }
        sink.header(blob);
    }

    private byte[] blob(long index, long offset, long room) throws UnreadableException {
        if (room < BLOB_HEADER + BLOB_TAIL || room > HeaderSink.MAX_HEADER) {
            throw UnreadableException.limit("package " + index + " has " + room + " bytes, and at most "
                    + HeaderSink.MAX_HEADER + " are allowed");
        }
        if (room > unread) {
            throw UnreadableException.malformed("the packages of the ndb store overlap");
        }
        unread -= room;
        byte[] bytes = file.read(offset, (int) room);
        int tail = bytes.length - BLOB_TAIL;
        long length = Cells.u32le(bytes, 12);
        if (Cells.u32le(bytes, 0) != BLOB
                || Cells.u32le(bytes, 4) != index
                || Cells.u32le(bytes, tail + 8) != BLOB_END
                || Cells.u32le(bytes, tail + 4) != length
                || length > tail - BLOB_HEADER) {
            throw UnreadableException.malformed("the slot of package " + index + " does not lead to its blob");
        }
        Adler32 checksum = new Adler32();
        checksum.update(bytes, 0, tail);
        if (checksum.getValue() != Cells.u32le(bytes, tail)) {
            throw UnreadableException.malformed("the checksum of package " + index + " is wrong");
        }
        byte[] header = new byte[(int) length];
        System.arraycopy(bytes, BLOB_HEADER, header, 0, header.length);
        return header;
    }
}

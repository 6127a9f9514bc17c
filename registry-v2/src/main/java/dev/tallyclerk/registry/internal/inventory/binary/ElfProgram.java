package dev.tallyclerk.registry.internal.inventory.binary;

import dev.tallyclerk.registry.internal.inventory.ContentSink;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the modules of a Go program, or the crates of a Rust program built with cargo-auditable, in one pass.
 *
 * <p>As Go does, looks for its build information in the segments that a program may write to, so that a program which
 * only knows of it, such as the go command, is not mistaken.
 */
public final class ElfProgram implements ContentSink {
    private static final int HEAD = 1 << 14;
    private static final int MAX_BUILD_INFO = 1 << 20;
    private static final int PART = 2 << 20;
    private static final int LOADED = 1;
    private static final int WRITABLE = 2;
    private static final int MAX_SECTIONS = 4096;
    private static final int MAX_SEGMENTS = 16;

    private final FileFindings into;
    private final List<Range> writable = new ArrayList<>();
    private final ByteArrayOutputStream buildInfo = new ByteArrayOutputStream();
    private final FileParts head = new FileParts(0, HEAD);
    private @Nullable ElfHeader header;
    private @Nullable FileParts tail;
    private long loadedEnd;
    private long position;

    /** Creates the reader of one file. */
    public ElfProgram(FileFindings into) {
        this.into = into;
    }

    /** {@return whether the four bytes at a position are the first ones of an ELF file} */
    public static boolean isElf(byte[] bytes, int offset) {
        return ElfHeader.isElf(bytes, offset);
    }

    private record Range(long start, long end) {}

    /**
     * Takes the next bytes. All chunks but the last have a length that is a multiple of {@value GoBuildInfo#ALIGNMENT},
     * and the first one is not shorter than the tables at the start of the file.
     */
    @Override
    public void update(byte[] bytes, int offset, int length) {
        if (position == 0) {
            begin(Arrays.copyOfRange(bytes, offset, offset + Math.min(length, HEAD)));
        }
        if (header != null && tail != null) {
            search(bytes, offset, length);
            if (buildInfo.size() == 0) {
                int loaded = (int) Math.max(0, Math.min(length, loadedEnd - position));
                tail.add(bytes, offset + loaded, length - loaded);
            }
        }
        position += length;
    }

    private void begin(byte[] start) {
        head.add(start, 0, start.length);
        header = start.length < ElfHeader.LENGTH ? null : ElfHeader.parse(start).orElse(null);
        if (header != null) {
            segments(header, start);
        }
        tail = new FileParts(loadedEnd, PART);
    }

    @Override
    public void finish() throws UnreadableException {
        if (buildInfo.size() > GoBuildInfo.HEADER) {
            GoBuildInfo.read(buildInfo.toByteArray(), into);
        } else if (header != null && tail != null) {
            crates(header, tail);
        }
    }

    private void segments(ElfHeader header, byte[] start) {
        long end = header.segments() + (long) header.segmentSize() * header.segmentCount();
        if (end > start.length) {
            return; // no linker puts them elsewhere
        }
        ElfNumbers numbers = header.numbers(start);
        for (int i = 0; i < header.segmentCount(); i++) {
            int at = (int) header.segments() + header.segmentSize() * i;
            long flags = numbers.u32(at + (header.wide() ? 4 : 24));
            long offset = numbers.address(at + (header.wide() ? 8 : 4));
            long size = numbers.address(at + (header.wide() ? 32 : 16));
            if (numbers.u32(at) == LOADED && offset >= 0 && size > 0 && offset + size > 0) {
                loadedEnd = Math.max(loadedEnd, offset + size);
                if ((flags & WRITABLE) != 0 && writable.size() < MAX_SEGMENTS) {
                    writable.add(new Range(offset, offset + size));
                }
            }
        }
    }

    private void search(byte[] bytes, int offset, int length) {
        if (buildInfo.size() > 0) {
            keep(bytes, offset, length);
            return;
        }
        int step = GoBuildInfo.ALIGNMENT;
        for (Range range : writable) {
            long from = Math.max(range.start, position);
            long last = Math.min(range.end, position + length) - step;
            for (long at = (from + step - 1) / step * step; at <= last; at += step) {
                int index = offset + (int) (at - position);
                if (bytes[index] == GoBuildInfo.MAGIC[0] && GoBuildInfo.isAt(bytes, index)) {
                    keep(bytes, index, offset + length - index);
                    return;
                }
            }
        }
    }

    private void keep(byte[] block, int offset, int length) {
        buildInfo.write(block, offset, Math.min(length, MAX_BUILD_INFO - buildInfo.size()));
    }

    private void crates(ElfHeader header, FileParts tail) throws UnreadableException {
        int count = header.sectionCount();
        if (count == 0 || count > MAX_SECTIONS || header.sectionNames() >= count) {
            return;
        }
        Optional<byte[]> table = part(tail, header.sections(), (long) count * header.sectionSize());
        if (table.isEmpty()) {
            return;
        }
        ElfNumbers numbers = header.numbers(table.get());
        Range nameTable = section(header, numbers, header.sectionNames());
        Optional<byte[]> names = part(tail, nameTable.start, nameTable.end - nameTable.start);
        for (int i = 0; i < count && names.isPresent(); i++) {
            long name = numbers.u32(i * header.sectionSize());
            if (isNamed(names.get(), name)) {
                Range section = section(header, numbers, i);
                AuditableCrates.read(
                        part(tail, section.start, section.end - section.start)
                                .orElseThrow(() -> UnreadableException.limit(
                                        "the section .dep-v0 lies too far from the ends of the program")),
                        into);
                return;
            }
        }
    }

    private static Range section(ElfHeader header, ElfNumbers numbers, int index) {
        int at = index * header.sectionSize();
        long offset = numbers.address(at + (header.wide() ? 24 : 16));
        long size = numbers.address(at + (header.wide() ? 32 : 20));
        boolean plausible = offset >= 0 && size >= 0 && offset + size >= 0;
        return plausible ? new Range(offset, offset + size) : new Range(-1, -1);
    }

    private static boolean isNamed(byte[] names, long at) {
        String wanted = AuditableCrates.SECTION;
        if (at + wanted.length() >= names.length) {
            return false;
        }
        for (int i = 0; i < wanted.length(); i++) {
            if (names[(int) at + i] != wanted.charAt(i)) {
                return false;
            }
        }
        return names[(int) at + wanted.length()] == 0;
    }

    private Optional<byte[]> part(FileParts tail, long start, long length) {
        Optional<byte[]> inTail = tail.get(start, length);
        return inTail.isPresent() ? inTail : head.get(start, length);
    }
}

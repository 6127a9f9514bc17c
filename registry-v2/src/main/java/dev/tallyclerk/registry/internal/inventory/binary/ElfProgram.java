package dev.tallyclerk.registry.internal.inventory.binary;

import dev.tallyclerk.registry.internal.inventory.ContentSink;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the modules of a Go program, or the crates of a Rust program built with cargo-auditable, in one pass.
 *
 * <p>A program that is packed, or written in Go without saying of what, is a doubt.
 */
final class ElfProgram implements ContentSink {
    private static final int HEAD = 1 << 14;
    private static final int PART = 2 << 20;
    private static final int LOADED = 1;
    private static final int WRITABLE = 2;
    private static final int MAX_SECTIONS = 4096;

    /** The type and the name of the note with the build's identifier of Go, in either byte order. */
    private static final byte[] GO_NOTE = {4, 0, 0, 0, 'G', 'o', 0, 0};

    private static final byte[] BIG_ENDIAN_GO_NOTE = {0, 0, 0, 4, 'G', 'o', 0, 0};

    private static final byte[] PACKED = "UPX!".getBytes(StandardCharsets.US_ASCII);

    private final FileFindings into;
    private final FileParts head = new FileParts(0, HEAD);
    private @Nullable ElfHeader header;
    private @Nullable GoSearch modules;
    private @Nullable FileParts tail;
    private boolean isGo;
    private boolean isPacked;
    private long loadedEnd;
    private long position;

    ElfProgram(FileFindings into) {
        this.into = into;
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
        if (modules != null && tail != null) {
            modules.update(bytes, offset, length);
            int loaded = (int) Math.max(0, Math.min(length, loadedEnd - position));
            tail.add(bytes, offset + loaded, length - loaded);
        }
        position += length;
    }

    private void begin(byte[] start) {
        head.add(start, 0, start.length);
        header = start.length < ElfHeader.LENGTH ? null : ElfHeader.parse(start).orElse(null);
        if (header == null) {
            return;
        }
        List<Segment> segments = segments(header, start);
        // The debug information of a program, in a file of its own, has the note and no data.
        isGo = segments.stream().anyMatch(Segment::writable)
                && contains(start, header.bigEndian() ? BIG_ENDIAN_GO_NOTE : GO_NOTE);
        isPacked = header.sectionCount() == 0 && contains(start, PACKED);
        modules = new GoSearch(segments, isGo, into);
        for (Segment segment : segments) {
            loadedEnd = Math.max(loadedEnd, segment.end());
        }
        tail = new FileParts(loadedEnd, PART);
    }

    private static boolean contains(byte[] bytes, byte[] wanted) {
        for (int at = 0; at <= bytes.length - wanted.length; at++) {
            if (Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void finish() throws UnreadableException {
        if (header == null || modules == null || tail == null || modules.finish()) {
            return;
        }
        crates(header, tail);
        if (isGo) {
            into.unsupported("the program was built with Go and does not say which modules it was built of");
        } else if (isPacked) {
            into.unsupported("the program is packed with UPX, so that it is unknown what it was built of");
        }
    }

    @Override
    public void close() {
        if (modules != null) {
            modules.clear();
        }
    }

    private static List<Segment> segments(ElfHeader header, byte[] start) {
        List<Segment> segments = new ArrayList<>();
        long end = header.segments() + (long) header.segmentSize() * header.segmentCount();
        if (end > start.length) {
            return segments; // no linker puts them elsewhere
        }
        ElfNumbers numbers = header.numbers(start);
        for (int i = 0; i < header.segmentCount(); i++) {
            int at = (int) header.segments() + header.segmentSize() * i;
            int width = header.wide() ? 8 : 4;
            long offset = numbers.address(at + width);
            Segment segment = new Segment(
                    offset,
                    offset + numbers.address(at + 4 * width),
                    numbers.address(at + 2 * width),
                    (numbers.u32(at + (header.wide() ? 4 : 24)) & WRITABLE) != 0);
            if (numbers.u32(at) == LOADED && segment.isPlausible()) {
                segments.add(segment);
            }
        }
        return segments;
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

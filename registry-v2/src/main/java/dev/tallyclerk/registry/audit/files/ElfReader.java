package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.internal.text.StringSearch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads an ELF file while it passes by: its header and program headers, which have to be in the first chunk, and the
 * parts of the file that they point at.
 *
 * <p>Follows "System V Application Binary Interface", chapters 4 and 5, and the GNU extensions. Keeps at most
 * {@link #MAX_START} bytes of the start and {@link #MAX_DYNAMIC} of the dynamic section; whatever is not in them is a
 * problem of the {@link ElfFile}. Belongs to one thread.
 */
final class ElfReader {
    /** Linkers put the names of dynamic symbols at the start of a file. */
    static final int MAX_START = 4 << 20;

    static final int MAX_DYNAMIC = 64 << 10;
    private static final int MAX_HEADERS = 512;
    private static final int MAX_PATH = 4096;
    private static final int MIN_HEADER = 64;

    private static final int TYPE_EXECUTABLE = 2;
    private static final int TYPE_DYNAMIC = 3;

    private static final int LOAD = 1;
    private static final int DYNAMIC = 2;
    private static final int INTERPRETER = 3;
    private static final int NOTE = 4;
    private static final int GNU_STACK = 0x6474e551;
    private static final int GNU_RELRO = 0x6474e552;
    private static final int EXECUTE = 1;

    private static final byte[] MAGIC = {0x7f, 'E', 'L', 'F'};
    private static final StringSearch CANARY = StringSearch.of("__stack_chk_fail");
    private static final byte[] GO = {'G', 'o', 0, 0};
    /** What starts the build information of Go, and parts of the paths of Rust's own sources, which are in messages. */
    private static final StringSearch SIGNS = new StringSearch(
            Stream.of("\u00ff Go buildinf:", "/library/core/src/", "/library/alloc/src/", "/library/std/src/")
                    .map(sign -> sign.getBytes(StandardCharsets.ISO_8859_1))
                    .toList());

    private static final int LONGEST_SIGN = 19;

    private final List<Segment> segments = new ArrayList<>();
    private final boolean isWide;
    private final ByteOrder order;
    private final int type;
    private String problem = "";
    /** The start of the file, followed by room until {@link #finish}. */
    private byte[] start = new byte[0];

    private int kept;

    private byte[] dynamic = new byte[0];
    private int dynamicRead;
    private long position;

    /** Whether all is read that tells how the program is protected, unless its language does. */
    private boolean isComplete;

    /** Whether bytes are passing by that are not kept, and whether the kept ones name a check of the stack. */
    private boolean isPassing;

    private boolean hasCanary;

    private boolean isOfGo;
    private boolean isOfRust;

    /** The end of the last chunk, in which a sign of the language may start. */
    private byte[] tail = new byte[0];

    private record Segment(int type, int flags, long offset, long address, long size) {}

    private ElfReader(ByteBuffer header, boolean isWide, ByteOrder order) {
        this.isWide = isWide;
        this.order = order;
        this.type = header.getShort(16) & 0xffff;
    }

    /**
     * {@return a reader of a program or library, or null if the file is neither}
     *
     * @param bytes the first chunk of the file
     */
    static @Nullable ElfReader start(byte[] bytes, int offset, int length) {
        boolean isElf = length >= MIN_HEADER && Arrays.equals(bytes, offset, offset + 4, MAGIC, 0, 4);
        if (!isElf
                || bytes[offset + 4] < 1
                || bytes[offset + 4] > 2
                || bytes[offset + 5] < 1
                || bytes[offset + 5] > 2) {
            return null;
        }
        ByteOrder order = bytes[offset + 5] == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        ByteBuffer header = ByteBuffer.wrap(bytes, offset, length).slice().order(order);
        ElfReader reader = new ElfReader(header, bytes[offset + 4] == 2, order);
        if (reader.type != TYPE_EXECUTABLE && reader.type != TYPE_DYNAMIC) {
            return null;
        }
        reader.programHeaders(header);
        Segment section = reader.segment(DYNAMIC);
        if (section != null) {
            if (section.size() > MAX_DYNAMIC || section.size() < 0 || section.offset() < 0) {
                reader.problem("has a dynamic section of " + Long.toUnsignedString(section.size())
                        + " bytes, more than the " + MAX_DYNAMIC + " that are read");
            } else {
                reader.dynamic = new byte[(int) section.size()];
            }
        }
        return reader;
    }

    private void problem(String what) {
        if (problem.isEmpty()) {
            problem = what;
        }
    }

    private void programHeaders(ByteBuffer header) {
        long at = isWide ? header.getLong(32) : header.getInt(28) & 0xffff_ffffL;
        int size = header.getShort(isWide ? 54 : 42) & 0xffff;
        int count = header.getShort(isWide ? 56 : 44) & 0xffff;
        int least = isWide ? 56 : 32;
        if (count == 0) {
            problem("has no program headers");
            return;
        }
        if (count > MAX_HEADERS || size < least || at < 0 || at > header.limit() - (long) count * size) {
            problem("has " + count + " program headers of " + size + " bytes at " + Long.toUnsignedString(at)
                    + ", not within its first " + header.limit() + " bytes");
            return;
        }
        for (int i = 0; i < count; i++) {
            int from = (int) at + i * size;
            int kind = header.getInt(from);
            segments.add(
                    isWide
                            ? new Segment(
                                    kind,
                                    header.getInt(from + 4),
                                    header.getLong(from + 8),
                                    header.getLong(from + 16),
                                    header.getLong(from + 32))
                            : new Segment(
                                    kind,
                                    header.getInt(from + 24),
                                    header.getInt(from + 4) & 0xffff_ffffL,
                                    header.getInt(from + 8) & 0xffff_ffffL,
                                    header.getInt(from + 16) & 0xffff_ffffL));
        }
    }

    private @Nullable Segment segment(int kind) {
        for (Segment segment : segments) {
            if (segment.type() == kind) {
                return segment;
            }
        }
        return null;
    }

    /**
     * Takes the next bytes, the first chunk included.
     *
     * @return whether more is needed
     */
    boolean update(byte[] bytes, int offset, int length) {
        if (isComplete) {
            language(bytes, offset, length);
            return !isOfGo && !isOfRust;
        }
        isComplete = !needsMore(bytes, offset, length);
        if (!isComplete) {
            return true;
        }
        if (!problem.isEmpty() || !isLanguageWanted()) {
            return false;
        }
        language(start, 0, kept);
        return !isOfGo && !isOfRust;
    }

    private boolean needsMore(byte[] bytes, int offset, int length) {
        Segment section = segment(DYNAMIC);
        if (section == null || !problem.isEmpty()) {
            keep(bytes, offset, length);
            position += length;
            return false;
        }
        long end = section.offset() + dynamic.length;
        int room = Math.min(length, MAX_START - kept);
        keep(bytes, offset, room);
        if (kept == MAX_START) {
            passBy(bytes, offset + room, length - room);
        }
        long from = Math.max(section.offset(), position);
        long to = Math.min(end, position + length);
        if (from < to) {
            System.arraycopy(bytes, offset + (int) (from - position), dynamic, (int) (from - section.offset()), (int)
                    (to - from));
            dynamicRead += (int) (to - from);
        }
        position += length;
        return position < end || kept < MAX_START;
    }

    /** Looks for signs of a language in what is not kept, where the dynamic section comes later. */
    private void passBy(byte[] bytes, int offset, int length) {
        if (!isPassing) {
            isPassing = true;
            hasCanary = CANARY.isIn(start, 0, kept);
        }
        if (!hasCanary && length > 0) {
            language(bytes, offset, length);
        }
    }

    /** {@return whether the answer depends on the language: there is no sign of a check of the stack} */
    private boolean isLanguageWanted() {
        if (isGo()) {
            return false;
        }
        if (dynamic.length == 0) {
            return true;
        }
        Dynamic tags = new Dynamic();
        tags.read();
        int names = tags.namesAt();
        problem = "";
        return names < 0 || !hasCanary(names, tags.namesSize);
    }

    /** Looks for signs of a language in the next bytes. */
    private void language(byte[] bytes, int offset, int length) {
        byte[] seam = Arrays.copyOf(tail, tail.length + Math.min(length, LONGEST_SIGN));
        System.arraycopy(bytes, offset, seam, tail.length, seam.length - tail.length);
        signs(seam, 0, seam.length);
        signs(bytes, offset, length);
        tail = length < LONGEST_SIGN
                ? Arrays.copyOfRange(seam, Math.max(seam.length - LONGEST_SIGN, 0), seam.length)
                : Arrays.copyOfRange(bytes, offset + length - LONGEST_SIGN, offset + length);
    }

    private void signs(byte[] bytes, int offset, int length) {
        int end = offset + length;
        SIGNS.search(bytes, offset, end - 1, end, (sign, start) -> {
            isOfGo |= start >= offset && sign == 0;
            isOfRust |= start >= offset && sign > 0;
        });
    }

    private void keep(byte[] bytes, int offset, int length) {
        if (kept + length > start.length) {
            start = Arrays.copyOf(start, Math.max(kept + length, Math.min(2 * start.length, MAX_START)));
        }
        System.arraycopy(bytes, offset, start, kept, length);
        kept += length;
    }

    /** {@return what was found, after the last byte that was needed or the file has} */
    ElfFile finish() {
        if (!isComplete && problem.isEmpty() && isLanguageWanted()) {
            language(start, 0, kept);
        }
        start = Arrays.copyOf(start, kept);
        if (!problem.isEmpty()) {
            return new ElfFile(
                    ElfFile.Relro.NONE, type == TYPE_DYNAMIC, false, ElfFile.Canary.UNKNOWN, List.of(), problem);
        }
        Segment stack = segment(GNU_STACK);
        // Without the header, the kernel makes the stack executable.
        boolean hasExecutableStack = stack == null || (stack.flags() & EXECUTE) != 0;
        boolean hasRelro = segment(GNU_RELRO) != null;
        if (dynamic.length == 0) {
            return new ElfFile(
                    hasRelro ? ElfFile.Relro.PARTIAL : ElfFile.Relro.NONE,
                    type == TYPE_DYNAMIC,
                    hasExecutableStack,
                    language(ElfFile.Canary.UNKNOWN),
                    List.of(),
                    "");
        }
        if (dynamicRead < dynamic.length) {
            problem("ends within its dynamic section");
        }
        Dynamic tags = new Dynamic();
        tags.read();
        ElfFile.Relro relro =
                !hasRelro ? ElfFile.Relro.NONE : tags.bindsNow ? ElfFile.Relro.FULL : ElfFile.Relro.PARTIAL;
        return new ElfFile(relro, type == TYPE_DYNAMIC, hasExecutableStack, canary(tags), tags.paths(), problem);
    }

    private ElfFile.Canary canary(Dynamic tags) {
        if (isGo()) {
            return ElfFile.Canary.NOT_APPLICABLE;
        }
        int names = tags.namesAt();
        boolean isStatic = !tags.needsLibraries && !tags.isLibrary && segment(INTERPRETER) == null;
        if (names >= 0 && hasCanary(names, tags.namesSize)) {
            return ElfFile.Canary.YES;
        }
        return language(names < 0 || isStatic ? ElfFile.Canary.UNKNOWN : ElfFile.Canary.NO);
    }

    private boolean hasCanary(int names, int size) {
        return CANARY.isIn(start, names, Math.min(names + size, kept));
    }

    /** {@return what the language says about checks of the stack, or else what the symbols say} */
    private ElfFile.Canary language(ElfFile.Canary otherwise) {
        if (isGo() || isOfGo) {
            return ElfFile.Canary.NOT_APPLICABLE;
        }
        return isOfRust ? ElfFile.Canary.CHECKED_BOUNDS : otherwise;
    }

    /** Programs of Go have a note with their build ID, unless they are linked without one. */
    private boolean isGo() {
        for (Segment segment : segments) {
            if (segment.type() == NOTE && segment.offset() >= 0 && segment.offset() < start.length) {
                int from = (int) segment.offset();
                int to = (int) Math.min(start.length, from + Math.min(Math.max(segment.size(), 0), MAX_PATH));
                if (indexOf(start, GO, from, to) >= 0) {
                    return true;
                }
            }
        }
        return false;
    }

    private static int indexOf(byte[] bytes, byte[] part, int from, int to) {
        for (int i = from; i <= Math.min(to, bytes.length) - part.length; i++) {
            if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        return -1;
    }

    /** The dynamic section. */
    private final class Dynamic {
        private static final long NEEDED = 1;
        private static final long NAMES = 5;
        private static final long NAMES_SIZE = 10;
        private static final long NAME_OF_LIBRARY = 14;
        private static final long RPATH = 15;
        private static final long BIND_NOW = 24;
        private static final long RUNPATH = 29;
        private static final long FLAGS = 30;
        private static final long FLAGS_1 = 0x6ffffffb;

        private final List<Long> pathsAt = new ArrayList<>();
        private boolean bindsNow;
        private boolean needsLibraries;
        private boolean isLibrary;
        private long names = -1;
        private int namesSize;

        void read() {
            ByteBuffer in = ByteBuffer.wrap(dynamic).order(order);
            int size = isWide ? 16 : 8;
            while (in.remaining() >= size) {
                long tag = isWide ? in.getLong() : in.getInt();
                long value = isWide ? in.getLong() : in.getInt() & 0xffff_ffffL;
                if (tag == 0) {
                    return;
                }
                take(tag, value);
            }
        }

        private void take(long tag, long value) {
            if (tag == NEEDED) {
                needsLibraries = true;
            } else if (tag == NAME_OF_LIBRARY) {
                isLibrary = true;
            } else if (tag == NAMES) {
                names = value;
            } else if (tag == NAMES_SIZE) {
                namesSize = (int) Math.min(Math.max(value, 0), Integer.MAX_VALUE / 2);
            } else if ((tag == RPATH || tag == RUNPATH) && pathsAt.size() < 4) {
                pathsAt.add(value);
            } else if (tag == BIND_NOW || (tag == FLAGS && (value & 8) != 0) || (tag == FLAGS_1 && (value & 1) != 0)) {
                bindsNow = true;
            }
        }

        /** {@return where in the file the names are, or -1 if they were not read} */
        int namesAt() {
            for (Segment segment : segments) {
                long distance = names - segment.address();
                if (segment.type() == LOAD && names >= 0 && distance >= 0 && distance < segment.size()) {
                    long at = segment.offset() + distance;
                    if (at >= 0 && at + namesSize <= start.length) {
                        return (int) at;
                    }
                }
            }
            problem("has its names elsewhere than in its first " + start.length + " bytes");
            return -1;
        }

        List<String> paths() {
            List<String> paths = new ArrayList<>();
            int at = pathsAt.isEmpty() ? -1 : namesAt();
            for (long path : pathsAt) {
                if (at < 0 || path < 0 || path >= namesSize) {
                    problem("has a library path that is not one of its names");
                    continue;
                }
                int from = at + (int) path;
                int to = from;
                while (to < at + namesSize && to - from < MAX_PATH && start[to] != 0) {
                    to++;
                }
                paths.add(new String(start, from, to - from, StandardCharsets.UTF_8));
            }
            return paths;
        }
    }
}

package dev.tallyclerk.registry.internal.inventory.binary;

import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.KeptBytes;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks for Go's build information in a program, in one pass.
 *
 * <p>As Go does, looks in the segments that a program may write to, so that a program which only knows of build
 * information, such as the go command, is not mistaken.
 */
final class GoSearch {
    private static final int MAX_BUILD_INFO = 1 << 20;
    private static final int MAX_SEGMENTS = 16;

    /** The variables of a program, among which those of Go 1.17 and earlier have its version and modules. */
    private static final int MAX_DATA = 32 << 20;

    private final List<Segment> segments;
    private final List<Segment> writable = new ArrayList<>();
    private final FileFindings into;
    private final ByteArrayOutputStream buildInfo = new ByteArrayOutputStream();
    private final List<Segment> keptParts = new ArrayList<>();
    private final KeptBytes kept;
    private @Nullable GoStrings strings;
    private @Nullable UnreadableException lost;
    private long position;

    /**
     * Creates the search in a program.
     *
     * @param segments the loaded parts of the file
     * @param mayBeOld whether the program may have been built with Go 1.17 or earlier
     */
    GoSearch(List<Segment> segments, boolean mayBeOld, FileFindings into) {
        this.segments = segments;
        this.into = into;
        this.kept = new KeptBytes(MAX_DATA, into.budget());
        this.strings = mayBeOld ? new GoStrings(into.budget()) : null;
        segments.stream().filter(Segment::writable).limit(MAX_SEGMENTS).forEach(writable::add);
    }

    /** Takes the next bytes. All chunks but the last are a multiple of {@value GoBuildInfo#ALIGNMENT} bytes long. */
    void update(byte[] bytes, int offset, int length) {
        if (strings != null) {
            strings.update(bytes, offset, length, position);
            keepData(bytes, offset, length);
        }
        if (buildInfo.size() > 0) {
            keep(bytes, offset, length);
        } else {
            search(bytes, offset, length);
        }
        position += length;
    }

    private void search(byte[] bytes, int offset, int length) {
        int step = GoBuildInfo.ALIGNMENT;
        for (Segment segment : writable) {
            long from = Math.max(segment.start(), position);
            long last = Math.min(segment.end(), position + length) - step;
            for (long at = (from + step - 1) / step * step; at <= last; at += step) {
                int index = offset + (int) (at - position);
                if (bytes[index] == GoBuildInfo.MAGIC[0] && GoBuildInfo.isAt(bytes, index)) {
                    keep(bytes, index, offset + length - index);
                    return;
                }
            }
        }
    }

    private void keep(byte[] bytes, int offset, int length) {
        if (buildInfo.size() == 0 && !GoBuildInfo.hasPointers(bytes, offset)) {
            clear();
        }
        buildInfo.write(bytes, offset, Math.min(length, MAX_BUILD_INFO - buildInfo.size()));
    }

    private void keepData(byte[] bytes, int offset, int length) {
        for (Segment segment : writable) {
            long from = Math.max(segment.start(), position);
            long end = Math.min(segment.end(), position + length);
            if (from < end && lost == null) {
                long at = kept.size();
                try {
                    kept.add(bytes, offset + (int) (from - position), (int) (end - from));
                } catch (UnreadableException e) {
                    lost = e;
                    kept.free();
                    return;
                }
                long address = segment.address() + from - segment.start();
                keptParts.add(new Segment(at, at + end - from, address, true));
            }
        }
    }

    /** {@return whether the program has build information, which is then read} */
    boolean finish() throws UnreadableException {
        byte[] found = buildInfo.toByteArray();
        if (found.length < GoBuildInfo.HEADER) {
            return false;
        }
        if (GoBuildInfo.hasPointers(found, 0)) {
            follow(GoBuildInfo.pointers(found));
        } else {
            GoBuildInfo.read(found, into);
        }
        return true;
    }

    private void follow(GoBuildInfo.Pointers pointers) throws UnreadableException {
        if (strings == null) {
            throw unknown();
        }
        if (lost != null) {
            throw lost;
        }
        kept.close();
        Text version = text(pointers, pointers.version());
        Text modules = text(pointers, pointers.modules());
        GoBuildInfo.add(
                strings.version(version.position, version.length).orElseThrow(GoSearch::unknown),
                modules.length == 0
                        ? ""
                        : strings.modules(modules.position, modules.length).orElseThrow(GoSearch::unknown),
                into);
    }

    private static UnreadableException unknown() {
        return UnreadableException.unsupported(
                "the program was built with Go 1.17 or earlier, and its version or modules are not where they should be");
    }

    /** Where a text lies in the file. */
    private record Text(long position, long length) {}

    /** {@return the text of the variable at an address} */
    private Text text(GoBuildInfo.Pointers pointers, long address) throws UnreadableException {
        if (address == 0) {
            return new Text(0, 0);
        }
        int size = pointers.size();
        byte[] variable = kept.read(at(keptParts, address).orElseThrow(GoSearch::unknown), 2 * size);
        ElfNumbers numbers = pointers.numbers(variable);
        long length = numbers.address(size);
        if (length == 0) {
            return new Text(0, 0);
        }
        return new Text(at(segments, numbers.address(0)).orElseThrow(GoSearch::unknown), length);
    }

    private static Optional<Long> at(List<Segment> parts, long address) {
        return parts.stream()
                .filter(part -> address >= part.address() && address - part.address() < part.end() - part.start())
                .map(part -> part.start() + address - part.address())
                .findFirst();
    }

    /** Frees what only old programs need. */
    void clear() {
        if (strings != null) {
            strings.clear();
        }
        strings = null;
        kept.free();
        keptParts.clear();
    }
}

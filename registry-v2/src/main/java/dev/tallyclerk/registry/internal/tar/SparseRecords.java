package dev.tallyclerk.registry.internal.tar;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The pax records {@code GNU.sparse.*} of one entry, in the three forms that GNU tar writes: 0.0 and 0.1 have the map
 * in the records, 1.0 has it in front of the content.
 *
 * @see <a href="https://www.gnu.org/software/tar/manual/html_node/Sparse-Formats.html">GNU tar manual, Storing Sparse
 *     Files</a>
 */
final class SparseRecords {
    static final String PREFIX = "GNU.sparse.";

    private final SparseMap map = new SparseMap();
    private long size = -1;
    private long realSize = -1;
    private long blocks = -1;
    private long pendingOffset = -1;
    private boolean hasPairs;
    private boolean hasMap;
    private @Nullable String major;
    private @Nullable String minor;

    /** The range of the name in the bytes of the extended headers; -1 if there is none. */
    int nameStart = -1;

    int nameEnd;

    void read(PaxRecords record) throws TarException {
        switch (record.key.substring(PREFIX.length())) {
            case "size" -> size = once(size, record);
            case "realsize" -> realSize = once(realSize, record);
            case "numblocks" -> blocks = once(blocks, record);
            case "offset" -> pendingOffset = once(pendingOffset, record);
            case "numbytes" -> {
                if (pendingOffset < 0) {
                    throw ambiguous();
                }
                map.add(pendingOffset, natural(record));
                pendingOffset = -1;
                hasPairs = true;
            }
            case "map" -> {
                requireFirst(!hasMap);
                hasMap = true;
                readMap(record.text());
            }
            case "name" -> {
                requireFirst(nameStart < 0);
                if (record.isEmpty()) {
                    throw ambiguous();
                }
                record.requireName();
                nameStart = record.valueStart;
                nameEnd = record.valueEnd;
            }
            case "major" -> {
                requireFirst(major == null);
                major = record.text();
            }
            case "minor" -> {
                requireFirst(minor == null);
                minor = record.text();
            }
            default -> throw ambiguous();
        }
    }

    private void readMap(String text) throws TarException {
        String[] numbers = text.split(",", -1);
        if (numbers.length % 2 != 0) {
            throw ambiguous();
        }
        for (int i = 0; i < numbers.length; i += 2) {
            byte[] offset = numbers[i].getBytes(StandardCharsets.UTF_8);
            byte[] length = numbers[i + 1].getBytes(StandardCharsets.UTF_8);
            map.add(SparseMap.number(offset, 0, offset.length), SparseMap.number(length, 0, length.length));
        }
    }

    private static long once(long before, PaxRecords record) throws TarException {
        requireFirst(before < 0);
        return natural(record);
    }

    private static long natural(PaxRecords record) throws TarException {
        return SparseMap.number(record.bytes(), record.valueStart, record.valueEnd);
    }

    private static void requireFirst(boolean first) throws TarException {
        if (!first) {
            throw ambiguous();
        }
    }

    /** {@return whether the map is in front of the content} */
    boolean isMapInContent() {
        return major != null;
    }

    /**
     * {@return the map; for form 1.0 still empty}
     *
     * @throws TarException if the records are none of the three forms
     */
    SparseMap finish() throws TarException {
        boolean named = nameStart >= 0;
        boolean first = blocks >= 0 && size >= 0 && realSize < 0 && blocks == map.count() && blocks > 0;
        boolean valid;
        if (isMapInContent()) {
            boolean inRecords = hasMap || hasPairs || blocks >= 0 || size >= 0;
            valid = "1".equals(major) && "0".equals(minor) && named && realSize >= 0 && !inRecords;
        } else {
            valid = minor == null && first && hasMap == named && hasMap != hasPairs;
        }
        if (!valid || pendingOffset >= 0) {
            throw ambiguous();
        }
        map.end(isMapInContent() ? realSize : size);
        return map;
    }

    private static TarException ambiguous() {
        return TarException.ambiguous("has a sparse file with records that GNU tar does not write");
    }
}

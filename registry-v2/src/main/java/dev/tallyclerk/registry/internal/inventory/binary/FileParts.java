package dev.tallyclerk.registry.internal.inventory.binary;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * The first bytes of a stream and the last ones. Linkers put the section table at one of the ends of a program, and the
 * sections that are not loaded into memory near it.
 */
final class FileParts {
    private final int partBytes;
    private final ByteArrayOutputStream first = new ByteArrayOutputStream();
    private byte[] ring = new byte[0];
    private long inRing;
    private final long start;

    /**
     * Creates parts without bytes.
     *
     * @param start the position of the first byte in the file
     * @param partBytes how many bytes each part may have
     */
    FileParts(long start, int partBytes) {
        this.start = start;
        this.partBytes = partBytes;
    }

    void add(byte[] bytes, int offset, int length) {
        int head = Math.min(length, partBytes - first.size());
        first.write(bytes, offset, head);
        int done = head;
        while (done < length) {
            if (ring.length == 0) {
                ring = new byte[partBytes];
            }
            int at = (int) (inRing % partBytes);
            int n = Math.min(length - done, partBytes - at);
            System.arraycopy(bytes, offset + done, ring, at, n);
            inRing += n;
            done += n;
        }
    }

    /** {@return the position after the last byte} */
    long end() {
        return start + first.size() + inRing;
    }

    /** {@return a copy of some bytes; nothing if they were not kept} */
    Optional<byte[]> get(long position, long length) {
        long from = position - start;
        if (from < 0 || length < 0 || length > partBytes || from > end() - start - length) {
            return Optional.empty();
        }
        if (from + length <= first.size()) {
            byte[] bytes = first.toByteArray();
            return Optional.of(Arrays.copyOfRange(bytes, (int) from, (int) (from + length)));
        }
        byte[] part = new byte[(int) length];
        byte[] head = first.toByteArray();
        long oldest = Math.max(0, inRing - partBytes);
        for (int i = 0; i < part.length; i++) {
            long at = from + i;
            if (at < head.length) {
                part[i] = head[(int) at];
            } else if (at - head.length < oldest) {
                return Optional.empty();
            } else {
                part[i] = ring[(int) ((at - head.length) % partBytes)];
            }
        }
        return Optional.of(part);
    }
}

package dev.tallyclerk.registry.internal.inventory;

import dev.tallyclerk.internal.stream.BulkInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * The bytes of a database, kept for random access: deflated in blocks, because package databases compress to a
 * fraction. Not safe for use by several threads.
 */
public final class KeptBytes {
    private static final int BLOCK = 1 << 16;
    private static final int CACHED_BLOCKS = 8;
    private static final int OVERHEAD = 32;

    private final long maxBytes;
    private final MemoryBudget budget;
    private final List<byte[]> blocks = new ArrayList<>();
    private final Map<Integer, byte[]> cache = new LinkedHashMap<>();
    private byte[] open = new byte[1024];
    private int inOpen;
    private long size;
    private long taken;

    /**
     * Creates an empty file.
     *
     * @param maxBytes how many bytes it may have
     * @param budget the memory for them, until {@link #free}
     */
    public KeptBytes(long maxBytes, MemoryBudget budget) {
        this.maxBytes = maxBytes;
        this.budget = budget;
    }

    /**
     * Adds bytes at the end.
     *
     * @throws UnreadableException if there are too many, or the budget does not hold them
     */
    public void add(byte[] bytes, int offset, int length) throws UnreadableException {
        if (length > maxBytes - size) {
            throw UnreadableException.limit("the file is larger than " + maxBytes + " bytes");
        }
        int done = 0;
        while (done < length) {
            int n = Math.min(length - done, BLOCK - inOpen);
            if (inOpen + n > open.length) {
                open = Arrays.copyOf(open, Math.min(BLOCK, Math.max(inOpen + n, 2 * open.length)));
            }
            System.arraycopy(bytes, offset + done, open, inOpen, n);
            inOpen += n;
            done += n;
            size += n;
            if (inOpen == BLOCK) {
                keep(deflated());
                inOpen = 0;
            }
        }
    }

    /** Adds nothing more, so that the bytes can be read. */
    public void close() throws UnreadableException {
        if (inOpen > 0) {
            keep(Arrays.copyOf(open, inOpen));
            inOpen = 0;
        }
        open = new byte[0];
    }

    private void keep(byte[] block) throws UnreadableException {
        budget.take(block.length + OVERHEAD);
        taken += block.length + OVERHEAD;
        blocks.add(block);
    }

    /** {@return the open block, deflated if that makes it smaller; its length says which} */
    private byte[] deflated() {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
        try {
            deflater.setInput(open);
            deflater.finish();
            byte[] packed = new byte[BLOCK];
            int n = deflater.deflate(packed);
            return deflater.finished() && n < BLOCK ? Arrays.copyOf(packed, n) : open.clone();
        } finally {
            deflater.end();
        }
    }

    public long size() {
        return size;
    }

    /** Returns the memory to the budget. The bytes cannot be read any more. */
    public void free() {
        budget.free(taken);
        taken = 0;
        size = 0;
        blocks.clear();
        cache.clear();
    }

    /**
     * {@return a copy of some bytes}
     *
     * @throws UnreadableException if not all of them exist
     */
    public byte[] read(long position, int length) throws UnreadableException {
        if (position < 0 || length < 0 || position > size - length) {
            throw UnreadableException.malformed(
                    length + " bytes at " + position + " lie outside of the file, which has " + size);
        }
        byte[] bytes = new byte[length];
        int done = 0;
        while (done < length) {
            done += copy(position + done, bytes, done, length - done);
        }
        return bytes;
    }

    /** {@return all bytes, in order} */
    public InputStream stream() {
        return new BulkInputStream() {
            private long position;

            @Override
            public int read(byte[] bytes, int offset, int length) {
                Objects.checkFromIndexSize(offset, length, bytes.length);
                if (position == size) {
                    return length == 0 ? 0 : -1;
                }
                int n = copy(position, bytes, offset, (int) Math.min(length, size - position));
                position += n;
                return n;
            }
        };
    }

    /** {@return how many bytes of the block at a position were copied} */
    private int copy(long position, byte[] bytes, int offset, int length) {
        int from = (int) (position % BLOCK);
        byte[] block = block((int) (position / BLOCK));
        int n = Math.min(length, block.length - from);
        System.arraycopy(block, from, bytes, offset, n);
        return n;
    }

    private byte[] block(int index) {
        byte[] stored = blocks.get(index);
        int length = (int) Math.min(BLOCK, size - (long) index * BLOCK);
        if (stored.length == length) {
            return stored;
        }
        byte[] cached = cache.get(index);
        if (cached != null) {
            return cached;
        }
        if (cache.size() >= CACHED_BLOCKS) {
            cache.remove(cache.keySet().iterator().next());
        }
        byte[] block = inflated(stored, length);
        cache.put(index, block);
        return block;
    }

    private static byte[] inflated(byte[] stored, int length) {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(stored);
            byte[] block = new byte[length];
            int done = 0;
            while (done < length && !inflater.finished()) {
                done += inflater.inflate(block, done, length - done);
            }
            return block;
        } catch (DataFormatException e) {
            throw new IllegalStateException("own compressed bytes cannot be read", e);
        } finally {
            inflater.end();
        }
    }
}

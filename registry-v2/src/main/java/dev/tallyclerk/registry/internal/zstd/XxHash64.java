package dev.tallyclerk.registry.internal.zstd;

/** The hash XXH64 with seed 0, over a stream. Detects accidents only; not cryptographic. */
final class XxHash64 {
    private static final long PRIME1 = 0x9E3779B185EBCA87L;
    private static final long PRIME2 = 0xC2B2AE3D27D4EB4FL;
    private static final long PRIME3 = 0x165667B19E3779F9L;
    private static final long PRIME4 = 0x85EBCA77C2B2AE63L;
    private static final long PRIME5 = 0x27D4EB2F165667C5L;
    /** The sum of the first two, without the carry. */
    private static final long PRIME1_AND_2 = 0x60EA27EEADC0B5D6L;

    private static final int STRIPE = 32;

    private final byte[] pending = new byte[STRIPE];
    private int pendingLength;
    private long length;
    private long lane1;
    private long lane2;
    private long lane3;
    private long lane4;

    XxHash64() {
        reset();
    }

    void reset() {
        lane1 = PRIME1_AND_2;
        lane2 = PRIME2;
        lane3 = 0;
        lane4 = -PRIME1;
        pendingLength = 0;
        length = 0;
    }

    void update(byte[] bytes, int offset, int count) {
        length += count;
        int at = offset;
        int end = offset + count;
        if (pendingLength > 0) {
            int n = Math.min(STRIPE - pendingLength, count);
            System.arraycopy(bytes, at, pending, pendingLength, n);
            pendingLength += n;
            at += n;
            if (pendingLength < STRIPE) {
                return;
            }
            stripes(pending, 0, STRIPE);
        }
        int whole = (end - at) & -STRIPE;
        stripes(bytes, at, at + whole);
        at += whole;
        pendingLength = end - at;
        System.arraycopy(bytes, at, pending, 0, pendingLength);
    }

    private void stripes(byte[] bytes, int from, int to) {
        long a = lane1;
        long b = lane2;
        long c = lane3;
        long d = lane4;
        for (int at = from; at < to; at += STRIPE) {
            a = round(a, Words.getLong(bytes, at));
            b = round(b, Words.getLong(bytes, at + 8));
            c = round(c, Words.getLong(bytes, at + 16));
            d = round(d, Words.getLong(bytes, at + 24));
        }
        lane1 = a;
        lane2 = b;
        lane3 = c;
        lane4 = d;
    }

    /** {@return the hash of all bytes so far} */
    long value() {
        long hash;
        if (length >= STRIPE) {
            hash = Long.rotateLeft(lane1, 1)
                    + Long.rotateLeft(lane2, 7)
                    + Long.rotateLeft(lane3, 12)
                    + Long.rotateLeft(lane4, 18);
            hash = merge(merge(merge(merge(hash, lane1), lane2), lane3), lane4);
        } else {
            hash = PRIME5;
        }
        hash += length;
        int at = 0;
        for (; at + 8 <= pendingLength; at += 8) {
            hash = Long.rotateLeft(hash ^ round(0, Words.getLong(pending, at)), 27) * PRIME1 + PRIME4;
        }
        if (at + 4 <= pendingLength) {
            long word = Words.getInt(pending, at) & 0xffff_ffffL;
            hash = Long.rotateLeft(hash ^ word * PRIME1, 23) * PRIME2 + PRIME3;
            at += 4;
        }
        for (; at < pendingLength; at++) {
            hash = Long.rotateLeft(hash ^ (pending[at] & 0xff) * PRIME5, 11) * PRIME1;
        }
        hash = (hash ^ (hash >>> 33)) * PRIME2;
        hash = (hash ^ (hash >>> 29)) * PRIME3;
        return hash ^ (hash >>> 32);
    }

    private static long round(long lane, long word) {
        return Long.rotateLeft(lane + word * PRIME2, 31) * PRIME1;
    }

    private static long merge(long hash, long lane) {
        return (hash ^ round(0, lane)) * PRIME1 + PRIME4;
    }
}

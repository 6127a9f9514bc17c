package dev.tallyclerk.registry.internal.inventory.rpm;

import dev.tallyclerk.registry.internal.inventory.UnreadableException;

/**
 * A number of SQLite in one to nine bytes.
 *
 * @param end the position after it
 */
record Varint(long value, int end) {
    private static final int MAX_BYTES = 9;

    /** {@return the number at a position, all of which lies before {@code limit}} */
    static Varint at(byte[] bytes, int position, int limit) throws UnreadableException {
        long value = 0;
        for (int i = 0; i < MAX_BYTES; i++) {
            if (position + i >= limit) {
                throw UnreadableException.malformed("a number at " + position + " goes on beyond " + limit);
            }
            int next = bytes[position + i] & 0xff;
            if (i == MAX_BYTES - 1) {
                return new Varint(value << 8 | next, position + MAX_BYTES);
            }
            value = value << 7 | (next & 0x7f);
            if (next < 0x80) {
                return new Varint(value, position + i + 1);
            }
        }
        throw new IllegalStateException("the loop returns");
    }
}

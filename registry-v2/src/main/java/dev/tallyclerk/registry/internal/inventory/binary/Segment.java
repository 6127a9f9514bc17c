package dev.tallyclerk.registry.internal.inventory.binary;

/**
 * A part of a program file that is loaded into memory.
 *
 * @param start the position of the first byte in the file
 * @param end the position after the last byte
 * @param address the address of the first byte in memory
 * @param writable whether the program may write to it
 */
record Segment(long start, long end, long address, boolean writable) {
    /** {@return whether the segment has bytes in a file} */
    boolean isPlausible() {
        return start >= 0 && end > start;
    }
}

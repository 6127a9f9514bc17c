package dev.tallyclerk.registry.internal.inventory.rpm;

import dev.tallyclerk.registry.internal.inventory.UnreadableException;

/** Receives the package headers of a store one after the other. */
interface HeaderSink {
    /** How large a header may be, in bytes: that of a kernel's headers has 4 MiB. */
    int MAX_HEADER = 8 << 20;

    /** How many headers may be lost before the rest of the database is, too. */
    int MAX_LOST = 10_000;

    /**
     * Takes a header.
     *
     * @throws UnreadableException if no more can be taken
     */
    void header(byte[] bytes) throws UnreadableException;

    /**
     * Is told that one header cannot be read, while others can.
     *
     * @throws UnreadableException if too many cannot be read
     */
    void lost(UnreadableException problem) throws UnreadableException;
}

package dev.tallyclerk.registry.internal.inventory.rpm;

import dev.tallyclerk.registry.internal.inventory.UnreadableException;

/** Receives the package headers of a store one after the other. */
interface HeaderSink {
    /** How large a header may be, in bytes: that of a kernel's headers has 4 MiB. */
    int MAX_HEADER = 8 << 20;

    /**
     * Takes a header.
     *
     * @throws UnreadableException if no more can be taken
     */
    void header(byte[] bytes) throws UnreadableException;

    /** Is told that one header cannot be read, while others can. */
    void lost(UnreadableException problem);
}

package dev.tallyclerk.registry.inventory;

import dev.tallyclerk.registry.internal.inventory.FileFindings;
import java.util.Map;

/**
 * What the files of one layer say. Not changed after the layer was read.
 *
 * @param files the files with findings, by the position of their entries
 */
record LayerFindings(Map<Integer, FoundFile> files, boolean hasHardLinks) {
    /**
     * A file that was read.
     *
     * @param path its path as the layer writes it
     */
    record FoundFile(String path, Use use, FileFindings findings) {}

    /** What a file is used for. */
    enum Use {
        /** Part of the database of a system package manager, if it lies where that looks. */
        SYSTEM,
        /** The write-ahead log of an rpm database, with content. */
        RPM_LOG,
        /** What the package manager of a language installed. */
        INSTALLATION,
        /** A program. */
        PROGRAM,
        /** A bill of materials. */
        CLAIM,
        /** What a package manager stores, and installs where a hard link leads to it. */
        STORED
    }
}

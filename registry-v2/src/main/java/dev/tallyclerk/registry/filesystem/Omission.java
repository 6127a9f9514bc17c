package dev.tallyclerk.registry.filesystem;

import java.util.Objects;

/**
 * Something of an image that was not written.
 *
 * @param path the file's path in the image
 * @param kind what was not written
 * @param detail more about it for people, for example the name of the attribute; may be empty
 */
public record Omission(String path, Kind kind, String detail) {
    public Omission {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(detail, "detail");
    }

    /** What was not written. */
    public enum Kind {
        /** A device; the file is not there. */
        DEVICE,
        /** A named pipe, which Java cannot make; the file is not there. */
        FIFO,
        /** The bits that make a program run as its owner or group; the file is there without them. */
        SET_ID_BITS,
        /** An extended attribute; the file is there without it. */
        EXTENDED_ATTRIBUTE,
        /** When the file was last changed, which the target's file system or Java cannot say. */
        TIME,
        /** The modes of all files, because the target's file system has none. */
        MODES,
        /** Redundant slashes in what a symbolic link leads to; the link is there without them. */
        LINK_SLASHES
    }
}

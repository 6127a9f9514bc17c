package dev.tallyclerk.registry.filesystem;

import java.util.Objects;

/**
 * A file or attribute of an image that was not written.
 *
 * @param path the file's path in the image
 * @param kind what was omitted
 * @param detail details for display, for example the name of the attribute; may be empty
 */
public record Omission(String path, Kind kind, String detail) {
    public Omission {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(detail, "detail");
    }

    /** {@return whether no option would have written it} */
    boolean isImpossible() {
        return switch (kind) {
            case DEVICE, FIFO, MODES -> true;
            case EXTENDED_ATTRIBUTE -> !detail.startsWith("user.");
            case SET_ID_BITS, TIME, LINK_SLASHES -> false;
        };
    }

    /** The kinds of omissions. */
    public enum Kind {
        /** A device; the file does not exist. */
        DEVICE,
        /** A named pipe, which Java cannot create; the file does not exist. */
        FIFO,
        /** The set-user-ID and set-group-ID bits; the file exists without them. */
        SET_ID_BITS,
        /** An extended attribute; the file exists without it. */
        EXTENDED_ATTRIBUTE,
        /** The modification time, which the target's file system or Java cannot represent. */
        TIME,
        /** The modes of all files, because the target's file system has none. */
        MODES,
        /** Redundant slashes in the target of a symbolic link; the link exists without them. */
        LINK_SLASHES
    }
}

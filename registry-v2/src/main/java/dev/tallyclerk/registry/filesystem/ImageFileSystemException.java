package dev.tallyclerk.registry.filesystem;

import java.io.IOException;
import java.util.Objects;

/**
 * Thrown when the layers of an image are the promised ones, and do not make one file system that is safe to use.
 *
 * <p>{@link #reason} is for programs; reasons may be added, never changed. The message is for people and may change.
 */
public final class ImageFileSystemException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What is wrong with the image, or with the folder that it should go to. */
    public enum Reason {
        /** The source does not have a layer. */
        MISSING_LAYER,
        /** A path, or what a hard link links to, has {@code ..} in it and may lead out of the image. */
        OUTSIDE_ROOT,
        /** The root is said to be something else than a folder. */
        ROOT_NOT_A_DIRECTORY,
        /** A path leads through a symbolic link, so that engines put the file at different places. */
        THROUGH_SYMBOLIC_LINK,
        /** A path leads through something that is neither a folder nor a symbolic link. */
        PARENT_NOT_A_DIRECTORY,
        /** There is nothing where a hard link leads. */
        LINK_TARGET_MISSING,
        /** A hard link leads to a folder. */
        LINK_TARGET_A_DIRECTORY,
        /** A hard link would give the file that it links to another mode, owner or attribute, in some engines. */
        AMBIGUOUS_LINK,
        /**
         * A whiteout does not remove the same in every engine: it comes so late in its layer that some remove what the
         * layer itself has there, or it is for all that lower layers have at the root.
         */
        AMBIGUOUS_WHITEOUT,
        /**
         * A layer has a folder and something else at one path, or removes a folder and has it again without making it
         * opaque, so that some engines show what lower layers have there and others do not; or it has a folder twice,
         * the second time without an attribute, which most engines leave on it.
         */
        AMBIGUOUS_REPLACEMENT,
        /**
         * An entry has a mark of overlayfs or fuse-overlayfs, so that engines which use that show other files than the
         * rest.
         */
        OVERLAY_MARK,
        /** A layer's archive has a global header of a file's name, so that some engines remove the file. */
        GLOBAL_HEADER_NAMES_FILE,
        /** A limit of {@link MergeOptions} was passed. */
        LIMIT_EXCEEDED,
        /** The folder to extract to is there and not empty, or is no folder. */
        TARGET_NOT_EMPTY,
        /** The folder to extract to is one where another file system is mounted, and so cannot be replaced. */
        TARGET_IS_MOUNT_POINT,
        /** Anybody may rename the folder to extract to while it is written. */
        TARGET_NOT_SAFE,
        /** The target's file system cannot have a name of the image. */
        NAME_NOT_POSSIBLE,
        /** The target's file system takes two names of the image for one. */
        NAMES_COLLIDE
    }

    private final Reason reason;

    ImageFileSystemException(Reason reason, String message) {
        super(message);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /** {@return what is wrong} */
    public Reason reason() {
        return reason;
    }
}

package dev.tallyclerk.registry.filesystem;

import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

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

    private static final int NO_LAYER = -1;

    private final Reason reason;
    private final int layer;
    private final @Nullable String path;

    ImageFileSystemException(Reason reason, String message) {
        this(reason, NO_LAYER, null, message);
    }

    private ImageFileSystemException(Reason reason, int layer, @Nullable String path, String message) {
        super(message);
        this.reason = Objects.requireNonNull(reason, "reason");
        this.layer = layer;
        this.path = path;
    }

    /**
     * {@return what is wrong in a layer}
     *
     * @param layer the layer's place, from 0 for the lowest
     * @param path where in the image
     * @param because what is wrong, which follows the place in the message
     */
    static ImageFileSystemException in(Reason reason, int layer, String path, String because) {
        return new ImageFileSystemException(reason, layer, path, "layer " + (layer + 1) + ": " + because);
    }

    /** {@return what is wrong with a path, whichever layer has brought it} */
    static ImageFileSystemException at(Reason reason, String path, String message) {
        return new ImageFileSystemException(reason, NO_LAYER, path, message);
    }

    /** {@return what is wrong with a layer as a whole} */
    static ImageFileSystemException of(Reason reason, int layer, String message) {
        return new ImageFileSystemException(reason, layer, null, message);
    }

    /** {@return what is wrong} */
    public Reason reason() {
        return reason;
    }

    /** {@return the place of the layer that is refused, from 0 for the lowest; nothing if it is not about one layer} */
    public OptionalInt layer() {
        return layer == NO_LAYER ? OptionalInt.empty() : OptionalInt.of(layer);
    }

    /**
     * {@return the path in the image that is refused, of an entry as its layer writes it; nothing if it is not about
     * one}
     *
     * <p>It is a stranger's text of any length, to be compared and not to be shown or opened as it is.
     */
    public Optional<String> path() {
        return Optional.ofNullable(path);
    }
}

package dev.tallyclerk.registry.filesystem;

import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when an image's layers match, but do not form a file system that is safe to use.
 *
 * <p>{@link #reason} is for programs; reasons may be added, never changed. The message is for people and may change.
 */
public final class ImageFileSystemException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What is wrong with the image or the extraction target. */
    public enum Reason {
        /** The source does not have a layer. */
        MISSING_LAYER,
        /** A path or the target of a hard link contains {@code ..} and may lead out of the image. */
        OUTSIDE_ROOT,
        /** The entry of the root is not a directory. */
        ROOT_NOT_A_DIRECTORY,
        /** A path leads through a symbolic link that leads to no directory of the image, or through too many links. */
        THROUGH_SYMBOLIC_LINK,
        /** A path leads through a file that is neither a directory nor a symbolic link. */
        PARENT_NOT_A_DIRECTORY,
        /** The target of a hard link does not exist. */
        LINK_TARGET_MISSING,
        /** The target of a hard link is a directory. */
        LINK_TARGET_A_DIRECTORY,
        /**
         * A hard link has another extended attribute than its file, or a set-ID bit that its file does not have, or a
         * hard link to a symbolic link has another mode or owner, which some engines apply to the file.
         */
        AMBIGUOUS_LINK,
        /**
         * Engines disagree on what a whiteout removes: it comes so late in its layer that some engines remove files of
         * the layer itself, or it removes everything that lower layers have at the root.
         */
        AMBIGUOUS_WHITEOUT,
        /**
         * A layer has a directory and another type at one path, or removes a directory and creates it again without
         * making it opaque, so that some engines show the lower contents and others do not; or it has a directory
         * twice, the second time without an attribute that most engines leave on it.
         */
        AMBIGUOUS_REPLACEMENT,
        /** An entry has a marker of overlayfs or fuse-overlayfs, so that engines that use those show other files. */
        OVERLAY_MARK,
        /** A layer's archive has a global header with the name of a file, which some engines then remove. */
        GLOBAL_HEADER_NAMES_FILE,
        /** A limit of {@link MergeOptions} is exceeded. */
        LIMIT_EXCEEDED,
        /** The target exists and is not empty, or is not a folder. */
        TARGET_NOT_EMPTY,
        /** The target is a mount point, so it cannot be replaced. */
        TARGET_IS_MOUNT_POINT,
        /** Anyone may rename the target while it is written. */
        TARGET_NOT_SAFE,
        /** The target's file system cannot hold a name of the image. */
        NAME_NOT_POSSIBLE,
        /** The target's file system treats two names of the image as one. */
        NAMES_COLLIDE
    }

    private static final int NO_LAYER = -1;

    private final Reason reason;
    private final int layer;
    private final @Nullable String path;
    private final String problem;

    ImageFileSystemException(Reason reason, String message) {
        this(reason, NO_LAYER, null, message, message);
    }

    private ImageFileSystemException(Reason reason, int layer, @Nullable String path, String problem, String message) {
        super(message);
        this.reason = Objects.requireNonNull(reason, "reason");
        this.layer = layer;
        this.path = path;
        this.problem = problem;
    }

    /**
     * {@return an exception about a path in a layer}
     *
     * @param layer the layer's index, from 0 for the lowest
     * @param path the path in the image
     * @param because what is wrong, which follows the layer in the message
     */
    static ImageFileSystemException in(Reason reason, int layer, String path, String because) {
        return new ImageFileSystemException(reason, layer, path, because, "layer " + (layer + 1) + ": " + because);
    }

    /** {@return an exception about a path, whichever layer brought it} */
    static ImageFileSystemException at(Reason reason, String path, String message) {
        return new ImageFileSystemException(reason, NO_LAYER, path, message, message);
    }

    /** {@return an exception about a whole layer} */
    static ImageFileSystemException of(Reason reason, int layer, String message) {
        return new ImageFileSystemException(reason, layer, null, message, message);
    }

    /** {@return what is wrong} */
    public Reason reason() {
        return reason;
    }

    /** {@return the index of the refused layer, from 0 for the lowest; empty if it is not about one layer} */
    public OptionalInt layer() {
        return layer == NO_LAYER ? OptionalInt.empty() : OptionalInt.of(layer);
    }

    /** {@return what is wrong, without the layer that the message begins with; for people} */
    public String problem() {
        return problem;
    }

    /**
     * {@return the refused path in the image, as its layer writes it; empty if it is not about one path}
     *
     * <p>Untrusted text of any length, for comparison; do not display or open it as it is.
     */
    public Optional<String> path() {
        return Optional.ofNullable(path);
    }
}

package dev.tallyclerk.registry.image;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.image.ImageException.Reason;
import dev.tallyclerk.registry.model.Descriptor;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * A place to copy an image to, under one name.
 *
 * <p>The copier drives it: it {@linkplain #begin begins} a session, hands over each blob, and commits. Each
 * implementation documents whether it is safe for use by several threads.
 */
public interface ImageDestination {
    /** {@return where the image will be, for messages} */
    String name();

    /**
     * Begins to write an image.
     *
     * @param image the parts of the image, the bytes of its manifests included
     * @param end completes when the copy has failed; calls of the session that wait for others should then fail soon
     * @throws ImageException if this destination cannot hold such an image
     * @throws IOException if this destination cannot be written to
     */
    Session begin(ImageContent image, CompletionStage<?> end) throws IOException;

    /**
     * {@return a destination in the same repository, layout or archive, for the manifest of a digest, without a tag}
     *
     * @throws ImageException with {@link ImageException.Reason#UNSUPPORTED} if there is only room for images, as this
     *     method does
     */
    default ImageDestination beside(Digest digest) throws ImageException {
        throw new ImageException(Reason.UNSUPPORTED, name() + " cannot hold " + digest + " beside the image");
    }

    /**
     * {@return a destination in the same repository, layout or archive, under another tag}
     *
     * @throws ImageException with {@link ImageException.Reason#UNSUPPORTED} if there is only room for images, as this
     *     method does
     */
    default ImageDestination beside(String tag) throws ImageException {
        throw new ImageException(Reason.UNSUPPORTED, name() + " cannot hold " + tag + " beside the image");
    }

    /** How a destination got a blob. */
    enum Outcome {
        /** The blob was read from the source. */
        COPIED,
        /** The destination had the blob, or got it from elsewhere. */
        ALREADY_THERE,
        /** A non-distributable layer that the source does not have, or that this destination does not take. */
        LEFT_OUT
    }

    /** The writing of one image. A session that is dropped without a commit leaves the name as it was. */
    interface Session {
        /** {@return whether {@link #take} may be called by several threads at a time} */
        default boolean isParallel() {
            return false;
        }

        /** {@return all blobs of the image, in the order in which to take them} */
        List<Descriptor> order();

        /**
         * Takes a blob, unless it is there already.
         *
         * @throws ImageException if the source lacks the blob, or this destination cannot hold the image because of it
         * @throws IOException if the blob cannot be read, is not the promised one, or cannot be written
         */
        Outcome take(SourceBlob blob) throws IOException;

        /**
         * Writes the manifests, children before parents, and then makes the name refer to the root. Called once, after
         * all blobs were taken. If this throws, the name still refers to what it did before.
         *
         * @return the digest of the root at this destination
         * @throws IOException if the manifests cannot be written
         */
        Digest commit() throws IOException;
    }
}

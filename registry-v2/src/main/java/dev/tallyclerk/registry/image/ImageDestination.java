package dev.tallyclerk.registry.image;

import java.io.IOException;

/**
 * A place that an image is copied to under one name; {@link ImageCopier} does it.
 *
 * <p>An implementation says whether it is safe for use by several threads.
 */
public interface ImageDestination {
    /** {@return where the image will lie, for a person to read} */
    String name();

    /**
     * Takes the blobs and manifests that are not there yet, and then lets the name stand for the root.
     *
     * <p>Blobs may be taken in any order, and must be before a manifest that refers to them is there for others. If
     * this throws, the name stands for what it stood for before.
     *
     * @param content what to take; valid until this returns
     * @throws CopyException if this destination cannot hold such an image, or the source lacks a part of it
     * @throws IOException if the source cannot be read, gives content that is not what was promised, or this
     *     destination cannot be written to
     */
    void write(ImageContent content) throws IOException;
}

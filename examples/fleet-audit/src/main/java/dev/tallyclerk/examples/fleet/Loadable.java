package dev.tallyclerk.examples.fleet;

import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Tells what an engine might load from signatures and the like, wherever it says that it belongs: the user who pushes
 * an image chooses its tag and its type. What is not what its digest promises might be loaded too.
 */
final class Loadable {
    /** A longer list is none of attached artifacts. */
    private static final int MOST_LISTED = 1_000;

    private Loadable() {}

    /**
     * {@return whether an engine might load an image, or one of its list}
     *
     * @throws IOException if the source cannot be read
     */
    static boolean mightBe(ImageSource source, DocumentLimits limits) throws IOException {
        try {
            Optional<Manifest> document = source.manifest(source.resolve(), limits);
            if (document.isPresent() && document.get() instanceof ImageIndex list) {
                return mightBe(list, source, limits);
            }
            return mightBe(document);
        } catch (VerificationException | MalformedDocumentException e) {
            return true;
        }
    }

    private static boolean mightBe(ImageIndex list, ImageSource source, DocumentLimits limits) throws IOException {
        if (list.manifests().size() > MOST_LISTED) {
            return true;
        }
        for (Descriptor entry : list.manifests()) {
            if (mightBe(source.manifest(entry, limits))) {
                return true;
            }
        }
        return false;
    }

    /** The configuration of cosign's own artifacts has the type of an image's, so the layers decide. */
    private static boolean mightBe(Optional<Manifest> document) {
        if (document.isEmpty() || !(document.get() instanceof ImageManifest manifest)) {
            return true;
        }
        List<Descriptor> layers = manifest.layers();
        return layers.isEmpty()
                ? manifest.isImage()
                : layers.stream().anyMatch(layer -> isLayerOfImage(layer.mediaType()));
    }

    private static boolean isLayerOfImage(String mediaType) {
        return mediaType.startsWith("application/vnd.oci.image.layer.") || mediaType.contains("tar");
    }
}

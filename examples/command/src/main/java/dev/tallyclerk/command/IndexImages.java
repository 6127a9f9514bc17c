package dev.tallyclerk.command;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.image.ImageException;
import dev.tallyclerk.registry.image.ImageException.Reason;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.Platform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The images of an index, and of the indexes in it, for which the source has a verified manifest. */
final class IndexImages {
    /** The most images and indexes of one index. */
    private static final int MAX_IMAGES = 1_000;

    private static final int MAX_DEPTH = 8;

    private final ImageSource source;
    private final Set<Digest> seen = new HashSet<>();
    private final List<Image> found = new ArrayList<>();

    private IndexImages(ImageSource source) {
        this.source = source;
    }

    /**
     * An image or index.
     *
     * @param platform the platform that its index lists it for; empty if none
     */
    record Image(Digest digest, String platform) {
        static Image of(ResolvedDigest digest) {
            return new Image(digest.digest(), "");
        }
    }

    /**
     * {@return the image or index of the source's name, after all that it contains; each once}
     *
     * @throws ImageException if the source does not have one of them, or there are too many
     */
    static List<Image> of(ImageSource source) throws IOException {
        ResolvedDigest root = source.resolve();
        Manifest manifest = source.manifest(root, DocumentLimits.defaults())
                .orElseThrow(() -> ImageException.notFound(source.name(), root.digest()));
        IndexImages images = new IndexImages(source);
        images.add(manifest, Image.of(root), 0);
        return List.copyOf(images.found);
    }

    private void add(Manifest manifest, Image image, int depth) throws IOException {
        if (manifest instanceof ImageIndex index) {
            for (Descriptor entry : index.manifests()) {
                if (seen.add(entry.digest())) {
                    if (seen.size() > MAX_IMAGES || depth == MAX_DEPTH) {
                        throw new ImageException(
                                Reason.LIMIT_EXCEEDED,
                                image.digest(),
                                "the index has more than " + MAX_IMAGES + " images, or indexes more than " + MAX_DEPTH
                                        + " deep; sign its images one by one");
                    }
                    Manifest below = source.manifest(entry, DocumentLimits.defaults())
                            .orElseThrow(() -> ImageException.notFound(source.name(), entry.digest()));
                    String platform = entry.platform().map(Platform::toString).orElse("");
                    add(below, new Image(entry.digest(), platform), depth + 1);
                }
            }
        }
        found.add(image);
    }
}

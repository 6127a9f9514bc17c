package dev.tallyclerk.registry.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * An image index: manifests of one image for several platforms, or of several artifacts.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md">OCI image-spec v1.1.1, Image
 *     Index</a>
 */
public final class ImageIndex extends Manifest {
    private final List<Descriptor> manifests;

    ImageIndex(
            byte[] bytes,
            String mediaType,
            List<Descriptor> manifests,
            Optional<Descriptor> subject,
            Map<String, String> annotations) {
        super(bytes, mediaType, subject, annotations);
        this.manifests = List.copyOf(manifests);
    }

    /** {@return the manifests' descriptors in document order, which is the order of preference} */
    public List<Descriptor> manifests() {
        return manifests;
    }

    /**
     * {@return the first manifest for {@code platform}, or nothing if there is none}
     *
     * <p>Entries that say nothing of a platform, such as attestations', are passed over.
     */
    public Optional<Descriptor> manifestFor(Platform platform) {
        return manifests.stream()
                .filter(entry -> entry.platform().filter(platform::accepts).isPresent())
                .findFirst();
    }

    @Override
    public <R> R fold(
            Function<? super ImageManifest, ? extends R> manifest, Function<? super ImageIndex, ? extends R> index) {
        return index.apply(this);
    }
}

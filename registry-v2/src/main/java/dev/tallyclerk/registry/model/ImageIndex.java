package dev.tallyclerk.registry.model;

import dev.tallyclerk.registry.model.ManifestReader.Head;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * An image index: manifests of one image for several platforms, or of several artifacts.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md">OCI image-spec v1.1.1, Image
 *     Index</a>
 */
public final class ImageIndex extends Manifest {
    /** The number of indexes that an index may be nested in; deeper ones are not read. */
    public static final int MAX_OUTER_INDEXES = 4;

    private final List<Descriptor> manifests;

    ImageIndex(byte[] bytes, Head head, List<Descriptor> manifests) {
        super(bytes, head);
        this.manifests = List.copyOf(manifests);
    }

    /** {@return a builder of an index} */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Writes a new index.
     *
     * <p>The bytes depend only on the builder's input, as with {@link ImageManifest.Builder}. Not safe for use by
     * several threads; may be used again.
     */
    public static final class Builder extends ManifestBuilder<Builder> {
        private Builder() {
            super(MediaType.OCI_INDEX);
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * {@return this builder, for another kind of index than OCI's}
         *
         * @param mediaType {@link MediaType#OCI_INDEX} or {@link MediaType#DOCKER_MANIFEST_LIST}
         * @throws IllegalArgumentException if it is another
         */
        public Builder mediaType(String mediaType) {
            if (!MediaType.isIndex(mediaType)) {
                throw new IllegalArgumentException("not the type of an index: " + mediaType);
            }
            return type(mediaType);
        }

        /**
         * {@return this builder, with one more manifest or index at the end}
         *
         * @param manifest its descriptor, with the platform if it is for one
         */
        public Builder manifest(Descriptor manifest) {
            return add(manifest, "manifest");
        }

        /**
         * {@return the new index}
         *
         * @throws IllegalArgumentException if it breaks a rule of its specification: a type that is no media type, a
         *     member that Docker's lists do not have, or text that JSON cannot interchange
         */
        public ImageIndex build() {
            return (ImageIndex) write(null, "manifests").readBack(Manifest::parse);
        }
    }

    /** {@return the manifests' descriptors in document order, which is the order of preference} */
    public List<Descriptor> manifests() {
        return manifests;
    }

    /**
     * {@return the first manifest for exactly {@code platform}; if there is none, the first index without a platform,
     * which may contain one; if there is none, the first manifest without a platform that is no artifact; or empty}
     *
     * <p>Entries of a {@linkplain MediaType#readableManifests() readable} type come before others. An entry for the
     * platform may be an index itself. An entry without a platform may be for another one; its configuration says
     * which.
     *
     * @see PlatformMatcher#strict
     */
    public Optional<Descriptor> manifestFor(Platform platform) {
        PlatformMatcher exactly = PlatformMatcher.strict(platform);
        List<Descriptor> matching = manifests.stream()
                .filter(entry -> entry.platform().filter(exactly::matches).isPresent())
                .toList();
        // image-spec v1.1.1, image-index.md: the first match SHOULD be used, and an unknown type MUST NOT be an error.
        return matching.stream()
                .filter(entry -> MediaType.readableManifests().contains(entry.mediaType()))
                .findFirst()
                .or(() -> matching.stream().findFirst())
                .or(() -> silent(MediaType::isIndex).findFirst())
                .or(() -> silent(MediaType.readableManifests()::contains)
                        .filter(entry -> entry.artifactType().isEmpty())
                        .findFirst());
    }

    private Stream<Descriptor> silent(Predicate<String> mediaType) {
        return manifests.stream().filter(entry -> entry.platform().isEmpty() && mediaType.test(entry.mediaType()));
    }

    /** {@return the manifest that matches best, the first of equals, or empty if none matches} */
    public Optional<Descriptor> manifestFor(PlatformMatcher matcher) {
        return matcher.best(manifests);
    }
}

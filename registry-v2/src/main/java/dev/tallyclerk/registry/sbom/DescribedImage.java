package dev.tallyclerk.registry.sbom;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.MalformedDigestException;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.inventory.PackageUrl;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.verify.ImageVerification;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The image that a bill of materials is about: its digest, repository, layers and base image. Immutable.
 *
 * <p>A tag is no part of it, because it may stand for another image tomorrow.
 */
public final class DescribedImage {
    private static final String BASE_NAME = "org.opencontainers.image.base.name";
    private static final String BASE_DIGEST = "org.opencontainers.image.base.digest";

    private final Digest digest;
    private final ImageConfig config;
    private final String repository;
    private final @Nullable BaseImage base;

    /**
     * The image that another one was built on.
     *
     * @param name the name, for example {@code docker.io/library/debian:13}; empty if it is not known
     * @param digest the digest of its manifest or index
     */
    public record BaseImage(String name, Digest digest) {
        public BaseImage {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(digest, "digest");
        }
    }

    private DescribedImage(Digest digest, ImageConfig config, String repository, @Nullable BaseImage base) {
        this.digest = Objects.requireNonNull(digest, "digest");
        this.config = Objects.requireNonNull(config, "config");
        this.repository = Objects.requireNonNull(repository, "repository");
        this.base = base;
    }

    /**
     * {@return an image without a name and a base image}
     *
     * @param digest the digest of its manifest
     */
    public static DescribedImage of(Digest digest, ImageConfig config) {
        return new DescribedImage(digest, config, "", null);
    }

    /**
     * {@return a verified image}
     *
     * <p>It has the repository that it was read from, if there is one, and the base image that the annotations of its
     * manifest name, or else those of its index, which nobody has verified.
     *
     * @throws IllegalArgumentException if the verification has no manifest and configuration of an image
     */
    public static DescribedImage of(ImageVerification image) {
        DescribedImage described = of(
                image.manifestDigest().orElseThrow(() -> noImage(image)),
                image.config().orElseThrow(() -> noImage(image)));
        BaseImage base = image.manifest()
                .map(ImageManifest::annotations)
                .flatMap(DescribedImage::annotated)
                .or(() -> annotated(image.indexAnnotations()))
                .orElse(null);
        DescribedImage based = base == null ? described : described.withBase(base);
        return image.reference().map(based::withRepository).orElse(based);
    }

    private static IllegalArgumentException noImage(ImageVerification image) {
        return new IllegalArgumentException(image.source() + " has no manifest and configuration that hold");
    }

    private static Optional<BaseImage> annotated(Map<String, String> annotations) {
        String digest = annotations.getOrDefault(BASE_DIGEST, "");
        try {
            return Optional.of(new BaseImage(annotations.getOrDefault(BASE_NAME, ""), Digest.parse(digest)));
        } catch (MalformedDigestException e) {
            return Optional.empty();
        }
    }

    /** {@return this image in a repository; a tag and a digest of the name are left out} */
    public DescribedImage withRepository(Reference repository) {
        return new DescribedImage(digest, config, repository.name(), base);
    }

    /** {@return this image with another base image} */
    public DescribedImage withBase(BaseImage base) {
        return new DescribedImage(digest, config, repository, Objects.requireNonNull(base, "base"));
    }

    /** {@return the digest of the manifest} */
    public Digest digest() {
        return digest;
    }

    /** {@return the repository, for example {@code docker.io/library/debian}; empty if it is not known} */
    public String repository() {
        return repository;
    }

    /** {@return the base image, if it is known} */
    public Optional<BaseImage> base() {
        return Optional.ofNullable(base);
    }

    /** {@return the digests of the uncompressed layers, the lowest first} */
    public List<Digest> layers() {
        return config.diffIds();
    }

    /** {@return when the image was made, by its configuration} */
    public Optional<Instant> created() {
        return config.created();
    }

    /** {@return the name in documents: the repository, or else the digest} */
    String label() {
        return repository.isEmpty() ? digest.toString() : repository;
    }

    /** {@return the package URL; empty without a repository, whose name is part of it} */
    Optional<PackageUrl> purl() {
        return repository.isEmpty()
                ? Optional.empty()
                : Optional.of(purl(repository, digest)
                        .withQualifier("arch", config.platform().architecture()));
    }

    /** {@return the package URL of the base image, if its name is known} */
    Optional<PackageUrl> basePurl() {
        if (base == null || base.name.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(purl(Reference.parseNormalized(base.name).name(), base.digest));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static PackageUrl purl(String repository, Digest digest) {
        String name = repository.substring(repository.lastIndexOf('/') + 1);
        return PackageUrl.of("oci", "", name, digest.toString()).withQualifier("repository_url", repository);
    }

    /** {@return repository and digest} */
    @Override
    public String toString() {
        return repository.isEmpty() ? digest.toString() : repository + "@" + digest;
    }
}

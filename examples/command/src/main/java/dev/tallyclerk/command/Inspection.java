package dev.tallyclerk.command;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.model.Schema1Manifest;
import dev.tallyclerk.registry.model.Schema1Verification;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The documents of an image, each of which was compared with the digest that leads to it before it was looked at.
 *
 * @param source where the image lies
 * @param resolved what its name stands for, and who says so
 * @param indexes the indexes that were followed, and the one that was not if no platform was chosen
 * @param manifest the manifest, if there is one or a platform was chosen
 * @param config the configuration, if the manifest is one of an image
 */
record Inspection(
        String source,
        ResolvedDigest resolved,
        List<Document> indexes,
        @Nullable Document manifest,
        @Nullable ImageConfig config) {
    private static final DocumentLimits LIMITS = DocumentLimits.defaults();

    Inspection {
        indexes = List.copyOf(indexes);
    }

    /**
     * A document that holds.
     *
     * @param digest the digest that led to it, which need not be the one that {@link Manifest#digest()} computes
     * @param content what it says
     */
    record Document(Digest digest, Manifest content) {}

    /** Thrown when an image fails verification, other than by a digest or a malformed document. */
    static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    /**
     * Reads the documents.
     *
     * @param platform which image of an index; null to look at the index only
     */
    static Inspection of(ImageSource image, @Nullable Platform platform) throws IOException {
        ResolvedDigest resolved = image.resolve();
        List<Document> indexes = new ArrayList<>();
        Platform announced = platform == null
                ? null
                : image.announcedPlatform(resolved.digest()).orElse(null);
        Document document = document(resolved.digest(), image.manifest(resolved, LIMITS));
        while (document.content() instanceof ImageIndex index) {
            indexes.add(document);
            if (platform == null) {
                return new Inspection(image.name(), resolved, indexes, null, null);
            }
            if (indexes.size() > ImageIndex.MAX_OUTER_INDEXES + 1) {
                throw new RefusedException("LIMIT_EXCEEDED: the image has an index within more than "
                        + ImageIndex.MAX_OUTER_INDEXES + " others");
            }
            Descriptor next = index.manifestFor(platform)
                    .orElseThrow(
                            () -> new RefusedException("NO_SUCH_PLATFORM: the index has no image for " + platform));
            // The platform of an outer index's entry also holds for inner entries that have none.
            announced = next.platform().orElse(announced);
            document = document(next.digest(), image.manifest(next, LIMITS));
        }
        ImageConfig config = document.content() instanceof ImageManifest manifest && manifest.isImage()
                ? config(image, manifest)
                : null;
        if (platform != null && config != null && !platform.accepts(withVariant(config.platform(), announced))) {
            throw new RefusedException(
                    "WRONG_PLATFORM: the image is for " + config.platform() + ", not for " + platform);
        }
        return new Inspection(image.name(), resolved, indexes, document, config);
    }

    private static Platform withVariant(Platform configured, @Nullable Platform announced) {
        return announced == null ? configured : configured.withVariantOf(announced);
    }

    private static Document document(Digest digest, Optional<Manifest> found) throws RefusedException {
        return new Document(
                digest, found.orElseThrow(() -> new RefusedException("MISSING: there is no manifest " + digest)));
    }

    private static ImageConfig config(ImageSource image, ImageManifest manifest) throws IOException {
        Descriptor descriptor = manifest.config();
        if (descriptor.size() > LIMITS.maxConfigBytes()) {
            throw new RefusedException(
                    "LIMIT_EXCEEDED: the configuration is larger than " + LIMITS.maxConfigBytes() + " bytes");
        }
        try (InputStream in = image.blob(descriptor)
                .orElseThrow(() -> new RefusedException("MISSING: there is no configuration " + descriptor.digest()))) {
            return ImageConfig.parse(in.readAllBytes(), descriptor.mediaType(), LIMITS);
        }
    }

    /** {@return the document that was asked for: the manifest, or the index that was not followed} */
    Manifest shown() {
        return (manifest == null ? indexes.get(indexes.size() - 1) : manifest).content();
    }

    int exitCode() {
        boolean invalid = shown() instanceof Schema1Manifest schema1
                && schema1.verifySignatures() instanceof Schema1Verification.Invalid;
        return invalid ? ExitCode.REJECTED : ExitCode.ACCEPTED;
    }
}

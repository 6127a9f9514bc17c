package dev.tallyclerk.command;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.image.FetchedManifest;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.DockerArchive;
import dev.tallyclerk.registry.layout.LayoutException;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The check that an engine has written the image of an ID, and no other: the digest of the image's configuration or, in
 * engines with the image store of containerd, of its manifest or index.
 */
final class EngineImageId {
    private static final DocumentLimits LIMITS = DocumentLimits.defaults();

    private EngineImageId() {}

    /**
     * {@return whether the only image of a docker archive has the ID}
     *
     * <p>A document counts if it has its digest; whether the image has its content is for its verification.
     *
     * @throws IOException if the archive cannot be read
     */
    static boolean isOf(Path file, Digest id) throws IOException {
        Digest config;
        try (DockerArchive archive = DockerArchive.open(file)) {
            ImageSource image = archive.requireImage();
            Manifest manifest = document(image, image.resolve().digest()).orElseThrow();
            config = ((ImageManifest) manifest).config().digest();
        }
        return config.equals(id) || isOfManifest(file, id, config);
    }

    private static boolean isOfManifest(Path file, Digest id, Digest config) throws IOException {
        try (OciLayout layout = OciLayout.openArchive(file)) {
            // Documents that the index does not name may be there too, and need not be of this image.
            if (layout.index().manifests().stream()
                    .noneMatch(entry -> entry.digest().equals(id))) {
                return false;
            }
            ImageSource image = layout.image(id);
            Manifest root = document(image, id).orElse(null);
            if (root instanceof ImageIndex index) {
                for (Descriptor each : index.manifests()) {
                    if (document(image, each.digest())
                            .filter(found -> has(found, config))
                            .isPresent()) {
                        return true;
                    }
                }
                return false;
            }
            return root != null && has(root, config);
        } catch (LayoutException e) {
            if (e.reason() == LayoutException.Reason.NOT_AN_IMAGE) {
                return false; // no index beside the list of images
            }
            throw e;
        }
    }

    private static boolean has(Manifest manifest, Digest config) {
        return manifest instanceof ImageManifest image
                && image.config().digest().equals(config);
    }

    /** {@return the document of a digest; empty if the archive has none, as for other platforms} */
    private static Optional<Manifest> document(ImageSource image, Digest digest) throws IOException {
        Optional<FetchedManifest> fetched = image.unverifiedManifest(digest, LIMITS.maxManifestBytes());
        if (fetched.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    fetched.get().parseVerified(ResolvedDigest.of(digest, "the archive of the engine"), "", LIMITS));
        } catch (VerificationException e) {
            throw new IOException("the archive of the engine has another document for " + digest, e);
        }
    }
}

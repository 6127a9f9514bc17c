package dev.tallyclerk.registry.layout;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.text.Quoted;
import dev.tallyclerk.registry.layout.LayoutException.Reason;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.model.RegistryLimits;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A tar file that is a docker archive and an OCI layout at once, as Docker 25 and later write it. Some engines load it
 * by {@code manifest.json}, others by {@code index.json}, so both must lead to the same images.
 */
final class ArchiveAgreement {
    private final FileTree files;
    private final Set<Digest> configs = new HashSet<>();
    private final Set<Platform> platforms = new HashSet<>();

    private ArchiveAgreement(FileTree files) {
        this.files = files;
    }

    /**
     * Requires that every image of the index is one of the docker archive's.
     *
     * @throws LayoutException if one is not, or it cannot be found out
     */
    static void require(FileTree files, List<DockerArchive.Item> items, ImageIndex index) throws IOException {
        try {
            new ArchiveAgreement(files).check(items, index);
        } catch (MalformedDocumentException e) {
            throw new LayoutException(
                    Reason.MALFORMED_DOCUMENT,
                    "archive has manifest.json and index.json, and whether they agree cannot be told: "
                            + e.getMessage(),
                    e);
        }
    }

    private void check(List<DockerArchive.Item> items, ImageIndex index) throws IOException {
        RegistryLimits limits = RegistryLimits.defaults();
        for (DockerArchive.Item item : items) {
            byte[] config = files.read(item.config(), limits.maxConfigBytes())
                    .orElseThrow(() -> new LayoutException(
                            Reason.MALFORMED_ARCHIVE, "archive has no " + Quoted.quote(item.config())));
            configs.add(Digest.sha256Of(config));
            platforms.add(ImageConfig.parse(config, limits).platform().normalized());
        }
        for (Descriptor entry : index.manifests()) {
            requireKnown(entry, false);
        }
    }

    /** Every image that somebody could choose must be known, for whatever platform. */
    private void requireKnown(Descriptor entry, boolean mayBeAbsent) throws IOException {
        Optional<Manifest> document = document(entry);
        if (document.isEmpty() && mayBeAbsent) {
            return; // an archive of one platform keeps the index of all
        }
        Manifest found = document.orElseThrow(
                () -> new LayoutException(Reason.MALFORMED_ARCHIVE, "archive has no manifest " + entry.digest()));
        if (found instanceof ImageManifest manifest) {
            boolean exempt = manifest.isArtifact() || isAttestation(entry);
            if (!exempt && !configs.contains(manifest.config().digest())) {
                throw new LayoutException(
                        Reason.MALFORMED_ARCHIVE,
                        "archive is two: index.json leads to the image " + entry.digest()
                                + ", which manifest.json does not know");
            }
            return;
        }
        if (mayBeAbsent || !(found instanceof ImageIndex index)) {
            throw new LayoutException(
                    Reason.MALFORMED_ARCHIVE,
                    "archive has an index within an index of index.json, or a manifest of schema 1");
        }
        for (Descriptor nested : index.manifests()) {
            requireKnown(nested, true);
        }
        for (Platform platform : platforms) {
            if (index.manifestFor(platform).isEmpty()) {
                throw new LayoutException(
                        Reason.MALFORMED_ARCHIVE,
                        "archive is two: index.json has no image for " + platform + ", and manifest.json has one");
            }
        }
    }

    /** BuildKit lists statements about an image beside it, for a platform that nobody has. */
    private static boolean isAttestation(Descriptor entry) {
        return entry.platform()
                .filter(platform -> platform.os().equals("unknown")
                        && platform.architecture().equals("unknown"))
                .isPresent();
    }

    private Optional<Manifest> document(Descriptor entry) throws IOException {
        RegistryLimits limits = RegistryLimits.defaults();
        Optional<byte[]> bytes = files.read(OciLayout.blobPath(entry.digest()), limits.maxManifestBytes());
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Manifest.parseVerified(bytes.get(), entry.mediaType(), entry.digest(), limits));
        } catch (VerificationException e) {
            throw new LayoutException(
                    Reason.MALFORMED_ARCHIVE, "archive's manifest " + entry.digest() + " is another document", e);
        }
    }
}

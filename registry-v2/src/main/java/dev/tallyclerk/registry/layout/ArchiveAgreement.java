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
            requireKnown(entry, true);
        }
    }

    private void requireKnown(Descriptor entry, boolean mayBeIndex) throws IOException {
        Manifest document = document(entry);
        Optional<ImageManifest> manifest = document.fold(Optional::of, index -> Optional.empty());
        if (manifest.isPresent()) {
            boolean known = configs.contains(manifest.get().config().digest());
            if (manifest.get().isImage() && !known) {
                throw new LayoutException(
                        Reason.MALFORMED_ARCHIVE,
                        "archive is two: index.json leads to the image " + entry.digest()
                                + ", which manifest.json does not know");
            }
            return;
        }
        Optional<ImageIndex> index = document.fold(none -> Optional.empty(), Optional::of);
        for (Platform platform : platforms) {
            Optional<Descriptor> chosen = index.flatMap(nested -> nested.manifestFor(platform));
            if (chosen.isPresent() && mayBeIndex) {
                requireKnown(chosen.get(), false);
            } else {
                throw new LayoutException(
                        Reason.MALFORMED_ARCHIVE,
                        "archive is two: index.json has no image for " + platform + ", and manifest.json has one");
            }
        }
    }

    private Manifest document(Descriptor entry) throws IOException {
        RegistryLimits limits = RegistryLimits.defaults();
        byte[] bytes = files.read(OciLayout.blobPath(entry.digest()), limits.maxManifestBytes())
                .orElseThrow(() ->
                        new LayoutException(Reason.MALFORMED_ARCHIVE, "archive has no manifest " + entry.digest()));
        Manifest document = Manifest.parse(bytes, entry.mediaType(), limits);
        boolean verifiable = entry.digest().algorithm().isSupported();
        if (!verifiable || !document.digest(entry.digest().algorithm()).equals(entry.digest())) {
            throw new LayoutException(
                    Reason.MALFORMED_ARCHIVE, "archive's manifest " + entry.digest() + " is another document");
        }
        return document;
    }
}

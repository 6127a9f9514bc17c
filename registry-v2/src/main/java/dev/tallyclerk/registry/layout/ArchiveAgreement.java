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
    /** Every one is looked for in every index, and no archive that somebody wants has more. */
    private static final int MAX_PLATFORMS = 64;

    private final FileTree files;
    private final RegistryLimits limits;
    private final Set<Digest> configs = new HashSet<>();
    private final Set<Platform> platforms = new HashSet<>();

    /** A document that is referred to a thousand times is looked at once. */
    private final Set<Visit> visited = new HashSet<>();

    private record Visit(Digest digest, String mediaType, boolean exempt, boolean nested) {}

    private ArchiveAgreement(FileTree files, RegistryLimits limits) {
        this.files = files;
        this.limits = limits;
    }

    /**
     * Requires that every image of the index is one of the docker archive's.
     *
     * @throws LayoutException if one is not, or it cannot be found out
     */
    static void require(FileTree files, List<DockerArchive.Item> items, ImageIndex index, LayoutLimits limits)
            throws IOException {
        try {
            new ArchiveAgreement(files, limits.documents()).check(items, index);
        } catch (MalformedDocumentException e) {
            throw LayoutException.of(
                    files.path() + " has manifest.json and index.json, and whether they agree cannot be told", e);
        }
    }

    private void check(List<DockerArchive.Item> items, ImageIndex index) throws IOException {
        Set<String> read = new HashSet<>();
        for (DockerArchive.Item item : items) {
            String config = files.locate(item.config())
                    .orElseThrow(() -> new LayoutException(
                            Reason.MALFORMED_ARCHIVE, files.path() + " has no " + Quoted.quote(item.config())));
            if (read.add(config)) {
                learn(files.read(config, limits.maxConfigBytes()).orElseThrow());
            }
        }
        for (Descriptor entry : index.manifests()) {
            requireKnown(entry, false);
        }
    }

    private void learn(byte[] config) throws IOException {
        configs.add(Digest.sha256Of(config));
        platforms.add(ImageConfig.parse(config, limits).platform().normalized());
        if (platforms.size() > MAX_PLATFORMS) {
            throw new LayoutException(
                    Reason.LIMIT_EXCEEDED, files.path() + " has images for more than " + MAX_PLATFORMS + " platforms");
        }
    }

    /** Every image that somebody could choose must be known, for whatever platform. */
    private void requireKnown(Descriptor entry, boolean nested) throws IOException {
        if (!visited.add(new Visit(entry.digest(), entry.mediaType(), isAttestation(entry), nested))) {
            return;
        }
        Optional<Manifest> document = document(entry);
        if (document.isEmpty() && nested) {
            return; // an archive of one platform keeps the index of all
        }
        Manifest found = document.orElseThrow(() ->
                new LayoutException(Reason.MALFORMED_ARCHIVE, files.path() + " has no manifest " + entry.digest()));
        if (found instanceof ImageIndex index) {
            requireKnown(index, nested);
        } else if (found instanceof ImageManifest manifest) {
            boolean exempt = manifest.isArtifact() || isAttestation(entry);
            if (!exempt && !configs.contains(manifest.config().digest())) {
                throw new LayoutException(
                        Reason.MALFORMED_ARCHIVE,
                        files.path() + " is two: index.json leads to the image " + entry.digest()
                                + ", which manifest.json does not know");
            }
        } else {
            throw new LayoutException(
                    Reason.MALFORMED_ARCHIVE,
                    files.path() + " has the manifest " + entry.digest() + " of type " + found.mediaType()
                            + ", which manifest.json cannot know");
        }
    }

    private void requireKnown(ImageIndex index, boolean nested) throws IOException {
        if (nested) {
            throw new LayoutException(
                    Reason.MALFORMED_ARCHIVE, files.path() + " has an index within an index of index.json");
        }
        for (Descriptor entry : index.manifests()) {
            requireKnown(entry, true);
        }
        for (Platform platform : platforms) {
            if (index.manifestFor(platform).flatMap(Descriptor::platform).isEmpty()) {
                throw new LayoutException(
                        Reason.MALFORMED_ARCHIVE,
                        files.path() + " is two: index.json has no image for " + platform
                                + ", and manifest.json has one");
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
        Optional<byte[]> bytes = files.read(OciLayout.blobPath(entry.digest()), limits.maxManifestBytes());
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Manifest.parseVerified(bytes.get(), entry.mediaType(), entry.digest(), limits));
        } catch (VerificationException e) {
            throw new LayoutException(
                    Reason.MALFORMED_ARCHIVE,
                    files.path() + ": manifest " + entry.digest() + " is another document",
                    e);
        }
    }
}

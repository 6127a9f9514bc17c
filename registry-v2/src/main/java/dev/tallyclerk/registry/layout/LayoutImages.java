package dev.tallyclerk.registry.layout;

import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.attachment.AttachmentLimits;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Tells the images of a layout from artifacts that are attached to them. Used once, by one thread.
 *
 * <p>An attached artifact has a tag of cosign or of a list of referrers, or is marked by {@code cosign save}, or has a
 * subject and no name. It also has to be something that no engine loads: whatever an engine may run is an image,
 * wherever it says that it belongs. So is an entry that cannot be read, and one beyond the
 * {@linkplain AttachmentLimits#defaults limits}.
 */
final class LayoutImages {
    /** Some programs write a whole name with the tag at its end. */
    private static final Pattern ATTACHED_NAME =
            Pattern.compile("(?:[^:]{1,400}:)?sha256-[0-9a-f]{64}(?:\\.(?:sig|att|sbom))?");

    private final FileTree files;
    private final AttachmentLimits limits = AttachmentLimits.defaults();
    private long bytesLeft = limits.maxAllBytes();
    private int documentsLeft = limits.maxAttachments();

    LayoutImages(FileTree files) {
        this.files = files;
    }

    /** {@return those entries that are images} */
    List<Descriptor> among(List<Descriptor> entries) throws IOException {
        List<Descriptor> images = new ArrayList<>();
        for (Descriptor entry : entries) {
            if (!isAttached(entry)) {
                images.add(entry);
            }
        }
        return images;
    }

    private boolean isAttached(Descriptor entry) throws IOException {
        String name = entry.annotations().getOrDefault(LayoutFiles.REF_NAME, "");
        boolean isMarked = LayoutAttachments.isSavedAttachment(entry)
                || ATTACHED_NAME.matcher(name).matches();
        boolean isNamed = !name.isEmpty() || entry.annotations().containsKey(LayoutFiles.IMAGE_NAME);
        if (isNamed && !isMarked) {
            return false;
        }
        Optional<Manifest> document = document(entry);
        return document.isPresent()
                && (isMarked || document.get().subject().isPresent())
                && !isLoadable(document.get());
    }

    private boolean isLoadable(Manifest document) throws IOException {
        if (document instanceof ImageManifest manifest) {
            return isLoadable(manifest);
        }
        if (!(document instanceof ImageIndex list)) {
            return true;
        }
        for (Descriptor entry : list.manifests()) {
            Optional<Manifest> listed = document(entry);
            if (listed.isEmpty() || !(listed.get() instanceof ImageManifest manifest) || isLoadable(manifest)) {
                return true;
            }
        }
        return false;
    }

    /** The configuration of cosign's own artifacts has the type of an image's, so the layers count too. */
    private static boolean isLoadable(ImageManifest manifest) {
        List<Descriptor> layers = manifest.layers();
        return manifest.isImage()
                && (layers.isEmpty() || layers.stream().anyMatch(layer -> isLayerOfImage(layer.mediaType())));
    }

    private static boolean isLayerOfImage(String mediaType) {
        return mediaType.startsWith("application/vnd.oci.image.layer.") || mediaType.contains("tar");
    }

    private Optional<Manifest> document(Descriptor entry) throws IOException {
        int most = (int) Math.min(limits.maxManifestBytes(), bytesLeft);
        if (documentsLeft == 0 || entry.size() > most) {
            return Optional.empty();
        }
        Optional<byte[]> bytes = files.read(LayoutFiles.blobPath(entry.digest()), most);
        if (bytes.isEmpty() || bytes.get().length > most) {
            return Optional.empty();
        }
        documentsLeft--;
        bytesLeft -= bytes.get().length;
        try {
            ResolvedDigest promised =
                    ResolvedDigest.of(entry.digest(), entry.size(), files.path().toString());
            return Optional.of(Manifest.parseVerified(bytes.get(), entry.mediaType(), promised, limits.documents()));
        } catch (VerificationException | MalformedDocumentException e) {
            return Optional.empty();
        }
    }
}

package dev.tallyclerk.registry.image;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.Attachment;
import dev.tallyclerk.evidence.Attachment.Place;
import dev.tallyclerk.evidence.NewAttachment;
import dev.tallyclerk.evidence.NewBlob;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.attachment.CosignTag;
import dev.tallyclerk.registry.attachment.StoredAttachment;
import dev.tallyclerk.registry.image.ImageException.Reason;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Attaches new artifacts, such as signatures, to an image in a registry or in an OCI layout.
 *
 * <pre>{@code
 * AttachmentWriter.create().attach(signature, image, client.destination(name));
 * }</pre>
 *
 * <p>A referrer is pushed with its subject; where the registry does not list referrers, the index under the subject's
 * referrers tag lists it. Under a tag of cosign, the layers that are there stay, and the tag is set last: whatever
 * fails, the tag has all or none of the new layers. Of two programs that add to one tag at the same time, one may undo
 * what the other added; referrers do not have this problem. Immutable, and safe for use by several threads.
 */
public final class AttachmentWriter {
    private static final String NO_TIME = "\"0001-01-01T00:00:00Z\"";

    private final DocumentLimits limits;

    private AttachmentWriter(DocumentLimits limits) {
        this.limits = Objects.requireNonNull(limits, "limits");
    }

    /** {@return a writer that reads manifests within the default limits} */
    public static AttachmentWriter create() {
        return new AttachmentWriter(DocumentLimits.defaults());
    }

    /** {@return this writer with other limits on the manifests that are there} */
    public AttachmentWriter withDocumentLimits(DocumentLimits limits) {
        return new AttachmentWriter(limits);
    }

    /**
     * An artifact that was attached.
     *
     * @param tag the tag that it is under, empty for a referrer
     * @param manifest the descriptor of its manifest
     */
    public record Attached(String tag, Descriptor manifest) {}

    /**
     * Attaches an artifact.
     *
     * <p>A layer that is there already, with the same annotations, is not added again.
     *
     * @param attachment the artifact
     * @param image the image, which has the artifact's subject and says what is attached to it so far; not closed
     * @param destination any name in the repository or layout that the artifact is written to
     * @throws ImageException if the image does not have the subject, or the destination or its tag cannot hold the
     *     artifact
     * @throws VerificationException if the subject or the manifest under the tag does not match its digest
     * @throws MalformedDocumentException if one of these is malformed
     * @throws IOException if the image cannot be read, or the destination cannot be written to
     */
    public Attached attach(NewAttachment attachment, ImageSource image, ImageDestination destination)
            throws IOException {
        ResolvedDigest digest = ResolvedDigest.of(attachment.subject(), image.name());
        Manifest subject = image.manifest(digest, limits)
                .orElseThrow(() -> ImageException.notFound(image.name(), attachment.subject()));
        return attachment.place() == Place.REFERRERS
                ? asReferrer(attachment, subject, destination)
                : underTag(attachment, image, destination);
    }

    private static Attached asReferrer(NewAttachment attachment, Manifest subject, ImageDestination destination)
            throws IOException {
        Map<Digest, BlobContent> contents = new HashMap<>();
        ImageManifest.Builder manifest = ImageManifest.builder(content("{}", MediaType.OCI_EMPTY, contents))
                .artifactType(attachment.artifactType())
                .subject(subject.descriptor());
        attachment.annotations().forEach(manifest::annotation);
        attachment.blobs().forEach(blob -> manifest.layer(content(blob, contents)));
        ImageManifest built = manifest.build();
        return written("", built, contents, destination.beside(built.digest()));
    }

    private Attached underTag(NewAttachment attachment, ImageSource image, ImageDestination destination)
            throws IOException {
        String tag = CosignTag.at(attachment.place())
                .flatMap(kind -> kind.of(attachment.subject()))
                .orElseThrow(() -> new ImageException(
                        Reason.UNSUPPORTED,
                        attachment.subject(),
                        "cosign has no tag for " + attachment.subject() + " of " + attachment.place()));
        Optional<ImageManifest> existing = existing(attachment, image);
        Map<Digest, BlobContent> contents = new HashMap<>();
        List<Descriptor> layers =
                new ArrayList<>(existing.map(ImageManifest::layers).orElse(List.of()));
        for (NewBlob blob : attachment.blobs()) {
            Descriptor layer = content(blob, contents);
            if (!layers.contains(layer)) {
                layers.add(layer);
            }
        }
        if (existing.isPresent() && existing.get().layers().equals(layers)) {
            return new Attached(tag, existing.get().descriptor());
        }
        ImageManifest.Builder manifest = ImageManifest.builder(content(config(layers), MediaType.OCI_CONFIG, contents));
        layers.forEach(manifest::layer);
        if (existing.isPresent()) {
            existing.get().annotations().forEach(manifest::annotation);
            existing.get().subject().ifPresent(manifest::subject);
        }
        return written(tag, manifest.build(), contents, destination.beside(tag));
    }

    private static Attached written(
            String tag, ImageManifest manifest, Map<Digest, BlobContent> contents, ImageDestination destination)
            throws IOException {
        BuiltImage artifact = BuiltImage.of("the new artifact", manifest, contents);
        return new Attached(
                tag, ImageCopier.create().copy(artifact, destination).root());
    }

    private static Descriptor content(NewBlob blob, Map<Digest, BlobContent> contents) {
        byte[] bytes = blob.content();
        Descriptor layer = Descriptor.ofContent(blob.mediaType(), bytes).withAnnotations(blob.annotations());
        contents.put(layer.digest(), BlobContent.of(bytes));
        return layer;
    }

    private static Descriptor content(String document, String mediaType, Map<Digest, BlobContent> contents) {
        byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
        Descriptor descriptor = Descriptor.ofContent(mediaType, bytes);
        contents.put(descriptor.digest(), BlobContent.of(bytes));
        return descriptor;
    }

    /** {@return what the tag stands for now} */
    private Optional<ImageManifest> existing(NewAttachment attachment, ImageSource image) throws IOException {
        for (Attachment found :
                image.attachments().attachments(attachment.subject()).list()) {
            if (found.place() == attachment.place()) {
                return Optional.of(manifest(found));
            }
        }
        return Optional.empty();
    }

    /** An unreadable manifest is not replaced, because it may have signatures that others read. */
    private ImageManifest manifest(Attachment found) throws IOException {
        if (found instanceof StoredAttachment stored) {
            String store = stored.store().name();
            byte[] bytes = stored.store()
                    .unverifiedManifest(found.digest(), limits.maxManifestBytes())
                    .orElseThrow(() -> ImageException.notFound(store, found.digest()));
            Manifest manifest = Manifest.parseVerified(bytes, "", ResolvedDigest.of(found.digest(), store), limits);
            if (manifest instanceof ImageManifest image) {
                return image;
            }
        }
        throw new ImageException(
                Reason.UNSUPPORTED,
                found.digest(),
                Quoted.printable(found.origin() + " is no image manifest, so no layer can be added to it"));
    }

    /** {@return the configuration that cosign writes: nobody runs it, and the layers are their own contents} */
    private static String config(List<Descriptor> layers) {
        String history =
                layers.stream().map(layer -> "{\"created\":" + NO_TIME + "}").collect(Collectors.joining(","));
        String contents =
                layers.stream().map(layer -> "\"" + layer.digest() + "\"").collect(Collectors.joining(","));
        return "{\"architecture\":\"\",\"created\":" + NO_TIME + ",\"history\":[" + history
                + "],\"os\":\"\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[" + contents + "]},\"config\":{}}";
    }
}

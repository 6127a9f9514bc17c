package dev.tallyclerk.registry.image;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.Attachment;
import dev.tallyclerk.evidence.AttachmentSource;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.attachment.AttachmentTree;
import dev.tallyclerk.registry.attachment.CosignTag;
import dev.tallyclerk.registry.attachment.StoredAttachment;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Copies the artifacts that are attached to an image, byte for byte, after the image itself was copied.
 *
 * <pre>{@code
 * ImageCopier copier = ImageCopier.create();
 * CopyResult image = copier.copy(source, destination);
 * AttachmentCopier.of(copier).copy(source, image, destination);
 * }</pre>
 *
 * <p>Artifacts are copied with those that are attached to them. A registry gets each manifest by its digest, with its
 * subject, so that the registry lists it, or under cosign's tag; a layout gets entries of {@code index.json}. No
 * signature is verified. Immutable, and as thread-safe as its copier.
 */
public final class AttachmentCopier {
    private final ImageCopier copier;

    private AttachmentCopier(ImageCopier copier) {
        this.copier = Objects.requireNonNull(copier, "copier");
    }

    /** {@return a copier of artifacts that copies each as {@code copier} copies an image without a platform} */
    public static AttachmentCopier of(ImageCopier copier) {
        return new AttachmentCopier(copier);
    }

    /**
     * The artifacts that were copied.
     *
     * @param copied each artifact, once for each digest or tag that it was copied to
     * @param notes for people: what was left out and why; empty if nothing was
     */
    public record Result(List<Copied> copied, List<String> notes) {
        /** Keeps copies of the lists. */
        public Result {
            copied = List.copyOf(copied);
            notes = List.copyOf(notes);
        }
    }

    /**
     * An artifact that was copied.
     *
     * @param subject what it is attached to
     * @param place how it was found, and is found at the destination
     * @param manifest the descriptor of its manifest
     */
    public record Copied(Digest subject, Attachment.Place place, Descriptor manifest) {}

    /**
     * Copies what is attached to the manifests and indexes of an image.
     *
     * <p>Artifacts are left out with a note if their manifest is missing, wrong or malformed or names another subject,
     * and beyond the limits of {@link AttachmentTree}. A layer that is missing or wrong fails the copy; artifacts
     * before it are copied then.
     *
     * @param source the image; not closed
     * @param image what was copied of it
     * @param destination where it was copied to
     * @throws ImageException if the destination cannot hold attached artifacts, or an artifact lacks content
     * @throws IOException if the source cannot be read or the destination cannot be written to
     */
    public Result copy(ImageSource source, CopyResult image, ImageDestination destination) throws IOException {
        Run run = new Run(source, destination);
        AttachmentSource attachments = source.attachments();
        for (Descriptor manifest : image.manifests()) {
            run.copy(AttachmentTree.of(attachments, manifest.digest()));
        }
        return new Result(run.copied, run.notes);
    }

    private final class Run {
        private final ImageSource source;
        private final ImageDestination destination;
        private final Set<List<Object>> seen = new HashSet<>();
        private final List<Copied> copied = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();

        Run(ImageSource source, ImageDestination destination) {
            this.source = source;
            this.destination = destination;
        }

        void copy(AttachmentTree tree) throws IOException {
            notes.addAll(tree.notes());
            for (AttachmentTree.Branch branch : tree.branches()) {
                Attachment attachment = branch.attachment();
                boolean isIndex = branch.problem()
                        .filter(problem -> problem.reason() == EvidenceException.Reason.UNSUPPORTED)
                        .isPresent();
                if (branch.problem().isPresent() && !isIndex) {
                    notes.add(Quoted.printable(attachment.origin() + " was not copied: "
                            + branch.problem().get().getMessage()));
                    continue;
                }
                copy(tree.digest(), attachment);
                copy(branch.below());
            }
        }

        private void copy(Digest subject, Attachment attachment) throws IOException {
            String tag = CosignTag.at(attachment.place())
                    .flatMap(kind -> kind.of(subject))
                    .orElse("");
            if (!seen.add(List.of(tag, attachment.digest()))) {
                return;
            }
            ImageDestination beside = tag.isEmpty() ? destination.beside(attachment.digest()) : destination.beside(tag);
            ImageSource from = attachment instanceof StoredAttachment stored ? new StoredArtifact(stored) : source;
            ResolvedDigest digest = ResolvedDigest.of(attachment.digest(), source.name());
            CopyResult result = copier.copy(from, digest, beside);
            copied.add(new Copied(subject, attachment.place(), result.root()));
        }
    }
}

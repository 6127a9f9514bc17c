package dev.tallyclerk.registry.attachment;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.AttachedBlob;
import dev.tallyclerk.evidence.AttachedManifest;
import dev.tallyclerk.evidence.Attachment;
import dev.tallyclerk.evidence.Attachment.Place;
import dev.tallyclerk.evidence.AttachmentSource;
import dev.tallyclerk.evidence.Attachments;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is attached to a digest, and to what is attached to it, such as the signature of a bill of materials.
 *
 * <p>Manifests are read and compared with their digests; layers are not read, and no signature is verified. Immutable.
 *
 * @param digest what the artifacts are attached to
 * @param branches the artifacts, in the order of the source
 * @param notes for people: what is missing and why; empty if nothing is
 */
public record AttachmentTree(Digest digest, List<Branch> branches, List<String> notes) {
    /** The number of artifacts that an artifact may be attached to, one to the other. */
    public static final int MAX_DEPTH = 8;

    /** The number of artifacts in a tree. */
    public static final int MAX_ARTIFACTS = 1_000;

    /** The memory for manifests, roughly, in bytes. */
    private static final long MAX_MEMORY = 32L << 20;

    /** Keeps copies of the lists. */
    public AttachmentTree {
        branches = List.copyOf(branches);
        notes = List.copyOf(notes);
    }

    /**
     * An artifact of a tree.
     *
     * @param attachment how it was found
     * @param manifest its manifest; empty if there is a problem
     * @param problem why the manifest cannot be used, such as that it does not name the subject
     * @param below what is attached to the artifact; empty if there is a problem, and where the same artifact is
     *     elsewhere in the tree
     */
    public record Branch(
            Attachment attachment,
            Optional<AttachedManifest> manifest,
            Optional<EvidenceException> problem,
            AttachmentTree below) {}

    /**
     * {@return what is attached to a digest}
     *
     * @throws IOException if the source cannot be read
     */
    public static AttachmentTree of(AttachmentSource source, Digest digest) throws IOException {
        return new Walk(source).below(digest, 0);
    }

    private static final class Walk {
        private final AttachmentSource source;
        private final Set<Digest> entered = new HashSet<>();
        private int artifacts;
        private long memory;

        Walk(AttachmentSource source) {
            this.source = source;
        }

        AttachmentTree below(Digest digest, int depth) throws IOException {
            entered.add(digest);
            Attachments attachments = source.attachments(digest);
            List<String> notes = new ArrayList<>(attachments.notes());
            if (depth == MAX_DEPTH && !attachments.list().isEmpty()) {
                notes.add("more artifacts are attached to " + digest + ", but " + MAX_DEPTH
                        + " are attached one to the other already");
                return new AttachmentTree(digest, List.of(), notes);
            }
            List<Branch> branches = new ArrayList<>();
            for (Attachment attachment : attachments.list()) {
                if (artifacts == MAX_ARTIFACTS || memory > MAX_MEMORY) {
                    notes.add("more artifacts are attached to " + digest + " than the " + artifacts
                            + " of this tree, which are too many or too large");
                    break;
                }
                artifacts++;
                branches.add(branch(digest, attachment, depth));
            }
            return new AttachmentTree(digest, branches, notes);
        }

        private Branch branch(Digest subject, Attachment attachment, int depth) throws IOException {
            AttachedManifest manifest = null;
            EvidenceException problem = null;
            try {
                manifest = named(subject, attachment);
                memory += memory(manifest);
            } catch (EvidenceException e) {
                problem = e;
            }
            boolean again = entered.contains(attachment.digest());
            AttachmentTree below = manifest == null || again
                    ? new AttachmentTree(attachment.digest(), List.of(), List.of())
                    : below(attachment.digest(), depth + 1);
            return new Branch(attachment, Optional.ofNullable(manifest), Optional.ofNullable(problem), below);
        }

        /** A list of referrers is a claim; what the manifest says counts. */
        private static AttachedManifest named(Digest subject, Attachment attachment)
                throws EvidenceException, IOException {
            AttachedManifest manifest = attachment.manifest();
            if (attachment.place() == Place.REFERRERS && !manifest.subject().equals(Optional.of(subject))) {
                throw new EvidenceException(
                        Reason.SUBJECT_MISMATCH,
                        "the manifest does not name " + subject + " as its subject but "
                                + manifest.subject().map(Digest::toString).orElse("nothing"));
            }
            return manifest;
        }

        private static long memory(AttachedManifest manifest) {
            long memory = length(manifest.annotations());
            for (AttachedBlob blob : manifest.blobs()) {
                memory += 200 + length(blob.annotations());
            }
            return memory;
        }

        private static long length(Map<String, String> annotations) {
            long length = 0;
            for (Map.Entry<String, String> annotation : annotations.entrySet()) {
                length += 100L
                        + annotation.getKey().length()
                        + annotation.getValue().length();
            }
            return length;
        }
    }
}

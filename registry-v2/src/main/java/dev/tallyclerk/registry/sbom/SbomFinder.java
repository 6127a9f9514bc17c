package dev.tallyclerk.registry.sbom;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.AttachedBlob;
import dev.tallyclerk.evidence.AttachedManifest;
import dev.tallyclerk.evidence.Attachment;
import dev.tallyclerk.evidence.Attachment.Place;
import dev.tallyclerk.evidence.Attachments;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.registry.attachment.AttachmentLimits;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.sbom.SbomException.Reason;
import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.VerifyingInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Finds the bills of materials that are attached to an image, wherever tools put them.
 *
 * <ul>
 *   <li>Referrers of the image and of its index: documents, in-toto statements and Sigstore bundles.
 *   <li>The tags {@code sha256-HEX.sbom} and {@code sha256-HEX.att} of cosign.
 *   <li>Manifests of the image's index that BuildKit adds for the platform {@code unknown/unknown}.
 * </ul>
 *
 * <p>Everybody who can write to the repository can attach one, and signatures are not verified here, so all are claims.
 * Contents are compared with their digests before they are read. Immutable, and safe for use by several threads.
 */
public final class SbomFinder {
    private static final String REFERENCE_TYPE = "vnd.docker.reference.type";
    private static final String REFERENCE_DIGEST = "vnd.docker.reference.digest";
    private static final String ATTESTATION_MANIFEST = "attestation-manifest";

    /** Annotations that state the type of a predicate: cosign's on a layer, BuildKit's, and those of bundles. */
    private static final List<String> PREDICATE_TYPES =
            List.of("predicateType", "in-toto.io/predicate-type", "dev.sigstore.bundle.predicateType");

    private static final Set<String> DOCUMENTS = Set.of(
            SbomFormat.CYCLONEDX.mediaType(),
            SbomFormat.SPDX.mediaType(),
            "application/vnd.cyclonedx+xml",
            "application/vnd.cyclonedx",
            "application/spdx+xml",
            "text/spdx+json",
            "text/spdx+xml",
            "text/spdx");
    private static final Set<String> STATEMENTS = Set.of(
            "application/vnd.in-toto+json",
            "application/vnd.dsse.envelope.v1+json",
            "application/vnd.dev.sigstore.bundle+json;version=0.1",
            "application/vnd.dev.sigstore.bundle+json;version=0.2",
            "application/vnd.dev.sigstore.bundle+json;version=0.3",
            "application/vnd.dev.sigstore.bundle.v0.3+json");

    private final SbomLimits limits;
    private final AttachmentLimits attachmentLimits;

    private SbomFinder(SbomLimits limits, AttachmentLimits attachmentLimits) {
        this.limits = Objects.requireNonNull(limits, "limits");
        this.attachmentLimits = Objects.requireNonNull(attachmentLimits, "attachmentLimits");
    }

    /** {@return a finder with the default limits} */
    public static SbomFinder create() {
        return new SbomFinder(SbomLimits.defaults(), AttachmentLimits.defaults());
    }

    /** {@return this finder with other limits; that on memory is for all documents of an image together} */
    public SbomFinder withLimits(SbomLimits limits) {
        return new SbomFinder(limits, attachmentLimits);
    }

    /** {@return this finder with other limits on what is attached} */
    public SbomFinder withAttachmentLimits(AttachmentLimits attachmentLimits) {
        return new SbomFinder(limits, attachmentLimits);
    }

    /**
     * What was found.
     *
     * @param list the documents, each once, in the order of the source
     * @param notes for people: what may be missing from the list and why; empty if nothing is
     */
    public record Found(List<AttachedSbom> list, List<String> notes) {
        /** Keeps copies of the lists. */
        public Found {
            list = List.copyOf(list);
            notes = List.copyOf(notes);
        }
    }

    /**
     * {@return the bills of materials that are attached to an image, and to the index that it was taken from}
     *
     * @param image not closed
     * @param manifest the digest of the image's manifest, as in {@link DescribedImage#digest}
     * @throws IOException if the source cannot be read
     */
    public Found find(ImageSource image, Digest manifest) throws IOException {
        Search search = new Search(image);
        search.attachedTo(manifest);
        Digest root = image.resolve().digest();
        if (!root.equals(manifest)) {
            search.attachedTo(root);
        }
        search.inIndex(manifest);
        return new Found(search.found, search.notes);
    }

    /** One search. */
    private final class Search {
        private final ImageSource image;
        private final AtomicLong memory = new AtomicLong();
        private final List<AttachedSbom> found = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();

        Search(ImageSource image) {
            this.image = image;
        }

        void attachedTo(Digest subject) throws IOException {
            Attachments attachments = image.attachments(attachmentLimits).attachments(subject);
            notes.addAll(attachments.notes());
            for (Attachment each : attachments.list()) {
                if (each.place() == Place.REFERRERS
                        || each.place() == Place.SBOM_TAG
                        || each.place() == Place.ATTESTATION_TAG) {
                    attachment(subject, each);
                }
            }
        }

        private void attachment(Digest subject, Attachment each) throws IOException {
            AttachedManifest manifest;
            try {
                manifest = each.manifest();
            } catch (EvidenceException e) {
                if (isDocument(each.listedType()) || each.place() == Place.SBOM_TAG) {
                    problem(each.origin(), each.digest(), e);
                } else {
                    notes.add(each.origin() + ": " + e.getMessage());
                }
                return;
            }
            for (AttachedBlob blob : manifest.blobs()) {
                boolean isDocument = isDocument(manifest.artifactType()) || isDocument(blob.mediaType());
                boolean isStatement = STATEMENTS.contains(blob.mediaType())
                        && mayBeSbom(blob.annotations())
                        && mayBeSbom(manifest.annotations());
                if (!isDocument && !isStatement) {
                    continue;
                }
                if (each.place() == Place.REFERRERS && !manifest.subject().equals(Optional.of(subject))) {
                    add(each.origin(), each.digest(), "its manifest does not name " + subject + " as its subject");
                    continue;
                }
                try {
                    requireSize(blob.size());
                    read(each.origin(), each.digest(), each.read(blob), isDocument);
                } catch (EvidenceException | SbomException e) {
                    problem(each.origin(), each.digest(), e);
                }
            }
        }

        /** Looks through the index for manifests that BuildKit added about the image. */
        void inIndex(Digest manifest) throws IOException {
            DocumentLimits documents = DocumentLimits.defaults();
            Optional<Manifest> root = image.manifest(image.resolve(), documents);
            if (root.isEmpty() || !(root.get() instanceof ImageIndex index)) {
                return;
            }
            int left = attachmentLimits.maxAttachments();
            for (Descriptor entry : index.manifests()) {
                Map<String, String> annotations = entry.annotations();
                if (!annotations.getOrDefault(REFERENCE_TYPE, "").equals(ATTESTATION_MANIFEST)
                        || !annotations.getOrDefault(REFERENCE_DIGEST, "").equals(manifest.toString())) {
                    continue;
                }
                if (left == 0) {
                    notes.add("the index has more than " + attachmentLimits.maxAttachments()
                            + " attestations of the image");
                    return;
                }
                left--;
                String origin = image.name() + ": attestation " + entry.digest() + " of the index";
                try {
                    inManifest(origin, entry, documents);
                } catch (VerificationException | MalformedDocumentException | SbomException e) {
                    problem(origin, entry.digest(), e);
                }
            }
        }

        private void inManifest(String origin, Descriptor entry, DocumentLimits documents) throws IOException {
            Optional<Manifest> manifest = image.manifest(entry, documents);
            if (manifest.isEmpty()) {
                notes.add(origin + ": is not there");
                return;
            }
            if (!(manifest.get() instanceof ImageManifest attestations)) {
                return;
            }
            for (Descriptor layer : attestations.layers()) {
                if (!STATEMENTS.contains(layer.mediaType()) || !mayBeSbom(layer.annotations())) {
                    continue;
                }
                requireSize(layer.size());
                Optional<VerifyingInputStream> content = image.blob(layer);
                if (content.isEmpty()) {
                    add(origin, entry.digest(), layer.digest() + " is not there");
                    continue;
                }
                try (VerifyingInputStream in = content.get()) {
                    read(origin, entry.digest(), in.readAllBytes(), false);
                }
            }
        }

        private void requireSize(long size) throws SbomException {
            if (size > limits.maxDocumentBytes()) {
                throw new SbomException(
                        Reason.LIMIT_EXCEEDED,
                        "the document has " + size + " bytes, " + limits.maxDocumentBytes() + " allowed");
            }
        }

        /** @param isDocument whether it has to be a bill of materials, and not any statement */
        private void read(String origin, Digest artifact, byte[] content, boolean isDocument) throws SbomException {
            try {
                Sbom sbom = SbomParser.read(content, limits, memory);
                found.add(new AttachedSbom(origin, artifact, Optional.of(sbom), Optional.empty()));
            } catch (SbomException e) {
                if (isDocument || e.reason() != Reason.OTHER_DOCUMENT) {
                    throw e;
                }
            }
        }

        private void problem(String origin, Digest artifact, Exception e) {
            add(origin, artifact, String.valueOf(e.getMessage()));
        }

        private void add(String origin, Digest artifact, String problem) {
            found.add(new AttachedSbom(origin, artifact, Optional.empty(), Optional.of(problem)));
        }
    }

    private static boolean isDocument(String mediaType) {
        return DOCUMENTS.contains(mediaType);
    }

    /** {@return whether annotations leave it open, or say, that a statement is about a bill of materials} */
    private static boolean mayBeSbom(Map<String, String> annotations) {
        return PREDICATE_TYPES.stream()
                .map(annotations::get)
                .filter(Objects::nonNull)
                .allMatch(SbomParser::isSbom);
    }
}

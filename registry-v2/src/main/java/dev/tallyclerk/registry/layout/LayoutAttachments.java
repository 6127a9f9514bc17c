package dev.tallyclerk.registry.layout;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.Attachment.Place;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.attachment.AttachmentLimits;
import dev.tallyclerk.registry.attachment.AttachmentStore;
import dev.tallyclerk.registry.attachment.CosignTag;
import dev.tallyclerk.registry.attachment.ListedAttachment;
import dev.tallyclerk.registry.internal.reference.ReferrersTag;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The attached artifacts of a layout: entries of {@code index.json} under cosign's tags, entries whose manifest names
 * the subject, and the entries of an index under the referrers tag of the subject. Safe for use by several threads.
 */
final class LayoutAttachments implements AttachmentStore {
    /** The annotation by which {@code cosign save} tells the image from its signatures and attestations. */
    private static final String KIND = "kind";

    private static final String KINDS = "dev.cosignproject.cosign/";

    private static final Set<String> SUBJECT_KINDS = Set.of(KINDS + "image", KINDS + "imageIndex");

    private static final Map<String, Place> ATTACHED_KINDS =
            Map.of(KINDS + "sigs", Place.SIGNATURE_TAG, KINDS + "atts", Place.ATTESTATION_TAG);

    private final FileTree files;
    private final ImageIndex index;

    private volatile @Nullable Scan scan;

    LayoutAttachments(FileTree files, ImageIndex index) {
        this.files = files;
        this.index = index;
    }

    /**
     * The subjects that the manifests in {@code index.json} name. They do not change while the layout is open.
     *
     * @param limits the limits within which they were read
     */
    private record Scan(AttachmentLimits limits, Map<Digest, List<Descriptor>> bySubject, List<String> notes) {}

    @Override
    public String name() {
        return files.path().toString();
    }

    @Override
    public Listing list(Digest subject, AttachmentLimits limits) throws IOException {
        List<ListedAttachment> found = new ArrayList<>();
        addTagged(subject, found);
        addSaved(subject, found);
        Scan subjects = scan(limits);
        List<String> notes = new ArrayList<>(subjects.notes());
        subjects.bySubject().getOrDefault(subject, List.of()).forEach(entry -> found.add(referrer(entry)));
        addFallback(subject, found, notes);
        return new Listing(found, notes);
    }

    private ListedAttachment referrer(Descriptor manifest) {
        return new ListedAttachment(Place.REFERRERS, manifest, files.path() + "@" + manifest.digest());
    }

    private void addTagged(Digest subject, List<ListedAttachment> found) {
        for (CosignTag kind : CosignTag.values()) {
            String tag = kind.of(subject).orElse("");
            for (Descriptor entry : tag.isEmpty() ? List.<Descriptor>of() : named(tag)) {
                found.add(new ListedAttachment(kind.place(), entry, files.path() + ":" + tag));
            }
        }
    }

    /** {@return the entries of that tag; some programs write a whole name with the tag at its end} */
    private List<Descriptor> named(String tag) {
        return index.manifests().stream()
                .filter(entry -> {
                    String name = entry.annotations().getOrDefault(LayoutFiles.REF_NAME, "");
                    return name.equals(tag) || name.endsWith(":" + tag);
                })
                .toList();
    }

    /** Adds what {@code cosign save} writes: a layout of one image, without names. */
    private void addSaved(Digest subject, List<ListedAttachment> found) {
        List<Descriptor> images = index.manifests().stream()
                .filter(entry -> SUBJECT_KINDS.contains(kind(entry)))
                .toList();
        if (images.size() != 1 || !images.get(0).digest().equals(subject)) {
            return;
        }
        for (Descriptor entry : index.manifests()) {
            Place place = ATTACHED_KINDS.get(kind(entry));
            if (place != null) {
                found.add(new ListedAttachment(place, entry, files.path() + "@" + entry.digest()));
            }
        }
    }

    /** {@return whether {@code cosign save} marks an entry as signatures or attestations} */
    static boolean isSavedAttachment(Descriptor entry) {
        return ATTACHED_KINDS.containsKey(kind(entry));
    }

    private static String kind(Descriptor entry) {
        return entry.annotations().getOrDefault(KIND, "");
    }

    /** Adds the index that a registry without the referrers API has under the referrers tag. */
    private void addFallback(Digest subject, List<ListedAttachment> found, List<String> notes) throws IOException {
        DocumentLimits limits = DocumentLimits.defaults();
        for (Descriptor entry : named(ReferrersTag.of(subject))) {
            Optional<Manifest> list = entry.mediaType().equals(MediaType.OCI_INDEX)
                    ? document(entry, limits, limits.maxManifestBytes(), notes)
                    : Optional.empty();
            if (list.isPresent() && list.get() instanceof ImageIndex referrers) {
                referrers.manifests().forEach(manifest -> found.add(referrer(manifest)));
            }
        }
    }

    private Scan scan(AttachmentLimits limits) throws IOException {
        Scan known = scan;
        if (known == null || !known.limits().equals(limits)) {
            known = scanned(limits);
            scan = known;
        }
        return known;
    }

    private Scan scanned(AttachmentLimits limits) throws IOException {
        Map<Digest, List<Descriptor>> bySubject = new HashMap<>();
        List<String> notes = new ArrayList<>();
        Set<Digest> seen = new HashSet<>();
        long left = limits.maxAllBytes();
        for (Descriptor entry : index.manifests()) {
            boolean canHaveSubject = entry.mediaType().equals(MediaType.OCI_MANIFEST)
                    || entry.mediaType().equals(MediaType.OCI_INDEX);
            if (!canHaveSubject || !seen.add(entry.digest())) {
                continue;
            }
            if (left == 0) {
                notes.add(files.path() + " has more than " + limits.maxAllBytes()
                        + " bytes of manifests; the others were not read");
                break;
            }
            int most = (int) Math.min(limits.maxManifestBytes(), left);
            left -= Math.min(
                    most, files.size(LayoutFiles.blobPath(entry.digest())).orElse(0));
            document(entry, limits.documents(), most, notes)
                    .flatMap(Manifest::subject)
                    .ifPresent(subject -> bySubject
                            .computeIfAbsent(subject.digest(), digest -> new ArrayList<>())
                            .add(entry));
        }
        return new Scan(limits, bySubject, notes);
    }

    /** {@return the document of an entry, verified; empty, with a note, if it does not hold} */
    private Optional<Manifest> document(Descriptor entry, DocumentLimits limits, int maxBytes, List<String> notes)
            throws IOException {
        Optional<byte[]> bytes = unverifiedManifest(entry.digest(), maxBytes);
        if (bytes.isEmpty()) {
            notes.add(files.path() + " does not have " + entry.digest() + " of its index.json");
            return Optional.empty();
        }
        if (bytes.get().length > maxBytes) {
            notes.add(entry.digest() + " in " + files.path() + " has more than " + maxBytes + " bytes");
            return Optional.empty();
        }
        try {
            ResolvedDigest promised = ResolvedDigest.of(entry.digest(), name());
            return Optional.of(Manifest.parseVerified(bytes.get(), entry.mediaType(), promised, limits));
        } catch (VerificationException | MalformedDocumentException e) {
            notes.add(entry.digest() + " in " + files.path() + " could not be read: " + e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public Optional<byte[]> unverifiedManifest(Digest digest, int maxBytes) throws IOException {
        return files.read(LayoutFiles.blobPath(digest), maxBytes);
    }

    @Override
    public Optional<InputStream> unverifiedBlob(Descriptor blob) throws IOException {
        return files.open(LayoutFiles.blobPath(blob.digest()));
    }
}

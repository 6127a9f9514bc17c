package dev.tallyclerk.registry.attachment;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.AttachedBlob;
import dev.tallyclerk.evidence.AttachedManifest;
import dev.tallyclerk.evidence.Attachment;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.VerifyingInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An artifact of an {@link AttachmentStore}. As thread-safe as the store. */
public final class StoredAttachment implements Attachment {
    /** The largest manifest that is kept once it was read, so that a thousand of them need little memory. */
    private static final int MAX_KEPT_BYTES = 16 << 10;

    private final AttachmentStore store;
    private final ListedAttachment listed;
    private final AttachmentLimits limits;
    private final ReadBudget budget;

    private volatile @Nullable ImageManifest kept;

    StoredAttachment(AttachmentStore store, ListedAttachment listed, AttachmentLimits limits, ReadBudget budget) {
        this.store = store;
        this.listed = listed;
        this.limits = limits;
        this.budget = budget;
    }

    @Override
    public Place place() {
        return listed.place();
    }

    @Override
    public Digest digest() {
        return listed.manifest().digest();
    }

    @Override
    public long size() {
        return listed.manifest().size();
    }

    @Override
    public String listedType() {
        return listed.manifest().artifactType().orElse("");
    }

    @Override
    public String origin() {
        return listed.origin();
    }

    /** {@return the store that has it} */
    public AttachmentStore store() {
        return store;
    }

    /** {@return the descriptor of its manifest as listed; unverified but for the digest} */
    public Descriptor descriptor() {
        return listed.manifest();
    }

    @Override
    public AttachedManifest manifest() throws EvidenceException, IOException {
        ImageManifest manifest = document();
        return new AttachedManifest(
                manifest.artifactType().orElse(""),
                manifest.config().mediaType(),
                manifest.subject().map(Descriptor::digest),
                manifest.annotations(),
                manifest.layers().stream().map(StoredAttachment::blob).toList());
    }

    private static AttachedBlob blob(Descriptor layer) {
        return new AttachedBlob(layer.mediaType(), layer.digest(), layer.size(), layer.annotations());
    }

    private ImageManifest document() throws EvidenceException, IOException {
        ImageManifest known = kept;
        if (known != null) {
            return known;
        }
        byte[] bytes = manifestBytes();
        Manifest manifest;
        try {
            ResolvedDigest promised = ResolvedDigest.of(digest(), store.name());
            manifest = Manifest.parseVerified(bytes, "", promised, limits.documents());
        } catch (VerificationException e) {
            throw wrong(e);
        } catch (MalformedDocumentException e) {
            throw new EvidenceException(reason(e), origin() + ": " + e.getMessage(), e);
        }
        if (!(manifest instanceof ImageManifest image)) {
            throw new EvidenceException(
                    Reason.UNSUPPORTED, origin() + " is no image manifest but of type " + manifest.mediaType());
        }
        if (bytes.length <= MAX_KEPT_BYTES) {
            kept = image;
        }
        return image;
    }

    /** The listed size does not count: registries report wrong ones. */
    private byte[] manifestBytes() throws EvidenceException, IOException {
        int most = budget.takeUpTo(limits.maxManifestBytes());
        int read = 0;
        try {
            byte[] bytes = store.unverifiedManifest(digest(), most).orElseThrow(() -> missing(digest()));
            read = Math.min(bytes.length, most);
            if (bytes.length > most) {
                throw tooLarge("the manifest " + digest(), "more than " + most, most);
            }
            return bytes;
        } finally {
            budget.giveBack(most - read);
        }
    }

    private static Reason reason(MalformedDocumentException e) {
        return switch (e.reason()) {
            case LIMIT_EXCEEDED -> Reason.LIMIT_EXCEEDED;
            case UNSUPPORTED -> Reason.UNSUPPORTED;
            default -> Reason.MALFORMED;
        };
    }

    @Override
    public byte[] read(AttachedBlob blob) throws EvidenceException, IOException {
        if (blob.size() > limits.maxBlobBytes()) {
            throw tooLarge("the layer " + blob.digest(), String.valueOf(blob.size()), limits.maxBlobBytes());
        }
        budget.take(blob.size());
        try (InputStream content = open(blob);
                InputStream in = VerifyingInputStream.of(content, blob.digest(), blob.size())) {
            return in.readAllBytes();
        } catch (VerificationException e) {
            throw wrong(e);
        }
    }

    private InputStream open(AttachedBlob blob) throws EvidenceException, IOException {
        Descriptor wanted = descriptor(blob);
        Optional<InputStream> found = store.unverifiedBlob(wanted);
        if (found.isPresent()) {
            return found.get();
        }
        // The author of the manifest may have embedded the content there.
        List<Descriptor> layers = document().layers();
        return layers.stream()
                .filter(layer -> layer.digest().equals(blob.digest()))
                .flatMap(layer -> layer.data().stream())
                .<InputStream>map(ByteArrayInputStream::new)
                .findFirst()
                .orElseThrow(() -> missing(blob.digest()));
    }

    private Descriptor descriptor(AttachedBlob blob) throws EvidenceException {
        try {
            return Descriptor.of(blob.mediaType(), blob.digest(), blob.size());
        } catch (IllegalArgumentException e) {
            throw new EvidenceException(Reason.MALFORMED, origin() + ": " + e.getMessage(), e);
        }
    }

    private EvidenceException missing(Digest digest) {
        return new EvidenceException(Reason.CONTENT_WRONG, store.name() + " does not have " + digest);
    }

    private EvidenceException tooLarge(String what, String size, int allowed) {
        return new EvidenceException(
                Reason.LIMIT_EXCEEDED, origin() + ": " + what + " has " + size + " bytes, " + allowed + " are allowed");
    }

    private EvidenceException wrong(VerificationException e) {
        Reason reason = e.meansWrongContent() ? Reason.CONTENT_WRONG : Reason.UNSUPPORTED;
        return new EvidenceException(reason, origin() + ": " + e.getMessage(), e);
    }
}

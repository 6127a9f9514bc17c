package dev.tallyclerk.registry.attachment;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.Attachment;
import dev.tallyclerk.evidence.AttachmentSource;
import dev.tallyclerk.evidence.Attachments;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Lists and reads the artifacts that an {@link AttachmentStore} has, within limits. Each manifest and blob is compared
 * with its digest before anything is parsed.
 *
 * <p>An artifact is listed once for each place where it is found. As thread-safe as the store.
 */
public final class StoredAttachments implements AttachmentSource {
    private static final int MAX_NOTES = 20;

    private final AttachmentStore store;
    private final AttachmentLimits limits;

    private StoredAttachments(AttachmentStore store, AttachmentLimits limits) {
        this.store = Objects.requireNonNull(store, "store");
        this.limits = Objects.requireNonNull(limits, "limits");
    }

    /** {@return the attached artifacts of a store} */
    public static StoredAttachments of(AttachmentStore store, AttachmentLimits limits) {
        return new StoredAttachments(store, limits);
    }

    /**
     * {@return one artifact of a store}
     *
     * @param limits of these, those on a manifest, a layer, and all bytes
     */
    public static Attachment one(AttachmentStore store, ListedAttachment listed, AttachmentLimits limits) {
        return new StoredAttachment(store, listed, limits, new ReadBudget(limits.maxAllBytes()));
    }

    /** An artifact at one place. */
    private record Found(Attachment.Place place, Digest digest) {}

    @Override
    public Attachments attachments(Digest subject) throws IOException {
        AttachmentStore.Listing listing = store.list(subject, limits);
        ReadBudget budget = new ReadBudget(limits.maxAllBytes());
        Set<Found> seen = new LinkedHashSet<>();
        List<Attachment> attachments = new ArrayList<>();
        List<String> notes = new ArrayList<>(listing.notes());
        for (ListedAttachment entry : listing.entries()) {
            boolean isNew = seen.add(new Found(entry.place(), entry.manifest().digest()));
            if (isNew && attachments.size() == limits.maxAttachments()) {
                notes.add(
                        0,
                        "more than " + limits.maxAttachments() + " artifacts are attached to " + subject + " in "
                                + store.name() + "; the others are not listed");
                break;
            }
            if (isNew) {
                attachments.add(new StoredAttachment(store, entry, limits, budget));
            }
        }
        return new Attachments(attachments, few(notes));
    }

    private static List<String> few(List<String> notes) {
        if (notes.size() <= MAX_NOTES) {
            return notes;
        }
        List<String> few = new ArrayList<>(notes.subList(0, MAX_NOTES));
        few.add("and " + (notes.size() - MAX_NOTES) + " more");
        return few;
    }
}

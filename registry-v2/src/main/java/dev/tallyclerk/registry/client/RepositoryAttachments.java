package dev.tallyclerk.registry.client;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.Attachment.Place;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.registry.attachment.AttachmentLimits;
import dev.tallyclerk.registry.attachment.AttachmentStore;
import dev.tallyclerk.registry.attachment.CosignTag;
import dev.tallyclerk.registry.attachment.ListedAttachment;
import dev.tallyclerk.registry.image.FetchedManifest;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The attached artifacts of a repository: those under cosign's tags, then the referrers. Safe for use by several
 * threads if the client is.
 */
final class RepositoryAttachments implements AttachmentStore {
    private final Repository repository;

    /** Reads without mirrors, because a list comes from the registry itself anyway. */
    RepositoryAttachments(Repository repository) {
        this.repository = repository.withoutMirrors();
    }

    @Override
    public String name() {
        return repository.toString();
    }

    @Override
    public Listing list(Digest subject, AttachmentLimits limits) throws IOException {
        List<ListedAttachment> found = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (CosignTag kind : CosignTag.values()) {
            Optional<String> tag = kind.of(subject);
            Optional<ManifestClaim> claim = tag.isPresent() ? claim(tag.get(), notes) : Optional.empty();
            if (claim.isPresent()) {
                String origin = repository + ":" + tag.get();
                found.add(new ListedAttachment(kind.place(), descriptor(claim.get()), origin));
            }
        }
        // Another page with nothing new is no reason to stop: what is left out has to be noted.
        Set<Digest> referrers = new HashSet<>();
        Pages<Descriptor> pages = repository.referrerPages(subject);
        while (referrers.size() <= limits.maxAttachments()) {
            Optional<List<Descriptor>> page = pages.next();
            if (page.isEmpty()) {
                break;
            }
            for (Descriptor referrer : page.get()) {
                if (referrers.add(referrer.digest())) {
                    found.add(new ListedAttachment(Place.REFERRERS, referrer, repository + "@" + referrer.digest()));
                }
            }
        }
        return new Listing(found, notes);
    }

    /** Some registries deny a tag that is not there, and nothing else of the repository. */
    private Optional<ManifestClaim> claim(String tag, List<String> notes) throws IOException {
        try {
            return repository.manifestClaim(tag);
        } catch (HttpException e) {
            if (e.status() != 403 || e.details().unprocessed() || e.details().redirected()) {
                throw e;
            }
            notes.add(Quoted.printable(repository + ":" + tag + " could not be read: " + e.getMessage()));
            return Optional.empty();
        }
    }

    private static Descriptor descriptor(ManifestClaim claim) {
        String type = MediaType.isValid(claim.mediaType()) ? claim.mediaType() : MediaType.OCI_MANIFEST;
        return Descriptor.of(type, claim.digest(), claim.size());
    }

    @Override
    public Optional<byte[]> unverifiedManifest(Digest digest, int maxBytes) throws IOException {
        return repository.unverifiedManifest(digest, maxBytes).map(FetchedManifest::bytes);
    }

    @Override
    public Optional<InputStream> unverifiedBlob(Descriptor blob) throws IOException {
        return repository.unverifiedBlob(blob, 0);
    }
}

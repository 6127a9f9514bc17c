package dev.tallyclerk.registry.client;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.AttachmentSource;
import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.attachment.AttachmentLimits;
import dev.tallyclerk.registry.attachment.StoredAttachments;
import dev.tallyclerk.registry.image.FetchedManifest;
import dev.tallyclerk.registry.image.ImageException;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.model.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** An image in a registry. Used by one thread at a time for manifests; blobs may be read by several. */
final class RegistryImage implements ImageSource {
    private final Reference reference;
    private final Repository repository;

    /** The manifest that the name refers to, kept so that digest and manifest always come from one answer. */
    private @Nullable TaggedManifest named;

    /** Of what a mirror may have given other bytes. */
    private final Set<Digest> wrong;

    RegistryImage(Reference reference, Repository repository) {
        this(reference, repository, ConcurrentHashMap.newKeySet());
    }

    private RegistryImage(Reference reference, Repository repository, Set<Digest> wrong) {
        this.reference = reference;
        this.repository = repository;
        this.wrong = wrong;
    }

    @Override
    public String name() {
        return reference.toString();
    }

    @Override
    public Optional<Reference> reference() {
        return Optional.of(reference);
    }

    @Override
    public ResolvedDigest resolve() throws IOException {
        TaggedManifest answer = named;
        if (answer == null) {
            answer = fetchNamed();
            named = answer;
        }
        String voucher = reference.digest().isPresent() ? "the reference itself" : "the registry " + repository.host();
        return ResolvedDigest.of(answer.digest(), voucher);
    }

    private TaggedManifest fetchNamed() throws IOException {
        try {
            if (reference.digest().isPresent()) {
                Digest digest = reference.digest().get();
                int maxBytes = repository.session().settings().documents().maxManifestBytes();
                return new TaggedManifest(digest, repository.requiredManifest(digest, maxBytes));
            }
            String tag = reference.tag().orElseThrow();
            return repository
                    .tagged(tag)
                    .orElseThrow(() -> new RegistryException(
                            Reason.NOT_FOUND, 404, repository.host() + " has no " + reference.path() + ":" + tag));
        } catch (HttpException e) {
            if (e.reason() != Reason.NOT_FOUND || e.details().unprocessed()) {
                throw e;
            }
            throw new ImageException(ImageException.Reason.NOT_FOUND, String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public Optional<Digest> fixedDigest() {
        return reference.digest();
    }

    @Override
    public Optional<FetchedManifest> unverifiedManifest(Digest digest, int maxBytes) throws IOException {
        TaggedManifest known = named;
        // One that was cut off at the client's own limit is fetched again.
        return known != null
                        && known.digest().equals(digest)
                        && known.document().size() <= maxBytes
                ? Optional.of(known.document())
                : repository.unverifiedManifest(digest, maxBytes);
    }

    @Override
    public Optional<InputStream> unverifiedBlob(Descriptor descriptor) throws IOException {
        return unverifiedBlob(descriptor, 0);
    }

    @Override
    public Optional<InputStream> unverifiedBlob(Descriptor descriptor, long offset) throws IOException {
        boolean again = wrong.contains(descriptor.digest());
        return (again ? repository.withoutMirrors() : repository).unverifiedBlob(descriptor, offset);
    }

    @Override
    public void foundWrong(Digest digest) {
        wrong.add(digest);
    }

    @Override
    public ImageSource until(CompletionStage<?> end) {
        Cancellation reads =
                Cancellation.within(repository.session().settings().http().cancellation());
        end.whenComplete((result, failure) -> reads.cancel());
        return new RegistryImage(reference, repository.withCancellation(reads), wrong);
    }

    @Override
    public AttachmentSource attachments(AttachmentLimits limits) {
        return StoredAttachments.of(new RepositoryAttachments(repository), limits);
    }

    @Override
    public boolean isWorthAskingAgain() {
        return repository.hasMirrors();
    }

    @Override
    public void close() {
        // Nothing is held open between requests.
    }
}

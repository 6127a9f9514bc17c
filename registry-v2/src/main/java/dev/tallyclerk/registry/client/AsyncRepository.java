package dev.tallyclerk.registry.client;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.layout.CopyResult;
import dev.tallyclerk.registry.layout.ImageCopier;
import dev.tallyclerk.registry.layout.ImageDestination;
import dev.tallyclerk.registry.layout.ImageSource;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.verify.VerifyingInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * A {@link Repository} whose calls are made by an executor of the caller's, one task each, which blocks.
 *
 * <p>Cancelling a future ends its call: what is under way is broken off; cancelling one that was derived from it does
 * not. So does whatever else completes the future before the call does, such as {@link CompletableFuture#orTimeout},
 * and the repository's own {@link Cancellation}. A future fails with the exception that the repository's method would
 * throw. What the executor itself throws, such as {@link java.util.concurrent.RejectedExecutionException}, the method
 * throws, and no call is made. What writes is {@link #writer}, and there are no streams: {@link #transferBlob} writes
 * to one. Immutable, and safe for use by several threads if the client is.
 */
public final class AsyncRepository {
    private final Repository repository;
    private final Executor executor;

    AsyncRepository(Repository repository, Executor executor) {
        this.repository = repository;
        this.executor = Objects.requireNonNull(executor, "executor");
    }

    /** Asks a repository. */
    @FunctionalInterface
    private interface Question<T> {
        T ask(Repository repository) throws IOException;
    }

    /**
     * {@return the manifest or index that a tag stands for}
     *
     * @see Repository#manifest(String)
     */
    public CompletableFuture<Optional<Manifest>> manifest(String tag) {
        return future(asked -> asked.manifest(tag));
    }

    /**
     * {@return the manifest or index of a digest, verified}
     *
     * @see Repository#manifest(Digest)
     */
    public CompletableFuture<Optional<Manifest>> manifest(Digest digest) {
        return future(asked -> asked.manifest(digest));
    }

    /**
     * {@return the manifest or index that a descriptor describes, verified}
     *
     * @see Repository#manifest(Descriptor)
     */
    public CompletableFuture<Optional<Manifest>> manifest(Descriptor descriptor) {
        return future(asked -> asked.manifest(descriptor));
    }

    /**
     * {@return what the registry says of the manifest that a tag stands for}
     *
     * @see Repository#manifestClaim(String)
     */
    public CompletableFuture<Optional<ManifestClaim>> manifestClaim(String tag) {
        return future(asked -> asked.manifestClaim(tag));
    }

    /**
     * {@return what the registry says of the manifest of that digest}
     *
     * @see Repository#manifestClaim(Digest)
     */
    public CompletableFuture<Optional<ManifestClaim>> manifestClaim(Digest digest) {
        return future(asked -> asked.manifestClaim(digest));
    }

    /**
     * {@return whether the registry says that it has a blob of that digest}
     *
     * @see Repository#hasBlob
     */
    public CompletableFuture<Boolean> hasBlob(Digest digest) {
        return future(asked -> asked.hasBlob(digest));
    }

    /**
     * {@return the size in bytes that a blob of that digest has by the registry's account}
     *
     * @see Repository#blobSize
     */
    public CompletableFuture<OptionalLong> blobSize(Digest digest) {
        return future(asked -> asked.blobSize(digest));
    }

    /**
     * Writes the content that a descriptor describes to {@code out}, which is not closed.
     *
     * <p>Nothing written is trustworthy before the future has completed with {@code true}; the last bytes are not
     * written unless the content is the one promised. Where the future is cancelled, or completed by another than the
     * call, one write to {@code out} may be under way, or still to come.
     *
     * @return whether the registry has it
     * @see Repository#blob
     */
    public CompletableFuture<Boolean> transferBlob(Descriptor descriptor, OutputStream out) {
        Objects.requireNonNull(out, "out");
        return future(asked -> {
            Optional<VerifyingInputStream> content = asked.blob(descriptor);
            if (content.isEmpty()) {
                return false;
            }
            try (VerifyingInputStream in = content.get()) {
                in.transferTo(out);
            }
            return true;
        });
    }

    /**
     * {@return all tags}
     *
     * @see Repository#tags
     */
    public CompletableFuture<List<String>> tags() {
        return future(Repository::tags);
    }

    /**
     * {@return all tags, page by page}
     *
     * @throws IllegalArgumentException if {@code pageSize} is below 1
     * @see Repository#tagPages(int)
     */
    public AsyncPages<String> tagPages(int pageSize) {
        return repository.tagPages(pageSize).async(executor);
    }

    /**
     * {@return the tags after one that is known, page by page}
     *
     * @throws IllegalArgumentException if {@code pageSize} is below 1, or {@code last} cannot be a tag
     * @see Repository#tagPages(int, String)
     */
    public AsyncPages<String> tagPages(int pageSize, String last) {
        return repository.tagPages(pageSize, last).async(executor);
    }

    /**
     * {@return what the registry lists as referring to a manifest}
     *
     * @see Repository#referrers(Digest)
     */
    public CompletableFuture<List<Descriptor>> referrers(Digest subject) {
        return future(asked -> asked.referrers(subject));
    }

    /**
     * {@return what the registry lists as referring to a manifest, of one type of artifact}
     *
     * @see Repository#referrers(Digest, String)
     */
    public CompletableFuture<List<Descriptor>> referrers(Digest subject, String artifactType) {
        return future(asked -> asked.referrers(subject, artifactType));
    }

    /**
     * {@return what the registry lists as referring to a manifest, page by page}
     *
     * @see Repository#referrerPages(Digest)
     */
    public AsyncPages<Descriptor> referrerPages(Digest subject) {
        return repository.referrerPages(subject).async(executor);
    }

    /**
     * {@return what the registry lists as referring to a manifest, of one type of artifact, page by page}
     *
     * @throws IllegalArgumentException if {@code artifactType} is no media type
     * @see Repository#referrerPages(Digest, String)
     */
    public AsyncPages<Descriptor> referrerPages(Digest subject, String artifactType) {
        return repository.referrerPages(subject, artifactType).async(executor);
    }

    /**
     * Copies the image that a tag stands for.
     *
     * @param copier how; it has its own limits, platform and threads
     * @param destination where to; a registry's heeds its own client's cancellation besides
     * @throws IllegalArgumentException if {@code tag} is none
     * @see ImageCopier#copy(ImageSource, ImageDestination)
     */
    public CompletableFuture<CopyResult> copy(String tag, ImageCopier copier, ImageDestination destination) {
        Reference reference = ReferenceParts.withTag(repository.registry(), repository.path(), tag);
        Objects.requireNonNull(copier, "copier");
        Objects.requireNonNull(destination, "destination");
        return future(asked -> {
            try (ImageSource image = new RegistryImage(reference, asked)) {
                return copier.copy(image, destination);
            }
        });
    }

    /**
     * Copies the image of a digest that somebody else vouches for.
     *
     * @param trusted the digest, for example from a {@link dev.tallyclerk.reference.DigestResolver}
     * @param copier how; it has its own limits, platform and threads
     * @param destination where to; a registry's heeds its own client's cancellation besides
     * @see ImageCopier#copy(ImageSource, ResolvedDigest, ImageDestination)
     */
    public CompletableFuture<CopyResult> copy(
            ResolvedDigest trusted, ImageCopier copier, ImageDestination destination) {
        Reference reference = ReferenceParts.withDigest(repository.registry(), repository.path(), trusted.digest());
        Objects.requireNonNull(copier, "copier");
        Objects.requireNonNull(destination, "destination");
        return future(asked -> {
            try (ImageSource image = new RegistryImage(reference, asked)) {
                return copier.copy(image, trusted, destination);
            }
        });
    }

    /** {@return what writes to the repository, with the calls made by the same executor} */
    public AsyncRepositoryWriter writer() {
        return repository.writer().async(executor);
    }

    private <T> CompletableFuture<T> future(Question<T> question) {
        return CallFuture.of(
                repository.session().settings().cancellation(),
                executor,
                cancellation -> question.ask(repository.withCancellation(cancellation)));
    }
}

package dev.tallyclerk.registry.client;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.http.RequestBody;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.client.RepositoryWriter.BlobOutcome;
import dev.tallyclerk.registry.layout.CopyResult;
import dev.tallyclerk.registry.layout.ImageCopier;
import dev.tallyclerk.registry.layout.ImageDestination;
import dev.tallyclerk.registry.layout.ImageSource;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.Manifest;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A {@link RepositoryWriter} whose calls are made by an executor of the caller's, one task each, which blocks.
 *
 * <p>Cancelling a future breaks off its call; what the registry has taken by then stays there, and an upload that is
 * under way is given up. So does whatever else completes the future before the call does, such as
 * {@link CompletableFuture#orTimeout}; cancelling a future that was derived from it does not. The client's own
 * {@link Cancellation} breaks off all. A future fails with the exception that the writer's method would throw; wrong
 * arguments are refused in the same way, but a {@code tag} that {@link #copy} cannot take is refused at once. What the
 * executor itself throws, such as {@link java.util.concurrent.RejectedExecutionException}, the method throws, and no
 * call is made. Immutable, and safe for use by several threads if the client is.
 */
public final class AsyncRepositoryWriter {
    private final RegistrySession session;
    private final String path;
    private final Executor executor;

    AsyncRepositoryWriter(RegistrySession session, String path, Executor executor) {
        this.session = session;
        this.path = path;
        this.executor = Objects.requireNonNull(executor, "executor");
    }

    /** Writes something. */
    @FunctionalInterface
    private interface Writing<T extends @Nullable Object> {
        T by(RepositoryWriter writer) throws IOException;
    }

    /**
     * Sends a blob, unless the registry says that it has it.
     *
     * @param content the content, read by the thread that makes the call; closed as by
     *     {@link RepositoryWriter#pushBlob(Descriptor, RequestBody)}
     * @see RepositoryWriter#pushBlob(Descriptor, RequestBody)
     */
    public CompletableFuture<BlobOutcome> pushBlob(Descriptor blob, RequestBody content) {
        return future(writer -> writer.pushBlob(blob, content));
    }

    /**
     * Lets the registry take a blob from another of its repositories, or sends it if the registry does not.
     *
     * @param content the content, if it has to be sent; read by the thread that makes the call; closed as by
     *     {@link RepositoryWriter#pushBlob(Descriptor, RequestBody)}
     * @param from the path of a repository of the same registry that has the blob
     * @see RepositoryWriter#pushBlob(Descriptor, RequestBody, String)
     */
    public CompletableFuture<BlobOutcome> pushBlob(Descriptor blob, RequestBody content, String from) {
        return future(writer -> writer.pushBlob(blob, content, from));
    }

    /**
     * Sends a manifest or an index, to be known by its SHA-256 digest only.
     *
     * @see RepositoryWriter#pushManifest(Manifest)
     */
    public CompletableFuture<Descriptor> pushManifest(Manifest manifest) {
        return future(writer -> writer.pushManifest(manifest));
    }

    /**
     * Sends a manifest or an index, and lets a tag stand for it.
     *
     * @see RepositoryWriter#pushManifest(Manifest, String)
     */
    public CompletableFuture<Descriptor> pushManifest(Manifest manifest, String tag) {
        return future(writer -> writer.pushManifest(manifest, tag));
    }

    /**
     * Sends a manifest or an index, and lets tags stand for it.
     *
     * @param tags the tags; if there are none, it is known by its digest only
     * @see RepositoryWriter#pushManifest(Manifest, Collection)
     */
    public CompletableFuture<Descriptor> pushManifest(Manifest manifest, Collection<String> tags) {
        List<String> copy = List.copyOf(tags);
        return future(writer -> writer.pushManifest(manifest, copy));
    }

    /**
     * Copies an image to this repository, and lets a tag stand for it.
     *
     * @param source the image, read by the thread that makes the call, and not closed; one of a registry heeds its own
     *     client's cancellation besides
     * @param copier how; it has its own limits, platform and threads
     * @throws IllegalArgumentException if {@code tag} is none
     * @see ImageCopier#copy(ImageSource, ImageDestination)
     */
    public CompletableFuture<CopyResult> copy(ImageSource source, ImageCopier copier, String tag) {
        Reference reference = ReferenceParts.withTag(session.registry(), path, tag);
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(copier, "copier");
        return CallFuture.of(
                session.settings().cancellation(),
                executor,
                cancellation -> copier.copy(source, new RegistryDestination(reference, cancelledBy(cancellation))));
    }

    /**
     * Copies the image of a digest that somebody else vouches for to this repository, and lets a tag stand for it.
     *
     * @param source the image, read by the thread that makes the call, and not closed; one of a registry heeds its own
     *     client's cancellation besides
     * @param trusted the digest, for example from a {@link dev.tallyclerk.reference.DigestResolver}
     * @param copier how; it has its own limits, platform and threads
     * @throws IllegalArgumentException if {@code tag} is none
     * @see ImageCopier#copy(ImageSource, ResolvedDigest, ImageDestination)
     */
    public CompletableFuture<CopyResult> copy(
            ImageSource source, ResolvedDigest trusted, ImageCopier copier, String tag) {
        Reference reference = ReferenceParts.withTag(session.registry(), path, tag);
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(trusted, "trusted");
        Objects.requireNonNull(copier, "copier");
        return CallFuture.of(
                session.settings().cancellation(),
                executor,
                cancellation ->
                        copier.copy(source, trusted, new RegistryDestination(reference, cancelledBy(cancellation))));
    }

    /**
     * Deletes a manifest or an index, and with it every tag that stands for it.
     *
     * @see RepositoryWriter#deleteManifest
     */
    public CompletableFuture<@Nullable Void> deleteManifest(Digest digest) {
        return future(writer -> {
            writer.deleteManifest(digest);
            return null;
        });
    }

    /**
     * Deletes a tag, and not what it stands for.
     *
     * @see RepositoryWriter#deleteTag
     */
    public CompletableFuture<@Nullable Void> deleteTag(String tag) {
        return future(writer -> {
            writer.deleteTag(tag);
            return null;
        });
    }

    /**
     * Deletes a blob, whether or not a manifest refers to it.
     *
     * @see RepositoryWriter#deleteBlob
     */
    public CompletableFuture<@Nullable Void> deleteBlob(Digest digest) {
        return future(writer -> {
            writer.deleteBlob(digest);
            return null;
        });
    }

    private <T extends @Nullable Object> CompletableFuture<T> future(Writing<T> writing) {
        return CallFuture.of(
                session.settings().cancellation(),
                executor,
                cancellation -> writing.by(new RepositoryWriter(cancelledBy(cancellation), path)));
    }

    private RegistrySession cancelledBy(Cancellation cancellation) {
        return session.with(session.settings().withCancellation(cancellation));
    }
}

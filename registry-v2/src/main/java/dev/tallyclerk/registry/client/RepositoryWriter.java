package dev.tallyclerk.registry.client;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.RequestBody;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.internal.call.Attempts;
import dev.tallyclerk.internal.call.CallResponse;
import dev.tallyclerk.internal.call.Deadline;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.internal.auth.Scope;
import dev.tallyclerk.registry.internal.reference.ReferenceParts;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.net.URI;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Pushes blobs and manifests to a repository, and deletes them.
 *
 * <p>Content is verified while it is sent, and its last bytes are sent only if all of it matches. For a whole image use
 * {@link RegistryClient#destination}. Immutable, and safe for use by several threads if the client is.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#push">OCI distribution-spec
 *     v1.1.1, Push</a>
 */
public final class RepositoryWriter {
    private final RegistrySession session;
    private final String path;

    /** The way in which a blob got into the repository. */
    public enum BlobOutcome {
        /** The registry already had it. */
        ALREADY_THERE,
        /** The registry mounted it from another of its repositories. */
        MOUNTED,
        /** It was sent. */
        SENT
    }

    RepositoryWriter(RegistrySession session, String path) {
        this.session = session;
        this.path = path;
    }

    /**
     * Uploads a blob, unless the registry reports that it has it.
     *
     * @param blob digest and size that the content must have
     * @param content the content; if it can be read again, it can be sent again after a broken connection. It is
     *     neither opened nor closed if there is nothing to send or its length is wrong: the caller then closes the
     *     stream of a {@link RequestBody#once}
     * @throws VerificationException if the content does not match {@code blob}; the registry has not received all of it
     *     then
     * @throws HttpException if the registry refuses it
     * @throws IOException if the content cannot be read
     * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-blobs">OCI
     *     distribution-spec v1.1.1, Pushing Blobs</a>
     */
    public BlobOutcome pushBlob(Descriptor blob, RequestBody content) throws IOException {
        return pushThere(blob, SentContent.of(blob, content), null);
    }

    /**
     * Mounts a blob from another repository of the registry, or uploads it if the registry does not mount it.
     *
     * @param blob digest and size that the content must have
     * @param content the content, for an upload; closed as by {@link #pushBlob(Descriptor, RequestBody)}
     * @param from the {@linkplain Repository#path path} of a repository of the same registry that has the blob
     * @throws IllegalArgumentException if {@code from} is not a valid path
     * @throws VerificationException if the content does not match {@code blob}; the registry has not received all of it
     *     then
     * @throws HttpException if the registry refuses it
     * @throws IOException if the content cannot be read
     * @see <a
     *     href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#mounting-a-blob-from-another-repository">OCI
     *     distribution-spec v1.1.1, Mounting a blob from another repository</a>
     */
    public BlobOutcome pushBlob(Descriptor blob, RequestBody content, String from) throws IOException {
        ReferenceParts.requirePath(Objects.requireNonNull(from, "from"));
        return pushThere(blob, SentContent.of(blob, content), from);
    }

    private BlobOutcome pushThere(Descriptor blob, SentContent content, @Nullable String from) throws IOException {
        try (content) {
            return push(blob, content, from)
                    .orElseThrow(() -> new IllegalStateException("a request's body has no content"));
        }
    }

    /** The same, for content that may not be there; then nothing is sent, and nothing returned. */
    Optional<BlobOutcome> push(Descriptor blob, SentContent content, @Nullable String from) throws IOException {
        BlobUpload upload = new BlobUpload(session, path, blob);
        if (upload.isThere()) {
            return Optional.of(BlobOutcome.ALREADY_THERE);
        }
        if (from != null && !from.equals(path) && upload.mount(from)) {
            return Optional.of(BlobOutcome.MOUNTED);
        }
        return upload.send(content) ? Optional.of(BlobOutcome.SENT) : Optional.empty();
    }

    /**
     * Pushes a manifest or an index, byte for byte, and tags it.
     *
     * <p>A refusal counts as success if the tag already has these bytes, because some registries have immutable tags.
     * If the registry reports a missing blob, the manifest is sent again, at most twice, after waits of the
     * {@link RetryPolicy}, because the registry may be eventually consistent.
     *
     * <p>If the manifest has a subject and the registry does not confirm that it has processed it, an entry is added to
     * the index under the referrers tag of the subject; other entries stay. This happens last: if it fails, the
     * manifest has been pushed, and another push retries it. An unreadable index is not replaced. An index that the
     * registry denies counts as absent if the registry returns the manifest itself and does not list the tag.
     *
     * @return its type, digest and size
     * @throws HttpException if the registry refuses it, for example because it lacks a blob or a manifest that this one
     *     refers to, or if other clients keep changing the index of referrers ({@link Reason#CONFLICT}), or its tag has
     *     other content ({@link Reason#PROTOCOL})
     * @throws IllegalArgumentException if {@code tag} is invalid
     * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests">OCI
     *     distribution-spec v1.1.1, Pushing Manifests</a>
     */
    public Descriptor pushManifest(Manifest manifest, String tag) throws IOException {
        ReferenceParts.requireTag(tag);
        return push(manifest, tag);
    }

    /**
     * Pushes a manifest or an index, byte for byte, and tags it, in one request if the registry supports several tags,
     * and one tag after the other otherwise. If one fails, earlier tags may already have been set.
     *
     * <p>Subjects and refusals are handled as in {@link #pushManifest(Manifest, String)}.
     *
     * @param tags the tags; if there are none, only the digest identifies it
     * @return its type, digest and size
     * @throws HttpException if the registry refuses it or one of the tags, or if other clients keep changing the index
     *     of referrers ({@link Reason#CONFLICT}), or its tag has other content ({@link Reason#PROTOCOL})
     * @throws IllegalArgumentException if one of {@code tags} is invalid
     * @see <a href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests">OCI
     *     distribution-spec, Pushing Manifests</a>
     */
    public Descriptor pushManifest(Manifest manifest, Collection<String> tags) throws IOException {
        Set<String> each = new LinkedHashSet<>(tags);
        each.forEach(ReferenceParts::requireTag);
        if (each.size() < 2) {
            return push(
                    manifest,
                    each.isEmpty()
                            ? manifest.digest().toString()
                            : each.iterator().next());
        }
        new ManifestPush(session.withinItsTimeout(), path).put(manifest, each);
        return manifest.descriptor();
    }

    /**
     * Pushes a manifest or an index without a tag, byte for byte, under its SHA-256 digest.
     *
     * @return its type, digest and size
     * @throws HttpException if the registry refuses it, for example because it lacks a blob or a manifest that this one
     *     refers to, or if other clients keep changing the index of referrers ({@link Reason#CONFLICT}), or its tag has
     *     other content ({@link Reason#PROTOCOL})
     */
    public Descriptor pushManifest(Manifest manifest) throws IOException {
        return push(manifest, manifest.digest().toString());
    }

    private Descriptor push(Manifest manifest, String reference) throws IOException {
        new ManifestPush(session.withinItsTimeout(), path).put(manifest, reference);
        return manifest.descriptor();
    }

    /**
     * Deletes a manifest or an index and, if the registry does that, all of its tags: some registries refuse while a
     * tag exists, and some keep dangling tags.
     *
     * <p>If it has a subject and the registry does not list referrers by itself, its entry is taken out of the index
     * under the subject's tag of referrers afterwards.
     *
     * @throws HttpException if it is not there ({@link Reason#NOT_FOUND}), if the registry deletes nothing
     *     ({@link Reason#UNSUPPORTED}), or for another reason
     * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#deleting-manifests">OCI
     *     distribution-spec v1.1.1, Deleting Manifests</a>
     */
    public void deleteManifest(Digest digest) throws IOException {
        RegistrySession bounded = session.withinItsTimeout();
        Optional<Document> found = document(bounded, digest);
        try {
            bounded.execute(deletion(below("manifests/" + digest)).repeated()).close();
        } catch (HttpException e) {
            // It was there, so that an answer before this one, which was lost, may have said that it is gone.
            boolean wasThere = e.reason() == Reason.NOT_FOUND && found.isPresent();
            if (!wasThere || document(bounded, digest).isPresent()) {
                throw e;
            }
        }
        Optional<Digest> subject = found.flatMap(document -> subject(document, digest));
        ReferrersFallback fallback = new ReferrersFallback(bounded, path);
        if (subject.isPresent() && !fallback.isOffered(subject.get(), Scope.delete(path))) {
            fallback.remove(subject.get(), digest);
        }
    }

    private Optional<Document> document(RegistrySession bounded, Digest digest) throws HttpException {
        DocumentLimits limits = session.settings().documents();
        Call call = Call.reading("GET", below("manifests/" + digest), Scope.delete(path))
                .acceptingManifests();
        return Document.read(bounded, call.accepting(200, 404), limits.maxManifestBytes());
    }

    /** {@return the subject of the manifest of that digest; nothing if the manifest is malformed} */
    private Optional<Digest> subject(Document found, Digest digest) {
        try {
            return Manifest.parseVerified(
                            found.bytes(),
                            ManifestFetch.mediaType(found.answer()),
                            ResolvedDigest.of(digest, session.host()),
                            session.settings().documents())
                    .subject()
                    .map(Descriptor::digest);
        } catch (VerificationException | MalformedDocumentException | HttpException e) {
            return Optional.empty(); // it may be deleted all the same
        }
    }

    private URI below(String rest) {
        return session.base().resolve(path + "/" + rest);
    }

    /**
     * Deletes a tag, and not what it stands for.
     *
     * <p>Where there is no answer, or a server's error, it is not done again, because somebody may have pushed the tag
     * in between. If the tag is gone then, it counts as deleted.
     *
     * @throws HttpException if it is not there ({@link Reason#NOT_FOUND}), if the registry deletes no tags
     *     ({@link Reason#UNSUPPORTED}), or for another reason
     * @throws IllegalArgumentException if {@code tag} is invalid
     * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#deleting-tags">OCI
     *     distribution-spec v1.1.1, Deleting tags</a>
     */
    public void deleteTag(String tag) throws IOException {
        ReferenceParts.requireTag(tag);
        URI target = below("manifests/" + tag);
        RegistrySession bounded = session.withinItsTimeout();
        try {
            bounded.execute(deletion(target)).close();
        } catch (HttpException e) {
            if (mayHaveBeenDone(e) && isGone(bounded, target, e)) {
                return;
            }
            if (e.codes().contains("DIGEST_INVALID")) {
                // The answer of a registry that takes a digest only, such as docker-registry 2.8.
                throw new RegistryException(
                        Reason.UNSUPPORTED,
                        e.status(),
                        e.codes(),
                        session.host() + " deletes no tags: " + e.getMessage());
            }
            throw e;
        }
    }

    /**
     * Deletes a blob, whether or not a manifest refers to it. One that is gone after an attempt whose end nobody knows
     * counts as deleted.
     *
     * @throws HttpException if it is not there ({@link Reason#NOT_FOUND}), if the registry deletes nothing
     *     ({@link Reason#UNSUPPORTED}), or for another reason
     * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#deleting-blobs">OCI
     *     distribution-spec v1.1.1, Deleting Blobs</a>
     */
    public void deleteBlob(Digest digest) throws IOException {
        Deadline deadline = session.deadline(false);
        RegistrySession bounded = session.within(deadline);
        Attempts attempts = session.attempts(deadline);
        Call call = deletion(below("blobs/" + digest));
        while (true) {
            try {
                bounded.execute(call).close();
                return;
            } catch (HttpException e) {
                if (attempts.failed() > 0
                        && e.reason() == Reason.NOT_FOUND
                        && !e.details().unprocessed()) {
                    return;
                }
                if (!mayHaveBeenDone(e)) {
                    throw e;
                }
                attempts.retry(e, call.repeated().mayFollow(e));
            }
        }
    }

    private Call deletion(URI target) {
        return Call.writing("DELETE", target, Scope.delete(path), RequestBody.none(), 200, 202, 204);
    }

    /** {@return whether what was asked for may have been done all the same} */
    private static boolean mayHaveBeenDone(HttpException failure) {
        boolean unclear = failure.reason() == Reason.UNREACHABLE || failure.reason() == Reason.SERVER_ERROR;
        return unclear && !failure.details().unprocessed();
    }

    private boolean isGone(RegistrySession bounded, URI target, HttpException failure) {
        Call look = Call.reading("HEAD", target, Scope.delete(path)).acceptingManifests();
        try (CallResponse answer = bounded.execute(look.accepting(200, 404))) {
            return answer.status() == 404;
        } catch (HttpException e) {
            failure.addSuppressed(e);
            return false;
        }
    }
}

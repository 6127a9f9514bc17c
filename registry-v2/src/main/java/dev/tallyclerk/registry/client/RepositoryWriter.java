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
 * Writes to a repository: blobs, manifests, and what goes away.
 *
 * <p>Content is verified while it is sent, and its last bytes leave only after the whole of it has proved to be what
 * was promised. A whole image goes through {@link RegistryClient#destination}. Immutable, and safe for use by several
 * threads if the client is.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#push">OCI distribution-spec
 *     v1.1.1, Push</a>
 */
public final class RepositoryWriter {
    private final RegistrySession session;
    private final String path;

    /** How a blob came to be in the repository. */
    public enum BlobOutcome {
        /** The registry says that it was there. */
        ALREADY_THERE,
        /** The registry took it from another of its repositories. */
        MOUNTED,
        /** It was sent. */
        SENT
    }

    RepositoryWriter(RegistrySession session, String path) {
        this.session = session;
        this.path = path;
    }

    /**
     * Sends a blob, unless the registry says that it has it.
     *
     * @param blob digest and size that the content must have
     * @param content the content; one that can be read again can be sent again if the connection breaks. It is not
     *     opened, and so not closed, where nothing has to be sent or its length is wrong: the stream of a
     *     {@link RequestBody#once} is the caller's to close then
     * @throws VerificationException if the content is not what {@code blob} promises; the registry then never had all
     *     of it
     * @throws HttpException if the registry does not take it
     * @throws IOException if the content cannot be read
     * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-blobs">OCI
     *     distribution-spec v1.1.1, Pushing Blobs</a>
     */
    public BlobOutcome pushBlob(Descriptor blob, RequestBody content) throws IOException {
        return pushThere(blob, SentContent.of(blob, content), null);
    }

    /**
     * Lets the registry take a blob from another of its repositories, or sends it if the registry does not.
     *
     * @param blob digest and size that the content must have
     * @param content the content, if it has to be sent; closed as by {@link #pushBlob(Descriptor, RequestBody)}
     * @param from the {@linkplain Repository#path path} of a repository of the same registry that has the blob
     * @throws IllegalArgumentException if {@code from} cannot be one
     * @throws VerificationException if the content is not what {@code blob} promises; the registry then never had all
     *     of it
     * @throws HttpException if the registry does not take it
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
     * Sends a manifest or an index, byte for byte, and lets a tag stand for it.
     *
     * <p>A registry that refuses it and has these very bytes under the tag has nothing left to do: tags may be such
     * that they are put once. One that says that it lacks a blob is sent the manifest again, twice at the most, after
     * waits of the {@link RetryPolicy}, because it may not know everywhere yet of what it has just taken.
     *
     * <p>If it has a subject and the registry does not say that it takes account of that, the index under the subject's
     * tag of referrers gets an entry, and keeps all others. That comes last: if it fails, the manifest is there, and
     * pushing it again tries again. An index that cannot be read is not replaced; one that the registry denies counts
     * as absent where it gives the manifest itself and does not list the tag.
     *
     * @return its type, digest and size
     * @throws HttpException if the registry does not take it, for example because it lacks a blob or a manifest that
     *     this one refers to, or if others keep changing the index of referrers ({@link Reason#CONFLICT}) or there is
     *     something else in its place ({@link Reason#PROTOCOL})
     * @throws IllegalArgumentException if {@code tag} is none
     * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests">OCI
     *     distribution-spec v1.1.1, Pushing Manifests</a>
     */
    public Descriptor pushManifest(Manifest manifest, String tag) throws IOException {
        ReferenceParts.requireTag(tag);
        return push(manifest, tag);
    }

    /**
     * Sends a manifest or an index, byte for byte, and lets tags stand for it, all in one request if the registry says
     * that it does that, and one after the other otherwise. If one fails, those before it may stand for it already.
     *
     * <p>With what has a subject, and with a refusal, it does what {@link #pushManifest(Manifest, String)} does.
     *
     * @param tags the tags; if there are none, it is known by its digest only
     * @return its type, digest and size
     * @throws HttpException if the registry does not take it or one of the tags, or if others keep changing the index
     *     of referrers ({@link Reason#CONFLICT}) or there is something else in its place ({@link Reason#PROTOCOL})
     * @throws IllegalArgumentException if one of {@code tags} is none
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
     * Sends a manifest or an index, byte for byte, to be known by its SHA-256 digest only.
     *
     * @return its type, digest and size
     * @throws HttpException if the registry does not take it, for example because it lacks a blob or a manifest that
     *     this one refers to, or if others keep changing the index of referrers ({@link Reason#CONFLICT}) or there is
     *     something else in its place ({@link Reason#PROTOCOL})
     */
    public Descriptor pushManifest(Manifest manifest) throws IOException {
        return push(manifest, manifest.digest().toString());
    }

    private Descriptor push(Manifest manifest, String reference) throws IOException {
        new ManifestPush(session.withinItsTimeout(), path).put(manifest, reference);
        return manifest.descriptor();
    }

    /**
     * Deletes a manifest or an index, and with it every tag that stands for it, as far as the registry does that: some
     * refuse as long as a tag stands for it, and some keep its tags, which then stand for nothing.
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
        String type = ManifestFetch.mediaType(found.answer());
        try {
            return Manifest.parseVerified(
                            found.bytes(),
                            type,
                            ResolvedDigest.of(digest, session.host()),
                            session.settings().documents())
                    .subject()
                    .map(Descriptor::digest);
        } catch (VerificationException | MalformedDocumentException e) {
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
     * @throws IllegalArgumentException if {@code tag} is none
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

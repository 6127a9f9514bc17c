package dev.tallyclerk.registry.proxy;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.client.ManifestClaim;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.Schema1Manifest;
import dev.tallyclerk.registry.proxy.ProxyEvent.Content;
import dev.tallyclerk.registry.proxy.ProxyEvent.Kind;
import dev.tallyclerk.registry.proxy.RepositoryIndex.Known;
import dev.tallyclerk.registry.proxy.RepositoryIndex.Tag;
import dev.tallyclerk.verify.store.VerifiedBlob;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Manifests, from the cache or the upstream. */
final class Documents {
    /** For what the upstream's time does not count, such as waiting for a thread. */
    private static final Duration MORE_TIME = Duration.ofSeconds(5);

    private final ProxyState state;
    private final ProxyLimits limits;
    private final Events events;

    Documents(ProxyState state, ProxyLimits limits, Events events) {
        this.state = state;
        this.limits = limits;
        this.events = events;
    }

    /** {@return the manifest of a digest, or nothing if the upstream has none in this repository} */
    Optional<Document> byDigest(View view, Digest digest) throws Refusal {
        Optional<Document> kept = kept(view, digest);
        if (kept.isPresent()) {
            events.tell(Kind.HIT, Content.MANIFEST, view, digest.toString());
            return kept;
        }
        return once(view, digest.toString(), () -> fetched(view, digest));
    }

    private Optional<Document> kept(View view, Digest digest) {
        Optional<Known> known = view.index().manifest(digest);
        if (known.isEmpty()) {
            return Optional.empty();
        }
        Optional<VerifiedBlob> stored = events.opened(state.store, view, Content.MANIFEST, digest);
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        try (VerifiedBlob blob = stored.get();
                InputStream in = blob.stream(0, blob.size())) {
            return Optional.of(new Document(digest, known.get().mediaType(), in.readAllBytes()));
        } catch (IOException e) {
            events.storeFailed(Content.MANIFEST, view, e);
            return Optional.empty();
        }
    }

    /** Asks the upstream once for all who ask at a time, and not at all shortly after it has said no. */
    private Optional<Document> once(View view, String what, Callable<Optional<Document>> work) throws Refusal {
        String key = view.key() + " " + what;
        Instant missed = state.missing.get(key);
        if (missed != null && state.isWithin(missed, limits.missingTime())) {
            events.tell(Kind.HIT, Content.MANIFEST, view, what);
            return Optional.empty();
        }
        try {
            Optional<Document> found = state.documents.on(
                    state.executor,
                    key,
                    view.upstream().documentTime().multipliedBy(2).plus(MORE_TIME),
                    work,
                    () -> events.tell(Kind.WAIT, Content.MANIFEST, view, what));
            if (found.isEmpty()) {
                state.missing.put(key, state.now());
            }
            return found;
        } catch (Refusal e) {
            throw e;
        } catch (Exception e) {
            throw Failures.refusal(view.upstream(), e, "MANIFEST_UNKNOWN");
        }
    }

    private Optional<Document> fetched(View view, Digest digest) throws Exception {
        events.tell(Kind.MISS, Content.MANIFEST, view, digest.toString());
        Optional<Manifest> found;
        try {
            found = view.documents().manifest(digest);
        } catch (IOException e) {
            events.refused(Content.MANIFEST, view, digest.toString(), e);
            throw e;
        }
        return found.isEmpty() ? Optional.empty() : Optional.of(keep(view, digest, found.get()));
    }

    /** Keeps a verified manifest, and gives it even if it cannot be kept. */
    private Document keep(View view, Digest digest, Manifest manifest) throws Refusal {
        if (manifest instanceof Schema1Manifest) {
            throw Refusal.of(
                    502,
                    "UNSUPPORTED",
                    "manifests of schema 1 are not given: convert the image, which docker pull and push do");
        }
        byte[] bytes = manifest.bytes();
        state.confirm(view);
        try {
            if (state.store.store(digest, bytes.length, new ByteArrayInputStream(bytes))) {
                events.filled(Content.MANIFEST, view, digest, bytes.length);
            }
        } catch (IOException e) {
            events.storeFailed(Content.MANIFEST, view, e);
        }
        try {
            view.index().add(digest, manifest);
        } catch (IOException e) {
            events.storeFailed(Content.MANIFEST, view, e);
        }
        return new Document(digest, manifest.mediaType(), bytes);
    }

    /** {@return the manifest of a tag, or nothing if the upstream has none} */
    Optional<Document> byTag(View view, String tag) throws Refusal {
        Optional<Tag> known = view.index().tag(tag);
        if (known.isPresent()
                && state.isWithin(known.get().asked(), view.upstream().tagTime(limits))) {
            return byDigest(view, known.get().digest());
        }
        Instant failed = state.failed.get(view.key() + " " + tag);
        if (failed != null && state.isWithin(failed, limits.missingTime())) {
            Optional<Document> stale = stale(view, tag, known, "the upstream failed shortly before");
            if (stale.isPresent()) {
                return stale;
            }
        }
        try {
            return once(view, tag, () -> resolved(view, tag, known));
        } catch (Refusal e) {
            // The proxy itself is too busy to ask.
            Optional<Document> stale = e.status() < 503 ? Optional.empty() : stale(view, tag, known, e.message());
            if (stale.isPresent()) {
                return stale;
            }
            throw e;
        }
    }

    private Optional<Document> resolved(View view, String tag, Optional<Tag> known) throws Exception {
        events.tell(Kind.MISS, Content.MANIFEST, view, tag);
        try {
            Optional<Document> kept =
                    known.isEmpty() ? Optional.empty() : kept(view, known.get().digest());
            if (kept.isPresent()) {
                // Asking for the head costs no pull where pulls are counted.
                Optional<ManifestClaim> claim = view.documents().manifestClaim(tag);
                if (claim.isPresent() && claim.get().digest().equals(kept.get().digest())) {
                    state.confirm(view);
                    remember(view, tag, kept.get().digest());
                    return kept;
                }
            }
            Optional<Manifest> found = view.documents().manifest(tag);
            if (found.isEmpty()) {
                forget(view, tag);
                return Optional.empty();
            }
            Document document = keep(view, found.get().digest(), found.get());
            remember(view, tag, document.digest());
            return Optional.of(document);
        } catch (IOException e) {
            events.refused(Content.MANIFEST, view, tag, e);
            if (Failures.isMissing(e)) {
                forget(view, tag);
            } else if (!Failures.isRefused(e)) {
                state.failed.put(view.key() + " " + tag, state.now());
                Optional<Document> stale = stale(view, tag, known, String.valueOf(e.getMessage()));
                if (stale.isPresent()) {
                    return stale;
                }
            }
            throw e;
        }
    }

    private Optional<Document> stale(View view, String tag, Optional<Tag> known, String why) {
        if (known.isEmpty()
                || !state.isWithin(
                        known.get().asked(), view.upstream().tagTime(limits).plus(limits.staleTime()))) {
            return Optional.empty();
        }
        Optional<Document> kept = kept(view, known.get().digest());
        kept.ifPresent(document -> events.tell(Kind.STALE, Content.MANIFEST, view, tag, why));
        return kept;
    }

    private void remember(View view, String tag, Digest digest) {
        state.failed.remove(view.key() + " " + tag);
        try {
            view.index().tag(tag, new Tag(digest, state.now()));
        } catch (IOException e) {
            events.storeFailed(Content.MANIFEST, view, e);
        }
    }

    private void forget(View view, String tag) {
        try {
            view.index().untag(tag);
        } catch (IOException e) {
            events.storeFailed(Content.MANIFEST, view, e);
        }
    }
}

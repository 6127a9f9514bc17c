package dev.tallyclerk.registry.proxy;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.proxy.ProxyEvent.Content;
import dev.tallyclerk.registry.proxy.ProxyEvent.Kind;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.store.CacheLimits;
import dev.tallyclerk.verify.store.ContentStore;
import dev.tallyclerk.verify.store.StoredBlob;
import dev.tallyclerk.verify.store.VerifiedBlob;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;

/** Tells the listener, and does what follows from what it is told. */
final class Events {
    /** So much is added to a cache, at least, before its limits are looked at again. */
    private static final long LEAST_FILL = 1L << 20;

    private static final int PART = 20;

    private final ProxyListener listener;
    private final ProxyState state;
    private final CacheLimits cache;

    Events(ProxyListener listener, ProxyState state, CacheLimits cache) {
        this.listener = listener;
        this.state = state;
        this.cache = cache;
    }

    void answered(Content content, String upstream, ProxyAnswer answer, String subject, String message) {
        String length = answer.headers().getOrDefault("Content-Length", "0");
        tell(Kind.REQUEST, content, upstream, answer.status(), Long.parseLong(length), subject, message);
    }

    void tell(Kind kind, Content content, View view, String what) {
        tell(kind, content, view, what, "");
    }

    void tell(Kind kind, Content content, View view, String what, String message) {
        tell(kind, content, view.upstream().registry(), 0, 0, view.name() + " " + what, message);
    }

    private void tell(
            Kind kind, Content content, String upstream, int status, long bytes, String subject, String message) {
        listener.on(new ProxyEvent(
                kind, content, upstream, status, bytes, Quoted.printable(subject), Quoted.printable(message)));
    }

    /** {@return whether a blob of that size has a place in the cache} */
    boolean mayKeep(long size) {
        return size <= cache.maxBytes();
    }

    /** Takes note of bytes that the upstream has given for the cache. */
    void filled(Content content, View view, Digest digest, long bytes) {
        if (bytes == 0) {
            return;
        }
        tell(Kind.FILL, content, view.upstream().registry(), 0, bytes, view.name() + " " + digest, "");
        long enough = Math.max(LEAST_FILL, cache.maxBytes() / PART);
        if (state.filled.addAndGet(bytes) >= enough) {
            state.filled.set(0);
            try {
                state.executor.execute(() -> evictQuietly(view));
            } catch (RejectedExecutionException e) {
                state.filled.set(enough); // with the next one
            }
        }
    }

    private void evictQuietly(View view) {
        try {
            evict();
        } catch (IOException e) {
            storeFailed(Content.OTHER, view, e);
        }
    }

    List<StoredBlob> evict() throws IOException {
        state.store.cleanUp();
        List<StoredBlob> evicted = state.store.evict(cache);
        for (StoredBlob blob : evicted) {
            tell(Kind.EVICTED, Content.OTHER, "", 0, blob.size(), blob.digest().toString(), "");
        }
        return evicted;
    }

    void storeFailed(Content content, View view, IOException failure) {
        tell(Kind.STORE_FAILED, content, view, "", String.valueOf(failure.getMessage()));
    }

    /** Tells that the upstream sent wrong content, if it did. */
    void refused(Content content, View view, String what, Exception failure) {
        if (Failures.isWrong(failure)) {
            tell(Kind.REFUSED, content, view, what, String.valueOf(failure.getMessage()));
        }
    }

    /** {@return what the store has and still matches} What does not is deleted, and fetched again. */
    Optional<VerifiedBlob> opened(ContentStore store, View view, Content content, Digest digest) {
        try {
            return store.openVerified(digest);
        } catch (VerificationException e) {
            tell(Kind.DAMAGED, content, view, digest.toString(), String.valueOf(e.getMessage()));
            try {
                store.delete(digest);
            } catch (IOException again) {
                storeFailed(content, view, again);
            }
        } catch (IOException e) {
            storeFailed(content, view, e);
        }
        return Optional.empty();
    }
}

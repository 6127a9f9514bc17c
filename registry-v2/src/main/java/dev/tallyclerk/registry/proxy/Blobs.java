package dev.tallyclerk.registry.proxy;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.proxy.ProxyEvent.Content;
import dev.tallyclerk.registry.proxy.ProxyEvent.Kind;
import dev.tallyclerk.verify.store.BlobSource;
import dev.tallyclerk.verify.store.VerifiedBlob;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.RejectedExecutionException;

/** Blobs that manifests of the same repository have led to, from the cache or the upstream. */
final class Blobs {
    private static final String TYPE = "application/octet-stream";

    /** So many failed fetches of others are followed before the upstream is asked past them. */
    private static final int MOST_FOLLOWED = 2;

    private final ProxyState state;
    private final Events events;

    Blobs(ProxyState state, Events events) {
        this.state = state;
        this.events = events;
    }

    /**
     * {@return the promised size of a blob: where manifests promise several, the one that the cache or the upstream
     * has}
     *
     * @throws Refusal if no manifest that the upstream has given here leads to it, or the upstream cannot say which
     *     size is right
     */
    long size(View view, Digest digest) throws Refusal {
        OptionalLong stored;
        try {
            stored = state.store.size(digest);
        } catch (IOException e) {
            events.storeFailed(Content.BLOB, view, e);
            stored = OptionalLong.empty();
        }
        List<Long> promised = view.index().sizes(digest, stored);
        if (promised.isEmpty()) {
            throw Refusal.of(
                    404,
                    "BLOB_UNKNOWN",
                    "no manifest of " + view.name() + " that was asked for here leads to " + digest
                            + ": ask for the image first");
        }
        if (promised.size() == 1) {
            return promised.get(0);
        }
        // One wrong manifest must not keep the others from their blob.
        long size = sizeOfUpstream(view, digest);
        if (!promised.contains(size)) {
            throw otherSize(view, digest, size, "its manifests promise others");
        }
        return size;
    }

    private static Refusal otherSize(View view, Digest digest, long found, String promise) {
        return Refusal.of(
                502, "SIZE_INVALID", view.name() + " has " + found + " bytes of " + digest + ", and " + promise);
    }

    /** {@return the blob, if it is in the cache and may be given} */
    Optional<VerifiedBlob> kept(View view, Digest digest, long size) throws Refusal {
        Optional<VerifiedBlob> stored = events.opened(state.store, view, Content.BLOB, digest);
        if (stored.isEmpty()) {
            return stored;
        }
        VerifiedBlob blob = stored.get();
        boolean usable = false;
        try {
            if (blob.size() == size && view.origin().hasGiven(digest)) {
                prove(view, digest, size);
                events.tell(Kind.HIT, Content.BLOB, view, digest.toString());
                usable = true;
                return stored;
            }
            return Optional.empty();
        } finally {
            if (!usable) {
                close(view, blob);
            }
        }
    }

    private void close(View view, VerifiedBlob blob) {
        try {
            blob.close();
        } catch (IOException e) {
            events.storeFailed(Content.BLOB, view, e);
        }
    }

    /**
     * Asks the upstream whether it has the blob in this repository, unless it has shown so: that somebody else's
     * manifest names a digest must not be enough to read the content.
     */
    void prove(View view, Digest digest, long size) throws Refusal {
        if (view.index().isGiven(digest)) {
            return;
        }
        long found = sizeOfUpstream(view, digest);
        if (found != size) {
            throw otherSize(view, digest, found, "its manifest promises " + size);
        }
        give(view, digest);
    }

    /** {@return the size of which the upstream says to have the blob in this repository} */
    private long sizeOfUpstream(View view, Digest digest) throws Refusal {
        try {
            return state.sizes.on(
                    state.executor,
                    view.key() + " " + digest,
                    view.upstream().documentTime().multipliedBy(2),
                    () -> view.documents().blobSize(digest).orElseThrow(() -> missing(view, digest)),
                    () -> {});
        } catch (Refusal e) {
            throw e;
        } catch (Exception e) {
            throw Failures.refusal(view.upstream(), e, "BLOB_UNKNOWN");
        }
    }

    private static HttpException missing(View view, Digest digest) {
        return new HttpException(
                HttpException.Details.of(HttpException.Reason.NOT_FOUND, 404),
                view.name() + " has no blob " + digest,
                null);
    }

    private void give(View view, Digest digest) {
        try {
            view.index().give(digest);
        } catch (IOException e) {
            events.storeFailed(Content.BLOB, view, e);
        }
    }

    /** {@return a part of a blob, while it is fetched into the cache for all who want it} */
    InputStream fetched(View view, Digest digest, long size, ByteRange part) throws IOException, Refusal {
        if (events.mayKeep(size)) {
            for (int i = 0; i < MOST_FOLLOWED; i++) {
                Source source = new Source(view, digest, size);
                try {
                    InputStream in = open(view, digest, size, part, source);
                    return source.isAsked ? in : shared(view, digest, size, in);
                } catch (IOException e) {
                    if (isRejected(e)) {
                        throw Refusal.of(503, "UNAVAILABLE", "the proxy takes no more work at the moment");
                    }
                    // What somebody else was told, maybe about another repository, is no answer to this request.
                    if (source.isAsked || isOfTheStore(e)) {
                        throw e;
                    }
                }
            }
        }
        events.tell(Kind.MISS, Content.BLOB, view, digest.toString());
        return uncached(view, digest, size, part);
    }

    private static boolean isRejected(IOException failure) {
        return failure.getCause() instanceof IOException cause
                && cause.getCause() instanceof RejectedExecutionException;
    }

    private InputStream open(View view, Digest digest, long size, ByteRange part, BlobSource source)
            throws IOException {
        return view.origin()
                .fetches()
                .withPatience(view.upstream().patience())
                .open(digest, size, part.offset(), part.length(), source);
    }

    /** {@return the stream of what somebody else fetches, maybe for another repository} */
    private InputStream shared(View view, Digest digest, long size, InputStream in) throws IOException, Refusal {
        boolean mayBeGiven = false;
        try {
            prove(view, digest, size);
            events.tell(Kind.WAIT, Content.BLOB, view, digest.toString());
            mayBeGiven = true;
            return in;
        } finally {
            if (!mayBeGiven) {
                in.close();
            }
        }
    }

    /** {@return a part of a blob, past a cache that cannot keep it} */
    InputStream uncached(View view, Digest digest, long size, ByteRange part) throws IOException {
        Cancellation cancellation = Cancellation.create();
        InputStream in = WatchedStream.open(
                state.executor,
                view.upstream().patience(),
                cancellation,
                () -> view.blobs()
                        .withCancellation(cancellation)
                        .blob(Descriptor.of(TYPE, digest, size))
                        .orElseThrow(() -> missing(view, digest)));
        boolean isOpen = false;
        try {
            in.skipNBytes(part.offset());
            isOpen = true;
            return new VerifiedPart(in, part.length());
        } finally {
            if (!isOpen) {
                in.close();
            }
        }
    }

    /** {@return whether the disk has failed, and not the upstream} */
    static boolean isOfTheStore(IOException failure) {
        return failure instanceof FileSystemException || failure.getCause() instanceof FileSystemException;
    }

    /** The upstream, asked once. */
    private final class Source implements BlobSource {
        private final View view;
        private final Digest digest;
        private final long size;
        private final Cancellation cancellation = Cancellation.create();
        private volatile boolean isAsked;

        Source(View view, Digest digest, long size) {
            this.view = view;
            this.digest = digest;
            this.size = size;
        }

        @Override
        public InputStream open(long offset) throws IOException {
            isAsked = true;
            events.tell(Kind.MISS, Content.BLOB, view, digest.toString());
            InputStream in = view.blobs()
                    .withCancellation(cancellation)
                    .unverifiedBlob(Descriptor.of(TYPE, digest, size), offset)
                    .orElseThrow(() -> missing(view, digest));
            give(view, digest);
            return new ReceivedStream(in, bytes -> events.filled(Content.BLOB, view, digest, bytes));
        }

        @Override
        public void cancel() {
            isAsked = true;
            cancellation.cancel();
        }

        @Override
        public void stored() {
            try {
                view.origin().give(digest);
            } catch (IOException e) {
                events.storeFailed(Content.BLOB, view, e);
            }
        }
    }
}

package dev.tallyclerk.registry.image;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.work.SharedWork;
import dev.tallyclerk.registry.image.ImageDestination.Outcome;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.verify.VerifyingInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** Hands the blobs of one image to a destination, several at a time where that is wanted. Used once. */
final class CopyRun extends SharedWork {
    private final ImageSource source;

    /** Whether reads of {@link #source} fail by themselves once the copy has failed. */
    private final boolean sourceEnds;

    private final ImageDestination.Session session;
    private final List<Descriptor> blobs;
    private final Map<Digest, Outcome> outcomes = new ConcurrentHashMap<>();
    private final CopyListener listener;
    private final CompletableFuture<Void> end;
    private final Lock listening = new ReentrantLock();

    /** Thrown where a blob is given up because another one failed; nobody needs to see it. */
    private static final class AbandonedException extends IOException {
        private static final long serialVersionUID = 1L;

        AbandonedException() {
            super("another blob of the image could not be copied");
        }
    }

    /**
     * Takes no blob yet.
     *
     * @param source where to read blobs; {@code original}, or that source until {@code end}
     * @param end completed when a blob fails
     */
    CopyRun(
            ImageSource original,
            ImageSource source,
            ImageDestination.Session session,
            CopyListener listener,
            CompletableFuture<Void> end) {
        super(session.order().size());
        this.source = source;
        this.sourceEnds = source != original;
        this.session = session;
        this.blobs = session.order();
        this.listener = listener;
        this.end = end;
    }

    /**
     * Takes all blobs, or fails like the first blob that failed.
     *
     * @param parallel the most blobs to take at a time
     */
    void takeAll(Executor executor, int parallel) throws IOException {
        Throwable failure = run(executor, parallel);
        if (failure instanceof IOException e) {
            throw e;
        }
        throwUnchecked(failure);
        if (failure != null) {
            // Code compiled from other languages may throw undeclared checked exceptions.
            throw new IOException("a blob could not be copied", failure);
        }
    }

    @Override
    protected void take(int index) throws IOException {
        Descriptor blob = blobs.get(index);
        outcomes.put(blob.digest(), session.take(new Blob(blob)));
    }

    @Override
    protected void onFailure() {
        end.complete(null);
    }

    @Override
    protected boolean waitsWhenInterrupted() {
        fail(new InterruptedIOException("interrupted while blobs were copied"));
        return true;
    }

    @Override
    protected boolean isWorthKeeping(Throwable later) {
        return !(later instanceof AbandonedException) && !(later.getCause() instanceof AbandonedException);
    }

    /** {@return the result, once all blobs were taken} */
    CopyResult result(ImageContent image, Digest destinationDigest) {
        return new CopyResult(
                image.root(),
                destinationDigest,
                image.manifests(),
                those(image, Outcome.COPIED),
                those(image, Outcome.ALREADY_THERE),
                those(image, Outcome.LEFT_OUT));
    }

    private List<Descriptor> those(ImageContent image, Outcome outcome) {
        return image.blobs().stream()
                .filter(blob -> outcomes.get(blob.digest()) == outcome)
                .toList();
    }

    private void requireWanted() throws AbandonedException {
        if (hasFailed()) {
            throw new AbandonedException();
        }
    }

    /** {@return {@code failure}, unless the source was told to end because another blob failed} */
    private IOException cause(IOException failure) {
        return sourceEnds && hasFailed() ? new AbandonedException() : failure;
    }

    /** The listener is called by one thread at a time. */
    private void progressed(Descriptor blob, long bytes) {
        listening.lock();
        try {
            listener.progressed(blob, bytes);
        } finally {
            listening.unlock();
        }
    }

    private final class Blob implements SourceBlob {
        private final Descriptor descriptor;

        Blob(Descriptor descriptor) {
            this.descriptor = descriptor;
        }

        @Override
        public Descriptor descriptor() {
            return descriptor;
        }

        @Override
        public Optional<VerifyingInputStream> open() throws IOException {
            Optional<InputStream> content = openUnverified(0);
            return content.isEmpty()
                    ? Optional.empty()
                    : Optional.of(VerifiedContent.of(content.get(), descriptor, this::foundWrong));
        }

        @Override
        public Optional<InputStream> openUnverified(long offset) throws IOException {
            Optional<InputStream> content;
            try {
                content = source.unverifiedContent(descriptor, offset);
            } catch (IOException e) {
                throw cause(e);
            }
            if (content.isEmpty() && !MediaType.isNondistributable(descriptor.mediaType())) {
                throw ImageException.notFound(source.name(), descriptor.digest());
            }
            return content.map(in -> new BlobStream(in, descriptor, offset));
        }

        @Override
        public void foundWrong() {
            source.foundWrong(descriptor.digest());
        }

        @Override
        public boolean isWorthAskingAgain() {
            return source.isWorthAskingAgain();
        }
    }

    /** Reports progress, and fails as soon as another blob has failed. */
    private final class BlobStream extends FilterInputStream {
        private final Descriptor blob;
        private long position;

        BlobStream(InputStream in, Descriptor blob, long position) {
            super(in);
            this.blob = blob;
            this.position = position;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            requireWanted();
            int n;
            try {
                n = in.read(buffer, offset, length);
            } catch (IOException e) {
                throw cause(e);
            }
            if (n > 0) {
                position += n;
                progressed(blob, position);
            }
            return n;
        }
    }
}

package dev.tallyclerk.registry.image;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.text.Quoted;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.image.BlobTasks.AbandonedException;
import dev.tallyclerk.registry.image.CopyException.Reason;
import dev.tallyclerk.registry.internal.stream.CountingStream;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.VerifyingInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What an image consists of, as its verified manifests say, for an {@link ImageDestination} to take. Used by one
 * thread, apart from {@link #forEachBlob}.
 */
public final class ImageContent {
    private final ImageSource source;
    private final Manifest rootDocument;
    private final Map<Descriptor, byte[]> manifests;
    private final List<Descriptor> blobs;
    private final CopyListener listener;
    private final @Nullable Executor executor;
    private final int parallel;
    private final Set<Digest> opened = ConcurrentHashMap.newKeySet();
    private final Set<Digest> leftOut = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Digest destinationDigest;
    private final Lock listening = new ReentrantLock();
    private volatile Reading reading;

    /** Takes one blob into a destination. */
    @FunctionalInterface
    public interface BlobTaker {
        /**
         * Takes a blob.
         *
         * @throws IOException if it cannot be read, is not what was promised, or cannot be written
         */
        void take(Descriptor blob) throws IOException;
    }

    ImageContent(
            ImageSource source,
            Manifest rootDocument,
            Map<Descriptor, byte[]> manifests,
            List<Descriptor> blobs,
            CopyListener listener,
            @Nullable Executor executor,
            int parallel) {
        this.source = source;
        this.reading = Reading.byOne(source);
        this.rootDocument = rootDocument;
        this.manifests = manifests;
        this.blobs = List.copyOf(blobs);
        this.listener = listener;
        this.executor = executor;
        this.parallel = parallel;
    }

    /** {@return where the image comes from, for a person to read} */
    public String source() {
        return source.name();
    }

    /** {@return the whole name under which the source knows the image, if it knows one} */
    public Optional<Reference> reference() {
        return source.reference();
    }

    /** {@return the manifest or index that the image's name stands for} */
    public Manifest rootDocument() {
        return rootDocument;
    }

    /** {@return type, digest and size of {@link #rootDocument}} */
    public Descriptor root() {
        List<Descriptor> all = manifests();
        return all.get(all.size() - 1);
    }

    /** {@return every manifest and index, each once, those below others first, the root last} */
    public List<Descriptor> manifests() {
        return List.copyOf(manifests.keySet());
    }

    /**
     * {@return a copy of the exact bytes of one of {@link #manifests}}
     *
     * @throws IllegalArgumentException if it is not one of them
     */
    public byte[] manifest(Descriptor manifest) {
        byte[] bytes = manifests.get(manifest);
        if (bytes == null) {
            throw new IllegalArgumentException(manifest + " is not one of the manifests");
        }
        return bytes.clone();
    }

    /** {@return every blob, each digest once, in the order of the digests' text; none is one of the manifests} */
    public List<Descriptor> blobs() {
        return blobs;
    }

    /**
     * Has every blob taken: one after the other in this thread, or several at a time where the copier was given an
     * executor.
     *
     * <p>A destination that cannot take several at a time goes through {@link #blobs} instead. When one cannot be
     * taken, no other is begun, reading those under way ends, and what made the first one fail is thrown once nothing
     * is under way any more. What else failed by itself is suppressed in it, as far as it is known that it did.
     *
     * @param taker takes a blob; called by several threads if there is an executor, which may {@link #open} blobs
     * @throws IOException what the first taker to fail has thrown
     */
    public void forEachBlob(BlobTaker taker) throws IOException {
        if (executor == null || parallel == 1) {
            for (Descriptor blob : blobs) {
                taker.take(blob);
            }
            return;
        }
        CompletableFuture<Void> failed = new CompletableFuture<>();
        BlobTasks all = new BlobTasks(blobs, taker, () -> failed.complete(null));
        reading = Reading.bySeveral(all, source, failed);
        try {
            all.takeAll(executor, parallel);
        } finally {
            reading = Reading.byOne(source);
        }
    }

    /**
     * {@return one of {@link #blobs}, verified while it is read, or nothing if the source does not have it and it may
     * be left out, because its type says that it is not to be distributed}
     *
     * <p>The caller reads the stream to its end and closes it.
     *
     * @throws CopyException if the source does not have it and it may not be left out
     * @throws VerificationException if the digest's algorithm is not supported
     * @throws IOException if the source cannot be read
     */
    public Optional<VerifyingInputStream> open(Descriptor blob) throws IOException {
        Optional<InputStream> content = openUnverified(blob, 0);
        return content.isEmpty()
                ? Optional.empty()
                : Optional.of(VerifiedContent.over(content.get(), blob, reading.from()));
    }

    /**
     * Tells the source that a blob of {@link #openUnverified} was something else, before it is opened again.
     *
     * <p>A stream of {@link #open} does so when it is closed.
     */
    public void foundWrong(Descriptor blob) {
        reading.from().foundWrong(blob.digest());
    }

    /** {@return whether a blob that was wrong may be right if it is opened again} */
    public boolean isWorthAskingAgain() {
        return source.isWorthAskingAgain();
    }

    /**
     * {@return one of {@link #blobs} from an offset on, whatever its bytes are, or nothing if the source does not have
     * it and it may be left out}
     *
     * <p>For a destination that verifies while it writes, so that nothing is hashed twice, or that goes on where an
     * earlier copy broke off. There may be more bytes than promised, without end. The caller compares them with size
     * and digest, {@linkplain #foundWrong tells} if they are others, and closes the stream.
     *
     * @param offset how many bytes are not wanted, from 0 to the blob's size
     * @throws CopyException if the source does not have it and it may not be left out
     * @throws IOException if the source cannot be read
     */
    public Optional<InputStream> openUnverified(Descriptor blob, long offset) throws IOException {
        Reading now = reading;
        Optional<InputStream> content;
        try {
            content = now.from().unverifiedContent(blob, offset);
        } catch (IOException e) {
            throw now.why(e);
        }
        if (content.isPresent()) {
            opened.add(blob.digest());
            InputStream counting = new CountingStream(content.get(), count -> progressed(blob, offset + count));
            return Optional.of(now.tasks() == null ? counting : new AbandonableStream(counting, now));
        }
        if (!isNondistributable(blob.mediaType())) {
            throw missing(blob);
        }
        leftOut.add(blob.digest());
        return Optional.empty();
    }

    /**
     * {@return whether a blob is a layer that is not to be distributed, and of which it says itself where else it may
     * be had}
     *
     * <p>A destination that others copy from {@linkplain #leaveOut leaves it out}.
     */
    public boolean mayBeHadElsewhere(Descriptor blob) {
        return isNondistributable(blob.mediaType()) && !blob.urls().isEmpty();
    }

    /**
     * Says that the destination does not take a blob, which {@linkplain #mayBeHadElsewhere may be had elsewhere}.
     *
     * @throws IllegalArgumentException if it may not be had elsewhere
     */
    public void leaveOut(Descriptor blob) {
        if (!mayBeHadElsewhere(blob)) {
            throw new IllegalArgumentException("not to be left out: " + blob.digest());
        }
        leftOut.add(blob.digest());
    }

    /** Says by which digest the destination has the root, if that is another than the root's own. */
    public void knownAs(Digest digest) {
        destinationDigest = Objects.requireNonNull(digest, "digest");
    }

    /** A listener hears one thing at a time, whoever reads. */
    private void progressed(Descriptor blob, long count) {
        listening.lock();
        try {
            listener.progressed(blob, count);
        } finally {
            listening.unlock();
        }
    }

    /** {@return the exception for content that the source lacks and the image needs} */
    public CopyException missing(Descriptor content) {
        return new CopyException(
                Reason.MISSING,
                content.digest(),
                "the source does not have " + content.digest() + " of type " + Quoted.quote(content.mediaType()));
    }

    CopyResult result() {
        List<Descriptor> copied = new ArrayList<>();
        List<Descriptor> alreadyThere = new ArrayList<>();
        List<Descriptor> absent = new ArrayList<>();
        for (Descriptor blob : blobs) {
            if (opened.contains(blob.digest())) {
                copied.add(blob);
            } else if (leftOut.contains(blob.digest())) {
                absent.add(blob);
            } else {
                alreadyThere.add(blob);
            }
        }
        Digest known = destinationDigest;
        return new CopyResult(
                root(), known == null ? root().digest() : known, manifests(), copied, alreadyThere, absent);
    }

    /**
     * image-spec v1.1.1, layer.md, Non-Distributable Layers: they SHOULD NOT be pushed, and may come from elsewhere.
     */
    static boolean isNondistributable(String mediaType) {
        return mediaType.startsWith(MediaType.OCI_NONDISTRIBUTABLE_LAYER)
                || mediaType.startsWith(MediaType.DOCKER_FOREIGN_LAYER);
    }

    /**
     * How blobs are read.
     *
     * @param from where from
     * @param ends whether reading ends by itself when a blob has failed
     * @param tasks those that read at the same time, if several do
     */
    private record Reading(
            ImageSource from, boolean ends, @Nullable BlobTasks tasks) {
        static Reading byOne(ImageSource source) {
            return new Reading(source, false, null);
        }

        static Reading bySeveral(BlobTasks tasks, ImageSource source, CompletionStage<?> failed) {
            ImageSource ended = source.until(failed);
            return new Reading(ended, ended != source, tasks);
        }

        boolean isAbandoned() {
            return tasks != null && tasks.hasFailed();
        }

        /** {@return why reading failed: where it was ended, because another blob had failed} */
        IOException why(IOException failure) {
            return ends && isAbandoned() ? new AbandonedException() : failure;
        }
    }

    /** A stream that fails as soon as another blob has failed. */
    private static final class AbandonableStream extends FilterInputStream {
        private final Reading reading;

        AbandonableStream(InputStream in, Reading reading) {
            super(in);
            this.reading = reading;
        }

        @Override
        public int read() throws IOException {
            requireWanted();
            try {
                return in.read();
            } catch (IOException e) {
                throw reading.why(e);
            }
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            requireWanted();
            try {
                return in.read(buffer, offset, length);
            } catch (IOException e) {
                throw reading.why(e);
            }
        }

        private void requireWanted() throws AbandonedException {
            if (reading.isAbandoned()) {
                throw new AbandonedException();
            }
        }
    }
}

package dev.tallyclerk.registry.verify;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.work.SharedWork;
import dev.tallyclerk.registry.filesystem.ImageFileSystem;
import dev.tallyclerk.registry.filesystem.ImageFileSystemException;
import dev.tallyclerk.registry.filesystem.LayerEntries;
import dev.tallyclerk.registry.layer.LayerEntry;
import dev.tallyclerk.registry.layer.LayerException;
import dev.tallyclerk.registry.layer.LayerReader;
import dev.tallyclerk.registry.layer.LayerVerifier;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.LayerFormat;
import dev.tallyclerk.registry.verify.ContentResult.Failed;
import dev.tallyclerk.registry.verify.ContentResult.Reason;
import dev.tallyclerk.registry.verify.ContentResult.Unverifiable;
import dev.tallyclerk.registry.verify.ContentResult.Verified;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The layers of one image: reads them, several at a time if wanted, and merges and reports them from the lowest up. A
 * layer that the manifest repeats is read once, whatever else its descriptors say. Used once.
 */
final class LayerRun extends SharedWork {
    private final List<Descriptor> layers;
    private final @Nullable ImageConfig config;
    private final Subjects subjects;
    private final ContentReader reader;
    private final LayerVerifier verifier;
    private final AnalysisPass pass;
    private final @Nullable StoredLooks stored;
    private final Listener listener;
    private final CompletableFuture<Void> end;
    private final Lock reporting = new ReentrantLock();
    private final Map<Object, LayerLook> looks = new HashMap<>();
    private final List<AnalysisPass.LayerValues> values = new ArrayList<>();
    private int next;
    private boolean isBroken;

    /** The layers so far; null if not all of them can be merged. */
    private volatile ImageFileSystem.@Nullable Builder files;

    /** Receives the results of the layers, the lowest first, on one thread at a time. */
    @FunctionalInterface
    interface Listener {
        void checked(int index, ContentResult result);
    }

    /**
     * The distinct layers.
     *
     * @param all of each layer, what decides how it is looked at
     * @param firsts the lowest layer of each distinct subject
     * @param last the highest layer of each distinct subject
     */
    private record Subjects(List<Object> all, List<Integer> firsts, Map<Object, Integer> last) {
        static Subjects of(List<Descriptor> layers, @Nullable ImageConfig config) {
            Subjects subjects = new Subjects(new ArrayList<>(), new ArrayList<>(), new HashMap<>());
            for (int i = 0; i < layers.size(); i++) {
                Descriptor layer = layers.get(i);
                Object subject = config == null
                                || LayerJudgement.unsupported(config.diffIds().get(i))
                                        .isPresent()
                        ? new Bytes(layer.digest(), layer.size())
                        : LayerJudgement.Subject.of(layer, config.diffIds().get(i));
                subjects.all.add(subject);
                if (subjects.last.put(subject, i) == null) {
                    subjects.firsts.add(i);
                }
            }
            return subjects;
        }
    }

    /** A layer of which only the bytes are compared. Written out like {@link LayerJudgement.Subject}. */
    private record Bytes(Digest digest, long size) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Bytes that && digest.equals(that.digest) && size == that.size;
        }

        @Override
        public int hashCode() {
            return digest.hashCode();
        }
    }

    private LayerRun(
            List<Descriptor> layers,
            @Nullable ImageConfig config,
            Subjects subjects,
            ContentReader reader,
            LayerVerifier verifier,
            ImageFileSystem.Builder files,
            AnalysisPass pass,
            @Nullable StoredLooks stored,
            Listener listener,
            CompletableFuture<Void> end) {
        super(subjects.firsts.size());
        this.layers = layers;
        this.config = config;
        this.subjects = subjects;
        this.reader = reader;
        this.verifier = verifier;
        this.files = config == null ? null : files;
        this.pass = pass;
        this.stored = stored;
        this.listener = listener;
        this.end = end;
    }

    /**
     * {@return a run that has read nothing yet}
     *
     * @param config the image's configuration; null to compare the bytes of the layers and nothing else
     * @param files where to merge the layers
     * @param pass what looks at the entries of the layers
     * @param stored what is known of layers, or null
     * @param end completed when a layer cannot be read
     */
    static LayerRun of(
            List<Descriptor> layers,
            @Nullable ImageConfig config,
            ContentReader reader,
            LayerVerifier verifier,
            ImageFileSystem.Builder files,
            AnalysisPass pass,
            @Nullable StoredLooks stored,
            Listener listener,
            CompletableFuture<Void> end) {
        Subjects subjects = Subjects.of(layers, config);
        return new LayerRun(layers, config, subjects, reader, verifier, files, pass, stored, listener, end);
    }

    /**
     * Reads all layers.
     *
     * @param parallel the most layers to read at a time
     * @return the merged files, if all layers hold and can be merged
     */
    Optional<ImageFileSystem> readAll(Executor executor, int parallel) throws IOException {
        Throwable failure = run(executor, parallel);
        if (failure instanceof IOException e) {
            throw e;
        }
        throwUnchecked(failure);
        if (failure != null) {
            throw new IOException("a layer could not be read", failure);
        }
        return Optional.ofNullable(files).map(ImageFileSystem.Builder::build);
    }

    @Override
    protected void take(int index) throws IOException {
        int layer = subjects.firsts.get(index);
        LayerLook look = look(layer);
        reporting.lock();
        try {
            looks.put(subjects.all.get(layer), look);
            report();
        } finally {
            reporting.unlock();
        }
    }

    @Override
    protected void onFailure() {
        end.complete(null);
    }

    @Override
    protected boolean waitsWhenInterrupted() {
        fail(new InterruptedIOException("interrupted while layers were read"));
        return true;
    }

    /** A later failure may be no more than the reaction to the first one. */
    @Override
    protected boolean isWorthKeeping(Throwable later) {
        return !(later instanceof IOException);
    }

    /** Reports the layers of which everything is known, up to the first of which something is not. */
    private void report() throws IOException {
        while (!isBroken && next < layers.size()) {
            Object subject = subjects.all.get(next);
            LayerLook look = looks.get(subject);
            if (look == null) {
                return;
            }
            isBroken = true;
            ContentResult result = result(next, look);
            values.add(values(Objects.requireNonNull(looks.get(subject)), result));
            if (Objects.equals(subjects.last.get(subject), next)) {
                looks.remove(subject); // and its entries with it
            }
            listener.checked(next, result);
            next++;
            isBroken = false;
        }
    }

    private static AnalysisPass.LayerValues values(LayerLook look, ContentResult result) {
        AnalysisPass.LayerValues found = look.values();
        if (found != null) {
            // The layer was read for another promise.
            return result instanceof Failed failed && failed.reason() == Reason.DIFF_ID_MISMATCH
                    ? new AnalysisPass.LayerValues(found.values(), failed.message())
                    : found;
        }
        return AnalysisPass.LayerValues.unread(result.<String>fold(
                verified -> "the layer's files were not read", Failed::message, Unverifiable::message));
    }

    /** {@return what the analyses found out about each layer, the lowest first} */
    List<AnalysisPass.LayerValues> values() {
        return List.copyOf(values);
    }

    private ContentResult result(int index, LayerLook look) throws IOException {
        ContentResult result = config == null
                ? ofBytes(index, look)
                : ofLayer(index, look, config.diffIds().get(index));
        if (!result.isVerified()) {
            files = null;
        }
        return result;
    }

    private ContentResult ofLayer(int index, LayerLook look, Digest diffId) throws IOException {
        Descriptor layer = layers.get(index);
        Optional<Unverifiable> unsupported = LayerJudgement.unsupported(diffId);
        if (unsupported.isPresent()) {
            ContentResult bytes = ofBytes(index, look);
            return bytes.isVerified() ? unsupported.get() : bytes;
        }
        LayerLook last = look;
        if (look.judgement().isOpenFor(diffId)) {
            last = look(index);
            looks.put(subjects.all.get(index), last);
        }
        ContentResult result = last.judgement().of(diffId);
        if (result.isVerified() && LayerFormat.of(layer.mediaType()) == LayerFormat.OPAQUE) {
            return new Unverifiable(
                    Reason.UNSUPPORTED,
                    "the bytes are the promised ones, but " + Quoted.quote(layer.mediaType())
                            + " is not the media type of a file system layer");
        }
        return result.isVerified() ? merged(last, result) : result;
    }

    /** Another descriptor of content that nobody had may give addresses where it is. */
    private ContentResult ofBytes(int index, LayerLook look) throws IOException {
        ContentResult result = look.judgement().result();
        boolean isMissing = result instanceof Failed failed && failed.reason() == Reason.MISSING;
        if (!isMissing || layers.get(index).urls().isEmpty()) {
            return result;
        }
        LayerLook again = look(index);
        looks.put(subjects.all.get(index), again);
        return again.judgement().result();
    }

    private ContentResult merged(LayerLook look, ContentResult verified) throws IOException {
        ImageFileSystem.Builder lower = files;
        if (lower == null) {
            return verified; // over a layer that cannot be merged
        }
        if (look.overLimit().isPresent()) {
            return Results.of(look.overLimit().get());
        }
        try {
            lower.addLayer(look.entries().orElseThrow());
            return verified;
        } catch (ImageFileSystemException e) {
            return Results.of(e);
        }
    }

    private LayerLook look(int index) throws IOException {
        Descriptor layer = layers.get(index);
        if (subjects.all.get(index) instanceof Bytes) {
            ContentResult result = reader.readBytes(layer);
            return new LayerLook(
                    new LayerJudgement(layer.digest(), null, result), Optional.empty(), Optional.empty(), null);
        }
        Digest diffId = Objects.requireNonNull(config).diffIds().get(index);
        StoredLooks known = stored;
        if (known != null) {
            Optional<LayerLook> found = known.find(layer, diffId, files);
            if (found.isPresent()) {
                return found.get();
            }
        }
        Looking looking = new Looking(layer, diffId);
        ContentResult result = reader.read(layer, looking);
        LayerLook look = new LayerLook(
                new LayerJudgement(looking.diffId, looking.actual, result),
                Optional.ofNullable(looking.entries),
                Optional.ofNullable(looking.overLimit),
                looking.values);
        if (known != null && looking.holds) {
            known.save(layer, look);
        }
        return look;
    }

    /** Reads one layer. Belongs to one thread. */
    private final class Looking implements ContentReader.Reading {
        private final Descriptor layer;
        private final Digest diffId;
        private @Nullable Digest actual;

        /** Whether the bytes are the promised ones. */
        private boolean holds;

        private @Nullable LayerEntries entries;
        private @Nullable ImageFileSystemException overLimit;
        private AnalysisPass.@Nullable LayerValues values;

        Looking(Descriptor layer, Digest diffId) {
            this.layer = layer;
            this.diffId = diffId;
        }

        @Override
        public ContentResult read(InputStream blob) throws IOException {
            AnalysisPass.Layer analysis = pass.startLayer();
            try (InputStream in = reader.counted(blob, layer)) {
                Verified verified = new Verified(uncompressedSize(in, analysis));
                actual = diffId;
                holds = true;
                boolean isOpaque = LayerFormat.of(layer.mediaType()) == LayerFormat.OPAQUE;
                values = isOpaque ? null : analysis.finish(null);
                return verified;
            } catch (LayerException e) {
                // The bytes are the promised ones all the same.
                holds = true;
                actual = e.actualDiffId().orElse(null);
                values = analysis.finish(String.valueOf(e.getMessage()));
                return Results.of(e);
            }
        }

        private long uncompressedSize(InputStream blob, AnalysisPass.Layer analysis) throws IOException {
            if (LayerFormat.of(layer.mediaType()) == LayerFormat.OPAQUE) {
                return verifier.verify(blob, layer, diffId).uncompressedSize();
            }
            try (LayerReader archive = LayerReader.open(blob, layer, diffId, verifier)) {
                ImageFileSystem.Builder merging = files;
                if (merging != null) {
                    keepEntries(merging, archive, analysis);
                }
                // To the end: an archive that readers understand differently is not what was signed.
                for (Optional<LayerEntry> entry = archive.next(); entry.isPresent(); entry = archive.next()) {
                    analysis.visit(entry.get(), archive);
                }
                return archive.count();
            }
        }

        private void keepEntries(ImageFileSystem.Builder merging, LayerReader archive, AnalysisPass.Layer analysis)
                throws IOException {
            try {
                entries = merging.read(diffId, archive, analysis);
            } catch (ImageFileSystemException e) {
                overLimit = e;
            }
        }
    }
}

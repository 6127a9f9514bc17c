package dev.tallyclerk.examples.fleet;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.image.BlobContent;
import dev.tallyclerk.registry.image.BuiltImage;
import dev.tallyclerk.registry.image.FetchedManifest;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.verify.ContentCheck;
import dev.tallyclerk.registry.verify.ContentResult;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.registry.verify.LayerResults;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Reads, verifies and analyzes layers one by one, each as an image of its own. Safe for use by several threads. */
public final class LayerScanner {
    /** An image may have a few more layers than that. */
    private static final int MOST_PROMISES = 8_000;

    private static final String UNREADABLE = "UNREADABLE";

    private final Registries registries;
    private final ImageVerifier verifier;

    private LayerScanner(Registries registries, ImageVerifier verifier) {
        this.registries = registries;
        this.verifier = verifier;
    }

    /** {@return what reads layers for a judge} */
    public static LayerScanner of(Registries registries, Judge judge) {
        return new LayerScanner(registries, judge.layerVerifier());
    }

    /**
     * Reads a layer, and saves its result unless that is known.
     *
     * @param results where results of the layer's origin are
     * @return the outcome for each promise, by its {@linkplain LayerNeed#key key}
     * @throws IOException if the results cannot be used
     */
    public Map<String, LayerOutcome> scan(LayerUse use, LayerResults results) throws IOException {
        List<LayerNeed> needs = use.needs();
        if (needs.size() == 1) {
            return Map.of(needs.get(0).key(), scan(needs, use, results).get(0));
        }
        // At most one of the promises holds, and only for that one there is anything to save.
        Map<String, LayerOutcome> outcomes = new LinkedHashMap<>();
        for (int from = 0; from < needs.size(); from += MOST_PROMISES) {
            List<LayerNeed> some = needs.subList(from, Math.min(from + MOST_PROMISES, needs.size()));
            List<LayerOutcome> found = scan(some, use, null);
            for (int i = 0; i < some.size(); i++) {
                LayerOutcome outcome = found.get(i);
                outcomes.put(
                        some.get(i).key(),
                        outcome.kind() == LayerOutcome.Kind.KNOWN
                                ? scan(List.of(some.get(i)), use, results)
                                        .get(0)
                                        .withMore(outcome.hashed())
                                : outcome);
            }
        }
        return outcomes;
    }

    /** Asks one place after the other, as long as the layer is not there. It is missing only where all were asked. */
    private List<LayerOutcome> scan(List<LayerNeed> needs, LayerUse use, @Nullable LayerResults results)
            throws IOException {
        List<LayerOutcome> missing = List.of();
        List<LayerOutcome> unreadable = List.of();
        long hashed = 0;
        for (FleetImage holder : use.holders()) {
            List<LayerOutcome> found = scan(needs, use, holder, results);
            LayerOutcome first = found.get(0);
            hashed += first.hashed();
            if (first.reason().equals(UNREADABLE)) {
                unreadable = found;
            } else if (first.reason().equals(ContentResult.Reason.MISSING.name())) {
                missing = found;
            } else {
                return withHashed(found, hashed);
            }
        }
        if (!unreadable.isEmpty()) {
            return withHashed(unreadable, hashed);
        }
        return use.hasMoreHolders()
                ? all(
                        needs,
                        missing.get(0).reason(),
                        missing.get(0).message() + ", nor have others that were asked; not all were that name it")
                : missing;
    }

    private static List<LayerOutcome> all(List<LayerNeed> needs, String reason, String message) {
        return Collections.nCopies(needs.size(), new LayerOutcome(LayerOutcome.Kind.UNKNOWN, reason, message, 0));
    }

    /** The bytes count for the first outcome. */
    private static List<LayerOutcome> withHashed(List<LayerOutcome> outcomes, long hashed) {
        List<LayerOutcome> all = new ArrayList<>();
        for (LayerOutcome outcome : outcomes) {
            all.add(new LayerOutcome(outcome.kind(), outcome.reason(), outcome.message(), all.isEmpty() ? hashed : 0));
        }
        return all;
    }

    private List<LayerOutcome> scan(
            List<LayerNeed> needs, LayerUse use, FleetImage holder, @Nullable LayerResults results) throws IOException {
        AtomicLong hashed = new AtomicLong();
        try (Registries.Opened source = registries.open(holder)) {
            ImageSource lone = alone(needs, use, source.image(), hashed);
            Noted noted = results == null ? null : new Noted(results);
            ImageVerifier looking = noted == null ? verifier : verifier.withLayerResults(noted);
            List<LayerOutcome> outcomes = looking.verify(lone).checks().stream()
                    .filter(each -> each.kind() == ContentCheck.Kind.LAYER)
                    .map(check -> outcome(check.result(), noted))
                    .toList();
            if (outcomes.size() != needs.size()) {
                throw new IOException("a layer alone is no image");
            }
            boolean wasRead = hashed.get() == 0 && outcomes.get(0).kind() == LayerOutcome.Kind.KNOWN;
            return withHashed(outcomes, wasRead ? needs.get(0).size() : hashed.get()); // before the process was killed
        } catch (Unusable e) {
            throw e.cause;
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            return withHashed(all(needs, UNREADABLE, Messages.of(e)), hashed.get());
        }
    }

    private static LayerOutcome outcome(ContentResult result, @Nullable Noted noted) {
        return result.<LayerOutcome>fold(
                verified -> noted == null || noted.known.get()
                        ? new LayerOutcome(LayerOutcome.Kind.KNOWN, "", "", 0)
                        : new LayerOutcome(LayerOutcome.Kind.UNKNOWN, "UNKNOWN", "its result could not be kept", 0),
                failed -> new LayerOutcome(
                        LayerOutcome.Kind.WRONG, failed.reason().name(), failed.message(), 0),
                unverifiable -> new LayerOutcome(
                        LayerOutcome.Kind.UNKNOWN, unverifiable.reason().name(), unverifiable.message(), 0));
    }

    /** {@return an image that has nothing but the layer, once for each promise} */
    private static ImageSource alone(List<LayerNeed> needs, LayerUse use, ImageSource source, AtomicLong hashed) {
        ImageConfig.Builder building = ImageConfig.builder(Platform.of("linux", "amd64"));
        needs.forEach(need -> building.layer(Digest.parse(need.diffId())));
        ImageConfig config = building.build();
        ImageManifest.Builder manifest = ImageManifest.builder(config.descriptor());
        needs.forEach(need -> manifest.layer(need.descriptor()));
        BuiltImage documents =
                BuiltImage.of(source.name(), manifest.build(), Map.of(config.digest(), BlobContent.of(config.bytes())));
        return new LoneLayer(documents, source, use.descriptors(), hashed);
    }

    /** The documents of one image and a layer of another. */
    private static final class LoneLayer implements ImageSource {
        private final BuiltImage documents;
        private final ImageSource source;
        private final List<Descriptor> layer;
        private final AtomicLong hashed;

        LoneLayer(BuiltImage documents, ImageSource source, List<Descriptor> layer, AtomicLong hashed) {
            this.documents = documents;
            this.source = source;
            this.layer = layer;
            this.hashed = hashed;
        }

        @Override
        public String name() {
            return source.name();
        }

        @Override
        public ResolvedDigest resolve() {
            return documents.resolve();
        }

        @Override
        public Optional<FetchedManifest> unverifiedManifest(Digest digest, int maxBytes) throws IOException {
            return documents.unverifiedManifest(digest, maxBytes);
        }

        @Override
        public Optional<InputStream> unverifiedBlob(Descriptor descriptor) throws IOException {
            if (!descriptor.digest().equals(layer.get(0).digest())) {
                return documents.unverifiedBlob(descriptor);
            }
            for (Descriptor each : layer) {
                Optional<InputStream> found = source.unverifiedContent(each);
                if (found.isPresent()) {
                    return found.map(in -> new Counted(in, hashed));
                }
            }
            return Optional.empty();
        }

        @Override
        public void foundWrong(Digest digest) {
            source.foundWrong(digest);
        }

        @Override
        public boolean isWorthAskingAgain() {
            return source.isWorthAskingAgain();
        }

        @Override
        public void close() {
            // The source belongs to the caller.
        }
    }

    /** Counts the bytes that are read, all of which are hashed. */
    private static final class Counted extends FilterInputStream {
        private final AtomicLong count;

        Counted(InputStream in, AtomicLong count) {
            super(in);
            this.count = count;
        }

        @Override
        public int read() throws IOException {
            int next = super.read();
            count.addAndGet(next < 0 ? 0 : 1);
            return next;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            count.addAndGet(Math.max(read, 0));
            return read;
        }

        @Override
        public long skip(long bytes) {
            return 0;
        }
    }

    /** The store fails, which says nothing of the layer. */
    private static final class Unusable extends IOException {
        private static final long serialVersionUID = 1;
        private final IOException cause;

        Unusable(IOException cause) {
            super(cause);
            this.cause = cause;
        }
    }

    /** Results, and whether that of the layer is among them now. */
    private static final class Noted implements LayerResults {
        private final LayerResults results;
        private final AtomicBoolean known = new AtomicBoolean();

        Noted(LayerResults results) {
            this.results = results;
        }

        @Override
        public Optional<InputStream> find(String key) throws IOException {
            try {
                Optional<InputStream> found = results.find(key);
                found.ifPresent(in -> known.set(true));
                return found;
            } catch (IOException e) {
                throw new Unusable(e);
            }
        }

        @Override
        public void save(String key, Content content) throws IOException {
            try {
                results.save(key, content);
                known.set(true);
            } catch (IOException e) {
                throw new Unusable(e);
            }
        }
    }
}

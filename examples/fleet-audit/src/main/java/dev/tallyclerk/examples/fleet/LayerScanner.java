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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Reads, verifies and analyzes layers one by one, each as an image of its own. Safe for use by several threads. */
public final class LayerScanner {
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
     * Reads a layer and saves its result, unless that is known.
     *
     * @param holders images that have the layer; the next is asked if one lacks it
     * @param results where results of the layer's origin are
     * @throws IOException if the results cannot be used
     */
    public LayerOutcome scan(LayerNeed layer, List<FleetImage> holders, LayerResults results) throws IOException {
        LayerOutcome last = new LayerOutcome(LayerOutcome.Kind.UNKNOWN, "UNREADABLE", "no image has it", 0);
        for (FleetImage holder : holders) {
            last = scan(layer, holder, results);
            if (!last.reason().equals(ContentResult.Reason.MISSING.name())) {
                return last;
            }
        }
        return last;
    }

    private LayerOutcome scan(LayerNeed layer, FleetImage holder, LayerResults results) throws IOException {
        Noted noted = new Noted(results);
        AtomicLong hashed = new AtomicLong();
        try (ImageSource source = registries.open(holder)) {
            ContentCheck check = verifier.withLayerResults(noted)
                    .verify(alone(layer, source, hashed))
                    .checks()
                    .stream()
                    .filter(each -> each.kind() == ContentCheck.Kind.LAYER)
                    .findFirst()
                    .orElseThrow(() -> new IOException("a layer alone is no image"));
            if (noted.known.get()) {
                return new LayerOutcome(LayerOutcome.Kind.KNOWN, "", "", hashed.get());
            }
            return check.result()
                    .<LayerOutcome>fold(
                            verified -> outcome(
                                    LayerOutcome.Kind.UNKNOWN, "UNKNOWN", "its result could not be kept", hashed),
                            failed -> outcome(
                                    LayerOutcome.Kind.WRONG, failed.reason().name(), failed.message(), hashed),
                            unverifiable -> outcome(
                                    LayerOutcome.Kind.UNKNOWN,
                                    unverifiable.reason().name(),
                                    unverifiable.message(),
                                    hashed));
        } catch (Unusable e) {
            throw e.cause;
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            return outcome(LayerOutcome.Kind.UNKNOWN, "UNREADABLE", Messages.of(e), hashed);
        }
    }

    private static LayerOutcome outcome(LayerOutcome.Kind kind, String reason, String message, AtomicLong hashed) {
        return new LayerOutcome(kind, reason, message, hashed.get());
    }

    /** {@return an image that has nothing but the layer} */
    private static ImageSource alone(LayerNeed layer, ImageSource source, AtomicLong hashed) {
        ImageConfig config = ImageConfig.builder(Platform.of("linux", "amd64"))
                .layer(layer.diffId())
                .build();
        Descriptor descriptor = layer.descriptor();
        ImageManifest manifest =
                ImageManifest.builder(config.descriptor()).layer(descriptor).build();
        BuiltImage documents =
                BuiltImage.of(source.name(), manifest, Map.of(config.digest(), BlobContent.of(config.bytes())));
        return new LoneLayer(documents, source, descriptor, hashed);
    }

    /** The documents of one image and a layer of another. */
    private static final class LoneLayer implements ImageSource {
        private final BuiltImage documents;
        private final ImageSource source;
        private final Descriptor layer;
        private final AtomicLong hashed;

        LoneLayer(BuiltImage documents, ImageSource source, Descriptor layer, AtomicLong hashed) {
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
            return descriptor.digest().equals(layer.digest())
                    ? source.unverifiedBlob(descriptor).map(in -> new Counted(in, hashed))
                    : documents.unverifiedBlob(descriptor);
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

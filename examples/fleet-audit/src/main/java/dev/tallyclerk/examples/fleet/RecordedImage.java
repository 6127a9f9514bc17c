package dev.tallyclerk.examples.fleet;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.image.FetchedManifest;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.Platform;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** An image whose documents were recorded, and whose layers are known from elsewhere. */
final class RecordedImage implements ImageSource {
    /** Larger content is recorded by nobody. */
    static final long LARGEST = DocumentLimits.defaults().maxConfigBytes();

    private final ImageRecord record;

    RecordedImage(ImageRecord record) {
        this.record = record;
    }

    @Override
    public String name() {
        return record.name();
    }

    @Override
    public Optional<Reference> reference() {
        return record.reference();
    }

    @Override
    public ResolvedDigest resolve() throws IOException {
        return ResolvedDigest.of(record.digest().orElseThrow(() -> new IOException(record.failure())), record.origin());
    }

    @Override
    public Optional<Platform> announcedPlatform(Digest digest) {
        return record.digest().equals(Optional.of(digest)) ? record.announced() : Optional.empty();
    }

    @Override
    public Optional<FetchedManifest> unverifiedManifest(Digest digest, int maxBytes) {
        return Optional.ofNullable(record.documents().get(digest))
                .map(document -> FetchedManifest.of(document.bytes(), document.mediaType()));
    }

    @Override
    public Optional<InputStream> unverifiedBlob(Descriptor descriptor) throws IOException {
        ImageRecord.Document document = record.documents().get(descriptor.digest());
        if (document != null) {
            return Optional.of(new ByteArrayInputStream(document.bytes()));
        }
        if (record.layers().stream()
                .anyMatch(layer -> layer.digest().equals(descriptor.digest().toString()))) {
            throw new IOException("the layer " + descriptor.digest() + " was not read");
        }
        if (descriptor.size() > LARGEST) {
            throw new IOException("the content " + descriptor.digest() + " was not kept, because it is too large");
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}

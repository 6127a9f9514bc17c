package dev.tallyclerk.registry.image;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.Manifest;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** An image whose parts a program has at hand. Immutable; safe for use by several threads if the contents are. */
final class BuiltImage implements ImageSource {
    private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

    private final String name;
    private final Manifest root;
    private final Map<Digest, BlobContent> contents;

    BuiltImage(String name, Manifest root, Map<Digest, BlobContent> contents) {
        this.name = Objects.requireNonNull(name, "name");
        this.root = Objects.requireNonNull(root, "root");
        Map<Digest, BlobContent> all = new HashMap<>(contents);
        all.put(root.digest(), BlobContent.of(root.bytes()));
        this.contents = Map.copyOf(all);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public ResolvedDigest resolve() {
        return ResolvedDigest.of(root.digest(), root.size(), name);
    }

    @Override
    public Optional<FetchedManifest> unverifiedManifest(Digest digest, int maxBytes) throws IOException {
        BlobContent content = contents.get(digest);
        if (content == null) {
            return Optional.empty();
        }
        try (InputStream in = content.open()) {
            byte[] bytes = in.readNBytes((int) Math.min(maxBytes + 1L, LONGEST_ARRAY));
            return Optional.of(FetchedManifest.of(bytes, digest.equals(root.digest()) ? root.mediaType() : ""));
        }
    }

    @Override
    public Optional<InputStream> unverifiedBlob(Descriptor descriptor) throws IOException {
        BlobContent content = contents.get(descriptor.digest());
        return content == null ? Optional.empty() : Optional.of(content.open());
    }

    @Override
    public void close() {
        // Each stream is closed by whoever took it, and there is nothing else.
    }
}

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

/**
 * An image whose parts a program holds in memory or in files, such as one that it has just built.
 *
 * <p>It is verified like any other image: content that does not match its digest is found when it is read. Immutable,
 * and safe for use by several threads if the contents are. Need not be closed.
 */
public final class BuiltImage implements ImageSource {
    private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

    private final String name;
    private final Manifest root;
    private final Map<Digest, BlobContent> contents;

    private BuiltImage(String name, Manifest root, Map<Digest, BlobContent> contents) {
        this.name = name;
        this.root = root;
        this.contents = contents;
    }

    /**
     * {@return an image of those parts}
     *
     * @param name where the image is from, for messages
     * @param root the image's manifest, or the index of several
     * @param contents the configuration, the layers and, below an index, the manifests, by digest. An image lacks what
     *     is left out
     */
    public static BuiltImage of(String name, Manifest root, Map<Digest, BlobContent> contents) {
        Map<Digest, BlobContent> all = new HashMap<>(contents);
        all.put(root.digest(), BlobContent.of(root.bytes()));
        return new BuiltImage(Objects.requireNonNull(name, "name"), root, Map.copyOf(all));
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
        // The caller closes each stream; nothing else is open.
    }
}

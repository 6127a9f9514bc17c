package dev.tallyclerk.examples.fleet;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.LayerFormat;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

/**
 * A layer that an image needs, and what the image promises of it.
 *
 * @param origin where the layer is: a registry, a layout or an archive. Each has its own copy, which is read once
 * @param mediaType the media type in the manifest
 * @param digest the digest of its bytes
 * @param size the size of its bytes
 * @param diffId the digest that its uncompressed content is promised to have
 * @param urls where else the manifest says that it is
 * @param data the bytes themselves in Base64, if the manifest has them, or an empty text
 */
public record LayerNeed(
        String origin, String mediaType, String digest, long size, String diffId, List<String> urls, String data)
        implements Serializable {
    private static final long serialVersionUID = 1;

    /** More in a manifest is not kept: the source has the layer, or it is missing. */
    private static final int MOST_EXTRA = 64 * 1024;

    /** Requires all. */
    public LayerNeed {
        Objects.requireNonNull(origin, "origin");
        Objects.requireNonNull(mediaType, "mediaType");
        Objects.requireNonNull(digest, "digest");
        Objects.requireNonNull(diffId, "diffId");
        urls = List.copyOf(urls);
        Objects.requireNonNull(data, "data");
    }

    static LayerNeed of(String origin, Descriptor layer, Digest diffId) {
        List<String> urls = layer.urls();
        boolean areShort = urls.stream().mapToLong(String::length).sum() <= MOST_EXTRA;
        return new LayerNeed(
                origin,
                layer.mediaType(),
                layer.digest().toString(),
                layer.size(),
                diffId.toString(),
                areShort ? urls : List.of(),
                layer.data()
                        .filter(data -> data.length <= MOST_EXTRA && isContent(data, layer))
                        .map(Base64.getEncoder()::encodeToString)
                        .orElse(""));
    }

    private static boolean isContent(byte[] data, Descriptor layer) {
        DigestAlgorithm algorithm = layer.digest().algorithm();
        return algorithm.isSupported()
                && data.length == layer.size()
                && Digest.of(algorithm, data).equals(layer.digest());
    }

    /** {@return the descriptor without addresses and bytes} */
    Descriptor descriptor() {
        return Descriptor.of(mediaType, Digest.parse(digest), size);
    }

    /**
     * {@return a text that needs share if one look at the layer says what is true of all}
     *
     * <p>An image may have one layer ten thousand times and promise something else each time.
     */
    public String group() {
        DigestAlgorithm algorithm = Digest.parse(diffId).algorithm();
        return String.join(
                " ",
                origin,
                digest,
                Long.toString(size),
                LayerFormat.of(mediaType).name(),
                LayerFormat.isDetected(mediaType) ? "detected" : "stated",
                algorithm.isSupported() ? algorithm.toString() : "unsupported",
                digest.equals(diffId) ? "uncompressed" : "any");
    }

    /** {@return a text that needs with the same outcome share} */
    public String key() {
        return group() + " " + diffId;
    }

    void writeTo(DataOutput out) throws IOException {
        Texts.write(origin, out);
        Texts.write(mediaType, out);
        Texts.write(digest, out);
        out.writeLong(size);
        Texts.write(diffId, out);
        Texts.write(urls, out);
        Texts.write(data, out);
    }

    static LayerNeed readFrom(DataInput in) throws IOException {
        return new LayerNeed(
                Texts.read(in),
                Texts.read(in),
                Texts.read(in),
                in.readLong(),
                Texts.read(in),
                Texts.readList(in),
                Texts.read(in));
    }
}

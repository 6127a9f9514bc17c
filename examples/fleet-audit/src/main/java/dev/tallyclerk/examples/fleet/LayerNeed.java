package dev.tallyclerk.examples.fleet;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.model.Descriptor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/**
 * A layer that an image needs, and what decides how it is read. Images that share a layer have equal needs.
 *
 * @param origin where the layer is: a registry, a layout or an archive. Each has its own copy, which is read once
 * @param mediaType the media type in the manifest
 * @param digest the digest of its bytes
 * @param size the size of its bytes
 * @param diffId the digest that its uncompressed content is promised to have
 * @param urls where else the manifest says that it is
 */
public record LayerNeed(String origin, String mediaType, Digest digest, long size, Digest diffId, List<String> urls) {
    /** Requires all. */
    public LayerNeed {
        Objects.requireNonNull(origin, "origin");
        Objects.requireNonNull(mediaType, "mediaType");
        urls = List.copyOf(urls);
    }

    static LayerNeed of(String origin, Descriptor layer, Digest diffId) {
        return new LayerNeed(origin, layer.mediaType(), layer.digest(), layer.size(), diffId, layer.urls());
    }

    Descriptor descriptor() {
        Descriptor layer = Descriptor.of(mediaType, digest, size);
        return urls.isEmpty() ? layer : layer.withUrls(urls);
    }

    /** {@return a text that equal needs share} */
    public String key() {
        return String.join(
                " ", origin, mediaType, digest.toString(), Long.toString(size), diffId.toString(), urls.toString());
    }

    void writeTo(DataOutput out) throws IOException {
        Texts.write(origin, out);
        Texts.write(mediaType, out);
        Texts.write(digest.toString(), out);
        out.writeLong(size);
        Texts.write(diffId.toString(), out);
        Texts.write(urls, out);
    }

    static LayerNeed readFrom(DataInput in) throws IOException {
        return new LayerNeed(
                Texts.read(in),
                Texts.read(in),
                Digest.parse(Texts.read(in)),
                in.readLong(),
                Digest.parse(Texts.read(in)),
                Texts.readList(in));
    }

    /** {@return this as bytes, for {@link #of}} */
    public byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writeTo(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * {@return the need that was written}
     *
     * @throws IOException if the bytes are none
     */
    public static LayerNeed of(byte[] bytes) throws IOException {
        return readFrom(new DataInputStream(new ByteArrayInputStream(bytes)));
    }
}

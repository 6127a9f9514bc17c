package dev.tallyclerk.registry.model;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A manifest or an index, with the exact bytes that it was read from.
 *
 * <p>Immutable. Two are equal when their bytes are, read as the same media type.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md">OCI image-spec v1.1.1, Image
 *     Manifest</a>
 */
public abstract sealed class Manifest permits ImageManifest, ImageIndex {
    private final byte[] bytes;
    private final String mediaType;
    private final Optional<Descriptor> subject;
    private final Map<String, String> annotations;

    Manifest(byte[] bytes, String mediaType, Optional<Descriptor> subject, Map<String, String> annotations) {
        this.bytes = bytes.clone();
        this.mediaType = mediaType;
        this.subject = subject;
        this.annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
    }

    /**
     * Reads a manifest or index whose kind is known from outside.
     *
     * @param bytes the document, not kept; {@link RegistryLimits#maxManifestBytes} applies
     * @param mediaType the type that a descriptor or a Content-Type header gives; the document must agree with it
     * @throws MalformedDocumentException if the document is not one of that type, or is ambiguous
     */
    public static Manifest parse(byte[] bytes, String mediaType, RegistryLimits limits)
            throws MalformedDocumentException {
        return ManifestReader.read(bytes, mediaType, limits);
    }

    /**
     * Reads a manifest or index whose kind only the document itself says.
     *
     * @param bytes the document, not kept; {@link RegistryLimits#maxManifestBytes} applies
     * @throws MalformedDocumentException if the document is neither, or is ambiguous
     */
    public static Manifest parse(byte[] bytes, RegistryLimits limits) throws MalformedDocumentException {
        return ManifestReader.read(bytes, "", limits);
    }

    /** {@return what {@code manifest} or {@code index} makes of this, whichever applies} */
    public abstract <R> R fold(
            Function<? super ImageManifest, ? extends R> manifest, Function<? super ImageIndex, ? extends R> index);

    /** {@return the media type as which the bytes are read} */
    public final String mediaType() {
        return mediaType;
    }

    /** {@return a copy of the exact bytes} */
    public final byte[] bytes() {
        return bytes.clone();
    }

    /** {@return the size of the document in bytes} */
    public final int size() {
        return bytes.length;
    }

    /**
     * {@return the digest of the exact bytes}
     *
     * @throws IllegalArgumentException if {@code algorithm} is not supported
     */
    public final Digest digest(DigestAlgorithm algorithm) {
        return Digest.of(algorithm, bytes);
    }

    /** {@return the SHA-256 digest of the exact bytes} */
    public final Digest digest() {
        return digest(DigestAlgorithm.SHA256);
    }

    /** {@return the manifest that this one refers to, if there is one} */
    public final Optional<Descriptor> subject() {
        return subject;
    }

    /** {@return the annotations in document order; empty if there are none} */
    public final Map<String, String> annotations() {
        return annotations;
    }

    @Override
    public final boolean equals(@Nullable Object other) {
        return other instanceof Manifest that && mediaType.equals(that.mediaType) && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public final int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** {@return type, digest and size} */
    @Override
    public final String toString() {
        return mediaType + " " + digest() + " (" + bytes.length + " bytes)";
    }
}

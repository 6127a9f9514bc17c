package dev.tallyclerk.registry.model;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.MemberMap;
import dev.tallyclerk.text.Quoted;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A reference to content by media type, digest and size.
 *
 * <p>Immutable. A descriptor is a promise until the content has been verified.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md">OCI image-spec v1.1.1, Content
 *     Descriptors</a>
 */
public final class Descriptor {
    private final String mediaType;
    private final Digest digest;
    private final long size;
    private final Extras extras;

    /** The optional members. Data is canonical base64, so that it is immutable and can be compared. */
    record Extras(
            List<String> urls,
            Map<String, String> annotations,
            @Nullable String data,
            @Nullable String artifactType,
            @Nullable Platform platform,
            Map<String, String> unknownMembers) {
        static final Extras NONE = new Extras(List.of(), Map.of(), null, null, null, Map.of());

        Extras {
            urls = List.copyOf(urls);
            annotations = MemberMap.copyOf(annotations);
            unknownMembers = MemberMap.copyOf(unknownMembers);
        }
    }

    Descriptor(String mediaType, Digest digest, long size, Extras extras) {
        this.mediaType = mediaType;
        this.digest = digest;
        this.size = size;
        this.extras = extras;
    }

    /**
     * {@return a descriptor with the three required members}
     *
     * @param mediaType a media type of RFC 6838, or for layers any printable ASCII without blanks of at most 255
     *     characters
     * @param size the content's size in bytes
     * @throws IllegalArgumentException if {@code mediaType} is neither, or {@code size} is negative
     */
    public static Descriptor of(String mediaType, Digest digest, long size) {
        if (size < 0) {
            throw new IllegalArgumentException("size is negative: " + size);
        }
        if (!MediaType.isLayerType(mediaType)) {
            throw noMediaType(mediaType);
        }
        return new Descriptor(mediaType, Objects.requireNonNull(digest, "digest"), size, Extras.NONE);
    }

    /**
     * {@return the descriptor of {@code content}, with its SHA-256 digest}
     *
     * @param mediaType as in {@link #of}
     * @param content the bytes, not kept
     * @throws IllegalArgumentException if {@code mediaType} is not allowed there
     */
    public static Descriptor ofContent(String mediaType, byte[] content) {
        return of(mediaType, Digest.sha256Of(content), content.length);
    }

    /**
     * {@return the descriptor of the empty content <code>&#123;&#125;</code>, which is embedded}
     *
     * @see <a
     *     href="https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md#guidance-for-an-empty-descriptor">OCI
     *     image-spec v1.1.1, Guidance for an Empty Descriptor</a>
     */
    public static Descriptor empty() {
        byte[] content = "{}".getBytes(StandardCharsets.UTF_8);
        return ofContent(MediaType.OCI_EMPTY, content).withData(content);
    }

    private static IllegalArgumentException noMediaType(String text) {
        return new IllegalArgumentException("not a media type: " + Quoted.quote(text));
    }

    private Descriptor with(Extras other) {
        return new Descriptor(mediaType, digest, size, other);
    }

    /**
     * {@return this descriptor with other URLs for the content}
     *
     * @throws IllegalArgumentException if one is no http or https URL
     */
    public Descriptor withUrls(List<String> urls) {
        for (String url : urls) {
            if (!isHttpUrl(url)) {
                throw new IllegalArgumentException("not an http or https URL: " + Quoted.quote(url));
            }
        }
        return with(new Extras(
                urls, extras.annotations, extras.data, extras.artifactType, extras.platform, extras.unknownMembers));
    }

    static boolean isHttpUrl(String text) {
        try {
            URI uri = new URI(text);
            return "https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme());
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** {@return this descriptor with other annotations} */
    public Descriptor withAnnotations(Map<String, String> annotations) {
        return with(new Extras(
                extras.urls, annotations, extras.data, extras.artifactType, extras.platform, extras.unknownMembers));
    }

    /**
     * {@return this descriptor with the content embedded}
     *
     * @param data the bytes, not kept
     * @throws IllegalArgumentException if they do not match digest and size, or the digest's algorithm is not supported
     */
    public Descriptor withData(byte[] data) {
        if (data.length != size || !Digest.of(digest.algorithm(), data).equals(digest)) {
            throw new IllegalArgumentException("the data is not the content of " + digest + " with " + size + " bytes");
        }
        return with(new Extras(
                extras.urls,
                extras.annotations,
                Base64.getEncoder().encodeToString(data),
                extras.artifactType,
                extras.platform,
                extras.unknownMembers));
    }

    /**
     * {@return this descriptor, of a manifest, with the manifest's artifact type}
     *
     * @throws IllegalArgumentException if it is no media type
     */
    public Descriptor withArtifactType(String artifactType) {
        if (!MediaType.isValid(artifactType)) {
            throw noMediaType(artifactType);
        }
        return with(new Extras(
                extras.urls, extras.annotations, extras.data, artifactType, extras.platform, extras.unknownMembers));
    }

    /** {@return this descriptor with the content's platform} */
    public Descriptor withPlatform(Platform platform) {
        return with(new Extras(
                extras.urls,
                extras.annotations,
                extras.data,
                extras.artifactType,
                Objects.requireNonNull(platform, "platform"),
                extras.unknownMembers));
    }

    /** {@return the content's media type, or for some layers another printable ASCII text without blanks} */
    public String mediaType() {
        return mediaType;
    }

    /** {@return the content's digest} */
    public Digest digest() {
        return digest;
    }

    /** {@return the content's size in bytes, zero or more} */
    public long size() {
        return size;
    }

    /** {@return http or https URLs of the content; empty if there are none} */
    public List<String> urls() {
        return extras.urls;
    }

    /** {@return the annotations in document order; empty if there are none} */
    public Map<String, String> annotations() {
        return extras.annotations;
    }

    /**
     * {@return a copy of the embedded content, if there is one}
     *
     * <p>It has the promised size, and the promised digest if the algorithm is supported; otherwise the descriptor was
     * refused.
     */
    public Optional<byte[]> data() {
        return Optional.ofNullable(extras.data).map(Base64.getDecoder()::decode);
    }

    /** {@return the base64 text of the content, or null} */
    @Nullable String dataText() {
        return extras.data;
    }

    /** {@return the artifact type, if the descriptor is one of an artifact's manifest} */
    public Optional<String> artifactType() {
        return Optional.ofNullable(extras.artifactType);
    }

    /** {@return the content's platform, if an index gives one} */
    public Optional<Platform> platform() {
        return Optional.ofNullable(extras.platform);
    }

    /** {@return the members that are not in the specification, in document order, each with its compact JSON text} */
    public Map<String, String> unknownMembers() {
        return extras.unknownMembers;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Descriptor that
                && mediaType.equals(that.mediaType)
                && digest.equals(that.digest)
                && size == that.size
                && extras.equals(that.extras);
    }

    @Override
    public int hashCode() {
        return Objects.hash(mediaType, digest, size);
    }

    @Override
    public String toString() {
        return mediaType + " " + digest + " (" + size + " bytes)";
    }
}

package dev.tallyclerk.registry.model;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.MalformedDigestException;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.text.Quoted;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a document says about content: its type, digest and size.
 *
 * <p>Immutable. What it says is a promise until the content has been verified.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md">OCI image-spec v1.1.1, Content
 *     Descriptors</a>
 */
public final class Descriptor {
    private static final Set<String> MEMBERS =
            Set.of("mediaType", "digest", "size", "urls", "annotations", "data", "artifactType", "platform");

    /** RFC 6838, section 4.2. */
    private static final Pattern MEDIA_TYPE =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}");

    private final String mediaType;
    private final Digest digest;
    private final long size;
    private final List<String> urls;
    private final Map<String, String> annotations;
    private final @Nullable String artifactType;
    private final @Nullable Platform platform;

    private Descriptor(
            String mediaType,
            Digest digest,
            long size,
            List<String> urls,
            Map<String, String> annotations,
            @Nullable String artifactType,
            @Nullable Platform platform) {
        this.mediaType = Objects.requireNonNull(mediaType, "mediaType");
        this.digest = Objects.requireNonNull(digest, "digest");
        this.size = size;
        this.urls = List.copyOf(urls);
        this.annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
        this.artifactType = artifactType;
        this.platform = platform;
    }

    /**
     * {@return a descriptor with the three members that every one has}
     *
     * @param size the content's size in bytes
     * @throws IllegalArgumentException if {@code mediaType} is not one, or {@code size} is negative
     */
    public static Descriptor of(String mediaType, Digest digest, long size) {
        if (size < 0) {
            throw new IllegalArgumentException("size is negative: " + size);
        }
        if (!isMediaType(mediaType)) {
            throw new IllegalArgumentException("not a media type: " + Quoted.quote(mediaType));
        }
        return new Descriptor(mediaType, digest, size, List.of(), Map.of(), null, null);
    }

    static Descriptor read(JsonCursor json) throws JsonException {
        json.refuseCaseVariants(MEMBERS);
        Digest digest = readDigest(json.required("digest"));
        long size = json.required("size").integer(0, Long.MAX_VALUE);
        Optional<JsonCursor> data = json.optional("data");
        if (data.isPresent()) {
            verifyData(data.get(), digest, size);
        }
        Optional<JsonCursor> annotations = json.optional("annotations");
        Optional<JsonCursor> artifactType = json.optional("artifactType");
        Optional<JsonCursor> platform = json.optional("platform");
        return new Descriptor(
                readMediaType(json.required("mediaType")),
                digest,
                size,
                readUrls(json),
                annotations.isPresent() ? annotations.get().stringMap() : Map.of(),
                artifactType.isPresent() ? readMediaType(artifactType.get()) : null,
                platform.isPresent() ? Platform.read(platform.get()) : null);
    }

    static Digest readDigest(JsonCursor json) throws JsonException {
        try {
            return Digest.parse(json.string());
        } catch (MalformedDigestException e) {
            throw json.badValue(e.getMessage() + " (descriptor.md, Digests)");
        }
    }

    static String readMediaType(JsonCursor json) throws JsonException {
        String text = json.string();
        if (!isMediaType(text)) {
            throw json.badValue("not a media type of RFC 6838: " + Quoted.quote(text));
        }
        return text;
    }

    private static boolean isMediaType(String text) {
        return text.length() <= 255 && MEDIA_TYPE.matcher(text).matches();
    }

    private static List<String> readUrls(JsonCursor json) throws JsonException {
        Optional<JsonCursor> member = json.optional("urls");
        List<String> urls = new ArrayList<>();
        if (member.isPresent()) {
            for (JsonCursor element : member.get().elements()) {
                String url = element.string();
                if (!isHttpUrl(url)) {
                    throw element.badValue("not an http or https URL: " + Quoted.quote(url));
                }
                urls.add(url);
            }
        }
        return urls;
    }

    private static boolean isHttpUrl(String text) {
        try {
            URI uri = new URI(text);
            return "https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme());
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** The specification: data MUST be identical to the content, and SHOULD be verified against digest and size. */
    private static void verifyData(JsonCursor json, Digest digest, long size) throws JsonException {
        byte[] data;
        try {
            data = Base64.getDecoder().decode(json.string());
        } catch (IllegalArgumentException e) {
            throw json.badValue("not base64 (RFC 4648, section 4)");
        }
        if (data.length != size) {
            throw json.badValue("is " + data.length + " bytes, and the descriptor's size is " + size);
        }
        if (digest.algorithm().isSupported()
                && !Digest.of(digest.algorithm(), data).equals(digest)) {
            throw json.badValue("is not the content that the descriptor's digest promises");
        }
    }

    /** {@return the content's media type} */
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

    /** {@return other places where the content may be had, as http or https URLs; empty if there are none} */
    public List<String> urls() {
        return urls;
    }

    /** {@return the annotations in document order; empty if there are none} */
    public Map<String, String> annotations() {
        return annotations;
    }

    /** {@return the type of artifact, if the descriptor is one of an artifact's manifest} */
    public Optional<String> artifactType() {
        return Optional.ofNullable(artifactType);
    }

    /** {@return what the content runs on, where an index says so} */
    public Optional<Platform> platform() {
        return Optional.ofNullable(platform);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Descriptor that
                && mediaType.equals(that.mediaType)
                && digest.equals(that.digest)
                && size == that.size
                && urls.equals(that.urls)
                && annotations.equals(that.annotations)
                && Objects.equals(artifactType, that.artifactType)
                && Objects.equals(platform, that.platform);
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

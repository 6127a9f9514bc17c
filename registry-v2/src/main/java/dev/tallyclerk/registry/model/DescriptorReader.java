package dev.tallyclerk.registry.model;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.MalformedDigestException;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.MemberNames;
import dev.tallyclerk.text.Quoted;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a descriptor in one pass over its members. */
final class DescriptorReader {
    private static final MemberNames MEMBERS =
            MemberNames.of("mediaType digest size urls annotations data artifactType platform".split(" "));
    private static final int REQUIRED_MEMBERS = 3;
    private static final byte[] EMPTY_CONTENT = "{}".getBytes(StandardCharsets.UTF_8);
    private static final String EMPTY_DESCRIPTOR =
            "OCI image-spec v1.1.1, manifest.md, Guidance for an Empty Descriptor: the content is {}";

    private final JsonCursor json;
    private @Nullable String mediaType;
    private @Nullable Digest digest;
    private long size = -1;
    private @Nullable JsonCursor data;
    private List<String> urls = List.of();
    private Map<String, String> annotations = Map.of();
    private @Nullable String artifactType;
    private @Nullable Platform platform;
    private Map<String, String> unknown = Map.of();

    /** Whether a type may be any text, because layers of unknown types are kept and copied. */
    private final boolean ofLayers;

    private DescriptorReader(JsonCursor json, boolean ofLayers) {
        this.json = json;
        this.ofLayers = ofLayers;
    }

    static Descriptor read(JsonCursor place) throws JsonException {
        return new DescriptorReader(place.under(Specifications.DESCRIPTOR), false).read();
    }

    static List<Descriptor> readAll(JsonCursor array, boolean ofLayers, DocumentLimits limits) throws JsonException {
        int length = array.length();
        limits.requireCount(array, length);
        JsonCursor json = array.under(Specifications.DESCRIPTOR);
        List<Descriptor> out = new ArrayList<>(length);
        for (int i = 0; i < length; i++) {
            out.add(new DescriptorReader(json.element(i), ofLayers).read());
        }
        return out;
    }

    private Descriptor read() throws JsonException {
        int members = json.size();
        for (int i = 0; i < members; i++) {
            member(i);
        }
        String type = mediaType;
        Digest content = digest;
        if (type == null || content == null || size < 0) {
            throw json.missing(type == null ? "mediaType" : content == null ? "digest" : "size");
        }
        if (type.equals(MediaType.OCI_EMPTY)) {
            requireEmpty(json, content, size);
        }
        if (members == REQUIRED_MEMBERS) {
            return new Descriptor(type, content, size, Descriptor.Extras.NONE);
        }
        String checked = data == null ? null : data(data, content, size);
        return new Descriptor(
                type,
                content,
                size,
                new Descriptor.Extras(urls, annotations, checked, artifactType, platform, unknown));
    }

    private void member(int at) throws JsonException {
        switch (json.name(at)) {
            case "mediaType" -> mediaType = ofLayers ? layerType(json.member(at)) : mediaType(json.member(at));
            case "digest" -> digest = digest(json.member(at));
            case "size" -> size = json.member(at).integer(0, Long.MAX_VALUE);
            case "urls" -> urls = json.isNull(at) ? urls : urls(json.member(at));
            case "annotations" ->
                annotations = json.isNull(at) ? annotations : json.member(at).stringMap();
            case "data" -> data = json.isNull(at) ? data : json.member(at);
            case "artifactType" -> artifactType = json.isNull(at) ? artifactType : typeOrNull(json.member(at));
            case "platform" -> platform = json.isNull(at) ? platform : PlatformReader.read(json.member(at));
            default -> unknown = json.other(at, unknown, MEMBERS);
        }
    }

    private static String layerType(JsonCursor json) throws JsonException {
        String text = json.string();
        if (!MediaType.isLayerType(text)) {
            throw json.badValue("not printable ASCII without blanks: " + Quoted.quote(text));
        }
        return text;
    }

    static Digest digest(JsonCursor json) throws JsonException {
        try {
            return Digest.parse(json.string());
        } catch (MalformedDigestException e) {
            throw json.badValue(String.valueOf(e.getMessage()));
        }
    }

    /** {@return a type, or null for the empty text that Go writes for an absent one} */
    static @Nullable String typeOrNull(JsonCursor json) throws JsonException {
        return json.string().isEmpty() ? null : mediaType(json);
    }

    static String mediaType(JsonCursor json) throws JsonException {
        String text = json.string();
        if (!MediaType.isValid(text)) {
            throw json.badValue("not a media type of RFC 6838: " + Quoted.quote(text));
        }
        return text;
    }

    private static List<String> urls(JsonCursor json) throws JsonException {
        List<String> urls = new ArrayList<>();
        for (JsonCursor element : json.elements()) {
            String url = element.string();
            if (!Descriptor.isHttpUrl(url)) {
                throw element.badValue("not an http or https URL: " + Quoted.quote(url));
            }
            urls.add(url);
        }
        return urls;
    }

    /** Specification: data MUST be identical to the content, and SHOULD be verified against digest and size. */
    private static String data(JsonCursor json, Digest digest, long size) throws JsonException {
        String text = json.string();
        byte[] data;
        try {
            data = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw json.badValue("not base64 (RFC 4648, section 4)");
        }
        if (!Base64.getEncoder().encodeToString(data).equals(text)) {
            throw json.badValue("not canonical base64 (RFC 4648, section 3.5)");
        }
        if (data.length != size) {
            throw json.badValue("has " + data.length + " bytes, and the descriptor's size is " + size);
        }
        if (!isContent(data, digest)) {
            throw json.badValue("does not match the descriptor's digest");
        }
        return text;
    }

    private static void requireEmpty(JsonCursor json, Digest digest, long size) throws JsonException {
        if (size != EMPTY_CONTENT.length) {
            throw json.required("size")
                    .failure(JsonException.Reason.BAD_VALUE, "is " + size + ", must be 2", EMPTY_DESCRIPTOR);
        }
        if (!isContent(EMPTY_CONTENT, digest)) {
            throw json.required("digest")
                    .failure(
                            JsonException.Reason.BAD_VALUE,
                            "is " + digest + ", must be the digest of {}",
                            EMPTY_DESCRIPTOR);
        }
    }

    /** {@return whether {@code content} has the digest; true if the algorithm is not supported} */
    private static boolean isContent(byte[] content, Digest digest) {
        return !digest.algorithm().isSupported()
                || Digest.of(digest.algorithm(), content).equals(digest);
    }
}

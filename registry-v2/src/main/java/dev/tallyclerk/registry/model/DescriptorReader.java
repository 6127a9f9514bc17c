package dev.tallyclerk.registry.model;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.MalformedDigestException;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.MemberNames;
import dev.tallyclerk.internal.text.Quoted;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads descriptors and what stands in them. */
final class DescriptorReader {
    private static final MemberNames MEMBERS =
            MemberNames.of("mediaType", "digest", "size", "urls", "annotations", "data", "artifactType", "platform");
    private static final byte[] EMPTY_CONTENT = "{}".getBytes(StandardCharsets.UTF_8);
    private static final String EMPTY_DESCRIPTOR =
            "OCI image-spec v1.1.1, manifest.md, Guidance for an Empty Descriptor: the content is {}";

    private DescriptorReader() {}

    static Descriptor read(JsonCursor place) throws JsonException {
        JsonCursor json = place.under(Specifications.DESCRIPTOR);
        json.refuseCaseVariants(MEMBERS);
        String mediaType = mediaType(json.required("mediaType"));
        Digest digest = digest(json.required("digest"));
        long size = json.required("size").integer(0, Long.MAX_VALUE);
        if (mediaType.equals(MediaType.OCI_EMPTY)) {
            requireEmpty(json, digest, size);
        }
        return new Descriptor(mediaType, digest, size, extras(json, digest, size));
    }

    private static Descriptor.Extras extras(JsonCursor json, Digest digest, long size) throws JsonException {
        Optional<JsonCursor> urls = json.optional("urls");
        Optional<JsonCursor> annotations = json.optional("annotations");
        Optional<JsonCursor> data = json.optional("data");
        Optional<JsonCursor> artifactType = json.optional("artifactType");
        Optional<JsonCursor> platform = json.optional("platform");
        Map<String, String> unknown = json.others(MEMBERS);
        boolean none = urls.isEmpty()
                && annotations.isEmpty()
                && data.isEmpty()
                && artifactType.isEmpty()
                && platform.isEmpty()
                && unknown.isEmpty();
        if (none) {
            return Descriptor.Extras.NONE;
        }
        return new Descriptor.Extras(
                urls.isPresent() ? urls(urls.get()) : List.of(),
                annotations.isPresent() ? annotations.get().stringMap() : Map.of(),
                data.isPresent() ? data(data.get(), digest, size) : null,
                artifactType.isPresent() ? mediaType(artifactType.get()) : null,
                platform.isPresent() ? PlatformReader.read(platform.get()) : null,
                unknown);
    }

    static Digest digest(JsonCursor json) throws JsonException {
        try {
            return Digest.parse(json.string());
        } catch (MalformedDigestException e) {
            throw json.badValue(String.valueOf(e.getMessage()));
        }
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
            if (!isHttpUrl(url)) {
                throw element.badValue("not an http or https URL: " + Quoted.quote(url));
            }
            urls.add(url);
        }
        return urls;
    }

    static boolean isHttpUrl(String text) {
        try {
            URI uri = new URI(text);
            return "https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme());
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** The specification: data MUST be identical to the content, and SHOULD be verified against digest and size. */
    private static String data(JsonCursor json, Digest digest, long size) throws JsonException {
        String text = json.string();
        byte[] data;
        try {
            data = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw json.badValue("not base64 (RFC 4648, section 4)");
        }
        if (!Base64.getEncoder().encodeToString(data).equals(text)) {
            throw json.badValue("not the one base64 form of its content (RFC 4648, section 3.5)");
        }
        if (data.length != size) {
            throw json.badValue("is " + data.length + " bytes, and the descriptor's size is " + size);
        }
        if (!isContent(data, digest)) {
            throw json.badValue("is not the content that the descriptor's digest promises");
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
                    .failure(JsonException.Reason.BAD_VALUE, "is " + digest + ", not that of {}", EMPTY_DESCRIPTOR);
        }
    }

    /** {@return whether {@code digest} is that of {@code content}, as far as that can be told} */
    private static boolean isContent(byte[] content, Digest digest) {
        return !digest.algorithm().isSupported()
                || Digest.of(digest.algorithm(), content).equals(digest);
    }
}

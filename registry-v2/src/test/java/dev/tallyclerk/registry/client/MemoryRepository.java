package dev.tallyclerk.registry.client;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.image.FetchedManifest;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.MediaType;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a {@link MemoryRegistry} has under one name. */
public final class MemoryRepository {
    final NavigableMap<Digest, byte[]> blobs = new TreeMap<>();
    final NavigableMap<Digest, FetchedManifest> manifests = new TreeMap<>();
    final NavigableMap<String, Digest> tags = new TreeMap<>();
    final Map<String, ByteArrayOutputStream> uploads = new TreeMap<>();
    boolean saysSubject = true;
    boolean keepsToConditions;
    int tagsAtATime;

    MemoryRepository() {}

    /** Says that the registry takes account of subjects by itself, or that it does not know of them. */
    public void setSaysSubject(boolean says) {
        saysSubject = says;
    }

    /** Lets so many tags stand for a manifest in one request, and says so. */
    public void setTagsAtATime(int most) {
        tagsAtATime = most;
    }

    /** Names what tags stand for in ETags and keeps to conditions about them, or does neither. */
    public void setKeepsToConditions(boolean keeps) {
        keepsToConditions = keeps;
    }

    /** {@return whether the conditions of a request about a tag hold} */
    boolean allows(String tag, String ifMatch, String ifNoneMatch) {
        Digest digest = tags.get(tag);
        boolean matches = ifMatch.isEmpty() || (digest != null && ifMatch.equals("\"" + digest + "\""));
        return !keepsToConditions || (matches && (ifNoneMatch.isEmpty() || digest == null));
    }

    /** Adds a blob and describes it. */
    public Descriptor blob(String mediaType, byte[] content) {
        Descriptor descriptor = Descriptor.ofContent(mediaType, content);
        blobs.put(descriptor.digest(), content);
        return descriptor;
    }

    /** Adds a manifest and describes it. */
    public Descriptor manifest(String mediaType, byte[] content) {
        Descriptor descriptor = Descriptor.ofContent(mediaType, content);
        manifests.put(descriptor.digest(), FetchedManifest.of(content, mediaType));
        return descriptor;
    }

    /** Adds an image of such layers, which are not compressed, and tags it. */
    public Descriptor image(String tag, String... layers) {
        List<Descriptor> blobs = new ArrayList<>();
        for (String layer : layers) {
            blobs.add(blob("application/vnd.oci.image.layer.v1.tar", layer.getBytes(StandardCharsets.UTF_8)));
        }
        String diffIds = blobs.stream().map(blob -> "\"" + blob.digest() + "\"").collect(Collectors.joining(","));
        String config = "{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":["
                + diffIds + "]}}";
        var builder = ImageManifest.builder(blob(MediaType.OCI_CONFIG, config.getBytes(StandardCharsets.UTF_8)));
        blobs.forEach(builder::layer);
        Manifest manifest = builder.build();
        return tag(tag, manifest(manifest.mediaType(), manifest.bytes()));
    }

    /** Gives a manifest a name. */
    public Descriptor tag(String tag, Descriptor manifest) {
        tags.put(tag, manifest.digest());
        return manifest;
    }

    /** {@return a blob's bytes, if they are there} */
    public Optional<byte[]> content(Digest digest) {
        return Optional.ofNullable(blobs.get(digest)).map(byte[]::clone);
    }

    /** {@return a manifest's bytes, if they are there} */
    public Optional<byte[]> manifestBytes(Digest digest) {
        return Optional.ofNullable(manifests.get(digest)).map(FetchedManifest::bytes);
    }

    /** {@return what a tag stands for, if it is there} */
    public Optional<Digest> tagged(String tag) {
        return Optional.ofNullable(tags.get(tag));
    }

    /** {@return how many uploads were begun and neither ended nor cancelled} */
    public int openUploads() {
        return uploads.size();
    }

    /** Replaces the bytes of a blob. */
    public void replaceBlob(Digest digest, byte[] content) {
        blobs.put(digest, content);
    }

    static Manifest parse(FetchedManifest stored) {
        try {
            return Manifest.parse(stored.bytes(), stored.mediaType(), DocumentLimits.defaults());
        } catch (MalformedDocumentException e) {
            throw new AssertionError(e);
        }
    }

    /** {@return the type by which a registry lists a manifest: its own, or that of its configuration} */
    static String artifactType(Manifest manifest) {
        @Nullable String own = manifest.artifactType().orElse(null);
        if (own != null) {
            return own;
        }
        return manifest instanceof ImageManifest image ? image.config().mediaType() : "";
    }
}

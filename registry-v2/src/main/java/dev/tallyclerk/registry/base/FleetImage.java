package dev.tallyclerk.registry.base;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.model.ExecutionParameters;
import dev.tallyclerk.registry.model.HistoryEntry;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.sbom.Sbom;
import dev.tallyclerk.registry.verify.ImageVerification;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An image of a fleet: its digests, its layers, and what it says about its base.
 *
 * <p>Only documents are needed, and no layer: the layers are compared by the digests of their uncompressed content,
 * which stay the same when a tool compresses them again. Immutable; two are equal if name and digest are. Needs about
 * 200 bytes for each layer, and at most 1 KiB for the history.
 */
public final class FleetImage {
    /** Longer histories are compared by their beginning only. */
    private static final int MAX_HISTORY = 128;

    private final String name;
    private final Digest digest;
    private final Digest indexDigest;
    private final Digest configDigest;
    private final Digest execution;
    private final List<Digest> diffIds;
    private final Platform platform;
    private final @Nullable BaseAnnotation annotatedBase;
    private final long[] history;
    private final boolean isClaimed;

    private FleetImage(String name, Sbom claims, Platform platform) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("an image needs a name");
        }
        this.name = name;
        this.digest = claims.digest();
        this.indexDigest = claims.digest();
        this.configDigest = claims.digest();
        this.execution = claims.digest();
        this.diffIds = claims.layers();
        this.platform = platform.normalized();
        this.annotatedBase = claims.base().map(BaseAnnotation::of).orElse(null);
        this.history = new long[0];
        this.isClaimed = true;
    }

    private FleetImage(
            String name, Digest digest, Digest indexDigest, Map<String, String> annotations, ImageConfig config) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("an image needs a name");
        }
        this.name = name;
        this.digest = digest;
        this.indexDigest = indexDigest;
        this.configDigest = config.digest();
        this.execution = hashOf(config.execution());
        this.diffIds = config.diffIds();
        this.platform = config.platform().normalized();
        this.annotatedBase =
                BaseAnnotation.of(annotations, config.execution().labels()).orElse(null);
        this.history = history(config.history());
        this.isClaimed = false;
    }

    /**
     * {@return an image whose documents were verified}
     *
     * <p>If the annotations of its manifest name no base, those of the index count that led to it.
     *
     * @param name identifies the image in the fleet; shown to people
     * @param image a verification, with or without layers
     * @throws IllegalArgumentException if the verification has no manifest or no configuration, or the name is blank
     */
    public static FleetImage of(String name, ImageVerification image) {
        ImageManifest manifest = image.manifest()
                .orElseThrow(() -> new IllegalArgumentException(name + " has no manifest that was verified"));
        ImageConfig config = image.config()
                .orElseThrow(() -> new IllegalArgumentException(name + " has no configuration that was verified"));
        Map<String, String> annotations = manifest.annotations();
        boolean namesBase =
                annotations.containsKey(BaseAnnotation.NAME) || annotations.containsKey(BaseAnnotation.DIGEST);
        return new FleetImage(
                name,
                image.manifestDigest().orElseGet(manifest::digest),
                image.resolved().digest(),
                namesBase ? annotations : image.indexAnnotations(),
                config);
    }

    /**
     * {@return an image by its documents}
     *
     * @param name identifies the image in the fleet; shown to people
     * @param manifest its manifest
     * @param config its configuration
     * @throws IllegalArgumentException if the name is blank
     */
    public static FleetImage of(String name, ImageManifest manifest, ImageConfig config) {
        Digest digest = manifest.digest();
        return new FleetImage(name, digest, digest, manifest.annotations(), config);
    }

    /**
     * {@return an image that nobody has read, with the layers and the base that a bill of materials states}
     *
     * <p>It can be planned for, and is never the base of another image. Without layers, nothing confirms its base.
     *
     * @param name identifies the image in the fleet; shown to people
     * @param claims the document, whose digest stands for that of the manifest
     * @param platform the platform that is assumed
     * @throws IllegalArgumentException if the name is blank
     */
    public static FleetImage ofClaims(String name, Sbom claims, Platform platform) {
        return new FleetImage(name, claims, platform);
    }

    /** {@return whether a bill of materials claims layers and base, and nobody has read the image} */
    public boolean isClaimed() {
        return isClaimed;
    }

    /** {@return what identifies the image in the fleet} */
    public String name() {
        return name;
    }

    /** {@return the digest of the manifest; of an image that is only claimed, the digest of the document} */
    public Digest digest() {
        return digest;
    }

    /** {@return the digests of the uncompressed layers, the lowest first; empty if the image is claimed without any} */
    public List<Digest> diffIds() {
        return diffIds;
    }

    /** {@return the platform, in canonical names} */
    public Platform platform() {
        return platform;
    }

    /** {@return the base that the image names, or the bill of materials that claims it} */
    public Optional<BaseAnnotation> annotatedBase() {
        return Optional.ofNullable(annotatedBase);
    }

    /** {@return the digest of the index that led to the image, or of the manifest if none did} */
    Digest indexDigest() {
        return indexDigest;
    }

    /** {@return whether both have the same layers, and start containers in the same way} */
    boolean hasContentOf(FleetImage other) {
        return digest.equals(other.digest)
                || configDigest.equals(other.configDigest)
                || (diffIds.equals(other.diffIds) && execution.equals(other.execution));
    }

    /** {@return for the first steps of the build, the first 1, 2, 3 and so on, a hash of them} */
    long[] history() {
        return history;
    }

    /** Labels are left out: dates and revisions in them differ with each build. */
    private static Digest hashOf(ExecutionParameters parameters) {
        StringBuilder text = new StringBuilder();
        for (List<String> values : List.of(
                List.of(parameters.user(), parameters.workingDir(), parameters.stopSignal()),
                parameters.exposedPorts(),
                parameters.env(),
                parameters.entrypoint(),
                parameters.command(),
                parameters.volumes(),
                parameters.onBuild(),
                parameters.shell(),
                List.of(parameters.healthcheck().toString(), Boolean.toString(parameters.argsEscaped())))) {
            text.append(values.size()).append(';');
            values.forEach(value -> text.append(value.length()).append(':').append(value));
        }
        return Digest.sha256Of(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static long[] history(List<HistoryEntry> entries) {
        long[] hashes = new long[Math.min(entries.size(), MAX_HISTORY)];
        long hash = 1;
        for (int i = 0; i < hashes.length; i++) {
            HistoryEntry entry = entries.get(i);
            hash = mixed(hash, entry.createdBy());
            hash = mixed(hash, entry.created().map(Object::toString).orElse(""));
            hashes[i] = hash;
        }
        return hashes;
    }

    /** FNV-1a: histories only give hints, and their builders may write anything. */
    private static long mixed(long seed, String text) {
        long hash = seed;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return (hash ^ 0xffff) * 0x100000001b3L;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FleetImage that && name.equals(that.name) && digest.equals(that.digest);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, digest);
    }

    /** {@return the name} */
    @Override
    public String toString() {
        return name;
    }
}

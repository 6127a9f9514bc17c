package dev.tallyclerk.registry.verify;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.analysis.ImageAnalyzer;
import dev.tallyclerk.registry.filesystem.ImageFileSystem;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageManifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The result of the verification of an image. Immutable.
 *
 * <p>Manifest, configuration and files are present only if they hold, so callers may rely on them.
 */
public final class ImageVerification {
    private final String source;
    private final Optional<Reference> reference;
    private final ResolvedDigest resolved;
    private final List<ContentCheck> checks;
    private final @Nullable ImageManifest manifest;
    private final @Nullable ImageConfig config;
    private final @Nullable ImageFileSystem files;
    private final Map<ImageAnalyzer<?>, Object> results;
    private final List<ImageVerification> others;
    private final Map<String, String> indexAnnotations;

    /** How much of the image is what was promised. */
    public enum Verdict {
        /** All of it. */
        VERIFIED,
        /** Some of it is not: the image must not be used. */
        FAILED,
        /** Nothing is known to be wrong, and some of it could not be verified. */
        INCOMPLETE
    }

    ImageVerification(
            ImageSource source,
            ResolvedDigest resolved,
            List<ContentCheck> checks,
            @Nullable ImageManifest manifest,
            @Nullable ImageConfig config,
            @Nullable ImageFileSystem files,
            Map<ImageAnalyzer<?>, Object> results,
            Map<String, String> indexAnnotations) {
        this(
                source.name(),
                source.reference(),
                resolved,
                checks,
                manifest,
                config,
                files,
                results,
                List.of(),
                indexAnnotations);
    }

    private ImageVerification(
            String source,
            Optional<Reference> reference,
            ResolvedDigest resolved,
            List<ContentCheck> checks,
            @Nullable ImageManifest manifest,
            @Nullable ImageConfig config,
            @Nullable ImageFileSystem files,
            Map<ImageAnalyzer<?>, Object> results,
            List<ImageVerification> others,
            Map<String, String> indexAnnotations) {
        this.source = source;
        this.reference = reference;
        this.resolved = Objects.requireNonNull(resolved, "resolved");
        this.checks = List.copyOf(checks);
        this.manifest = manifest;
        this.config = config;
        this.files = files;
        this.results = results;
        this.others = List.copyOf(others);
        this.indexAnnotations = Map.copyOf(indexAnnotations);
    }

    /** {@return the location of the image, for people} */
    public String source() {
        return source;
    }

    /** {@return the whole name under which the image is known, if its source knows one} */
    public Optional<Reference> reference() {
        return reference;
    }

    /**
     * {@return the digest from which the image was verified, and who vouches for it}
     *
     * <p>If it is that of an index, the image of {@link #manifestDigest} was verified, and the {@linkplain #others
     * others}. A caller that pins the digest of the index may run an image for another platform, which was not
     * verified.
     */
    public ResolvedDigest resolved() {
        return resolved;
    }

    /** {@return every piece of content that was looked at, in order: index, manifest, configuration, layers} */
    public List<ContentCheck> checks() {
        return checks;
    }

    /**
     * {@return the annotations of the indexes that led to the image, and of their entries; empty without an index}
     *
     * <p>Where several state the same one, that nearest to the image counts. Those of the manifest are not among them.
     */
    public Map<String, String> indexAnnotations() {
        return indexAnnotations;
    }

    /** {@return the image's manifest, if it holds} */
    public Optional<ImageManifest> manifest() {
        return Optional.ofNullable(manifest);
    }

    /**
     * {@return the digest by which the image's manifest was found, if that holds; of all images of an index, this one}
     */
    public Optional<Digest> manifestDigest() {
        return manifest == null
                ? Optional.empty()
                : checks.stream()
                        .filter(check -> check.kind() == ContentCheck.Kind.MANIFEST)
                        .map(ContentCheck::digest)
                        .findFirst();
    }

    /** {@return the image's configuration, if it holds and the manifest is one of an image} */
    public Optional<ImageConfig> config() {
        return Optional.ofNullable(config);
    }

    /** {@return the merged files, without contents, if all layers hold and engines agree on the files} */
    public Optional<ImageFileSystem> files() {
        return Optional.ofNullable(files);
    }

    /**
     * {@return what an analyzer of the verifier found out about this image}
     *
     * <p>Empty if the verifier did not have the analyzer, the layers were not read, or there is no manifest that holds.
     * A result may be about an image that must not be used: look at the {@link #verdict}.
     *
     * @param analyzer the same object that was given to {@link ImageVerifier#withAnalyzer}
     * @param <R> the type of the result
     */
    @SuppressWarnings("unchecked") // the analyzer made it
    public <R> Optional<R> result(ImageAnalyzer<R> analyzer) {
        return Optional.ofNullable((R) results.get(analyzer));
    }

    /** {@return this verification without the merged files, which may need much memory} */
    public ImageVerification withoutFiles() {
        return new ImageVerification(
                source,
                reference,
                resolved,
                checks,
                manifest,
                config,
                null,
                results,
                others.stream().map(ImageVerification::withoutFiles).toList(),
                indexAnnotations);
    }

    ImageVerification withOthers(List<ImageVerification> others) {
        return new ImageVerification(
                source, reference, resolved, checks, manifest, config, files, results, others, indexAnnotations);
    }

    /**
     * {@return this verification with the results of the layers from another one, which has read them}
     *
     * @param other a verification of the same manifests
     * @throws IllegalArgumentException if it is of other manifests
     */
    public ImageVerification withLayersOf(ImageVerification other) {
        if (manifestDigest().isEmpty()
                || !manifestDigest().equals(other.manifestDigest())
                || others.size() != other.others.size()) {
            throw new IllegalArgumentException(other + " is not of the same manifests as " + this);
        }
        List<ContentCheck> both = Stream.concat(
                        checks.stream().filter(check -> check.kind() != ContentCheck.Kind.LAYER),
                        other.checks.stream().filter(check -> check.kind() == ContentCheck.Kind.LAYER))
                .toList();
        List<ImageVerification> more = new ArrayList<>();
        for (int i = 0; i < others.size(); i++) {
            more.add(others.get(i).withLayersOf(other.others.get(i)));
        }
        return new ImageVerification(
                source,
                reference,
                resolved,
                both,
                manifest,
                config,
                other.files,
                other.results,
                more,
                indexAnnotations);
    }

    /**
     * {@return the other images that an engine may take from the index for the same platform; empty for most images}
     *
     * <p>Engines differ in how they read platforms, and in whether they prefer layers in Zstandard. Loading the image
     * by the digest of its manifest, and not by that of the index, loads this one and no other.
     */
    public List<ImageVerification> others() {
        return others;
    }

    /** {@return how much of the image, and of its {@linkplain #others others}, is what was promised} */
    public Verdict verdict() {
        boolean failed = others.stream().anyMatch(other -> other.verdict() == Verdict.FAILED);
        boolean unverifiable =
                checks.isEmpty() || others.stream().anyMatch(other -> other.verdict() == Verdict.INCOMPLETE);
        for (ContentCheck check : checks) {
            failed |= check.result() instanceof ContentResult.Failed;
            unverifiable |= check.result() instanceof ContentResult.Unverifiable;
        }
        return failed ? Verdict.FAILED : unverifiable ? Verdict.INCOMPLETE : Verdict.VERIFIED;
    }

    /** {@return the checks that did not find the content verified, also those of the {@linkplain #others others}} */
    public List<ContentCheck> problems() {
        return Stream.concat(
                        checks.stream().filter(check -> !check.result().isVerified()),
                        others.stream().flatMap(other -> other.problems().stream()))
                .distinct()
                .toList();
    }

    /** {@return verdict, place and digest} */
    @Override
    public String toString() {
        return verdict() + " " + source + " " + resolved.digest();
    }
}

package dev.tallyclerk.registry.audit;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.TrustResult;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue.Reason;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.internal.text.TextMaps;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.audit.internal.BuildHistory;
import dev.tallyclerk.registry.audit.internal.BuildStep;
import dev.tallyclerk.registry.filesystem.ImageFile;
import dev.tallyclerk.registry.filesystem.ImageFileSystem;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.Deviation;
import dev.tallyclerk.registry.model.ExecutionParameters;
import dev.tallyclerk.registry.model.ExecutionParameters.Healthcheck;
import dev.tallyclerk.registry.model.HistoryEntry;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.verify.ContentCheck;
import dev.tallyclerk.registry.verify.ImageVerification;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * An image as a subject of rules. Parts that were not given are missing facts, which make the rules that need them
 * unknown.
 *
 * <p>Immutable.
 */
public final class ImageSubject implements Subject {
    /** The kind of the subject's {@link #ref}. */
    public static final String KIND = "image";

    private static final String CONFIG = "config";
    private static final String MANIFEST = "manifest";
    private static final Location INDEX_ANNOTATIONS = Location.pointer("index", "annotations");

    /** The most paths of one kind that are kept; a hostile image has millions. */
    private static final int MAX_PATHS = 100;

    private static final String NOT_SET = "OCI image-spec, config.md: optional, and absent means empty";

    private final SubjectRef ref;
    private final Fact<Reference> reference;
    private final Fact<ImageConfig> config;
    private final Fact<List<BuildStep>> steps;
    private final Fact<Integer> schemaVersion;
    private final Fact<String> manifestMediaType;
    private final Fact<List<Layer>> layers;
    private final Fact<Map<String, String>> annotations;
    private final Fact<Map<String, String>> indexAnnotations;
    private final Fact<List<Deviation>> manifestDeviations;
    private final Fact<List<String>> contentProblems;
    private final Fact<List<String>> unprintablePaths;
    private final Fact<List<String>> unequalLinks;
    private final Fact<TrustResult> trust;
    private final Fact<List<Digest>> earlierDigests;

    private ImageSubject(Builder builder) {
        this.ref = builder.ref;
        this.reference = builder.reference;
        this.config = builder.config;
        this.steps = config.flatMapAt((value, at) -> history()
                .map(entries -> BuildHistory.steps(entries, value.execution().shell())));
        this.schemaVersion = builder.schemaVersion;
        this.manifestMediaType = builder.manifestMediaType;
        this.layers = builder.layers;
        this.annotations = builder.annotations;
        this.indexAnnotations = builder.indexAnnotations;
        this.manifestDeviations = builder.manifestDeviations;
        this.contentProblems = builder.contentProblems;
        this.unprintablePaths = builder.unprintablePaths;
        this.unequalLinks = builder.unequalLinks;
        this.trust = builder.trust;
        this.earlierDigests = builder.earlierDigests;
    }

    private ImageSubject(
            ImageSubject image,
            ImageSubject files,
            Fact<TrustResult> trust,
            Fact<Reference> reference,
            Fact<List<Digest>> earlierDigests) {
        this.ref = image.ref;
        this.reference = reference;
        this.config = image.config;
        this.steps = image.steps;
        this.schemaVersion = image.schemaVersion;
        this.manifestMediaType = image.manifestMediaType;
        this.layers = image.layers;
        this.annotations = image.annotations;
        this.indexAnnotations = image.indexAnnotations;
        this.manifestDeviations = image.manifestDeviations;
        this.contentProblems = image.contentProblems;
        this.unprintablePaths = files.unprintablePaths;
        this.unequalLinks = files.unequalLinks;
        this.trust = trust;
        this.earlierDigests = earlierDigests;
    }

    /**
     * What a manifest says about a layer.
     *
     * @param mediaType the layer's media type
     * @param urls other addresses of the layer
     */
    public record Layer(String mediaType, List<String> urls) {
        public Layer {
            Objects.requireNonNull(mediaType, "mediaType");
            urls = List.copyOf(urls);
        }
    }

    /**
     * Starts the description of an image without any facts.
     *
     * @param name the image's name for display
     * @return a builder in which nothing must be set
     * @throws IllegalArgumentException if {@code name} is blank
     */
    public static Builder builder(String name) {
        return new Builder(SubjectRef.of(KIND, name));
    }

    /**
     * {@return an image from the result of its verification, and the {@linkplain ImageVerification#others others} that
     * some engine takes from its index}
     *
     * @param verification the result of verifying the image
     */
    public static List<ImageSubject> allOf(ImageVerification verification) {
        return Stream.concat(Stream.of(verification), verification.others().stream())
                .map(ImageSubject::of)
                .toList();
    }

    /**
     * {@return an image from the result of its verification, without the others}
     *
     * <p>Content that did not match or could not be verified is a missing fact; content that did not match is a content
     * problem too.
     *
     * @param verification the result of verifying the image
     */
    public static ImageSubject of(ImageVerification verification) {
        Builder builder = builder(verification.source());
        verification.reference().ifPresent(builder::reference);
        verification.manifest().ifPresent(builder::manifest);
        verification.checks().stream()
                .map(ContentCheck::mediaType)
                .filter(MediaType::isSchema1)
                .findFirst()
                .ifPresent(mediaType -> builder.manifestFormat(1, mediaType));
        verification.config().ifPresent(builder::config);
        // If nothing failed but some content could not be verified, or no configuration promises the layers' content,
        // it is unknown whether content matches.
        ImageVerification.Verdict verdict = verification.verdict();
        if (verdict == ImageVerification.Verdict.FAILED
                || (verdict == ImageVerification.Verdict.VERIFIED
                        && verification.config().isPresent())) {
            builder.contentProblems(verification.problems().stream()
                    .flatMap(check -> ContentProblems.describe(check).stream())
                    .toList());
        }
        verification.files().ifPresent(builder::files);
        return builder.indexAnnotations(verification.indexAnnotations()).build();
    }

    @Override
    public SubjectRef ref() {
        return ref;
    }

    /** {@return the name by which the image was requested, or will be loaded} */
    public Fact<Reference> reference() {
        return reference;
    }

    /**
     * {@return this image with the facts about files of another subject}
     *
     * @param other the same image, read earlier
     */
    public ImageSubject withFilesOf(ImageSubject other) {
        return new ImageSubject(this, other, trust, reference, earlierDigests);
    }

    /**
     * {@return this image with what a voucher said about it}
     *
     * @param trust the result of {@link dev.tallyclerk.evidence.Voucher#vouch}
     */
    public ImageSubject withTrust(TrustResult trust) {
        return new ImageSubject(this, this, Fact.known(trust, new Location.Whole("trust")), reference, earlierDigests);
    }

    /**
     * {@return this image under another name}
     *
     * @param reference the whole name by which the image will be loaded
     */
    public ImageSubject withReference(Reference reference) {
        return new ImageSubject(
                this, this, trust, Fact.known(reference, new Location.Whole("reference")), earlierDigests);
    }

    /**
     * {@return this image with the digests that its tag had in earlier audits}
     *
     * @param earlierDigests the digests, in any order
     */
    public ImageSubject withEarlierDigests(List<Digest> earlierDigests) {
        return new ImageSubject(this, this, trust, reference, earlier(earlierDigests));
    }

    private static Fact<List<Digest>> earlier(List<Digest> digests) {
        return Fact.known(List.copyOf(digests), new Location.Whole("reference"));
    }

    /** {@return what a voucher said about the image} */
    public Fact<TrustResult> trust() {
        return trust;
    }

    /** {@return the digests that the image's tag had in earlier audits} */
    public Fact<List<Digest>> earlierDigests() {
        return earlierDigests;
    }

    /** {@return up to 100 paths of files whose names have control characters} */
    Fact<List<String>> unprintablePaths() {
        return unprintablePaths;
    }

    /** {@return up to 100 paths of hard links with another mode or owner than their file} */
    Fact<List<String>> unequalLinks() {
        return unequalLinks;
    }

    /** {@return user and group; empty if the image leaves it to the engine, which uses root} */
    public Fact<String> user() {
        return text("User", ExecutionParameters::user);
    }

    /** {@return the exposed ports, for example {@code 8080/tcp}} */
    public Fact<List<String>> exposedPorts() {
        return list("ExposedPorts", ExecutionParameters::exposedPorts);
    }

    /** {@return the variables as {@code NAME=value}} */
    public Fact<List<String>> env() {
        return list("Env", ExecutionParameters::env);
    }

    /** {@return the first words of the command line} */
    public Fact<List<String>> entrypoint() {
        return list("Entrypoint", ExecutionParameters::entrypoint);
    }

    /** {@return the words after the entry point} */
    public Fact<List<String>> command() {
        return list("Cmd", ExecutionParameters::command);
    }

    /** {@return the paths of volumes} */
    public Fact<List<String>> volumes() {
        return list("Volumes", ExecutionParameters::volumes);
    }

    /** {@return the directory in which the command starts; empty if the image does not set it} */
    public Fact<String> workingDir() {
        return text("WorkingDir", ExecutionParameters::workingDir);
    }

    /** {@return the labels} */
    public Fact<Map<String, String>> labels() {
        return execution("Labels", ExecutionParameters::labels, Map::isEmpty);
    }

    /** {@return the triggers for builds based on the image} */
    public Fact<List<String>> onBuild() {
        return list("OnBuild", ExecutionParameters::onBuild);
    }

    /** {@return the health check of a container; not set if the image does not set it} */
    public Fact<Healthcheck> healthcheck() {
        return execution("Healthcheck", ExecutionParameters::healthcheck, check -> !check.isSet());
    }

    /** {@return the creation time in the image} */
    public Fact<Instant> created() {
        return config.flatMapAt((value, at) -> value.created()
                .map(time -> Fact.known(time, at.child("created")))
                .orElseGet(
                        () -> Fact.missing(Reason.KEY_MISSING, "the configuration does not say when it was created")));
    }

    /** {@return the build history; missing if the configuration has none} */
    public Fact<List<HistoryEntry>> history() {
        return config.flatMapAt((value, at) -> value.history().isEmpty()
                ? Fact.missing(Reason.KEY_MISSING, "the configuration has no history")
                : Fact.known(value.history(), at.child("history")));
    }

    /** {@return the digests of the uncompressed layers} */
    public Fact<List<Digest>> diffIds() {
        return config.map(ImageConfig::diffIds);
    }

    /** {@return the version of the manifest's schema} */
    public Fact<Integer> schemaVersion() {
        return schemaVersion;
    }

    /** {@return the manifest's media type} */
    public Fact<String> manifestMediaType() {
        return manifestMediaType;
    }

    /** {@return the layers in the manifest} */
    public Fact<List<Layer>> layers() {
        return layers;
    }

    /** {@return the manifest's annotations; known and empty for image formats without annotations} */
    public Fact<Map<String, String>> annotations() {
        return annotations;
    }

    /** {@return the annotations of the indexes that led to the image, and of their entries; empty without an index} */
    Fact<Map<String, String>> indexAnnotations() {
        return indexAnnotations;
    }

    /** {@return the content that did not match when configuration and layers were verified} */
    public Fact<List<String>> contentProblems() {
        return contentProblems;
    }

    Fact<List<Deviation>> manifestDeviations() {
        return manifestDeviations;
    }

    Fact<List<Deviation>> configDeviations() {
        return config.map(ImageConfig::deviations);
    }

    Fact<List<BuildStep>> steps() {
        return steps;
    }

    /** {@return the operating system of the image, for example {@code windows}} */
    Fact<String> os() {
        return config.flatMapAt((document, at) -> Fact.known(document.platform().os(), at.child("os")));
    }

    private Fact<String> text(String member, Function<ExecutionParameters, String> value) {
        return execution(member, value, String::isEmpty);
    }

    private Fact<List<String>> list(String member, Function<ExecutionParameters, List<String>> value) {
        return execution(member, value, List::isEmpty);
    }

    private <T> Fact<T> execution(
            String member, Function<ExecutionParameters, T> value, Function<? super T, Boolean> isNotSet) {
        return config.flatMapAt((document, at) -> {
            T found = value.apply(document.execution());
            Location place = at.child("config", member);
            return isNotSet.apply(found) ? Fact.defaulted(found, NOT_SET, place) : Fact.known(found, place);
        });
    }

    /** Collects the facts about an image. Belongs to one thread. */
    public static final class Builder {
        private SubjectRef ref;
        private Fact<Reference> reference = Fact.missing(Reason.SOURCE_NOT_PROVIDED, "no reference was given");
        private Fact<ImageConfig> config = Fact.missing(Reason.SOURCE_NOT_PROVIDED, "no configuration was given");
        private Fact<Integer> schemaVersion = Fact.missing(Reason.SOURCE_NOT_PROVIDED, "no manifest was given");
        private Fact<String> manifestMediaType = Fact.missing(Reason.SOURCE_NOT_PROVIDED, "no manifest was given");
        private Fact<List<Layer>> layers = Fact.missing(Reason.SOURCE_NOT_PROVIDED, "no manifest was given");
        private Fact<Map<String, String>> annotations =
                Fact.missing(Reason.SOURCE_NOT_PROVIDED, "no manifest was given, so its annotations are not known");
        private Fact<Map<String, String>> indexAnnotations = Fact.known(Map.of(), INDEX_ANNOTATIONS);
        private Fact<List<Deviation>> manifestDeviations = Fact.known(List.of(), Location.pointer(MANIFEST));
        private Fact<List<String>> contentProblems =
                Fact.missing(Reason.SOURCE_NOT_PROVIDED, "configuration and layers were not verified");

        private Fact<List<String>> unprintablePaths =
                Fact.missing(Reason.SOURCE_NOT_PROVIDED, "no merged file system was given");
        private Fact<List<String>> unequalLinks =
                Fact.missing(Reason.SOURCE_NOT_PROVIDED, "no merged file system was given");

        private Fact<TrustResult> trust =
                Fact.missing(Reason.SOURCE_NOT_PROVIDED, "nobody was asked who vouches for the image");
        private Fact<List<Digest>> earlierDigests =
                Fact.missing(Reason.SOURCE_NOT_PROVIDED, "no earlier digests of the tag were given");

        private Builder(SubjectRef ref) {
            this.ref = ref;
        }

        /**
         * Sets the name by which the image was requested.
         *
         * @param reference the reference
         * @return this builder
         */
        public Builder reference(Reference reference) {
            this.reference = Fact.known(reference, new Location.Whole("reference"));
            return this;
        }

        /**
         * Sets the configuration.
         *
         * @param config the configuration
         * @return this builder
         */
        public Builder config(ImageConfig config) {
            this.config = Fact.known(config, Location.pointer(CONFIG));
            return this;
        }

        /**
         * Sets all facts of a manifest, and the digest of the subject's {@link ImageSubject#ref}.
         *
         * @param manifest the manifest
         * @return this builder
         */
        public Builder manifest(ImageManifest manifest) {
            ref = ref.withDigest(manifest.digest());
            manifestDeviations = Fact.known(manifest.deviations(), Location.pointer(MANIFEST));
            return manifestFormat(2, manifest.mediaType())
                    .annotations(manifest.annotations())
                    .layers(manifest.layers().stream().map(Builder::layer).toList());
        }

        /**
         * Sets the format of a manifest that is too old to be read.
         *
         * @param version the version of the schema
         * @param mediaType the media type
         * @return this builder
         */
        public Builder manifestFormat(int version, String mediaType) {
            schemaVersion = Fact.known(version, Location.pointer(MANIFEST, "schemaVersion"));
            manifestMediaType = Fact.known(mediaType, Location.pointer(MANIFEST, "mediaType"));
            return this;
        }

        /**
         * Sets the layers in the manifest.
         *
         * @param layers the layers, the lowest first
         * @return this builder
         */
        public Builder layers(List<Layer> layers) {
            this.layers = Fact.known(List.copyOf(layers), Location.pointer(MANIFEST, "layers"));
            return this;
        }

        /**
         * Sets the manifest's annotations. An archive of {@code docker save} has none, which is an empty map.
         *
         * @param annotations the annotations
         * @return this builder
         */
        public Builder annotations(Map<String, String> annotations) {
            this.annotations = Fact.known(TextMaps.copyOf(annotations), Location.pointer(MANIFEST, "annotations"));
            return this;
        }

        private Builder indexAnnotations(Map<String, String> indexAnnotations) {
            this.indexAnnotations = Fact.known(TextMaps.copyOf(indexAnnotations), INDEX_ANNOTATIONS);
            return this;
        }

        /**
         * Sets the result of verifying configuration and layers against their digests.
         *
         * @param contentProblems one line of text for each content that did not match; empty if all matched
         * @return this builder
         */
        public Builder contentProblems(List<String> contentProblems) {
            this.contentProblems = Fact.known(List.copyOf(contentProblems), new Location.Whole("content"));
            return this;
        }

        /**
         * Sets the merged files.
         *
         * @param files the files; not kept
         * @return this builder
         */
        public Builder files(ImageFileSystem files) {
            List<String> unprintable = files.walk()
                    .map(ImageFile::path)
                    .filter(path ->
                            path.substring(path.lastIndexOf('/') + 1).chars().anyMatch(Character::isISOControl))
                    .limit(MAX_PATHS)
                    .toList();
            unprintablePaths = Fact.known(unprintable, new Location.Whole("files"));
            unequalLinks = Fact.known(
                    files.unequalLinks().stream()
                            .map(ImageFile::path)
                            .limit(MAX_PATHS)
                            .toList(),
                    new Location.Whole("files"));
            return this;
        }

        /**
         * Sets what a voucher said about the image.
         *
         * @param trust the result of {@link dev.tallyclerk.evidence.Voucher#vouch}
         * @return this builder
         */
        public Builder trust(TrustResult trust) {
            this.trust = Fact.known(trust, new Location.Whole("trust"));
            return this;
        }

        /**
         * Sets the digests that the image's tag had in earlier audits.
         *
         * @param earlierDigests the digests, in any order
         * @return this builder
         */
        public Builder earlierDigests(List<Digest> earlierDigests) {
            this.earlierDigests = earlier(earlierDigests);
            return this;
        }

        /**
         * Adds a label to the subject's {@link ImageSubject#ref}, for example the platform.
         *
         * @param key the label
         * @param value its value
         * @return this builder
         */
        public Builder label(String key, String value) {
            ref = ref.withLabel(key, value);
            return this;
        }

        /** {@return the image} */
        public ImageSubject build() {
            return new ImageSubject(this);
        }

        private static Layer layer(Descriptor descriptor) {
            return new Layer(descriptor.mediaType(), descriptor.urls());
        }
    }
}

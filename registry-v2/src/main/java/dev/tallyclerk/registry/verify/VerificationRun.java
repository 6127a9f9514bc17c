package dev.tallyclerk.registry.verify;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.analysis.AnalyzedImage;
import dev.tallyclerk.registry.analysis.ImageAnalyzer;
import dev.tallyclerk.registry.filesystem.ImageFileSystem;
import dev.tallyclerk.registry.image.FetchedManifest;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.internal.platform.PlatformDescent;
import dev.tallyclerk.registry.layer.LayerVerifier;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.LayerFormat;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.model.Schema1Manifest;
import dev.tallyclerk.registry.verify.ContentCheck.Kind;
import dev.tallyclerk.registry.verify.ContentResult.Failed;
import dev.tallyclerk.registry.verify.ContentResult.Reason;
import dev.tallyclerk.registry.verify.ContentResult.Unverifiable;
import dev.tallyclerk.registry.verify.ContentResult.Verified;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.verify.VerificationException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One verification, from the digest down. Used once, by one thread. */
final class VerificationRun {
    private static final Platform DEFAULT_PLATFORM = Platform.of("linux", "amd64");

    private final ImageSource source;
    private final ResolvedDigest root;
    private final @Nullable Platform demanded;
    private final Platform platform;
    private final @Nullable Branch branch;
    private final PlatformDescent way;
    private final List<Branch> branches = new ArrayList<>();
    private final VerifierOptions options;
    private final DocumentLimits limits;
    private final VerificationListener listener;
    private final ContentReader reader;
    private final List<ContentCheck> checks = new ArrayList<>();
    private final Map<String, String> indexAnnotations = new HashMap<>();

    /**
     * Another image of the index, which some engine takes.
     *
     * @param entry the entry of the index that leads to it
     * @param way the descent after that entry
     * @param checks the indexes so far
     * @param annotations those of the indexes so far, and of the entries that were followed
     */
    private record Branch(
            Descriptor entry, PlatformDescent way, List<ContentCheck> checks, Map<String, String> annotations) {}

    /** Verifies the image that {@link ImageIndex#manifestFor(Platform)} leads to. */
    VerificationRun(ImageSource source, ResolvedDigest root, VerifierOptions options) {
        this(source, root, options, null);
    }

    private VerificationRun(ImageSource source, ResolvedDigest root, VerifierOptions options, @Nullable Branch branch) {
        this.source = source;
        this.root = root;
        this.options = options;
        this.demanded = options.platform();
        this.platform = demanded == null ? DEFAULT_PLATFORM : demanded;
        this.branch = branch;
        if (branch == null) {
            this.way = new PlatformDescent(
                    platform, source.announcedPlatform(root.digest()).orElse(null));
        } else {
            this.way = branch.way;
            checks.addAll(branch.checks);
            indexAnnotations.putAll(branch.annotations);
            indexAnnotations.putAll(branch.entry.annotations());
        }
        this.limits = options.limits();
        this.listener = options.parallel() > 1 ? new SerialListener(options.listener()) : options.listener();
        this.reader = new ContentReader(source, listener);
    }

    /** Verifies the image, and each other one that some engine takes from the same indexes. */
    ImageVerification runAll() throws IOException {
        ImageVerification first = run();
        List<ImageVerification> others = new ArrayList<>();
        Set<Digest> known = new HashSet<>();
        first.manifestDigest().ifPresent(known::add);
        Deque<Branch> left = new ArrayDeque<>(branches);
        while (!left.isEmpty()) {
            Branch next = left.poll();
            if (known.add(next.entry.digest())) {
                VerificationRun run = new VerificationRun(source, root, options, next);
                others.add(run.run());
                left.addAll(run.branches);
            }
        }
        return first.withOthers(others);
    }

    private ImageVerification run() throws IOException {
        ImageManifest manifest = manifest();
        if (manifest == null) {
            return new ImageVerification(source, root, checks, null, null, null, Map.of(), indexAnnotations);
        }
        long bytes = manifest.config().size();
        for (Descriptor layer : manifest.layers()) {
            bytes = saturatedAdd(bytes, layer.size());
        }
        listener.started(manifest.layers().size() + 1, bytes);
        ImageConfig config = null;
        if (manifest.isImage()) {
            config = config(manifest);
        } else {
            add(check(Kind.CONFIG, 0, manifest.config(), notAnImage(manifest)));
        }
        if (!options.readsLayers()) {
            addUnreadLayers(manifest);
            return new ImageVerification(source, root, checks, manifest, config, null, Map.of(), indexAnnotations);
        }
        AnalysisPass pass = new AnalysisPass(options.analyzers());
        LayerRun run = layers(manifest, config, pass);
        int atATime = Math.min(options.parallel(), manifest.layers().size());
        Optional<ImageFileSystem> files = run.readAll(options.executor(), atATime);
        Map<ImageAnalyzer<?>, Object> results =
                pass.finish(new AnalyzedImage(manifest, Optional.ofNullable(config), files), run.values());
        return new ImageVerification(
                source, root, checks, manifest, config, files.orElse(null), results, indexAnnotations);
    }

    private void addUnreadLayers(ImageManifest manifest) {
        Unverifiable unread = new Unverifiable(Reason.NOT_READ, "the layer was not read");
        for (int i = 0; i < manifest.layers().size(); i++) {
            add(check(Kind.LAYER, i, manifest.layers().get(i), unread));
        }
    }

    private LayerRun layers(ImageManifest manifest, @Nullable ImageConfig config, AnalysisPass pass) {
        List<Descriptor> layers = manifest.layers();
        int atATime = Math.min(options.parallel(), layers.size());
        CompletableFuture<Void> end = new CompletableFuture<>();
        ContentReader layerReader = atATime > 1 ? new ContentReader(source.until(end), listener) : reader;
        LayerVerifier verifier = options.merge().layerVerifier();
        if (options.parallel() > 1) {
            // The thread that ends the last small layer is free to hash for the large one.
            verifier = verifier.withExecutor(options.executor());
        }
        return LayerRun.of(
                layers,
                config,
                layerReader,
                verifier,
                ImageFileSystem.builder(options.merge()),
                pass,
                StoredLooks.of(options.results(), pass),
                (index, result) -> add(check(Kind.LAYER, index, layers.get(index), result)),
                end);
    }

    /** Follows indexes down to one manifest, each document compared with the digest that led to it. */
    private @Nullable ImageManifest manifest() throws IOException {
        Document found = branch == null ? document(root, "") : document(branch.entry);
        while (found.document() instanceof ImageIndex index) {
            boolean tooDeep = way.isTooDeep();
            List<Branch> others = tooDeep ? List.of() : branches(index);
            Optional<Descriptor> next = tooDeep ? Optional.empty() : way.follow(index);
            if (next.isEmpty()) {
                // It is what its digest promises, and leads to no image all the same.
                Failed why = tooDeep
                        ? new Failed(
                                Reason.LIMIT_EXCEEDED,
                                "the index is within more than " + ImageIndex.MAX_OUTER_INDEXES + " others")
                        : new Failed(Reason.NO_SUCH_PLATFORM, "the index has no image for " + platform);
                ContentCheck read = found.check();
                add(new ContentCheck(read.kind(), 0, read.mediaType(), read.digest(), read.size(), why));
                return null;
            }
            add(found.check());
            indexAnnotations.putAll(index.annotations());
            for (Branch other : others) {
                if (!other.entry.digest().equals(next.get().digest())) {
                    branches.add(new Branch(other.entry, other.way, List.copyOf(checks), Map.copyOf(indexAnnotations)));
                }
            }
            indexAnnotations.putAll(next.get().annotations());
            found = document(next.get());
        }
        add(found.check());
        // Of a manifest of schema 1, the check says why there is nothing more to verify.
        return found.document() instanceof ImageManifest manifest ? manifest : null;
    }

    private List<Branch> branches(ImageIndex index) {
        return way.choices(index).stream()
                .map(entry -> new Branch(entry, way.following(entry), List.of(), Map.of()))
                .toList();
    }

    private Document document(Descriptor entry) throws IOException {
        return document(ResolvedDigest.of(entry.digest(), entry.size(), source.name()), entry.mediaType());
    }

    /** A document that was read, or null if it is not the promised one, with a check of it that nobody has heard of. */
    private record Document(ContentCheck check, @Nullable Manifest document) {}

    private Document document(ResolvedDigest vouched, String mediaType) throws IOException {
        Digest digest = vouched.digest();
        OptionalLong size = vouched.size();
        Optional<FetchedManifest> found = source.unverifiedManifest(digest, limits.maxManifestBytes());
        if (found.isEmpty()) {
            Failed missing = new Failed(Reason.MISSING, source.name() + " has no manifest " + digest);
            return new Document(new ContentCheck(Kind.MANIFEST, 0, mediaType, digest, size.orElse(0), missing), null);
        }
        byte[] bytes = found.get().bytes();
        // image-spec, media-types.md: where they differ, the type that the digest came with counts.
        String type = mediaType.isEmpty() ? found.get().mediaType() : mediaType;
        Kind kind = Kind.MANIFEST;
        Manifest document = null;
        ContentResult result;
        try {
            document = Manifest.parseVerified(bytes, type, vouched, limits);
            type = document.mediaType();
            kind = document instanceof ImageIndex ? Kind.INDEX : Kind.MANIFEST;
            Verified verified = new Verified(bytes.length);
            result = document.<ContentResult>fold(manifest -> verified, index -> verified, VerificationRun::judged);
        } catch (VerificationException e) {
            result = Results.of(e);
        } catch (MalformedDocumentException e) {
            result = Results.of(e);
        }
        return new Document(new ContentCheck(kind, 0, type, digest, size.orElse(bytes.length), result), document);
    }

    private @Nullable ImageConfig config(ImageManifest manifest) throws IOException {
        Descriptor descriptor = manifest.config();
        ImageConfig config = null;
        ContentResult result;
        if (descriptor.size() > limits.maxConfigBytes()) {
            result = new Failed(
                    Reason.LIMIT_EXCEEDED, "the configuration is larger than " + limits.maxConfigBytes() + " bytes");
        } else {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            result = reader.read(descriptor, blob -> {
                bytes.reset();
                return ContentReader.copy(blob, descriptor, bytes);
            });
            if (result.isVerified()) {
                try {
                    config = ImageConfig.parse(bytes.toByteArray(), descriptor.mediaType(), limits);
                    result = fit(manifest, config);
                } catch (MalformedDocumentException e) {
                    result = Results.of(e);
                }
            }
        }
        add(check(Kind.CONFIG, 0, descriptor, result));
        return result.isVerified() ? config : null;
    }

    /**
     * {@return whether a configuration that is the promised one also goes with its manifest and with what was wanted}
     */
    private ContentResult fit(ImageManifest manifest, ImageConfig config) {
        int layers = manifest.layers().size();
        if (config.diffIds().size() != layers) {
            return new Failed(
                    Reason.LAYER_COUNT_MISMATCH,
                    "the configuration promises " + config.diffIds().size() + " layers, the manifest has " + layers);
        }
        Platform configured = stated(config.platform());
        if ((demanded != null || way.endsInSilence()) && !way.isFor(configured)) {
            return new Failed(Reason.WRONG_PLATFORM, "the image is for " + config.platform() + ", not for " + platform);
        }
        Optional<Platform> announced = way.announced();
        if (announced.isPresent() && !agree(announced.get(), configured)) {
            return new Failed(
                    Reason.WRONG_PLATFORM,
                    "the image is for " + config.platform() + ", and the index says that it is for " + announced.get());
        }
        return new Verified(manifest.config().size());
    }

    /** Engines take an image that names no operating system or architecture for any. */
    private Platform stated(Platform config) {
        Platform wanted = way.announced().orElse(platform);
        return config.os().isEmpty() || config.architecture().isEmpty()
                ? Platform.of(
                                config.os().isEmpty() ? wanted.os() : config.os(),
                                config.architecture().isEmpty() ? wanted.architecture() : config.architecture(),
                                config.variant().orElse(""))
                        .withOsVersion(config.osVersion().orElse(""))
                        .withOsFeatures(config.osFeatures())
                : config;
    }

    /** Many builders leave the variant out of the configuration, so it counts only where both have one. */
    private static boolean agree(Platform index, Platform config) {
        Platform a = index.normalized();
        Platform b = config.normalized();
        return a.os().equals(b.os())
                && a.architecture().equals(b.architecture())
                && (config.variant().isEmpty()
                        || index.variant().isEmpty()
                        || a.variant().equals(b.variant()));
    }

    private void add(ContentCheck check) {
        checks.add(check);
        listener.checked(check);
    }

    /** What declares itself something else than an image is no artifact if some engine may run it. */
    private ContentResult notAnImage(ImageManifest manifest) throws IOException {
        Descriptor config = manifest.config();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        boolean isSmall = config.size() <= limits.maxConfigBytes();
        ContentResult content = isSmall
                ? reader.read(config, blob -> {
                    bytes.reset();
                    return ContentReader.copy(blob, config, bytes);
                })
                : reader.readBytes(config);
        if (!content.isVerified()) {
            return content;
        }
        if (!manifest.isArtifact()) {
            return undecided(
                    Quoted.quote(config.mediaType())
                            + " is not the media type of an image's configuration, and the manifest does not declare an artifact");
        }
        for (Descriptor layer : manifest.layers()) {
            if (LayerFormat.of(layer.mediaType()) != LayerFormat.OPAQUE) {
                return undecided("the manifest declares an artifact, but has a file system layer, of media type "
                        + Quoted.quote(layer.mediaType()));
            }
        }
        return isSmall && isImageConfig(bytes.toByteArray())
                ? undecided("the manifest declares an artifact, but its configuration is that of an image")
                : content;
    }

    private static Unverifiable undecided(String why) {
        return new Unverifiable(Reason.UNSUPPORTED, why);
    }

    private boolean isImageConfig(byte[] document) {
        try {
            return !ImageConfig.parse(document, MediaType.OCI_CONFIG, limits)
                    .diffIds()
                    .isEmpty();
        } catch (MalformedDocumentException e) {
            return false;
        }
    }

    private static ContentCheck check(Kind kind, int position, Descriptor content, ContentResult result) {
        return new ContentCheck(kind, position, content.mediaType(), content.digest(), content.size(), result);
    }

    /** A manifest of schema 1 that is the promised one still promises too little to verify an image with. */
    private static ContentResult judged(Schema1Manifest manifest) {
        String tooLittle =
                "; a manifest of schema 1 promises neither the sizes of its layers nor what they decompress to,"
                        + " so the image cannot be verified: push it again as schema 2 or OCI";
        return manifest.verifySignatures()
                .<ContentResult>fold(
                        trusted -> new Unverifiable(Reason.UNSUPPORTED, "signed" + tooLittle),
                        selfSigned -> new Unverifiable(
                                Reason.UNSUPPORTED,
                                "self-signed by a key that only the manifest itself vouches for" + tooLittle),
                        unsigned -> new Unverifiable(Reason.UNSUPPORTED, "unsigned" + tooLittle),
                        invalid -> new Failed(Reason.INVALID_SIGNATURE, invalid.reason() + ": " + invalid.message()));
    }

    private static long saturatedAdd(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }
}

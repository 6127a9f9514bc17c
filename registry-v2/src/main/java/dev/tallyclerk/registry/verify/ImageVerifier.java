package dev.tallyclerk.registry.verify;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.DigestResolutionException;
import dev.tallyclerk.reference.DigestResolver;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.analysis.ImageAnalyzer;
import dev.tallyclerk.registry.filesystem.ImageFileSystem;
import dev.tallyclerk.registry.filesystem.MergeOptions;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layer.LayerLimits;
import dev.tallyclerk.registry.layer.LayerVerifier;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.Platform;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Verifies a whole image: the manifest against the digest of the image's name, the configuration and every layer
 * against the manifest, and the content of every layer against the configuration.
 *
 * <p>Layers must be tar archives that all engines read alike, see {@link dev.tallyclerk.registry.layer.LayerReader},
 * and must merge into one file system on which they agree, see {@link ImageFileSystem}. A layer of a media type that is
 * not known is never verified, whatever its digest. What is in the files is not judged here, but
 * {@linkplain #withAnalyzer analyzers} see it.
 *
 * <p>Of an index, this verifies the image of {@link dev.tallyclerk.registry.model.ImageIndex#manifestFor(Platform)},
 * and every other one that containerd, Docker, podman or skopeo takes for the same platform: the verdict holds for
 * {@linkplain ImageVerification#others all of them}.
 *
 * <p>Reads every byte once, except content that was wrong if the {@linkplain ImageSource#isWorthAskingAgain source may
 * have it from another place}. Keeps the documents and the merged file system without contents, in the memory that
 * {@link MergeOptions} allows. Immutable, and safe for use by several threads. Works in the caller's thread, and with
 * {@link #withExecutor} in those of an executor.
 */
public final class ImageVerifier {
    private final VerifierOptions options;

    private ImageVerifier(VerifierOptions options) {
        this.options = options;
    }

    /** {@return a verifier with the default limits, which takes {@code linux/amd64} from an index} */
    public static ImageVerifier create() {
        return new ImageVerifier(VerifierOptions.defaults());
    }

    /** {@return this verifier for images of a platform; it refuses images for another one} */
    public ImageVerifier withPlatform(Platform platform) {
        return new ImageVerifier(options.withPlatform(Objects.requireNonNull(platform, "platform")));
    }

    /** {@return this verifier with other limits on documents} */
    public ImageVerifier withDocumentLimits(DocumentLimits limits) {
        return new ImageVerifier(options.withLimits(limits));
    }

    /**
     * {@return this verifier with other limits on layers and on the merged file system}
     *
     * <p>The layer verifier of {@code merge} verifies the layers.
     */
    public ImageVerifier withMergeOptions(MergeOptions merge) {
        return new ImageVerifier(options.withMerge(merge));
    }

    /** {@return this verifier with other limits on each layer, set on its layer verifier} */
    public ImageVerifier withLayerLimits(LayerLimits limits) {
        return withMergeOptions(options.merge().withLayerLimits(limits));
    }

    /**
     * {@return this verifier with another verifier for layers}
     *
     * <p>Its limits replace those of {@link #withLayerLimits}.
     *
     * @param layers for example one with other decompressors
     */
    public ImageVerifier withLayerVerifier(LayerVerifier layers) {
        return withMergeOptions(options.merge().withLayerVerifier(layers));
    }

    /** {@return this verifier with a listener} */
    public ImageVerifier withListener(VerificationListener listener) {
        return new ImageVerifier(options.withListener(listener));
    }

    /**
     * {@return this verifier with one more analyzer, which looks at each layer while it is verified}
     *
     * <p>{@link ImageVerification#result} has its result. An analyzer that this verifier has already is not added
     * again. Without layers, analyzers are not called.
     *
     * @param analyzer what looks at the layers; its unchecked exceptions reach the caller of {@code verify}
     */
    public ImageVerifier withAnalyzer(ImageAnalyzer<?> analyzer) {
        return new ImageVerifier(options.withAnalyzer(analyzer));
    }

    /**
     * {@return this verifier, which reads no layer of which the store has a result, and saves those of others}
     *
     * <p>For programs that verify many images with common layers. Has no effect if an analyzer's results
     * {@linkplain dev.tallyclerk.registry.analysis.ImageAnalysis#layerFormat cannot be stored}. Of a layer whose result
     * is known, the source is not asked for, and the listener hears of no progress.
     *
     * @param results the store, which is believed
     */
    public ImageVerifier withLayerResults(LayerResults results) {
        return new ImageVerifier(options.withResults(Objects.requireNonNull(results, "results")));
    }

    /**
     * {@return this verifier, which reads no layers}
     *
     * <p>For callers that read the layers anyway. The verdict on an image with layers is at best
     * {@link ImageVerification.Verdict#INCOMPLETE}, because every layer is {@link ContentResult.Reason#NOT_READ}.
     *
     * @see dev.tallyclerk.registry.filesystem.ImageLayers
     */
    public ImageVerifier withoutLayers() {
        return new ImageVerifier(options.withoutLayers());
    }

    /** {@return the wanted platform; empty if none was demanded, and {@code linux/amd64} is taken from an index} */
    public Optional<Platform> platform() {
        return Optional.ofNullable(options.platform());
    }

    /** {@return the limits on documents} */
    public DocumentLimits documentLimits() {
        return options.limits();
    }

    /** {@return the limits on layers and on the merged file system} */
    public MergeOptions mergeOptions() {
        return options.merge();
    }

    /** {@return the analyzers, in the order in which they were added} */
    public List<ImageAnalyzer<?>> analyzers() {
        return options.analyzers();
    }

    /**
     * {@return this verifier, which reads several layers at a time}
     *
     * <p>Several threads read from the source, which all sources of this library allow, and tell the listener one thing
     * at a time, the results of layers from the lowest up. The caller's thread works too, and the verification
     * continues with fewer threads if the executor rejects tasks. A thread of the executor that has no layer to read,
     * because few are left or a large one takes longer than the others, hashes what another one decompresses.
     *
     * @param executor runs up to {@code parallel - 1} tasks for a verification, each for as long as it takes, and one
     *     to hash for each layer, which nothing waits for, for as long as the layer takes
     * @param parallel the most layers to read at a time, at least 1; each needs the memory of a {@link LayerVerifier}
     * @throws IllegalArgumentException if {@code parallel} is below 1
     */
    public ImageVerifier withExecutor(Executor executor, int parallel) {
        return new ImageVerifier(options.withExecutor(executor, parallel));
    }

    /**
     * Verifies the image that the source's name refers to, as the source resolves it.
     *
     * @param source the image; not closed
     * @throws IOException if the source cannot be read, which says nothing about the image
     */
    public ImageVerification verify(ImageSource source) throws IOException {
        return run(source, source.resolve());
    }

    /**
     * Asks somebody else for the digest of a name, and verifies the image of that digest
     * {@linkplain #verify(ImageSource, ResolvedDigest) as the one that the source's name stands for}.
     *
     * @param source the image; not closed
     * @param name the whole name to ask about, which the caller chose: what a source says of its own name in
     *     {@link ImageSource#reference} may be another image's
     * @param voucher who is asked, for example about signed metadata
     * @throws DigestResolutionException if nobody vouches for the name, or it could not be found out; nothing was
     *     verified then, and {@link dev.tallyclerk.registry.audit.ImageAdmission} says what that means
     * @throws IOException if the source cannot be read, which says nothing about the image
     */
    public ImageVerification verify(ImageSource source, Reference name, DigestResolver voucher) throws IOException {
        ResolvedDigest trusted = voucher.resolve(name);
        Optional<Digest> pinned = name.digest();
        if (pinned.isPresent() && !trusted.digests().contains(pinned.get())) {
            return refused(source, trusted, pinned.get());
        }
        return verify(source, trusted);
    }

    /**
     * Verifies the image of a trusted digest, which the caller will load by the source's name: if the name refers to a
     * {@linkplain ImageSource#fixedDigest fixed digest}, it must be the trusted one.
     *
     * <p>The tag of an image in a registry is not resolved; load such an image by the digest of its
     * {@link ImageVerification#manifest manifest}.
     *
     * @param source the image; not closed
     * @param trusted the digest, for example from a {@link DigestResolver}
     * @return the result; {@link ContentResult.Reason#NOT_THE_TRUSTED_DIGEST}, with nothing read, if the name refers to
     *     another digest
     * @throws IOException if the source cannot be read, which says nothing about the image
     */
    public ImageVerification verify(ImageSource source, ResolvedDigest trusted) throws IOException {
        Optional<Digest> named = source.fixedDigest();
        if (named.isEmpty()) {
            return run(source, trusted);
        }
        if (trusted.digests().contains(named.get())) {
            return run(source, trusted.withDigest(named.get()));
        }
        return refused(source, trusted, named.get());
    }

    /**
     * Verifies the image of a trusted digest, whatever the source's name refers to.
     *
     * <p>For callers that load the image by that digest. If it is loaded by the source's name, use
     * {@link #verify(ImageSource, ResolvedDigest)}.
     *
     * @param source the image; not closed
     * @param trusted the digest, for example from a {@link dev.tallyclerk.reference.DigestResolver}
     * @throws IOException if the source cannot be read, which says nothing about the image
     */
    public ImageVerification verifyDigest(ImageSource source, ResolvedDigest trusted) throws IOException {
        return run(source, trusted);
    }

    private ImageVerification run(ImageSource source, ResolvedDigest digest) throws IOException {
        return new VerificationRun(source, digest, options).runAll();
    }

    /** {@return the result for a name that refers to another image than the trusted one} */
    private ImageVerification refused(ImageSource source, ResolvedDigest trusted, Digest named) {
        ContentCheck check = new ContentCheck(
                ContentCheck.Kind.MANIFEST,
                0,
                "",
                trusted.digest(),
                trusted.size().orElse(0),
                new ContentResult.Failed(
                        ContentResult.Reason.NOT_THE_TRUSTED_DIGEST,
                        "the name stands for " + named + ", and " + trusted.voucher() + " vouches for "
                                + trusted.digest()));
        options.listener().checked(check);
        return new ImageVerification(source, trusted, List.of(check), null, null, null, Map.of(), Map.of());
    }
}

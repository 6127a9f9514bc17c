package dev.tallyclerk.registry.verify;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.DigestResolutionException;
import dev.tallyclerk.reference.DigestResolver;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layer.LayerLimits;
import dev.tallyclerk.registry.layer.LayerVerifier;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.Platform;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Verifies a whole image: that the manifest is the one its name's digest stands for, that the configuration and every
 * layer are the ones the manifest promises, and that every layer decompresses to what the configuration promises.
 *
 * <p>A layer whose media type says that it is a tar archive has to be one, of which no two engines make different
 * files: its entries are walked, as {@link dev.tallyclerk.registry.layer.LayerReader} does. What is in them is not
 * judged. A layer with an entry that is not read, a sparse file, is unverifiable.
 *
 * <p>Every byte is read once, but for content that was wrong where the {@linkplain ImageSource#isWorthAskingAgain
 * source may have it from another place}; nothing is kept but the documents. Immutable, and safe for use by several
 * threads; it works in the caller's thread, and in those of the executor of a {@linkplain #withLayerVerifier verifier
 * of layers} that has one.
 */
public final class ImageVerifier {
    private final @Nullable Platform platform;
    private final DocumentLimits limits;
    private final LayerVerifier layers;
    private final VerificationListener listener;

    private ImageVerifier(
            @Nullable Platform platform, DocumentLimits limits, LayerVerifier layers, VerificationListener listener) {
        this.platform = platform;
        this.limits = Objects.requireNonNull(limits, "limits");
        this.layers = Objects.requireNonNull(layers, "layers");
        this.listener = Objects.requireNonNull(listener, "listener");
    }

    /** {@return a verifier with the default limits, that takes {@code linux/amd64} from an index} */
    public static ImageVerifier create() {
        return new ImageVerifier(
                null, DocumentLimits.defaults(), LayerVerifier.create(), VerificationListener.silent());
    }

    /** {@return this verifier for images of that platform; an image for another one is refused} */
    public ImageVerifier withPlatform(Platform wanted) {
        return new ImageVerifier(Objects.requireNonNull(wanted, "wanted"), limits, layers, listener);
    }

    /** {@return this verifier with other limits on documents} */
    public ImageVerifier withDocumentLimits(DocumentLimits other) {
        return new ImageVerifier(platform, other, layers, listener);
    }

    /** {@return this verifier with other limits on layers, which are those of its verifier of layers from here on} */
    public ImageVerifier withLayerLimits(LayerLimits other) {
        return withLayerVerifier(layers.withLimits(other));
    }

    /**
     * {@return this verifier with another one for its layers}
     *
     * <p>It brings its own limits, in the place of those that {@link #withLayerLimits} has set before.
     *
     * @param other for example one with other decompressors, or with an executor
     */
    public ImageVerifier withLayerVerifier(LayerVerifier other) {
        return new ImageVerifier(platform, limits, other, listener);
    }

    /** {@return this verifier with another listener} */
    public ImageVerifier withListener(VerificationListener other) {
        return new ImageVerifier(platform, limits, layers, other);
    }

    /**
     * Verifies the image that the source's name stands for, by the source's own account.
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
     * Verifies the image of a digest that somebody else vouches for, for a caller who goes on to load it by the
     * source's name: what that stands for {@linkplain ImageSource#fixedDigest for good} has to be that digest.
     *
     * <p>The tag of an image in a registry is not asked about; load such an image by the digest of its
     * {@link ImageVerification#manifest manifest}.
     *
     * @param source the image; not closed
     * @param trusted the digest, for example from a {@link DigestResolver}
     * @return what was found; {@link ContentResult.Reason#NOT_THE_TRUSTED_DIGEST} if the name stands for another
     *     digest, of which nothing is read
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
     * Verifies the image of a digest that somebody else vouches for, whatever the source says its name stands for.
     *
     * <p>For a caller who loads it by that digest. For one who loads it by the source's name, verify it as
     * {@linkplain #verify(ImageSource, ResolvedDigest) the one that the name stands for}.
     *
     * @param source the image; not closed
     * @param trusted the digest, for example from a {@link dev.tallyclerk.reference.DigestResolver}
     * @throws IOException if the source cannot be read, which says nothing about the image
     */
    public ImageVerification verifyDigest(ImageSource source, ResolvedDigest trusted) throws IOException {
        return run(source, trusted);
    }

    /**
     * Verifies the documents of an image and reads none of its layers, for who reads those anyway.
     *
     * @param source the image; not closed
     * @return what was found; of each layer that it was not read, so that the verdict is at best
     *     {@link ImageVerification.Verdict#INCOMPLETE}
     * @throws IOException if the source cannot be read, which says nothing about the image
     * @see dev.tallyclerk.registry.filesystem.ImageLayers
     */
    public ImageVerification verifyDocuments(ImageSource source) throws IOException {
        return verifyDocuments(source, source.resolve());
    }

    /**
     * Verifies the documents of the image of a digest that somebody else vouches for, whatever the source says its name
     * stands for, and reads none of its layers.
     *
     * @param source the image; not closed
     * @param trusted the digest, for example from a {@link dev.tallyclerk.reference.DigestResolver}
     * @return what was found, as {@link #verifyDocuments(ImageSource)} says
     * @throws IOException if the source cannot be read, which says nothing about the image
     */
    public ImageVerification verifyDocuments(ImageSource source, ResolvedDigest trusted) throws IOException {
        return new VerificationRun(source, trusted, platform, limits, layers, listener).runDocuments();
    }

    private ImageVerification run(ImageSource source, ResolvedDigest digest) throws IOException {
        return new VerificationRun(source, digest, platform, limits, layers, listener).run();
    }

    /** {@return what is found of a name that stands for another image than the one that is vouched for} */
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
        listener.checked(check);
        return new ImageVerification(source, trusted, List.of(check), null, null);
    }
}

package dev.tallyclerk.registry.verify;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.image.FetchedManifest;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.internal.platform.PlatformDescent;
import dev.tallyclerk.registry.internal.stream.CountingStream;
import dev.tallyclerk.registry.layer.LayerException;
import dev.tallyclerk.registry.layer.LayerReader;
import dev.tallyclerk.registry.layer.LayerVerifier;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.LayerFormat;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.model.Schema1Manifest;
import dev.tallyclerk.registry.verify.ContentCheck.Kind;
import dev.tallyclerk.registry.verify.ContentResult.Failed;
import dev.tallyclerk.registry.verify.ContentResult.Reason;
import dev.tallyclerk.registry.verify.ContentResult.Unverifiable;
import dev.tallyclerk.registry.verify.ContentResult.Verified;
import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.VerifyingInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One verification, from the digest down. Used once, by one thread. */
final class VerificationRun {
    private static final Platform DEFAULT_PLATFORM = Platform.of("linux", "amd64");

    private final ImageSource source;
    private final ResolvedDigest root;
    private final @Nullable Platform demanded;
    private final Platform platform;
    private final PlatformDescent way;
    private final DocumentLimits limits;
    private final LayerVerifier layerVerifier;
    private final VerificationListener listener;
    private final List<ContentCheck> checks = new ArrayList<>();
    private final Map<LayerJudgement.Subject, LayerJudgement> layerJudgements = new HashMap<>();
    private final Map<Bytes, ContentResult> opaqueResults = new HashMap<>();
    private boolean readsLayers = true;

    VerificationRun(
            ImageSource source,
            ResolvedDigest root,
            @Nullable Platform demanded,
            DocumentLimits limits,
            LayerVerifier layerVerifier,
            VerificationListener listener) {
        this.source = source;
        this.root = root;
        this.demanded = demanded;
        this.platform = demanded == null ? DEFAULT_PLATFORM : demanded;
        this.way = new PlatformDescent(
                platform, source.announcedPlatform(root.digest()).orElse(null));
        this.limits = limits;
        this.layerVerifier = layerVerifier;
        this.listener = listener;
    }

    /** Verifies everything but the layers. */
    ImageVerification runDocuments() throws IOException {
        readsLayers = false;
        return run();
    }

    ImageVerification run() throws IOException {
        ImageManifest manifest = manifest();
        if (manifest == null) {
            return new ImageVerification(source, root, checks, null, null);
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
        for (int i = 0; i < manifest.layers().size(); i++) {
            Descriptor layer = manifest.layers().get(i);
            ContentResult result = !readsLayers
                    ? new Unverifiable(Reason.NOT_READ, "the layer was not read")
                    : config == null
                            ? opaque(layer)
                            : layer(layer, config.diffIds().get(i));
            add(check(Kind.LAYER, i, layer, result));
        }
        return new ImageVerification(source, root, checks, manifest, config);
    }

    /** Follows indexes down to one manifest, each document compared with the digest that led to it. */
    private @Nullable ImageManifest manifest() throws IOException {
        Document found = document(root, "");
        while (found.document() instanceof ImageIndex index) {
            boolean tooDeep = way.isTooDeep();
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
            Descriptor entry = next.get();
            found = document(ResolvedDigest.of(entry.digest(), entry.size(), source.name()), entry.mediaType());
        }
        add(found.check());
        // Of a manifest of schema 1, the check says why there is nothing more to verify.
        return found.document() instanceof ImageManifest manifest ? manifest : null;
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
            result = judged(e);
        } catch (MalformedDocumentException e) {
            result = judged(e);
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
            result = read(descriptor, blob -> {
                bytes.reset();
                return copy(blob, descriptor, bytes);
            });
            if (result.isVerified()) {
                try {
                    config = ImageConfig.parse(bytes.toByteArray(), descriptor.mediaType(), limits);
                    result = fit(manifest, config);
                } catch (MalformedDocumentException e) {
                    result = judged(e);
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
        if ((demanded != null || way.endsInSilence()) && !way.isFor(config.platform())) {
            return new Failed(Reason.WRONG_PLATFORM, "the image is for " + config.platform() + ", not for " + platform);
        }
        Optional<Platform> announced = way.announced();
        if (announced.isPresent() && !agree(announced.get(), config.platform())) {
            return new Failed(
                    Reason.WRONG_PLATFORM,
                    "the image is for " + config.platform() + ", and the index says that it is for " + announced.get());
        }
        return new Verified(manifest.config().size());
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

    /** A layer that stands in the manifest a thousand times is looked at once, whatever else its descriptors say. */
    private ContentResult layer(Descriptor layer, Digest diffId) throws IOException {
        Optional<Unverifiable> unsupported = LayerJudgement.unsupported(diffId);
        if (unsupported.isPresent()) {
            ContentResult bytes = opaque(layer);
            return bytes.isVerified() ? unsupported.get() : bytes;
        }
        LayerJudgement.Subject subject = LayerJudgement.Subject.of(layer, diffId);
        LayerJudgement judgement = layerJudgements.get(subject);
        if (judgement == null || judgement.isOpenFor(diffId)) {
            judgement = verifyLayer(layer, diffId);
            layerJudgements.put(subject, judgement);
        }
        return judgement.of(diffId);
    }

    private LayerJudgement verifyLayer(Descriptor layer, Digest diffId) throws IOException {
        AtomicReference<@Nullable Digest> actual = new AtomicReference<>();
        ContentResult result = read(layer, blob -> {
            try (InputStream in = counted(blob, layer)) {
                Verified verified = new Verified(uncompressedSize(in, layer, diffId));
                actual.set(diffId);
                return verified;
            } catch (LayerException e) {
                actual.set(e.actualDiffId().orElse(null));
                return judged(e);
            }
        });
        return new LayerJudgement(diffId, actual.get(), result);
    }

    /** An archive that readers take for different files is not what anybody signed, so its entries are walked too. */
    private long uncompressedSize(InputStream blob, Descriptor layer, Digest diffId) throws IOException {
        if (LayerFormat.of(layer.mediaType()) == LayerFormat.OPAQUE) {
            return layerVerifier.verify(blob, layer, diffId).uncompressedSize();
        }
        try (LayerReader entries = LayerReader.open(blob, layer, diffId, layerVerifier)) {
            while (entries.next().isPresent()) {
                // Nothing is wanted but that there is a next one, or the end.
            }
            return entries.count();
        }
    }

    /** Content that is not looked into: an artifact's, or a layer whose configuration does not hold. */
    private ContentResult opaque(Descriptor content) throws IOException {
        Bytes promise = new Bytes(content.digest(), content.size());
        ContentResult known = opaqueResults.get(promise);
        if (known == null || (!content.urls().isEmpty() && isMissing(known))) {
            known = read(content, blob -> copy(counted(blob, content), content, OutputStream.nullOutputStream()));
            opaqueResults.put(promise, known);
        }
        return known;
    }

    /** Nobody had it; another descriptor may give addresses where it is. */
    private static boolean isMissing(ContentResult result) {
        return result instanceof Failed failed && failed.reason() == Reason.MISSING;
    }

    /** Written out for the reason that {@link LayerJudgement.Subject} has. */
    private record Bytes(Digest digest, long size) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Bytes that && digest.equals(that.digest) && size == that.size;
        }

        @Override
        public int hashCode() {
            return digest.hashCode();
        }
    }

    private static Verified copy(InputStream blob, Descriptor content, OutputStream target) throws IOException {
        try (InputStream in = VerifyingInputStream.of(blob, content.digest(), content.size())) {
            in.transferTo(target);
        }
        return new Verified(content.size());
    }

    private InputStream counted(InputStream blob, Descriptor content) {
        return new CountingStream(blob, count -> listener.progressed(content, count));
    }

    @FunctionalInterface
    private interface Reading {
        ContentResult judge(InputStream blob) throws IOException;
    }

    /** Content that was wrong is read once more where the source may have it from another place. */
    private ContentResult read(Descriptor content, Reading reading) throws IOException {
        ContentResult wrong = null;
        while (true) {
            Optional<InputStream> blob = source.unverifiedContent(content);
            if (blob.isEmpty()) {
                return wrong == null ? missing(content) : wrong;
            }
            try (InputStream in = blob.get()) {
                return reading.judge(in);
            } catch (VerificationException e) {
                boolean last = wrong != null || !source.isWorthAskingAgain();
                wrong = judged(e);
                if (!e.meansWrongContent()) {
                    return wrong;
                }
                source.foundWrong(content.digest());
                if (last) {
                    return wrong;
                }
            }
        }
    }

    private void add(ContentCheck check) {
        checks.add(check);
        listener.checked(check);
    }

    /** What is neither an image nor an artifact by its own account may still be run by somebody. */
    private ContentResult notAnImage(ImageManifest manifest) throws IOException {
        ContentResult content = opaque(manifest.config());
        if (!content.isVerified() || manifest.isArtifact()) {
            return content;
        }
        return new Unverifiable(
                Reason.UNSUPPORTED,
                manifest.config().mediaType()
                        + " is no configuration of an image, and the manifest does not say that it"
                        + " is one of another artifact");
    }

    private static ContentCheck check(Kind kind, int position, Descriptor content, ContentResult result) {
        return new ContentCheck(kind, position, content.mediaType(), content.digest(), content.size(), result);
    }

    private Failed missing(Descriptor content) {
        return new Failed(Reason.MISSING, source.name() + " does not have " + content.digest());
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

    private static ContentResult judged(VerificationException e) {
        String message = String.valueOf(e.getMessage());
        return switch (e.reason()) {
            case TOO_LONG -> new Failed(Reason.TOO_LONG, message);
            case TOO_SHORT -> new Failed(Reason.TOO_SHORT, message);
            case DIGEST_MISMATCH -> new Failed(Reason.DIGEST_MISMATCH, message);
            case UNSUPPORTED_ALGORITHM -> new Unverifiable(Reason.UNSUPPORTED, message);
        };
    }

    private static ContentResult judged(MalformedDocumentException e) {
        String message = String.valueOf(e.getMessage());
        return switch (e.reason()) {
            case UNSUPPORTED -> new Unverifiable(Reason.UNSUPPORTED, message);
            case AMBIGUOUS, DUPLICATE_MEMBER, CASE_VARIANT_MEMBER -> new Failed(Reason.AMBIGUOUS_DOCUMENT, message);
            case LIMIT_EXCEEDED -> new Failed(Reason.LIMIT_EXCEEDED, message);
            case NOT_JSON, MISSING_MEMBER, WRONG_TYPE, BAD_VALUE -> new Failed(Reason.MALFORMED_DOCUMENT, message);
        };
    }

    private static ContentResult judged(LayerException e) {
        String message = String.valueOf(e.getMessage());
        return switch (e.reason()) {
            case UNSUPPORTED, UNSUPPORTED_ENTRY -> new Unverifiable(Reason.UNSUPPORTED, message);
            case DIFF_ID_MISMATCH -> new Failed(Reason.DIFF_ID_MISMATCH, message);
            case LIMIT_EXCEEDED -> new Failed(Reason.LIMIT_EXCEEDED, message);
            case AMBIGUOUS_ARCHIVE -> new Failed(Reason.AMBIGUOUS_LAYER, message);
            case MALFORMED, TRAILING_DATA, MALFORMED_ARCHIVE, MALFORMED_WHITEOUT ->
                new Failed(Reason.MALFORMED_LAYER, message);
        };
    }

    private static long saturatedAdd(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }
}

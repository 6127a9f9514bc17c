package dev.tallyclerk.registry.image;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.text.Quoted;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.image.CopyException.Reason;
import dev.tallyclerk.registry.internal.platform.PlatformDescent;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.verify.VerifyingInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Reads the manifests of an image, each compared with the digest that led to it, and gathers what they refer to. Used
 * once, by one thread.
 */
final class CopyPlan {
    private final ImageSource source;
    private final DocumentLimits limits;
    private final long maxAllManifestBytes;
    private final CopyListener listener;
    private final @Nullable Executor executor;
    private final int parallel;

    /** By digest, because one digest is one content, whatever documents say of it. */
    private final Map<Digest, Descriptor> manifests = new LinkedHashMap<>();

    private final Map<Digest, Descriptor> blobs = new TreeMap<>();
    private final Map<Descriptor, byte[]> bytes = new LinkedHashMap<>();
    private long manifestBytes;

    CopyPlan(
            ImageSource source,
            DocumentLimits limits,
            long maxAllManifestBytes,
            CopyListener listener,
            @Nullable Executor executor,
            int parallel) {
        this.source = source;
        this.limits = limits;
        this.maxAllManifestBytes = maxAllManifestBytes;
        this.listener = listener;
        this.executor = executor;
        this.parallel = parallel;
    }

    /** {@return what there is to copy} */
    ImageContent of(ResolvedDigest root, @Nullable Platform platform) throws IOException {
        Manifest document = read(root, "");
        Descriptor descriptor = Descriptor.of(document.mediaType(), root.digest(), document.size());
        if (platform != null) {
            PlatformDescent way = new PlatformDescent(
                    platform, source.announcedPlatform(root.digest()).orElse(null));
            while (document instanceof ImageIndex index) {
                if (way.isTooDeep()) {
                    throw tooDeep();
                }
                Descriptor entry = way.follow(index).orElseThrow(() -> noImage(platform));
                descriptor = Descriptor.of(entry.mediaType(), entry.digest(), entry.size());
                document = read(descriptor);
            }
            requirePlatform(document, platform, way);
        }
        gather(descriptor, document, 0);
        List<Descriptor> blobsOnly = new ArrayList<>();
        for (Descriptor blob : blobs.values()) {
            Descriptor manifest = manifests.get(blob.digest());
            if (manifest == null) {
                blobsOnly.add(blob);
            } else if (manifest.size() != blob.size()) {
                throw contradiction(manifest, blob);
            }
        }
        return new ImageContent(source, document, bytes, blobsOnly, listener, executor, parallel);
    }

    private static CopyException noImage(Platform platform) {
        return new CopyException(Reason.NO_SUCH_PLATFORM, "the index has no image for " + platform);
    }

    private void requirePlatform(Manifest document, Platform platform, PlatformDescent way) throws IOException {
        if (!(document instanceof ImageManifest manifest) || !manifest.isImage()) {
            if (way.endsInSilence() && way.announced().isEmpty()) {
                throw noImage(platform);
            }
            return;
        }
        Platform actual = config(manifest).platform();
        if (!way.isFor(actual)) {
            throw new CopyException(Reason.WRONG_PLATFORM, "the image is for " + actual + ", not for " + platform);
        }
    }

    private ImageConfig config(ImageManifest manifest) throws IOException {
        Descriptor config = manifest.config();
        if (config.size() > limits.maxConfigBytes()) {
            throw MalformedDocumentException.tooLarge(
                    "image configuration", config.digest(), config.size(), limits.maxConfigBytes());
        }
        Optional<VerifyingInputStream> content = VerifiedContent.blob(source, config);
        if (content.isEmpty()) {
            throw missing(config.digest());
        }
        try (VerifyingInputStream in = content.get()) {
            return ImageConfig.parse(in.readAllBytes(), config.mediaType(), limits);
        }
    }

    /** Takes a document and all below it. */
    private void gather(Descriptor descriptor, Manifest document, int depth) throws IOException {
        manifests.put(descriptor.digest(), descriptor);
        if (document instanceof ImageIndex index) {
            requireDepth(depth);
            for (Descriptor entry : index.manifests()) {
                gather(entry, depth + 1);
            }
        } else if (document instanceof ImageManifest manifest) {
            addBlob(manifest.config());
            for (Descriptor layer : manifest.layers()) {
                addBlob(layer);
            }
        } else {
            throw new CopyException(
                    Reason.UNSUPPORTED,
                    descriptor.digest(),
                    "a manifest of type " + document.mediaType() + " is not copied");
        }
        keep(descriptor, document.bytes());
    }

    private void gather(Descriptor entry, int depth) throws IOException {
        Descriptor descriptor = Descriptor.of(entry.mediaType(), entry.digest(), entry.size());
        Descriptor known = manifests.get(entry.digest());
        if (known != null) {
            if (!known.equals(descriptor)) {
                throw contradiction(known, descriptor);
            }
            return;
        }
        if (MediaType.readableManifests().contains(entry.mediaType())) {
            gather(descriptor, read(descriptor), depth);
            return;
        }
        // image-spec v1.1.1, image-index.md: an unknown type MUST NOT be an error, and is no reason to leave it out.
        manifests.put(descriptor.digest(), descriptor);
        keep(
                descriptor,
                VerifiedContent.document(
                                source,
                                descriptor.digest(),
                                OptionalLong.of(descriptor.size()),
                                limits.maxManifestBytes())
                        .orElseThrow(() -> missing(descriptor.digest()))
                        .bytes());
    }

    private Manifest read(Descriptor descriptor) throws IOException {
        return read(ResolvedDigest.of(descriptor.digest(), descriptor.size(), source.name()), descriptor.mediaType());
    }

    /** What is verified is verified here: a source that has a method of its own for it may leave that out. */
    private Manifest read(ResolvedDigest vouched, String mediaType) throws IOException {
        return VerifiedContent.manifest(source, vouched, mediaType, limits)
                .orElseThrow(() -> missing(vouched.digest()));
    }

    private void addBlob(Descriptor blob) throws CopyException {
        Descriptor known = blobs.get(blob.digest());
        if (known != null && known.size() != blob.size()) {
            throw contradiction(known, blob);
        }
        blobs.put(blob.digest(), known == null ? blob : both(known, blob));
    }

    /**
     * {@return what is to be done about content that is described twice}
     *
     * <p>Where one descriptor needs it, it must not be left out because of the other one's type. Whatever either of
     * them says of where it is helps to get it.
     */
    private static Descriptor both(Descriptor first, Descriptor second) {
        boolean secondCounts = ImageContent.isNondistributable(first.mediaType())
                && !ImageContent.isNondistributable(second.mediaType());
        Descriptor kept = secondCounts ? second : first;
        Descriptor other = secondCounts ? first : second;
        if (kept.urls().isEmpty() && !other.urls().isEmpty()) {
            kept = kept.withUrls(other.urls());
        }
        Optional<byte[]> data = other.data();
        if (data.isPresent()
                && kept.data().isEmpty()
                && kept.digest().algorithm().isSupported()) {
            kept = kept.withData(data.get());
        }
        return kept;
    }

    private void keep(Descriptor descriptor, byte[] document) throws CopyException {
        manifestBytes += document.length;
        if (manifestBytes > maxAllManifestBytes) {
            throw new CopyException(
                    Reason.LIMIT_EXCEEDED, "the image has more than " + maxAllManifestBytes + " bytes of manifests");
        }
        bytes.put(descriptor, document);
    }

    private void requireDepth(int depth) throws CopyException {
        if (depth > ImageIndex.MAX_OUTER_INDEXES) {
            throw tooDeep();
        }
    }

    private static CopyException tooDeep() {
        return new CopyException(
                Reason.LIMIT_EXCEEDED,
                "the image has an index within more than " + ImageIndex.MAX_OUTER_INDEXES + " others");
    }

    private CopyException missing(Digest digest) {
        return new CopyException(Reason.MISSING, digest, "the source does not have " + digest);
    }

    private static CopyException contradiction(Descriptor one, Descriptor other) {
        return new CopyException(
                Reason.CONTRADICTION,
                one.digest(),
                "one digest is described as two: " + Quoted.quote(one.mediaType()) + " of " + one.size() + " bytes and "
                        + Quoted.quote(other.mediaType()) + " of " + other.size() + " bytes, both " + one.digest());
    }
}

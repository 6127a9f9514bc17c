package dev.tallyclerk.registry.image;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.image.ImageException.Reason;
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
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.verify.VerifyingInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the manifests of an image, compares each with the digest that leads to it, and collects the blobs. Used once,
 * by one thread.
 */
final class CopyPlan {
    private final ImageSource source;
    private final DocumentLimits limits;

    /** By digest, because one digest is one content, however it is described. */
    private final Map<Digest, Descriptor> manifests = new LinkedHashMap<>();

    private final Map<Digest, Descriptor> blobs = new TreeMap<>();
    private final Map<Descriptor, byte[]> bytes = new LinkedHashMap<>();
    private long manifestBytes;

    CopyPlan(ImageSource source, DocumentLimits limits) {
        this.source = source;
        this.limits = limits;
    }

    /** {@return the parts of the image to copy} */
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
        return new ImageContent(source.name(), source.reference().orElse(null), document, bytes, blobsOnly);
    }

    private static ImageException noImage(Platform platform) {
        return new ImageException(Reason.NO_SUCH_PLATFORM, "the index has no image for " + platform);
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
            throw new ImageException(Reason.WRONG_PLATFORM, "the image is for " + actual + ", not for " + platform);
        }
    }

    private ImageConfig config(ImageManifest manifest) throws IOException {
        Descriptor config = manifest.config();
        MalformedDocumentException.requireWithin(
                "image configuration", config.digest(), config.size(), limits.maxConfigBytes());
        InputStream content = source.unverifiedContent(config).orElseThrow(() -> missing(config.digest()));
        try (VerifyingInputStream in = VerifiedContent.of(content, config, () -> source.foundWrong(config.digest()))) {
            return ImageConfig.parse(in.readAllBytes(), config.mediaType(), limits);
        }
    }

    /** Collects a document and everything below it. */
    private void gather(Descriptor descriptor, Manifest document, int depth) throws IOException {
        manifests.put(descriptor.digest(), descriptor);
        if (document instanceof ImageIndex index) {
            if (depth > ImageIndex.MAX_OUTER_INDEXES) {
                throw tooDeep();
            }
            for (Descriptor entry : index.manifests()) {
                gather(entry, depth + 1);
            }
        } else if (document instanceof ImageManifest manifest) {
            addBlob(manifest.config());
            for (Descriptor layer : manifest.layers()) {
                addBlob(layer);
            }
        } else {
            throw new ImageException(
                    Reason.UNSUPPORTED,
                    descriptor.digest(),
                    "manifests of type " + document.mediaType() + " are not copied");
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
        // image-spec v1.1.1, image-index.md: an unknown type MUST NOT be an error, so the document is copied unread.
        manifests.put(descriptor.digest(), descriptor);
        ResolvedDigest promised = promised(descriptor);
        keep(descriptor, fetch(promised).verified(promised.digest(), descriptor.size()));
    }

    private Manifest read(Descriptor descriptor) throws IOException {
        return read(promised(descriptor), descriptor.mediaType());
    }

    private ResolvedDigest promised(Descriptor descriptor) {
        return ResolvedDigest.of(descriptor.digest(), descriptor.size(), source.name());
    }

    /** Verified here, because an implementation may override {@link ImageSource#manifest} without verifying. */
    private Manifest read(ResolvedDigest promised, String mediaType) throws IOException {
        return fetch(promised).parseVerified(promised, mediaType, limits);
    }

    private FetchedManifest fetch(ResolvedDigest promised) throws IOException {
        Manifest.requireAllowedSize(promised, limits);
        return source.unverifiedManifest(promised.digest(), limits.maxManifestBytes())
                .orElseThrow(() -> missing(promised.digest()));
    }

    private void addBlob(Descriptor blob) throws ImageException {
        Descriptor known = blobs.get(blob.digest());
        if (known != null && known.size() != blob.size()) {
            throw contradiction(known, blob);
        }
        blobs.put(blob.digest(), known == null ? blob : both(known, blob));
    }

    /**
     * {@return one descriptor for content that is described twice}
     *
     * <p>A distributable type wins, because such content must not be left out. URLs and embedded data of either one
     * help to get the content.
     */
    private static Descriptor both(Descriptor first, Descriptor second) {
        boolean secondCounts =
                MediaType.isNondistributable(first.mediaType()) && !MediaType.isNondistributable(second.mediaType());
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

    private void keep(Descriptor descriptor, byte[] document) throws ImageException {
        manifestBytes += document.length;
        if (manifestBytes > limits.maxAllManifestBytes()) {
            throw new ImageException(
                    Reason.LIMIT_EXCEEDED,
                    "the image has more than " + limits.maxAllManifestBytes() + " bytes of manifests");
        }
        bytes.put(descriptor, document);
    }

    private static ImageException tooDeep() {
        return new ImageException(
                Reason.LIMIT_EXCEEDED,
                "the image has an index nested in more than " + ImageIndex.MAX_OUTER_INDEXES + " others");
    }

    private ImageException missing(Digest digest) {
        return ImageException.notFound(source.name(), digest);
    }

    private static ImageException contradiction(Descriptor one, Descriptor other) {
        return new ImageException(
                Reason.CONTRADICTION,
                one.digest(),
                "one digest is described in two ways: " + Quoted.quote(one.mediaType()) + " of " + one.size()
                        + " bytes and " + Quoted.quote(other.mediaType()) + " of " + other.size() + " bytes, both "
                        + one.digest());
    }
}

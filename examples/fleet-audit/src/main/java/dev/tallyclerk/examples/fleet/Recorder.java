package dev.tallyclerk.examples.fleet;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.AttachedManifest;
import dev.tallyclerk.evidence.Attachment;
import dev.tallyclerk.evidence.Attachments;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.image.FetchedManifest;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.verify.ContentCheck;
import dev.tallyclerk.registry.verify.ImageVerification;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Records the documents of an image while they are verified. */
final class Recorder implements ImageSource {
    private static final Set<String> SIGNATURES = Set.of(
            "application/vnd.cncf.notary.signature",
            "application/vnd.dev.cosign.artifact.sig.v1+json",
            "application/vnd.dev.cosign.simplesigning.v1+json");
    private static final String BUNDLE = "application/vnd.dev.sigstore.bundle";

    /** No list of images for one platform has more, and all of it is in memory. */
    private static final long MOST_BYTES = 64L << 20;

    private final ImageSource source;
    private final Map<Digest, ImageRecord.Document> documents = new HashMap<>();
    private long bytesLeft = MOST_BYTES;

    private Recorder(ImageSource source) {
        this.source = source;
    }

    /**
     * {@return the record of an image}
     *
     * @param judge says what verifies the documents, and who has to have signed them
     * @throws IOException if the source cannot be read
     */
    static ImageRecord record(FleetImage image, ImageSource source, Judge judge) throws IOException {
        Recorder recorder = new Recorder(source);
        ImageVerification verified = judge.verifier().withoutLayers().verify(recorder);
        Digest digest = verified.resolved().digest();
        ImageRecord record = new ImageRecord(
                image.name(),
                image.origin(),
                false,
                source.reference(),
                Optional.of(digest),
                source.announcedPlatform(digest),
                recorder.documents,
                layers(image, verified),
                image.hasAttachments() ? signed(source, verified) : ImageRecord.Signed.UNKNOWN,
                TrustDecision.NOT_ASKED,
                "");
        if (judge.trust().isEmpty()) {
            return record;
        }
        return record.withTrust(
                isBroken(verified)
                        ? TrustDecision.UNVERIFIED
                        : judge.trust()
                                .get()
                                .decide(record, source, judge.verifier().documentLimits()));
    }

    private static List<LayerNeed> layers(FleetImage image, ImageVerification verified) {
        List<LayerNeed> layers = new ArrayList<>();
        for (ImageVerification each :
                Stream.concat(Stream.of(verified), verified.others().stream()).toList()) {
            Optional<ImageManifest> manifest = each.manifest();
            Optional<ImageConfig> config = each.config();
            if (manifest.isPresent() && config.isPresent() && !isBroken(each)) {
                for (int i = 0; i < manifest.get().layers().size(); i++) {
                    layers.add(LayerNeed.of(
                            image.origin(),
                            manifest.get().layers().get(i),
                            config.get().diffIds().get(i)));
                }
            }
        }
        return layers.stream().distinct().toList();
    }

    private static boolean isBroken(ImageVerification image) {
        return image.checks().stream()
                .anyMatch(check -> check.kind() != ContentCheck.Kind.LAYER
                        && !check.result().isVerified());
    }

    private static ImageRecord.Signed signed(ImageSource source, ImageVerification verified) {
        boolean isWhole = true;
        try {
            for (Digest digest : Stream.concat(
                            Stream.of(verified.resolved().digest()), verified.manifestDigest().stream())
                    .distinct()
                    .toList()) {
                Attachments found = source.attachments().attachments(digest);
                isWhole &= found.notes().isEmpty();
                for (Attachment attached : found.list()) {
                    if (attached.place() == Attachment.Place.SIGNATURE_TAG || isSignature(type(attached))) {
                        return ImageRecord.Signed.YES;
                    }
                }
            }
            return isWhole ? ImageRecord.Signed.NO : ImageRecord.Signed.UNKNOWN;
        } catch (IOException e) {
            return ImageRecord.Signed.UNKNOWN;
        }
    }

    private static boolean isSignature(String type) {
        return SIGNATURES.contains(type) || type.startsWith(BUNDLE);
    }

    /** {@return the type as listed, or that of the manifest: layouts list none} */
    private static String type(Attachment attached) throws IOException {
        if (!attached.listedType().isEmpty()) {
            return attached.listedType();
        }
        try {
            AttachedManifest manifest = attached.manifest();
            return manifest.artifactType().isEmpty() ? manifest.configType() : manifest.artifactType();
        } catch (EvidenceException e) {
            return ""; // it is not what its digest promises, so it is no signature
        }
    }

    @Override
    public String name() {
        return source.name();
    }

    @Override
    public Optional<Reference> reference() {
        return source.reference();
    }

    @Override
    public ResolvedDigest resolve() throws IOException {
        return source.resolve();
    }

    @Override
    public Optional<Platform> announcedPlatform(Digest digest) {
        return source.announcedPlatform(digest);
    }

    @Override
    public Optional<FetchedManifest> unverifiedManifest(Digest digest, int maxBytes) throws IOException {
        Optional<FetchedManifest> found = source.unverifiedManifest(digest, maxBytes);
        if (found.isPresent()) {
            record(digest, found.get().mediaType(), found.get().bytes());
        }
        return found;
    }

    @Override
    public Optional<InputStream> unverifiedBlob(Descriptor descriptor) throws IOException {
        Optional<InputStream> found = source.unverifiedBlob(descriptor);
        if (found.isEmpty() || descriptor.size() > RecordedImage.LARGEST) {
            return found; // no configuration has so many bytes, and an artifact's are of no use later
        }
        try (InputStream in = found.get()) {
            // One more, so that a longer one is still seen to be longer.
            byte[] bytes = in.readNBytes((int) descriptor.size() + 1);
            record(descriptor.digest(), "", bytes);
            return Optional.of(new ByteArrayInputStream(bytes));
        }
    }

    private void record(Digest digest, String mediaType, byte[] bytes) throws IOException {
        documents.put(digest, new ImageRecord.Document(mediaType, bytes));
        bytesLeft -= bytes.length;
        if (bytesLeft < 0) {
            throw new IOException("its documents have more than " + MOST_BYTES + " bytes");
        }
    }

    @Override
    public void foundWrong(Digest digest) {
        source.foundWrong(digest);
    }

    @Override
    public boolean isWorthAskingAgain() {
        return source.isWorthAskingAgain();
    }

    @Override
    public void close() {
        // The source belongs to the caller.
    }
}

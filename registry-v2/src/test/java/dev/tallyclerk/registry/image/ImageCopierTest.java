package dev.tallyclerk.registry.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.image.ImageException.Reason;
import dev.tallyclerk.registry.layout.DockerArchive;
import dev.tallyclerk.registry.layout.DockerArchiveWriter;
import dev.tallyclerk.registry.layout.OciArchiveWriter;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.registry.layout.OciLayoutWriter;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.registry.verify.ImageVerification.Verdict;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.testing.SharedData;
import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.VerifyingInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageCopierTest {
    private static final Instant NOW = Instant.parse("2026-11-26T00:00:00Z");

    @TempDir
    Path folder = Path.of("");

    /** Somebody else's destination, which has nothing but the public interface. */
    private static final class Kept implements ImageDestination {
        private final Map<Digest, byte[]> contents = new TreeMap<>();
        private final List<String> order = new ArrayList<>();

        @Override
        public String name() {
            return "kept";
        }

        @Override
        public Session begin(ImageContent image, CompletionStage<?> end) {
            return new Session() {
                @Override
                public List<Descriptor> order() {
                    return image.blobs();
                }

                @Override
                public Outcome take(SourceBlob blob) throws IOException {
                    var stream = blob.open();
                    if (stream.isEmpty()) {
                        return Outcome.LEFT_OUT;
                    }
                    try (VerifyingInputStream in = stream.get()) {
                        contents.put(blob.descriptor().digest(), in.readAllBytes());
                    }
                    return Outcome.COPIED;
                }

                @Override
                public Digest commit() {
                    for (Descriptor manifest : image.manifests()) {
                        contents.put(manifest.digest(), image.manifest(manifest));
                        order.add(manifest.mediaType());
                    }
                    assertEquals(
                            image.root(),
                            image.manifests().get(image.manifests().size() - 1));
                    assertArrayEquals(
                            image.manifest(image.root()), image.rootDocument().bytes());
                    return image.root().digest();
                }
            };
        }
    }

    private static ImageCopier within(int allManifestBytes) {
        return ImageCopier.create()
                .withDocumentLimits(DocumentLimits.defaults().withMaxAllManifestBytes(allManifestBytes));
    }

    private static ImageException.Reason refusal(MemorySource source) {
        return refusal(source, ImageCopier.create());
    }

    private static ImageException.Reason refusal(MemorySource source, ImageCopier copier) {
        return assertThrows(ImageException.class, () -> copier.copy(source, new Kept()))
                .reason();
    }

    @Test
    void copiesAnIndexWithAllThatIsBelow() throws IOException {
        MemorySource source = new MemorySource();
        Descriptor amd64 = source.image("linux/amd64", "base", "a");
        Descriptor arm64 = source.image("linux/arm64", "base", "b");
        Descriptor inner = source.index(List.of(amd64), List.of());
        Descriptor statement = source.add("application/vnd.example.unknown+json", MemorySource.utf8("anything"));
        source.root(source.index(List.of(arm64, inner, amd64, statement), List.of("linux/arm64")));
        Kept kept = new Kept();
        CopyResult result = ImageCopier.create().copy(source, kept);
        assertEquals(source.contents().keySet(), kept.contents.keySet());
        source.contents().forEach((digest, bytes) -> assertArrayEquals(bytes, kept.contents.get(digest)));
        assertEquals(
                List.of(
                        MediaType.OCI_MANIFEST,
                        MediaType.OCI_MANIFEST,
                        MediaType.OCI_INDEX,
                        "application/vnd.example.unknown+json",
                        MediaType.OCI_INDEX),
                kept.order);
        assertEquals(5, result.copied().size());
    }

    @Test
    void aRefusalSaysWhichContentItIsAbout() throws IOException {
        MemorySource source = new MemorySource();
        Descriptor image = source.image("linux/amd64", "a");
        source.root(image);
        Digest layer = ((ImageManifest)
                        source.manifest(image, DocumentLimits.defaults()).orElseThrow())
                .layers()
                .get(0)
                .digest();
        source.contents().remove(layer);
        var missing =
                assertThrows(ImageException.class, () -> ImageCopier.create().copy(source, new Kept()));
        assertEquals(Reason.NOT_FOUND, missing.reason());
        assertEquals(Optional.of(layer), missing.content());
        ImageCopier s390x = ImageCopier.create().withPlatform(Platform.parse("linux/s390x"));
        var other = assertThrows(ImageException.class, () -> s390x.copy(source, new Kept()));
        assertEquals(Optional.empty(), other.content());
    }

    @Test
    void copiesOnePlatformOfAnIndex() throws IOException {
        MemorySource source = new MemorySource();
        Descriptor amd64 = source.image("linux/amd64", "a");
        Descriptor arm64 = source.image("linux/arm64", "b");
        Descriptor nested = source.index(List.of(arm64), List.of("linux/arm64"));
        source.root(source.index(List.of(amd64, nested), List.of("linux/amd64", "linux/arm64")));
        for (Map.Entry<String, Descriptor> each :
                Map.of("linux/amd64", amd64, "linux/arm64", arm64).entrySet()) {
            ImageCopier copier = ImageCopier.create().withPlatform(Platform.parse(each.getKey()));
            CopyResult result = copier.copy(source, new Kept());
            assertEquals(each.getValue(), result.root());
            assertEquals(List.of(each.getValue()), result.manifests());
            assertEquals(2, result.copied().size());
        }
        ImageCopier s390x = ImageCopier.create().withPlatform(Platform.parse("linux/s390x"));
        assertEquals(Reason.NO_SUCH_PLATFORM, refusal(source, s390x));
        source.root(amd64);
        assertEquals(Reason.WRONG_PLATFORM, refusal(source, s390x));
        ImageCopier.create().withPlatform(Platform.parse("linux/amd64")).copy(source, new Kept());
    }

    @Test
    void anImageOfWhichTheIndexDoesNotSayThePlatformSaysItItself() throws IOException {
        MemorySource source = new MemorySource();
        Descriptor arm64 = source.image("linux/arm64", "a");
        ImageCopier copier = ImageCopier.create().withPlatform(Platform.parse("linux/arm64"));
        source.root(source.index(List.of(arm64), List.of()));
        assertEquals(arm64, copier.copy(source, new Kept()).root());
        ImageCopier amd64 = ImageCopier.create().withPlatform(Platform.parse("linux/amd64"));
        assertEquals(Reason.WRONG_PLATFORM, refusal(source, amd64));
        Descriptor artifact = source.manifest(source.add(MediaType.OCI_EMPTY, MemorySource.utf8("{}")), List.of(arm64));
        source.root(source.index(List.of(artifact), List.of()));
        assertEquals(Reason.NO_SUCH_PLATFORM, refusal(source, copier));
    }

    /** As cosign 1 attaches an SBOM. */
    @Test
    void copiesContentWhoseTypeIsNoMediaType() throws IOException {
        MemorySource source = new MemorySource();
        Descriptor layer = source.add("spdx+json", MemorySource.utf8("[]"));
        Descriptor config = source.add(MediaType.OCI_EMPTY, MemorySource.utf8("{}"));
        source.root(source.manifest(config, List.of(layer)));
        Path there = folder.resolve("there");
        CopyResult result = ImageCopier.create()
                .copy(
                        source,
                        OciLayoutWriter.create(there, Clock.fixed(NOW, ZoneOffset.UTC))
                                .destination());
        assertTrue(result.copied().containsAll(List.of(layer, config)), result::toString);
        try (OciLayout layout = OciLayout.open(there)) {
            assertEquals(source.contents().keySet(), Set.copyOf(layout.blobs()));
        }
    }

    @Test
    void copiesTheDigestThatSomebodyElseVouchesFor() throws IOException {
        MemorySource source = new MemorySource();
        Descriptor good = source.image("linux/amd64", "good");
        source.root(source.image("linux/amd64", "what the tag stands for"));
        ResolvedDigest trusted = ResolvedDigest.of(good.digest(), good.size(), "somebody");
        assertEquals(
                good, ImageCopier.create().copy(source, trusted, new Kept()).root());
        ResolvedDigest wrongSize = ResolvedDigest.of(good.digest(), good.size() + 1, "somebody");
        assertThrows(VerificationException.class, () -> ImageCopier.create().copy(source, wrongSize, new Kept()));
        source.replace(good.digest(), source.content(source.resolve().digest()));
        assertThrows(VerificationException.class, () -> ImageCopier.create().copy(source, trusted, new Kept()));
    }

    @Test
    void comparesManifestsOfASourceThatSaysThatItDoesThatItself() throws IOException {
        MemorySource other = new MemorySource();
        Descriptor wrong = other.image("linux/amd64", "other");
        Manifest unasked = Manifest.parse(other.content(wrong.digest()), DocumentLimits.defaults());
        MemorySource source = new MemorySource() {
            @Override
            public Optional<Manifest> manifest(ResolvedDigest digest, DocumentLimits limits) {
                return Optional.of(unasked);
            }

            @Override
            public Optional<Manifest> manifest(Descriptor descriptor, DocumentLimits limits) {
                return Optional.of(unasked);
            }

            @Override
            public Optional<VerifyingInputStream> blob(Descriptor descriptor) {
                throw new AssertionError("not verified by the copier");
            }
        };
        Descriptor image = source.image("linux/amd64", "layer");
        for (Descriptor root : List.of(image, source.index(List.of(image), List.of()))) {
            source.root(root);
            for (ImageCopier copier :
                    List.of(ImageCopier.create(), ImageCopier.create().withPlatform(Platform.parse("linux/amd64")))) {
                Kept kept = new Kept();
                copier.copy(source, kept);
                kept.contents.forEach((digest, bytes) -> assertEquals(digest, Digest.sha256Of(bytes)));
                assertTrue(kept.contents.containsKey(image.digest()));
            }
        }
    }

    @Test
    void saysWhatTheSourceLacks() {
        MemorySource source = new MemorySource();
        Descriptor image = source.image("linux/amd64", "layer");
        source.root(source.index(List.of(image), List.of("linux/amd64")));
        for (Digest digest : List.copyOf(source.contents().keySet())) {
            byte[] content = source.content(digest);
            source.remove(digest);
            assertEquals(Reason.NOT_FOUND, refusal(source), digest.toString());
            assertEquals(
                    Reason.NOT_FOUND,
                    refusal(source, ImageCopier.create().withPlatform(Platform.parse("linux/amd64"))));
            source.replace(digest, content);
        }
    }

    @Test
    void copiesWhatADescriptorCarriesWhereTheSourceHasNothing() throws IOException {
        MemorySource source = new MemorySource();
        byte[] layer = MemorySource.layer("layer");
        byte[] config = MemorySource.utf8("{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":"
                + "{\"type\":\"layers\",\"diff_ids\":[\"" + Digest.sha256Of(layer) + "\"]}}");
        Descriptor carried = Descriptor.of(MemorySource.LAYER, Digest.sha256Of(layer), layer.length)
                .withData(layer);
        ImageManifest manifest = ImageManifest.builder(
                        Descriptor.of(MediaType.OCI_CONFIG, Digest.sha256Of(config), config.length)
                                .withData(config))
                .layer(carried)
                .build();
        source.root(source.add(MediaType.OCI_MANIFEST, manifest.bytes()));
        CopyResult result = ImageCopier.create()
                .withPlatform(Platform.parse("linux/amd64"))
                .copy(
                        source,
                        OciLayoutWriter.create(folder.resolve("layout"), Clock.fixed(NOW, ZoneOffset.UTC))
                                .destination("a"));
        assertEquals(2, result.copied().size());
        try (OciLayout layout = OciLayout.open(folder.resolve("layout"));
                ImageSource image = layout.requireImage("a")) {
            assertEquals(Verdict.VERIFIED, ImageVerifier.create().verify(image).verdict());
            assertTrue(image.unverifiedBlob(carried).isPresent(), "the layout has the blob itself");
        }
    }

    @Test
    void leavesOutAForeignLayerThatTheSourceLacksAndNoOther() throws IOException {
        MemorySource source = new MemorySource();
        Descriptor config = source.add(MediaType.OCI_EMPTY, MemorySource.utf8("{}"));
        Digest digest = Digest.sha256Of(MemorySource.utf8("layer"));
        for (String mediaType : List.of(
                MemorySource.FOREIGN,
                "application/vnd.oci.image.layer.nondistributable.v1.tar",
                "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
                "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd")) {
            source.remove(digest);
            Descriptor layer = Descriptor.of(mediaType, digest, 5);
            source.root(source.manifest(config, List.of(layer)));
            CopyResult result = ImageCopier.create().copy(source, new Kept());
            assertEquals(List.of(layer), result.leftOut());
            assertEquals(1, result.copied().size());
            OciLayoutWriter layout = OciLayoutWriter.create(folder.resolve("layout"), Clock.fixed(NOW, ZoneOffset.UTC));
            assertEquals(
                    List.of(layer),
                    ImageCopier.create().copy(source, layout.destination("a")).leftOut());
            source.replace(digest, MemorySource.utf8("layer"));
            assertEquals(
                    List.of(), ImageCopier.create().copy(source, new Kept()).leftOut());
            source.replace(digest, MemorySource.utf8("other"));
            assertThrows(VerificationException.class, () -> ImageCopier.create().copy(source, new Kept()));
        }
        source.remove(digest);
        source.root(source.manifest(config, List.of(Descriptor.of(MemorySource.LAYER, digest, 5))));
        assertEquals(Reason.NOT_FOUND, refusal(source));
    }

    /**
     * One digest is one content, and an engine that runs the image by the ordinary descriptor asks the registry for it.
     */
    @Test
    void leavesOutNoLayerThatIsAnOrdinaryOneToo() throws IOException {
        MemorySource source = new MemorySource();
        Descriptor config = source.add(MediaType.OCI_EMPTY, MemorySource.utf8("{}"));
        Digest digest = Digest.sha256Of(MemorySource.utf8("layer"));
        Descriptor foreign = Descriptor.of(MemorySource.FOREIGN, digest, 5);
        Descriptor ordinary = Descriptor.of(MemorySource.LAYER, digest, 5);
        for (List<Descriptor> layers : List.of(List.of(foreign, ordinary), List.of(ordinary, foreign))) {
            source.root(source.manifest(config, layers));
            assertEquals(Reason.NOT_FOUND, refusal(source));
            source.replace(digest, MemorySource.utf8("layer"));
            CopyResult result = ImageCopier.create().copy(source, new Kept());
            assertTrue(result.copied().contains(ordinary), result::toString);
            source.remove(digest);
        }
        source.root(source.index(
                List.of(source.manifest(config, List.of(foreign)), source.manifest(config, List.of(ordinary))),
                List.of()));
        assertEquals(Reason.NOT_FOUND, refusal(source));
    }

    @Test
    void takesFromEitherOfTwoDescriptorsOfOneContentWhereItIs() throws IOException {
        List<String> asked = new ArrayList<>();
        MemorySource source = new MemorySource() {
            @Override
            public Optional<InputStream> unverifiedBlob(Descriptor descriptor) {
                asked.addAll(descriptor.urls());
                return super.unverifiedBlob(descriptor);
            }
        };
        byte[] layer = MemorySource.utf8("layer");
        Descriptor plain = Descriptor.of(MemorySource.LAYER, Digest.sha256Of(layer), layer.length);
        List<String> urls = List.of("https://layers.example.org/a");
        ImageManifest manifest = ImageManifest.builder(Descriptor.empty())
                .artifactType("application/vnd.example.thing")
                .layer(plain)
                .layer(Descriptor.of(MemorySource.FOREIGN, plain.digest(), plain.size())
                        .withUrls(urls))
                .layer(plain.withData(layer))
                .build();
        source.root(source.add(MediaType.OCI_MANIFEST, manifest.bytes()));
        Kept kept = new Kept();
        assertEquals(List.of(), ImageCopier.create().copy(source, kept).leftOut());
        assertArrayEquals(layer, kept.contents.get(plain.digest()));
        assertEquals(urls, asked);
    }

    @Test
    void refusesDocumentsThatContradictEachOther() {
        MemorySource source = new MemorySource();
        Descriptor config = source.add(MediaType.OCI_EMPTY, MemorySource.utf8("{}"));
        Descriptor layer = source.add(MemorySource.LAYER, MemorySource.layer("layer"));
        Descriptor longer = Descriptor.of(MemorySource.LAYER, layer.digest(), 6);
        source.root(source.manifest(config, List.of(layer, longer)));
        assertEquals(Reason.CONTRADICTION, refusal(source));
        Descriptor image = source.image("linux/amd64", "layer");
        Descriptor asIndex = Descriptor.of(MediaType.OCI_INDEX, image.digest(), image.size());
        source.root(source.index(List.of(image, asIndex), List.of()));
        assertEquals(Reason.CONTRADICTION, refusal(source));
        Descriptor short1 = Descriptor.of(MemorySource.LAYER, image.digest(), 1);
        source.root(source.index(List.of(image, source.manifest(config, List.of(short1))), List.of()));
        assertEquals(Reason.CONTRADICTION, refusal(source));
    }

    @Test
    void aBlobThatIsAManifestTooIsCopiedOnce() throws IOException {
        MemorySource source = new MemorySource();
        Descriptor config = source.add(MediaType.OCI_EMPTY, MemorySource.utf8("{}"));
        Descriptor image = source.image("linux/amd64", "layer");
        Descriptor both = Descriptor.of(MemorySource.LAYER, image.digest(), image.size());
        source.root(source.index(List.of(image, source.manifest(config, List.of(both))), List.of()));
        Kept kept = new Kept();
        CopyResult result = ImageCopier.create().copy(source, kept);
        assertEquals(source.contents().keySet(), kept.contents.keySet());
        assertTrue(result.copied().stream().noneMatch(blob -> blob.digest().equals(image.digest())));
    }

    @Test
    void refusesMoreManifestsThanTheLimits() throws IOException {
        MemorySource source = new MemorySource();
        Descriptor image = source.image("linux/amd64", "layer");
        Descriptor index = image;
        for (int depth = 0; depth < 5; depth++) {
            index = source.index(List.of(index), List.of("linux/amd64"));
        }
        source.root(index);
        assertEquals(
                image,
                ImageCopier.create()
                        .withPlatform(Platform.parse("linux/amd64"))
                        .copy(source, new Kept())
                        .root());
        assertEquals(
                6, ImageCopier.create().copy(source, new Kept()).manifests().size());
        source.root(source.index(List.of(index), List.of("linux/amd64")));
        assertEquals(Reason.LIMIT_EXCEEDED, refusal(source));
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                refusal(source, ImageCopier.create().withPlatform(Platform.parse("linux/amd64"))));
        source.root(image);
        int size = Math.toIntExact(image.size());
        within(size).copy(source, new Kept());
        assertEquals(Reason.LIMIT_EXCEEDED, refusal(source, within(size - 1)));
        ImageCopier small = ImageCopier.create()
                .withDocumentLimits(DocumentLimits.defaults().withMaxManifestBytes(size - 1));
        var large = assertThrows(MalformedDocumentException.class, () -> small.copy(source, new Kept()));
        assertEquals(MalformedDocumentException.Reason.LIMIT_EXCEEDED, large.reason());
        source.root(source.index(
                List.of(Descriptor.of("application/vnd.example+json", image.digest(), 1L << 40)), List.of()));
        var e = assertThrows(
                MalformedDocumentException.class, () -> ImageCopier.create().copy(source, new Kept()));
        assertEquals(MalformedDocumentException.Reason.LIMIT_EXCEEDED, e.reason());
    }

    @Test
    void tellsAListenerWhatPasses() throws IOException {
        MemorySource source = new MemorySource();
        source.root(source.image("linux/amd64", "one", "two"));
        List<Descriptor> expected = new ArrayList<>();
        Map<Digest, Long> passed = new TreeMap<>();
        ImageCopier.create()
                .withListener(new CopyListener() {
                    @Override
                    public void started(List<Descriptor> blobs) {
                        expected.addAll(blobs);
                    }

                    @Override
                    public void progressed(Descriptor blob, long bytes) {
                        passed.put(blob.digest(), bytes);
                    }
                })
                .copy(source, new Kept());
        assertEquals(3, expected.size());
        for (Descriptor blob : expected) {
            assertEquals(blob.size(), passed.get(blob.digest()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "artifacts",
                "busybox-gzip",
                "cosign-saved",
                "ed-mixed",
                "ed-plain",
                "ed-sha512",
                "ed-zstd",
                "multiarch"
            })
    void copiesLayoutsOfOtherToolsThroughEveryOciForm(String name) throws IOException {
        Path there = folder.resolve("there");
        Path tar = folder.resolve("there.tar");
        Path back = folder.resolve("back");
        ImageCopier copier = ImageCopier.create();
        try (OciLayout original = OciLayout.open(SharedData.require("registry/fixtures/layouts/" + name))) {
            OciLayoutWriter writer = OciLayoutWriter.create(there, Clock.fixed(NOW, ZoneOffset.UTC));
            for (Descriptor entry : original.index().manifests()) {
                copier.copy(original.image(entry.digest()), writer.destination());
            }
            try (OciLayout layout = OciLayout.open(there);
                    OciArchiveWriter archive = OciArchiveWriter.create(tar)) {
                for (Descriptor entry : layout.index().manifests()) {
                    copier.copy(layout.image(entry.digest()), archive.destination());
                }
                archive.finish();
            }
            try (OciLayout layout = OciLayout.openArchive(tar)) {
                for (Descriptor entry : layout.index().manifests()) {
                    copier.copy(
                            layout.image(entry.digest()),
                            OciLayoutWriter.create(back, Clock.fixed(NOW, ZoneOffset.UTC))
                                    .destination());
                }
            }
            try (OciLayout layout = OciLayout.open(back)) {
                assertEquals(original.blobs(), layout.blobs());
                for (Digest blob : original.blobs()) {
                    String path = "blobs/" + blob.algorithm() + "/" + blob.encoded();
                    assertArrayEquals(
                            Files.readAllBytes(SharedData.require("registry/fixtures/layouts/" + name + "/" + path)),
                            Files.readAllBytes(back.resolve(path)));
                }
                assertEquals(
                        original.index().manifests().stream()
                                .map(Descriptor::digest)
                                .toList(),
                        layout.index().manifests().stream()
                                .map(Descriptor::digest)
                                .toList());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "registry/fixtures/tars/arm64-buildah-docker-archive.tar",
                "registry/fixtures/tars/ed-crane-legacy.tar",
                "registry/fixtures/tars/ed-crane-tarball.tar",
                "registry/fixtures/tars/ed-skopeo-docker-archive.tar",
                "hardening/oracle/images/app-root@1.0.docker.tar",
                "hardening/oracle/images/kitchen-sink.docker.tar",
                "hardening/oracle/images/dangling.docker.tar",
            })
    void copiesADockerArchiveToALayoutAndToADockerArchive(String name) throws IOException {
        Path layoutFolder = folder.resolve("layout");
        Path tar = folder.resolve("again.tar");
        try (DockerArchive archive = DockerArchive.open(SharedData.require(name));
                DockerArchiveWriter again = DockerArchiveWriter.create(tar)) {
            ImageSource image = archive.references().isEmpty()
                    ? archive.requireImage()
                    : archive.requireImage(archive.references().get(0));
            ImageCopier.create()
                    .copy(
                            image,
                            OciLayoutWriter.create(layoutFolder, Clock.fixed(NOW, ZoneOffset.UTC))
                                    .destination("a"));
            ImageCopier.create().copy(image, again.destination());
            again.finish();
            Digest config =
                    ImageVerifier.create().verify(image).config().orElseThrow().digest();
            try (OciLayout layout = OciLayout.open(layoutFolder);
                    DockerArchive docker = DockerArchive.open(tar)) {
                for (ImageSource copy : List.of(layout.requireImage("a"), docker.requireImage())) {
                    var verification = ImageVerifier.create().verify(copy);
                    assertEquals(Verdict.VERIFIED, verification.verdict());
                    assertEquals(config, verification.config().orElseThrow().digest());
                }
            }
        }
    }

    /** The variant is optional in a configuration, and many builders leave it out. */
    @Test
    void theVariantThatAnIndexSaysIsThatOfAConfigurationWithoutOne() throws IOException {
        MemorySource source = new MemorySource();
        Descriptor arm = source.image("linux/arm", "a");
        source.root(source.index(List.of(arm), List.of("linux/arm/v6")));
        ImageCopier v6 = ImageCopier.create().withPlatform(Platform.parse("linux/arm/v6"));
        assertEquals(arm, v6.copy(source, new Kept()).root());
        assertEquals(
                ImageVerification.Verdict.VERIFIED,
                ImageVerifier.create()
                        .withPlatform(Platform.parse("linux/arm/v6"))
                        .verify(source)
                        .verdict());
        source.root(arm);
        assertEquals(Reason.WRONG_PLATFORM, refusal(source, v6));
    }

    @Test
    void whatAnOuterIndexSaysHoldsWhereTheInnerOneSaysNothing() throws IOException {
        MemorySource source = new MemorySource();
        Descriptor arm = source.image("linux/arm", "a");
        Descriptor inner = source.index(List.of(arm), List.of());
        source.root(source.index(List.of(inner), List.of("linux/arm/v6")));
        ImageCopier v6 = ImageCopier.create().withPlatform(Platform.parse("linux/arm/v6"));
        assertEquals(arm, v6.copy(source, new Kept()).root());
        source.root(inner);
        assertEquals(Reason.WRONG_PLATFORM, refusal(source, v6));
    }

    @Test
    void refusesAnImageForAnotherPlatformThanTheIndexAnnounces() throws IOException {
        MemorySource source = new MemorySource();
        Descriptor arm64 = source.image("linux/arm64", "a");
        source.root(source.index(List.of(arm64), List.of("linux/amd64")));
        ImageCopier amd64 = ImageCopier.create().withPlatform(Platform.parse("linux/amd64"));
        assertEquals(Reason.WRONG_PLATFORM, refusal(source, amd64));
        assertEquals(
                2, ImageCopier.create().copy(source, new Kept()).manifests().size());
    }
}

package dev.tallyclerk.registry.verify;

import static dev.tallyclerk.registry.verify.InMemoryImage.GZIP;
import static dev.tallyclerk.registry.verify.InMemoryImage.describe;
import static dev.tallyclerk.registry.verify.InMemoryImage.gzip;
import static dev.tallyclerk.registry.verify.InMemoryImage.tar;
import static dev.tallyclerk.registry.verify.InMemoryImage.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.base.BaseAnnotation;
import dev.tallyclerk.registry.base.FleetImage;
import dev.tallyclerk.registry.layer.LayerLimits;
import dev.tallyclerk.registry.layer.LayerVerifier;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.LayerFormat;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.sbom.DescribedImage;
import dev.tallyclerk.registry.verify.ContentCheck.Kind;
import dev.tallyclerk.registry.verify.ContentResult.Reason;
import dev.tallyclerk.registry.verify.ImageVerification.Verdict;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageVerifierTest {
    private static final byte[] SECOND = tar("second");
    private static final String TAR = "application/vnd.oci.image.layer.v1.tar";
    private static final String XZ = "application/vnd.example.layer.v1.tar+xz";

    private static ImageVerification verify(InMemoryImage image) throws IOException {
        return ImageVerifier.create().verify(image);
    }

    /** The one problem of a verification that failed. */
    private static ContentCheck onlyProblem(ImageVerification verification) {
        assertEquals(1, verification.problems().size(), verification.problems().toString());
        return verification.problems().get(0);
    }

    private static void assertFails(ImageVerification verification, Kind kind, int position, Reason reason) {
        assertEquals(Verdict.FAILED, verification.verdict());
        ContentCheck problem = onlyProblem(verification);
        assertEquals(kind, problem.kind());
        assertEquals(position, problem.position());
        assertTrue(
                problem.result() instanceof ContentResult.Failed failed && failed.reason() == reason,
                problem.result().toString());
    }

    @Test
    void verifiesEveryPart() throws IOException {
        ImageVerification verification = verify(InMemoryImage.create());
        assertEquals(Verdict.VERIFIED, verification.verdict());
        assertEquals(
                List.of(Kind.MANIFEST, Kind.CONFIG, Kind.LAYER, Kind.LAYER),
                verification.checks().stream().map(ContentCheck::kind).toList());
        assertEquals(2, verification.manifest().orElseThrow().layers().size());
        assertEquals(
                "linux/amd64", verification.config().orElseThrow().platform().toString());
        assertEquals(List.of(), verification.problems());
    }

    @Test
    void refusesAFlippedBitInALayer() throws IOException {
        InMemoryImage image = InMemoryImage.create();
        byte[] layer = gzip(SECOND);
        for (int i = 0; i < layer.length; i++) {
            byte[] flipped = layer.clone();
            flipped[i] ^= 1;
            image.blob(Digest.sha256Of(layer), flipped);
            assertFails(verify(image), Kind.LAYER, 1, Reason.DIGEST_MISMATCH);
        }
    }

    @Test
    void refusesATruncatedLayerAndOneThatGoesOn() throws IOException {
        InMemoryImage image = InMemoryImage.create();
        byte[] layer = gzip(SECOND);
        image.blob(Digest.sha256Of(layer), Arrays.copyOf(layer, layer.length - 1));
        assertFails(verify(image), Kind.LAYER, 1, Reason.TOO_SHORT);
        image.blob(Digest.sha256Of(layer), Arrays.copyOf(layer, layer.length + 1));
        assertFails(verify(image), Kind.LAYER, 1, Reason.TOO_LONG);
    }

    @Test
    void refusesALayerThatIsNotThere() throws IOException {
        InMemoryImage image = InMemoryImage.create();
        image.forget(Digest.sha256Of(gzip(SECOND)));
        assertFails(verify(image), Kind.LAYER, 1, Reason.MISSING);
    }

    /** {@return an image whose descriptors carry the content, and {@code wrong} instead of the layer's if given} */
    private static InMemoryImage embedded(byte[] layer, byte... wrong) throws IOException {
        byte[] config = utf8("{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{},"
                + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" + Digest.sha256Of(SECOND) + "\"]}}");
        ImageManifest manifest = ImageManifest.builder(
                        Descriptor.of(MediaType.OCI_CONFIG, Digest.sha256Of(config), config.length)
                                .withData(config))
                .layer(Descriptor.of(GZIP, Digest.sha256Of(layer), layer.length).withData(layer))
                .build();
        String document = new String(manifest.bytes(), StandardCharsets.UTF_8);
        Base64.Encoder base64 = Base64.getEncoder();
        return new InMemoryImage()
                .root(
                        MediaType.OCI_MANIFEST,
                        utf8(
                                wrong.length == 0
                                        ? document
                                        : document.replace(
                                                base64.encodeToString(layer), base64.encodeToString(wrong))));
    }

    @Test
    void takesWhatADescriptorCarriesWhereTheSourceHasNothing() throws IOException {
        ImageVerification verification = verify(embedded(gzip(SECOND)));
        assertEquals(List.of(), verification.problems());
        assertEquals(Verdict.VERIFIED, verification.verdict());
        assertEquals(
                List.of(Kind.MANIFEST, Kind.CONFIG, Kind.LAYER),
                verification.checks().stream().map(ContentCheck::kind).toList());
    }

    @Test
    void whatADescriptorCarriesDoesNotHideThatTheSourceIsWrong() throws IOException {
        byte[] layer = gzip(SECOND);
        byte[] flipped = layer.clone();
        flipped[12] ^= 1;
        assertFails(
                verify(embedded(layer).blob(Digest.sha256Of(layer), flipped)), Kind.LAYER, 0, Reason.DIGEST_MISMATCH);
    }

    @Test
    void refusesAManifestThatCarriesAnotherContentThanItPromises() throws IOException {
        byte[] layer = gzip(SECOND);
        byte[] flipped = layer.clone();
        flipped[12] ^= 1;
        assertFails(verify(embedded(layer, flipped)), Kind.MANIFEST, 0, Reason.MALFORMED_DOCUMENT);
        assertFails(
                verify(embedded(layer, Arrays.copyOf(layer, layer.length - 1))),
                Kind.MANIFEST,
                0,
                Reason.MALFORMED_DOCUMENT);
    }

    @Test
    void refusesAWrongDiffId() throws IOException {
        InMemoryImage image = new InMemoryImage()
                .layer(GZIP, gzip(SECOND), utf8("something else"))
                .assemble();
        assertFails(verify(image), Kind.LAYER, 0, Reason.DIFF_ID_MISMATCH);
    }

    @Test
    void aManifestHasToHaveEveryDigestThatIsVouchedFor() throws IOException {
        InMemoryImage image = InMemoryImage.create();
        Digest sha512 = Digest.of(DigestAlgorithm.SHA512, image.rootDocument());
        ResolvedDigest both = ResolvedDigest.of(image.root(), "x").withMoreDigests(List.of(sha512));
        assertEquals(
                Verdict.VERIFIED, ImageVerifier.create().verify(image, both).verdict());
        Digest other = Digest.of(DigestAlgorithm.SHA512, utf8("another"));
        ResolvedDigest contradictory = ResolvedDigest.of(image.root(), "x").withMoreDigests(List.of(sha512, other));
        assertFails(ImageVerifier.create().verify(image, contradictory), Kind.MANIFEST, 0, Reason.DIGEST_MISMATCH);
        assertThrows(VerificationException.class, () -> image.manifest(contradictory, DocumentLimits.defaults()));
        Digest unknown = Digest.parse("blake3:" + "0".repeat(64));
        ImageVerification unread = ImageVerifier.create().verify(image, both.withMoreDigests(List.of(unknown)));
        assertEquals(Verdict.INCOMPLETE, unread.verdict());
    }

    @Test
    void refusesALayerThatIsTheRightBytesAndNoArchive() throws IOException {
        byte[] first = Arrays.copyOf(tar("first"), 1024);
        byte[] twoZeroBlocksInTheMiddle = TestTar.concatenated(first, new byte[1024], tar("hidden"));
        for (byte[] content : List.of(
                utf8("no archive"),
                new byte[100],
                Arrays.copyOf(SECOND, 520),
                twoZeroBlocksInTheMiddle,
                new TestTar().file("a/.wh.", "").finish())) {
            for (boolean compressed : new boolean[] {true, false}) {
                InMemoryImage image = new InMemoryImage()
                        .layer(compressed ? GZIP : TAR, compressed ? gzip(content) : content, content)
                        .layer(GZIP, gzip(SECOND), SECOND)
                        .assemble();
                assertFails(verify(image), Kind.LAYER, 0, Reason.MALFORMED_LAYER);
            }
        }
    }

    @Test
    void refusesALayerThatIsTheRightBytesAndSeveralArchives() throws IOException {
        byte[] first = Arrays.copyOf(tar("first"), 1024);
        byte[] oneZeroBlockInTheMiddle = TestTar.concatenated(first, new byte[512], tar("hidden"));
        byte[] root = new TestTar()
                .pax('x', TestTar.record("uid", "4294967296"))
                .file("a", "")
                .finish();
        for (byte[] content : List.of(oneZeroBlockInTheMiddle, root)) {
            InMemoryImage image =
                    new InMemoryImage().layer(GZIP, gzip(content), content).assemble();
            assertFails(verify(image), Kind.LAYER, 0, Reason.AMBIGUOUS_LAYER);
        }
    }

    @Test
    void whatIsNotThePromisedContentIsReportedAsThatEvenIfItIsNoArchive() throws IOException {
        byte[] content = utf8("no archive");
        InMemoryImage image =
                new InMemoryImage().layer(GZIP, gzip(content), SECOND).assemble();
        assertFails(verify(image), Kind.LAYER, 0, Reason.DIFF_ID_MISMATCH);
        byte[] flipped = gzip(content);
        flipped[flipped.length - 1] ^= 1;
        image.blob(Digest.sha256Of(gzip(content)), flipped);
        assertFails(verify(image), Kind.LAYER, 0, Reason.DIGEST_MISMATCH);
    }

    @Test
    void isIncompleteWhereAnArchiveHasWhatIsNotRead() throws IOException {
        byte[] sparse = new TestTar().entry(TestTar.Header.of("holes", 'S')).finish();
        InMemoryImage image =
                new InMemoryImage().layer(GZIP, gzip(sparse), sparse).assemble();
        ImageVerification verification = verify(image);
        assertEquals(Verdict.INCOMPLETE, verification.verdict());
        assertTrue(onlyProblem(verification).result() instanceof ContentResult.Unverifiable unknown
                && unknown.reason() == Reason.UNSUPPORTED);
    }

    @Test
    void saysHowLargeALayerIsUncompressed() throws IOException {
        byte[] large =
                new TestTar().file("a", "x".repeat(1_000_000)).file("b", "y").finish();
        InMemoryImage image = new InMemoryImage()
                .layer(GZIP, gzip(large), large)
                .layer(TAR, SECOND, SECOND)
                .assemble();
        assertEquals(
                List.of((long) large.length, (long) SECOND.length),
                verify(image).checks().stream()
                        .filter(check -> check.kind() == Kind.LAYER)
                        .map(check -> check.result()
                                .<Long>fold(ContentResult.Verified::uncompressedSize, failed -> -1L, unknown -> -1L))
                        .toList());
    }

    @Test
    void refusesALayerThatIsNotWhatItsTypeSays() throws IOException {
        InMemoryImage image = new InMemoryImage().layer(GZIP, SECOND, SECOND).assemble();
        assertFails(verify(image), Kind.LAYER, 0, Reason.MALFORMED_LAYER);
    }

    @Test
    void takesALayerOfDockersTypeForWhatItIsAndOneOfOcisForWhatItsTypeSays() throws IOException {
        for (boolean dockerFirst : new boolean[] {true, false}) {
            String docker = "application/vnd.docker.image.rootfs.diff.tar.gzip";
            InMemoryImage image = new InMemoryImage()
                    .layer(dockerFirst ? docker : GZIP, SECOND, SECOND)
                    .layer(dockerFirst ? GZIP : docker, SECOND, SECOND)
                    .assemble();
            assertFails(verify(image), Kind.LAYER, dockerFirst ? 1 : 0, Reason.MALFORMED_LAYER);
        }
    }

    @Test
    void refusesAManifestThatIsNotTheOneAskedFor() throws IOException {
        InMemoryImage image = InMemoryImage.create();
        Digest asked = Digest.sha256Of(utf8("another manifest"));
        image.manifest(asked, MediaType.OCI_MANIFEST, image.rootDocument());
        ImageVerification verification =
                ImageVerifier.create().verifyDigest(image, ResolvedDigest.of(asked, "the reference itself"));
        assertFails(verification, Kind.MANIFEST, 0, Reason.DIGEST_MISMATCH);
        assertTrue(verification.manifest().isEmpty() && verification.config().isEmpty());
    }

    @Test
    void refusesAManifestOfAnotherSizeThanWasVouchedFor() throws IOException {
        InMemoryImage image = InMemoryImage.create();
        long size = image.rootDocument().length;
        ImageVerifier verifier = ImageVerifier.create();
        assertEquals(
                Verdict.VERIFIED,
                verifier.verify(image, ResolvedDigest.of(image.root(), size, "x"))
                        .verdict());
        assertFails(
                verifier.verify(image, ResolvedDigest.of(image.root(), size + 1, "x")),
                Kind.MANIFEST,
                0,
                Reason.TOO_SHORT);
        assertFails(
                verifier.verify(image, ResolvedDigest.of(image.root(), size - 1, "x")),
                Kind.MANIFEST,
                0,
                Reason.TOO_LONG);
    }

    @Test
    void verifiesAManifestByTheAlgorithmThatWasVouchedFor() throws IOException {
        InMemoryImage image = InMemoryImage.create();
        Digest sha512 = Digest.of(DigestAlgorithm.SHA512, image.rootDocument());
        image.manifest(sha512, MediaType.OCI_MANIFEST, image.rootDocument());
        assertEquals(
                Verdict.VERIFIED,
                ImageVerifier.create()
                        .verifyDigest(image, ResolvedDigest.of(sha512, "x"))
                        .verdict());
    }

    @Test
    void saysOfAManifestAboveTheLimitThatItIsTooLargeAndNotThatItIsAnother() throws IOException {
        InMemoryImage image = InMemoryImage.create();
        int size = image.rootDocument().length;
        ImageVerifier verifier = ImageVerifier.create()
                .withDocumentLimits(DocumentLimits.defaults().withMaxManifestBytes(size - 1));
        assertFails(verifier.verify(image), Kind.MANIFEST, 0, Reason.LIMIT_EXCEEDED);
        assertFails(
                verifier.verify(image, ResolvedDigest.of(image.root(), size, "x")),
                Kind.MANIFEST,
                0,
                Reason.LIMIT_EXCEEDED);
    }

    @Test
    void refusesAConfigurationThatIsTooLarge() throws IOException {
        DocumentLimits limits = DocumentLimits.defaults().withMaxConfigBytes(10);
        InMemoryImage image = InMemoryImage.create();
        ImageVerification verification =
                ImageVerifier.create().withDocumentLimits(limits).verify(image);
        assertFails(verification, Kind.CONFIG, 0, Reason.LIMIT_EXCEEDED);
        assertEquals(2, image.blobsOpened(), "the layers, and not the configuration");
    }

    @Test
    void refusesAConfigurationThatIsNotThePromisedOne() throws IOException {
        InMemoryImage image = InMemoryImage.create();
        Digest config = verify(image).manifest().orElseThrow().config().digest();
        image.forget(config);
        assertFails(verify(image), Kind.CONFIG, 0, Reason.MISSING);
        image.blob(config, utf8("{}"));
        assertFails(verify(image), Kind.CONFIG, 0, Reason.TOO_SHORT);
    }

    @Test
    void refusesAConfigurationThatPromisesAnotherNumberOfLayers() throws IOException {
        InMemoryImage image = new InMemoryImage()
                .layer(GZIP, gzip(SECOND), SECOND)
                .assemble(
                        utf8(
                                "{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}"));
        assertFails(verify(image), Kind.CONFIG, 0, Reason.LAYER_COUNT_MISMATCH);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{}",
                "{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":1,\"diff_ids\":[]}}"
            })
    void refusesAMalformedConfiguration(String config) throws IOException {
        InMemoryImage image =
                new InMemoryImage().layer(GZIP, gzip(SECOND), SECOND).assemble(utf8(config));
        assertFails(verify(image), Kind.CONFIG, 0, Reason.MALFORMED_DOCUMENT);
    }

    /** Engines take it for any platform. */
    @Test
    void acceptsAConfigurationThatNamesNoPlatform() throws IOException {
        String config = "{\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" + Digest.sha256Of(SECOND) + "\"]}}";
        InMemoryImage image =
                new InMemoryImage().layer(GZIP, gzip(SECOND), SECOND).assemble(utf8(config));
        assertEquals(Verdict.VERIFIED, verify(image).verdict());
        assertEquals(
                Verdict.VERIFIED,
                ImageVerifier.create()
                        .withPlatform(Platform.of("linux", "arm64"))
                        .verify(image)
                        .verdict());
    }

    /** Old versions of buildah wrote such layers: podman loads them, and umoci does not. */
    @Test
    void refusesACompressedLayerThatIsCalledPlainAsAmbiguous() throws IOException {
        byte[] gzipped = gzip(SECOND);
        InMemoryImage image = new InMemoryImage().layer(TAR, gzipped, SECOND).assemble();
        assertFails(verify(image), Kind.LAYER, 0, Reason.AMBIGUOUS_LAYER);
    }

    @Test
    void refusesADocumentThatCanBeReadInTwoWays() throws IOException {
        InMemoryImage image = InMemoryImage.create();
        String manifest = new String(image.rootDocument(), StandardCharsets.UTF_8);
        for (String other : List.of(
                manifest.replaceFirst("\\{", "{\"layers\":[],"),
                manifest.replaceFirst("\\{", "{\"Layers\":[],"),
                manifest.replaceFirst("\\{", "{\"manifests\":[],"))) {
            image.root(MediaType.OCI_MANIFEST, utf8(other));
            assertFails(verify(image), Kind.MANIFEST, 0, Reason.AMBIGUOUS_DOCUMENT);
        }
        image.root(MediaType.OCI_INDEX, utf8(manifest));
        assertFails(verify(image), Kind.MANIFEST, 0, Reason.AMBIGUOUS_DOCUMENT);
    }

    @Test
    void stopsADecompressionBomb() throws IOException {
        byte[] zeros = new byte[1 << 20];
        InMemoryImage image =
                new InMemoryImage().layer(GZIP, gzip(zeros), zeros).assemble();
        LayerLimits limits = LayerLimits.defaults().withMaxUncompressedBytes(1 << 19);
        assertFails(ImageVerifier.create().withLayerLimits(limits).verify(image), Kind.LAYER, 0, Reason.LIMIT_EXCEEDED);
        assertEquals(Verdict.VERIFIED, verify(image).verdict());
    }

    @Test
    void verifiesLayersWithTheVerifierThatItIsGivenAndWithinTheLimitsSetLast() throws IOException {
        InMemoryImage image = InMemoryImage.create();
        AtomicInteger used = new AtomicInteger();
        LayerLimits narrow = LayerLimits.defaults().withMaxUncompressedBytes(1);
        LayerVerifier layers = LayerVerifier.create()
                .withLimits(narrow)
                .withDecompressor(LayerFormat.TAR_GZIP, (compressed, limits) -> {
                    used.incrementAndGet();
                    return new GZIPInputStream(compressed);
                });
        ImageVerifier verifier =
                ImageVerifier.create().withLayerLimits(LayerLimits.defaults()).withLayerVerifier(layers);
        assertEquals(Verdict.FAILED, verifier.verify(image).verdict());
        assertEquals(2, used.get());
        assertEquals(
                Verdict.VERIFIED,
                verifier.withLayerLimits(LayerLimits.defaults()).verify(image).verdict());
        assertEquals(4, used.get());
    }

    @Test
    void verifiesTheDocumentsOfADigestThatSomebodyElseVouchesFor() throws IOException {
        InMemoryImage image = InMemoryImage.create();
        ResolvedDigest trusted = ResolvedDigest.of(image.root(), "somebody");
        image.root(MediaType.OCI_MANIFEST, utf8("what the tag stands for"));
        ImageVerification verification = ImageVerifier.create().withoutLayers().verifyDigest(image, trusted);
        assertEquals(Verdict.INCOMPLETE, verification.verdict());
        assertEquals(trusted, verification.resolved());
        assertEquals(2, verification.config().orElseThrow().diffIds().size());
        assertEquals(1, image.blobsOpened(), "only the configuration is read");
    }

    @Test
    void isIncompleteWhereAFormatCannotBeRead() throws IOException {
        InMemoryImage image = new InMemoryImage()
                .layer(XZ, SECOND, utf8("x"))
                .layer(GZIP, gzip(SECOND), SECOND)
                .assemble();
        ImageVerification unread = verify(image);
        assertEquals(Verdict.INCOMPLETE, unread.verdict());
        assertTrue(onlyProblem(unread).result() instanceof ContentResult.Unverifiable unknown
                && unknown.reason() == Reason.UNSUPPORTED);
        assertTrue(unread.checks().get(3).result().isVerified());
        InMemoryImage schema1 = new InMemoryImage()
                .root(MediaType.DOCKER_SCHEMA1, utf8("{\"schemaVersion\":1,\"fsLayers\":[],\"history\":[]}"));
        assertEquals(Verdict.INCOMPLETE, verify(schema1).verdict());
    }

    @Test
    void aBlobThatIsWrongFailsEvenWhereItsFormatCannotBeRead() throws IOException {
        InMemoryImage image =
                new InMemoryImage().layer(XZ, utf8("second"), utf8("x")).assemble();
        image.blob(Digest.sha256Of(utf8("second")), utf8("decond"));
        assertFails(verify(image), Kind.LAYER, 0, Reason.DIGEST_MISMATCH);
    }

    @Test
    void takesThePlatformFromAnIndex() throws IOException {
        InMemoryImage image = new InMemoryImage()
                .platform("\"os\":\"linux\",\"architecture\":\"arm64\",\"variant\":\"v8\"")
                .layer(GZIP, gzip(SECOND), SECOND)
                .assemble();
        byte[] manifest = image.rootDocument();
        String entry = describe(MediaType.OCI_MANIFEST, manifest);
        byte[] index = utf8("{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_INDEX + "\",\"manifests\":["
                + entry + "," + entry.substring(0, entry.length() - 1)
                + ",\"platform\":{\"os\":\"linux\",\"architecture\":\"arm64\"}}]}");
        image.root(MediaType.OCI_INDEX, index);
        ImageVerification arm = ImageVerifier.create()
                .withPlatform(Platform.parse("linux/arm64/v8"))
                .verify(image);
        assertEquals(Verdict.VERIFIED, arm.verdict());
        assertEquals(Kind.INDEX, arm.checks().get(0).kind());
        assertEquals(Kind.MANIFEST, arm.checks().get(1).kind());
        assertFails(verify(image), Kind.CONFIG, 0, Reason.WRONG_PLATFORM);
        image.manifest(Digest.sha256Of(manifest), "", utf8("{}"));
        assertFails(
                ImageVerifier.create()
                        .withPlatform(Platform.parse("linux/arm64"))
                        .verify(image),
                Kind.MANIFEST,
                0,
                Reason.TOO_SHORT);
    }

    @Test
    void looksIntoAnIndexWithinAnIndex() throws IOException {
        InMemoryImage image = InMemoryImage.create();
        String entry = describe(MediaType.OCI_MANIFEST, image.rootDocument()).replaceFirst("}$", "");
        byte[] inner = utf8("{\"schemaVersion\":2,\"manifests\":[" + entry
                + ",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}}]}");
        image.root(MediaType.OCI_INDEX, inner);
        image.root(
                MediaType.OCI_INDEX,
                utf8("{\"schemaVersion\":2,\"manifests\":[" + describe(MediaType.OCI_INDEX, inner) + "]}"));
        ImageVerification verification = verify(image);
        assertEquals(Verdict.VERIFIED, verification.verdict());
        assertEquals(Kind.INDEX, verification.checks().get(1).kind());
        assertFails(
                ImageVerifier.create()
                        .withPlatform(Platform.parse("linux/arm64"))
                        .verify(image),
                Kind.INDEX,
                0,
                Reason.NO_SUCH_PLATFORM);
    }

    @Test
    void takesTheEntryThatAnEngineWouldTakeHoweverItIsSpelt() throws IOException {
        InMemoryImage image = InMemoryImage.create();
        String good = describe(MediaType.OCI_MANIFEST, image.rootDocument());
        String other = describe(MediaType.OCI_MANIFEST, utf8("another")).replaceFirst("}$", "");
        image.root(
                MediaType.OCI_INDEX,
                utf8("{\"schemaVersion\":2,\"manifests\":[" + other
                        + ",\"platform\":{\"os\":\"Linux\",\"architecture\":\"x86_64\"}}," + good.replaceFirst("}$", "")
                        + ",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}}]}"));
        assertFails(verify(image), Kind.MANIFEST, 0, Reason.MISSING);
    }

    @Test
    void refusesAnImageForAnotherPlatformThanItsIndexSays() throws IOException {
        InMemoryImage image = new InMemoryImage()
                .platform("\"os\":\"windows\",\"architecture\":\"arm64\"")
                .layer(GZIP, gzip(SECOND), SECOND)
                .assemble();
        String entry = describe(MediaType.OCI_MANIFEST, image.rootDocument()).replaceFirst("}$", "");
        image.root(
                MediaType.OCI_INDEX,
                utf8("{\"schemaVersion\":2,\"manifests\":[" + entry
                        + ",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}}]}"));
        assertFails(verify(image), Kind.CONFIG, 0, Reason.WRONG_PLATFORM);
    }

    @Test
    void refusesAPlatformThatCouldForgeAReport() throws IOException {
        InMemoryImage image = new InMemoryImage()
                .platform("\"os\":\"linux\",\"architecture\":\"amd64\\nVerdict  ACCEPTED\"")
                .layer(GZIP, gzip(SECOND), SECOND)
                .assemble();
        assertFails(verify(image), Kind.CONFIG, 0, Reason.MALFORMED_DOCUMENT);
    }

    @Test
    void aConfigurationOfAnotherTypeDoesNotSwitchTheChecksOff() throws IOException {
        InMemoryImage image = new InMemoryImage()
                .layer(GZIP, gzip(SECOND), utf8("another diffID"))
                .assemble();
        String manifest = new String(image.rootDocument(), StandardCharsets.UTF_8);
        String docker = manifest.replace(MediaType.OCI_MANIFEST, MediaType.DOCKER_MANIFEST);
        image.root(MediaType.DOCKER_MANIFEST, utf8(docker.replace(MediaType.OCI_CONFIG, "application/x")));
        assertFails(verify(image), Kind.LAYER, 0, Reason.DIFF_ID_MISMATCH);
        for (String type : List.of("application/octet-stream", "application/json", "text/html")) {
            image.root(MediaType.OCI_MANIFEST, utf8(manifest.replace(MediaType.OCI_CONFIG, type)));
            assertFails(verify(image), Kind.LAYER, 0, Reason.DIFF_ID_MISMATCH);
        }
        image.root(MediaType.OCI_MANIFEST, utf8(manifest.replace(MediaType.OCI_CONFIG, "application/x")));
        ImageVerification unknown = verify(image);
        assertEquals(Verdict.INCOMPLETE, unknown.verdict());
        assertEquals(Kind.CONFIG, onlyProblem(unknown).kind());
    }

    @Test
    void readsALayerThatIsThereManyTimesOnce() throws IOException {
        InMemoryImage image = new InMemoryImage();
        for (int i = 0; i < 50; i++) {
            image.layer(GZIP, gzip(SECOND), SECOND);
        }
        image.assemble();
        assertEquals(51, verify(image).checks().size() - 1);
        assertEquals(2, image.blobsOpened());
    }

    /** {@return an image that has the same layer many times, with other promises of what it decompresses to} */
    private static InMemoryImage promising(String mediaType, byte[] blob, List<byte[]> contents) {
        InMemoryImage image = new InMemoryImage();
        for (byte[] content : contents) {
            image.layer(mediaType, blob, content);
        }
        return image.assemble();
    }

    private static List<byte[]> anything(int count) {
        List<byte[]> contents = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            contents.add(utf8("other " + i));
        }
        return contents;
    }

    @Test
    void aLayerThatDecompressesToOneThingIsReadTwiceAtMostWhateverIsPromised() throws IOException {
        List<byte[]> contents = anything(50);
        contents.add(25, SECOND);
        InMemoryImage image = promising(GZIP, gzip(SECOND), contents);
        ImageVerification verification = verify(image);
        assertEquals(50, verification.problems().size());
        for (ContentCheck problem : verification.problems()) {
            assertTrue(
                    problem.result() instanceof ContentResult.Failed failed
                            && failed.reason() == Reason.DIFF_ID_MISMATCH
                            && failed.message().contains(Digest.sha256Of(SECOND).toString()),
                    problem.toString());
            assertNotEquals(25, problem.position());
        }
        assertEquals(3, image.blobsOpened(), "the configuration, a layer, and the layer that holds");
    }

    @Test
    void theArchiveOfALayerIsCheckedWhicheverPromiseComesFirst() throws IOException {
        byte[] noArchive = utf8("no archive");
        for (int position : new int[] {0, 1}) {
            List<byte[]> contents = anything(1);
            contents.add(position, noArchive);
            ImageVerification verification = verify(promising(GZIP, gzip(noArchive), contents));
            assertEquals(2, verification.problems().size());
            assertEquals(Verdict.FAILED, verification.verdict());
        }
    }

    @Test
    void aLayerThatCannotBeReadIsTriedOnceWhateverIsPromised() throws IOException {
        for (InMemoryImage image : List.of(
                promising(GZIP, utf8("not compressed"), anything(50)), promising(XZ, gzip(SECOND), anything(50)))) {
            assertEquals(50, verify(image).problems().size());
            assertEquals(2, image.blobsOpened(), "the configuration and a layer");
        }
        InMemoryImage opaque = promising("application/x", SECOND, List.of(utf8("other"), SECOND));
        ImageVerification unknown = verify(opaque);
        assertEquals(2, unknown.problems().size());
        assertEquals(Verdict.INCOMPLETE, unknown.verdict());
    }

    @Test
    void aLayerIsReadOnceForAllDiffIdsThatCannotBeCompared() throws IOException {
        InMemoryImage image = new InMemoryImage();
        StringBuilder ids = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            image.layer(GZIP, gzip(SECOND), SECOND);
            ids.append(i == 0 ? "" : ",").append("\"unknown").append(i).append(":abcd\"");
        }
        image.assemble(utf8("{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{},"
                + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[" + ids + "]}}"));
        ImageVerification verification = verify(image);
        assertEquals(Verdict.INCOMPLETE, verification.verdict());
        assertEquals(50, verification.problems().size());
        assertEquals(2, image.blobsOpened());
    }

    @Test
    void contentThatIsNotLookedIntoIsReadOnceToo() throws IOException {
        byte[] content = utf8("anything");
        byte[] config = utf8("{}");
        String entries = String.join(",", Collections.nCopies(50, describe("text/plain", content)));
        InMemoryImage artifact = new InMemoryImage()
                .blob(Digest.sha256Of(content), content)
                .blob(Digest.sha256Of(config), config)
                .root(
                        MediaType.OCI_MANIFEST,
                        utf8("{\"schemaVersion\":2,\"artifactType\":\"application/x\",\"config\":"
                                + describe("application/vnd.oci.empty.v1+json", config) + ",\"layers\":[" + entries
                                + "]}"));
        ImageVerification verification = verify(artifact);
        assertEquals(Verdict.VERIFIED, verification.verdict());
        assertEquals(52, verification.checks().size());
        assertEquals(2, artifact.blobsOpened());
    }

    @Test
    void whatIsMissingIsLookedForWhereAnotherDescriptorSaysThatItIs() throws IOException {
        byte[] content = utf8("anything");
        byte[] config = utf8("{}");
        String here = describe("text/plain", content);
        String there = here.replace("}", ",\"urls\":[\"https://example.org/blob\"]}");
        InMemoryImage artifact = new InMemoryImage()
                .blobElsewhere(content)
                .blob(Digest.sha256Of(config), config)
                .root(
                        MediaType.OCI_MANIFEST,
                        utf8("{\"schemaVersion\":2,\"artifactType\":\"application/x\",\"config\":"
                                + describe("application/vnd.oci.empty.v1+json", config) + ",\"layers\":["
                                + String.join(",", here, there, there) + "]}"));
        ContentCheck missing = onlyProblem(verify(artifact));
        assertEquals(0, missing.position());
        assertEquals(2, artifact.blobsOpened());
    }

    @Test
    void nobodyHearsThatAnIndexHoldsWhichHasNoImage() throws IOException {
        InMemoryImage image = new InMemoryImage();
        image.root(MediaType.OCI_INDEX, utf8("{\"schemaVersion\":2,\"manifests\":[]}"));
        List<ContentCheck> heard = new ArrayList<>();
        ImageVerification verification = ImageVerifier.create()
                .withListener(new VerificationListener() {
                    @Override
                    public void checked(ContentCheck check) {
                        heard.add(check);
                    }
                })
                .verify(image);
        assertFails(verification, Kind.INDEX, 0, Reason.NO_SUCH_PLATFORM);
        assertEquals(verification.checks(), heard);
    }

    @Test
    void closesWhatItOpensEvenIfNothingCanBeVerifiedWithTheDigest() throws IOException {
        InMemoryImage image = InMemoryImage.create();
        String manifest = new String(image.rootDocument(), StandardCharsets.UTF_8);
        Digest config = verify(image).manifest().orElseThrow().config().digest();
        Digest blake3 = Digest.parse("blake3:" + config.encoded());
        image.blob(blake3, utf8("x"))
                .root(MediaType.OCI_MANIFEST, utf8(manifest.replace(config.toString(), blake3.toString())));
        assertEquals(Verdict.INCOMPLETE, verify(image).verdict());
        assertEquals(image.blobsOpened(), image.blobsClosed());
    }

    @Test
    void refusesAnImageForAnotherPlatformOnlyIfOneWasDemanded() throws IOException {
        InMemoryImage image = new InMemoryImage()
                .platform("\"os\":\"windows\",\"architecture\":\"amd64\"")
                .layer(GZIP, gzip(SECOND), SECOND)
                .assemble();
        assertEquals(Verdict.VERIFIED, verify(image).verdict());
        assertFails(
                ImageVerifier.create()
                        .withPlatform(Platform.of("linux", "amd64"))
                        .verify(image),
                Kind.CONFIG,
                0,
                Reason.WRONG_PLATFORM);
    }

    @Test
    void looksIntoAnIndexWithinFourOthersAndNoDeeper() throws IOException {
        InMemoryImage image = InMemoryImage.create();
        String type = MediaType.OCI_MANIFEST;
        for (int i = 0; i < 5; i++) {
            String entry = describe(type, image.rootDocument());
            image.root(MediaType.OCI_INDEX, indexOf(entry));
            type = MediaType.OCI_INDEX;
        }
        assertEquals(Verdict.VERIFIED, verify(image).verdict());
        image.root(type, indexOf(describe(type, image.rootDocument())));
        assertFails(verify(image), Kind.INDEX, 0, Reason.LIMIT_EXCEEDED);
        assertEquals(6, verify(image).checks().size(), "the deepest index was read, and nothing below it");
    }

    @Test
    void aLayerIsReadOnceWhateverElseItsDescriptorsSay() throws IOException {
        InMemoryImage image = new InMemoryImage();
        String other = describe(GZIP, gzip(SECOND));
        image.layer(GZIP, gzip(SECOND), SECOND)
                .layer(GZIP, gzip(SECOND), SECOND)
                .assemble();
        String document = new String(image.rootDocument(), StandardCharsets.UTF_8);
        int second = document.lastIndexOf(other);
        String annotated = document.substring(0, second)
                + other.substring(0, other.length() - 1) + ",\"annotations\":{\"a\":\"b\"}}"
                + document.substring(second + other.length());
        image.root(MediaType.OCI_MANIFEST, utf8(annotated));
        int before = image.blobsOpened();
        assertEquals(Verdict.VERIFIED, verify(image).verdict());
        assertEquals(2, image.blobsOpened() - before, "the configuration and the layer");
    }

    @Test
    void anIndexWithinFourOthersThatHasNoImageSaysSo() throws IOException {
        InMemoryImage image = new InMemoryImage();
        image.root(MediaType.OCI_INDEX, utf8("{\"schemaVersion\":2,\"manifests\":[]}"));
        for (int i = 0; i < 4; i++) {
            image.root(MediaType.OCI_INDEX, indexOf(describe(MediaType.OCI_INDEX, image.rootDocument())));
        }
        assertFails(verify(image), Kind.INDEX, 0, Reason.NO_SUCH_PLATFORM);
    }

    @Test
    void keepsTheAnnotationsOfIndexesAndOfTheirEntries() throws IOException {
        InMemoryImage image =
                new InMemoryImage().layer(GZIP, gzip(SECOND), SECOND).assemble();
        assertEquals(Map.of(), verify(image).indexAnnotations());
        String entry = describe(MediaType.OCI_MANIFEST, image.rootDocument());
        String digest = "sha256:" + "0".repeat(64);
        image.root(
                MediaType.OCI_INDEX,
                utf8("{\"schemaVersion\":2,\"annotations\":{\"a\":\"of the index\",\"" + BaseAnnotation.DIGEST + "\":\""
                        + digest + "\",\"" + BaseAnnotation.NAME + "\":\"debian:12\"},\"manifests\":["
                        + entry.substring(0, entry.length() - 1)
                        + ",\"annotations\":{\"a\":\"of the entry\"},"
                        + "\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}}]}"));
        ImageVerification verified = verify(image);
        assertEquals(Verdict.VERIFIED, verified.verdict(), verified::toString);
        assertEquals("of the entry", verified.indexAnnotations().get("a"));
        assertEquals(verified.indexAnnotations(), verified.withoutFiles().indexAnnotations());
        BaseAnnotation base = FleetImage.of("app", verified).annotatedBase().orElseThrow();
        assertEquals("debian:12@" + digest, base.toString());
        assertEquals(
                digest,
                DescribedImage.of(verified).base().orElseThrow().digest().toString());
    }

    private static byte[] indexOf(String entry) {
        return utf8("{\"schemaVersion\":2,\"manifests\":[" + entry.substring(0, entry.length() - 1)
                + ",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}}]}");
    }

    @Test
    void verifiesAnArtifactWithoutLookingIntoIt() throws IOException {
        byte[] content = utf8("anything");
        byte[] config = utf8("{}");
        InMemoryImage artifact = new InMemoryImage()
                .blob(Digest.sha256Of(content), content)
                .blob(Digest.sha256Of(config), config)
                .root(
                        MediaType.OCI_MANIFEST,
                        utf8("{\"schemaVersion\":2,\"artifactType\":\"application/x\",\"config\":"
                                + describe("application/vnd.oci.empty.v1+json", config) + ",\"layers\":["
                                + describe("text/plain", content) + "]}"));
        ImageVerification verification = verify(artifact);
        assertEquals(Verdict.VERIFIED, verification.verdict());
        assertTrue(verification.config().isEmpty());
        artifact.blob(Digest.sha256Of(content), utf8("anythinG"));
        assertFails(verify(artifact), Kind.LAYER, 0, Reason.DIGEST_MISMATCH);
    }

    @Test
    void tellsTheListenerEveryStep() throws IOException {
        List<String> heard = new ArrayList<>();
        VerificationListener listener = new VerificationListener() {
            @Override
            public void started(int contents, long bytes) {
                heard.add("started " + contents);
            }

            @Override
            public void progressed(Descriptor content, long bytes) {
                if (bytes == content.size()) {
                    heard.add("all bytes");
                }
            }

            @Override
            public void checked(ContentCheck check) {
                heard.add("checked " + check.kind());
            }
        };
        ImageVerifier.create().withListener(listener).verify(InMemoryImage.create());
        assertEquals(
                List.of(
                        "checked MANIFEST",
                        "started 3",
                        "checked CONFIG",
                        "all bytes",
                        "checked LAYER",
                        "all bytes",
                        "checked LAYER"),
                heard);
    }

    @Test
    void verifiesDocumentsWithoutReadingLayers() throws IOException {
        ImageVerification verification = ImageVerifier.create().withoutLayers().verify(InMemoryImage.create());
        assertEquals(Verdict.INCOMPLETE, verification.verdict());
        assertEquals(2, verification.config().orElseThrow().diffIds().size());
        assertEquals(2, verification.problems().size());
        for (ContentCheck check : verification.problems()) {
            assertEquals(ContentCheck.Kind.LAYER, check.kind());
            assertEquals(
                    ContentResult.Reason.NOT_READ,
                    check.result()
                            .<ContentResult.Reason>fold(
                                    verified -> ContentResult.Reason.UNSUPPORTED,
                                    ContentResult.Failed::reason,
                                    ContentResult.Unverifiable::reason));
        }
    }
}

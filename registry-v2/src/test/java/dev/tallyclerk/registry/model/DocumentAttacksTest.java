package dev.tallyclerk.registry.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.model.MalformedDocumentException.Reason;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a hostile registry answers, by the names that the attacks have in our notes on other clients. */
class DocumentAttacksTest {
    private static final DocumentLimits LIMITS = DocumentLimits.defaults();
    private static final String DIGEST = "sha256:" + "0".repeat(64);
    private static final String CONFIG = descriptor(MediaType.OCI_CONFIG);
    private static final String LAYER = descriptor("application/vnd.oci.image.layer.v1.tar+gzip");
    private static final String ENTRY = descriptor(MediaType.OCI_MANIFEST);
    private static final String MANIFEST_BODY = "\"config\":" + CONFIG + ",\"layers\":[" + LAYER + "]";
    private static final String MANIFEST = "{\"schemaVersion\":2," + MANIFEST_BODY + "}";
    private static final String INDEX = "{\"schemaVersion\":2,\"manifests\":[" + ENTRY + "]}";

    private static String descriptor(String mediaType) {
        return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + DIGEST + "\",\"size\":2}";
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Manifest verified(byte[] answer, String mediaType, Digest promised) throws IOException {
        return Manifest.parseVerified(answer, mediaType, ResolvedDigest.of(promised, "the test"), LIMITS);
    }

    private static Manifest verified(byte[] answer, String mediaType, Digest promised, long size) throws IOException {
        return Manifest.parseVerified(answer, mediaType, ResolvedDigest.of(promised, size, "the test"), LIMITS);
    }

    private static String with(String document, String member) {
        return "{" + member + "," + document.substring(1);
    }

    private static String typed(String mediaType) {
        return "\"mediaType\":\"" + mediaType + "\"";
    }

    private static void assertRefused(Reason reason, String pointer, String document) {
        assertRefused(reason, pointer, document, "");
    }

    private static void assertRefused(Reason reason, String pointer, String document, String announced) {
        var e = assertThrows(
                MalformedDocumentException.class, () -> Manifest.parse(utf8(document), announced, LIMITS), document);
        assertEquals(reason, e.reason(), e.toString());
        assertEquals(pointer, e.pointer(), e.toString());
        assertFalse(e.rule().isEmpty());
    }

    private static void assertMismatch(byte[] answer, String mediaType, Digest asked) {
        var e = assertThrows(VerificationException.class, () -> verified(answer, mediaType, asked));
        assertEquals(VerificationException.Reason.DIGEST_MISMATCH, e.reason());
    }

    @Test
    void pinnedAnotherManifestForADigestIsRefusedUnread() throws IOException {
        byte[] good = utf8(MANIFEST);
        Digest asked = Digest.sha256Of(good);
        assertEquals(asked, verified(good, MediaType.OCI_MANIFEST, asked).digest());
        assertEquals(asked, verified(good, "", asked).digest());
        for (String other : List.of(MANIFEST + " ", INDEX, "", "not JSON", "{\"layers\":1,\"layers\":2}")) {
            assertMismatch(utf8(other), MediaType.OCI_MANIFEST, asked);
            assertMismatch(utf8(other), "", asked);
        }
    }

    @Test
    void pinnedASizeIsComparedBeforeTheDigest() throws IOException {
        byte[] good = utf8(MANIFEST);
        Digest asked = Digest.sha256Of(good);
        assertEquals(asked, verified(good, "", asked, good.length).digest());
        var tooLong = assertThrows(VerificationException.class, () -> verified(good, "", asked, good.length - 1));
        assertEquals(VerificationException.Reason.TOO_LONG, tooLong.reason());
        var tooShort = assertThrows(VerificationException.class, () -> verified(good, "", asked, good.length + 1));
        assertEquals(VerificationException.Reason.TOO_SHORT, tooShort.reason());
    }

    @Test
    void pinnedADocumentThatIsTheOneIsStillReadStrictly() {
        byte[] twice = utf8(with(MANIFEST, "\"layers\":[]"));
        var e = assertThrows(
                MalformedDocumentException.class,
                () -> verified(twice, MediaType.OCI_MANIFEST, Digest.sha256Of(twice)));
        assertEquals(Reason.DUPLICATE_MEMBER, e.reason());
    }

    @Test
    void pinnedADigestThatCannotBeComputedIsNoPin() {
        Digest blake3 = Digest.parse("blake3:" + "0".repeat(64));
        var e = assertThrows(VerificationException.class, () -> verified(utf8(MANIFEST), "", blake3));
        assertEquals(VerificationException.Reason.UNSUPPORTED_ALGORITHM, e.reason());
    }

    @Test
    void schema1UnsignedForADigestIsRefused() {
        byte[] answer = utf8(Schema1ManifestTest.PAYLOAD);
        Digest asked = Digest.sha256Of(utf8(MANIFEST));
        for (String type :
                List.of("", MediaType.DOCKER_SCHEMA1, MediaType.DOCKER_SCHEMA1_SIGNED, MediaType.DOCKER_MANIFEST)) {
            assertMismatch(answer, type, asked);
        }
    }

    @Test
    void schema1SignedByAnybodyForADigestIsRefused() {
        byte[] answer = utf8(TestSigner.es256().sign(Schema1ManifestTest.PAYLOAD));
        Digest asked = Digest.sha256Of(utf8(MANIFEST));
        for (String type : List.of("", MediaType.DOCKER_SCHEMA1, MediaType.DOCKER_SCHEMA1_SIGNED)) {
            assertMismatch(answer, type, asked);
        }
    }

    @Test
    void schema1SignedAgainIsStillTheOneThatTheDigestPromises() throws IOException {
        Digest asked = Digest.sha256Of(utf8(Schema1ManifestTest.PAYLOAD));
        for (TestSigner signer : List.of(TestSigner.es256(), TestSigner.es256())) {
            byte[] answer = utf8(signer.sign(Schema1ManifestTest.PAYLOAD));
            for (String type : List.of("", MediaType.DOCKER_SCHEMA1, MediaType.DOCKER_SCHEMA1_SIGNED)) {
                assertEquals(asked, verified(answer, type, asked).digest());
                long payload = Schema1ManifestTest.PAYLOAD.length();
                assertEquals(asked, verified(answer, type, asked, payload).digest());
                assertEquals(asked, verified(answer, type, asked, answer.length).digest());
                assertThrows(VerificationException.class, () -> verified(answer, type, asked, payload + 1));
            }
            // In a layout the digest is that of the file, whatever is in it.
            Manifest manifest = verified(answer, "", Digest.sha256Of(answer));
            assertInstanceOf(Schema1Manifest.class, manifest);
            // As something else than schema 1 it is not even looked into.
            assertMismatch(answer, MediaType.DOCKER_MANIFEST, asked);
        }
    }

    /** CVE-2025-24976 of distribution: a key that a document brings says nothing about whose it is. */
    @Test
    void cve202524976AKeyOfTheDocumentsOwnIsNotTrusted() throws IOException {
        TestSigner trusted = TestSigner.es256();
        TestSigner stranger = TestSigner.es256();
        String payload = Schema1ManifestTest.PAYLOAD;
        for (String key : List.of("\"jwk\":" + stranger.jwk(), stranger.x5c())) {
            String signed = TestSigner.assemble(payload, stranger.signature(payload, key));
            Schema1Manifest manifest = (Schema1Manifest) Manifest.parse(utf8(signed), LIMITS);
            assertInstanceOf(
                    Schema1Verification.SelfSigned.class,
                    manifest.verifySignatures(List.of(trusted.keys().getPublic())));
            String claimed = TestSigner.assemble(payload, stranger.signature(payload, "\"jwk\":" + trusted.jwk()));
            assertInstanceOf(
                    Schema1Verification.Invalid.class,
                    ((Schema1Manifest) Manifest.parse(utf8(claimed), LIMITS))
                            .verifySignatures(List.of(trusted.keys().getPublic())));
        }
    }

    /** CVE-2026-53488 of containerd: a label is text, whatever it looks like. */
    @Test
    void cve202653488LabelsAreTextAndNothingElse() throws IOException {
        String evil = "$(touch /tmp/evil); `id` ${HOME} %n\\n --privileged";
        ImageConfig config = ImageConfig.parse(utf8("{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":"
                + "{\"type\":\"layers\",\"diff_ids\":[]},\"config\":{\"Labels\":{\"" + evil.replace("\\", "\\\\")
                + "\":\"" + evil.replace("\\", "\\\\") + "\"}}}"));
        assertEquals(Map.of(evil, evil), config.execution().labels());
    }

    @Test
    void schema1WhoseSignatureWasMovedToAnotherPayloadIsRefused() throws IOException {
        String signed = TestSigner.es256().sign(Schema1ManifestTest.PAYLOAD);
        byte[] moved = utf8(signed.replace("team/app", "evil/app"));
        assertMismatch(moved, MediaType.DOCKER_SCHEMA1_SIGNED, Digest.sha256Of(utf8(Schema1ManifestTest.PAYLOAD)));
        Schema1Manifest manifest = (Schema1Manifest) Manifest.parse(moved, LIMITS);
        assertInstanceOf(Schema1Verification.Invalid.class, manifest.verifySignatures());
    }

    @Test
    void dupkeysAMemberTwiceIsRefused() {
        assertRefused(Reason.DUPLICATE_MEMBER, "/layers", MANIFEST.replaceFirst("}$", ",\"layers\":[]}"));
        assertRefused(Reason.DUPLICATE_MEMBER, "/layers", with(MANIFEST, "\"layers\":[]"));
        assertRefused(Reason.DUPLICATE_MEMBER, "/layers", with(MANIFEST, "\"l\\u0061yers\":[]"));
        assertRefused(
                Reason.DUPLICATE_MEMBER, "/config/digest", MANIFEST.replaceFirst("\"size\":2", "\"digest\":\"\""));
        assertRefused(Reason.DUPLICATE_MEMBER, "/manifests", with(INDEX, "\"manifests\":[]"));
        assertRefused(Reason.DUPLICATE_MEMBER, "/x/y", with(MANIFEST, "\"x\":{\"y\":1,\"y\":2}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Layers", "LAYERS", "layerS", "layer\u017f", "layer\\u017f"})
    void dupcaseAMemberInAnotherCaseIsRefused(String name) {
        String place = "/" + name.replace("\\u017f", "\u017f");
        assertRefused(Reason.CASE_VARIANT_MEMBER, place, MANIFEST.replaceFirst("}$", quoted(",\"" + name + "\":[]}")));
        assertRefused(Reason.CASE_VARIANT_MEMBER, place, MANIFEST.replace("\"layers\"", "\"" + name + "\""));
        assertRefused(Reason.CASE_VARIANT_MEMBER, place, with(INDEX, "\"" + name + "\":[]"));
    }

    @Test
    void dupcaseIsRefusedAtEveryLevel() {
        assertRefused(Reason.CASE_VARIANT_MEMBER, "/MediaType", with(MANIFEST, "\"MediaType\":\"a/b\""));
        assertRefused(Reason.CASE_VARIANT_MEMBER, "/Manifests", with(MANIFEST, "\"Manifests\":[]"));
        assertRefused(Reason.CASE_VARIANT_MEMBER, "/FSLayers", with(MANIFEST, "\"FSLayers\":[]"));
        assertRefused(
                Reason.CASE_VARIANT_MEMBER,
                "/config/Digest",
                MANIFEST.replaceFirst("\"size\"", "\"Digest\":1,\"size\""));
        assertRefused(
                Reason.CASE_VARIANT_MEMBER,
                "/manifests/0/platform/OS",
                INDEX.replace(
                        "\"size\"", "\"platform\":{\"os\":\"linux\",\"OS\":\"x\",\"architecture\":\"a\"},\"size\""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                MediaType.OCI_MANIFEST,
                MediaType.DOCKER_MANIFEST,
                MediaType.OCI_INDEX,
                MediaType.DOCKER_MANIFEST_LIST
            })
    void ambigADocumentOfTwoKindsIsRefused(String type) {
        String both = "{\"schemaVersion\":2," + MANIFEST_BODY + ",\"manifests\":[" + ENTRY + "]}";
        String place = MediaType.isManifest(type) ? "/manifests" : "/config";
        assertRefused(Reason.AMBIGUOUS, place, both, type);
        if (!type.isEmpty()) {
            assertRefused(Reason.AMBIGUOUS, place, with(both, typed(type)));
            assertRefused(Reason.AMBIGUOUS, place, with(both, typed(type)), type);
        }
        String empty = "{\"schemaVersion\":2," + MANIFEST_BODY + ",\"manifests\":null}";
        assertRefused(Reason.AMBIGUOUS, place, empty, type);
    }

    @Test
    void ctypeAManifestAnnouncedAsAnIndexIsRefused() {
        for (String index : List.of(MediaType.OCI_INDEX, MediaType.DOCKER_MANIFEST_LIST)) {
            assertRefused(Reason.AMBIGUOUS, "/config", MANIFEST, index);
            assertRefused(Reason.AMBIGUOUS, "/config", with(MANIFEST, typed(index)));
            assertRefused(Reason.AMBIGUOUS, "/mediaType", with(MANIFEST, typed(MediaType.OCI_MANIFEST)), index);
        }
    }

    @Test
    void ctypeAnIndexAnnouncedAsAManifestIsRefused() {
        for (String manifest : List.of(MediaType.OCI_MANIFEST, MediaType.DOCKER_MANIFEST)) {
            assertRefused(Reason.AMBIGUOUS, "/manifests", INDEX, manifest);
            assertRefused(Reason.AMBIGUOUS, "/manifests", with(INDEX, typed(manifest)));
            assertRefused(Reason.AMBIGUOUS, "/mediaType", with(INDEX, typed(MediaType.OCI_INDEX)), manifest);
        }
    }

    @Test
    void ctypeTwoTypesOfOneShapeDoNotPassForEachOther() {
        assertRefused(
                Reason.AMBIGUOUS,
                "/mediaType",
                with(MANIFEST, typed(MediaType.DOCKER_MANIFEST)),
                MediaType.OCI_MANIFEST);
        assertRefused(
                Reason.AMBIGUOUS,
                "/mediaType",
                with(INDEX, typed(MediaType.OCI_INDEX)),
                MediaType.DOCKER_MANIFEST_LIST);
        assertRefused(Reason.UNSUPPORTED, "", MANIFEST, "application/json");
        assertRefused(Reason.UNSUPPORTED, "", MANIFEST, "text/html");
        assertRefused(Reason.AMBIGUOUS, "/fsLayers", with(MANIFEST, "\"fsLayers\":[]"));
        assertRefused(Reason.AMBIGUOUS, "/fsLayers", with(INDEX, "\"fsLayers\":[]"));
    }

    @Test
    void ctypeParametersOfTheHeaderAreNoPartOfTheType() throws IOException {
        String type = MediaType.ofContentType(" Application/VND.oci.image.manifest.v1+json ; charset=utf-8");
        assertEquals(
                MediaType.OCI_MANIFEST,
                Manifest.parse(utf8(MANIFEST), type, LIMITS).mediaType());
    }

    @Test
    void bigmanifestIsRefusedByItsSizeAlone() {
        byte[] big = new byte[(4 << 20) + 1];
        var parse = assertThrows(MalformedDocumentException.class, () -> Manifest.parse(big, LIMITS));
        assertEquals(Reason.LIMIT_EXCEEDED, parse.reason());
        Digest digest = Digest.sha256Of(big);
        for (Executable verified : List.<Executable>of(
                () -> verified(big, "", digest),
                () -> verified(big, "", digest, big.length),
                () -> verified(Arrays.copyOf(big, 4 << 20), "", digest, big.length))) {
            assertEquals(
                    Reason.LIMIT_EXCEEDED,
                    assertThrows(MalformedDocumentException.class, verified).reason());
        }
        var longer = assertThrows(VerificationException.class, () -> verified(big, "", digest, 4 << 20));
        assertEquals(VerificationException.Reason.TOO_LONG, longer.reason(), "the promised one is not too large");
        var config = assertThrows(MalformedDocumentException.class, () -> ImageConfig.parse(big));
        assertEquals(Reason.LIMIT_EXCEEDED, config.reason());
    }

    @Test
    void bigmanifestOfManySmallValuesIsRefused() {
        String values = "1,".repeat(400_000) + "1";
        assertRefused(Reason.LIMIT_EXCEEDED, "/x/349523", "{\"x\":[" + values + "]}");
        assertRefused(Reason.LIMIT_EXCEEDED, "/layers", MANIFEST.replace(LAYER, (LAYER + ",").repeat(10_000) + LAYER));
        assertRefused(Reason.LIMIT_EXCEEDED, "/manifests", INDEX.replace(ENTRY, (ENTRY + ",").repeat(10_000) + ENTRY));
    }

    @Test
    void deepNestingIsRefused() {
        String deep = "[".repeat(100_000);
        assertRefused(Reason.LIMIT_EXCEEDED, "/0".repeat(64), deep);
        assertRefused(Reason.LIMIT_EXCEEDED, "/x" + "/0".repeat(63), with(MANIFEST, "\"x\":" + deep));
        String objects = "{\"a\":".repeat(100_000);
        assertRefused(Reason.LIMIT_EXCEEDED, "/a".repeat(64), objects);
    }

    @Test
    void longStringsNamesAndNumbersAreRefused() {
        DocumentLimits limits = LIMITS.withMaxStringLength(100).withMaxNumberLength(10);
        for (String member :
                List.of("\"x\":\"" + "y".repeat(101) + "\"", "\"" + "n".repeat(101) + "\":1", "\"x\":12345678901")) {
            var e = assertThrows(
                    MalformedDocumentException.class, () -> Manifest.parse(utf8(with(MANIFEST, member)), limits));
            assertEquals(Reason.LIMIT_EXCEEDED, e.reason());
        }
        assertRefused(Reason.LIMIT_EXCEEDED, "/x", with(MANIFEST, "\"x\":" + "1".repeat(65)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sha256:../../../etc/passwd",
                "sha256:..",
                "../sha256:0",
                "sha256",
                "sha256:",
                ":abc",
                "sha256:%2e%2e",
                "SHA256:0000000000000000000000000000000000000000000000000000000000000000",
                "sha256:000000000000000000000000000000000000000000000000000000000000000/",
                "sha256:000000000000000000000000000000000000000000000000000000000000000A",
                "foo:a/b",
                "foo:a\\\\b",
                "foo:a\\u0000b",
            })
    void digestpathIsRefusedWhereverADigestStands(String digest) {
        assertRefused(Reason.BAD_VALUE, "/config/digest", MANIFEST.replaceFirst(DIGEST, quoted(digest)));
        assertRefused(Reason.BAD_VALUE, "/layers/0/digest", MANIFEST.replace(LAYER, LAYER.replace(DIGEST, digest)));
        assertRefused(Reason.BAD_VALUE, "/manifests/0/digest", INDEX.replace(DIGEST, digest));
        assertRefused(Reason.BAD_VALUE, "/subject/digest", with(INDEX, "\"subject\":" + ENTRY.replace(DIGEST, digest)));
        var config = assertThrows(
                MalformedDocumentException.class,
                () -> ImageConfig.parse(
                        utf8("{\"architecture\":\"a\",\"os\":\"o\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
                                + digest + "\"]}}")));
        assertEquals(Reason.BAD_VALUE, config.reason());
        assertEquals("/rootfs/diff_ids/0", config.pointer());
    }

    private static String quoted(String text) {
        return Matcher.quoteReplacement(text);
    }

    @ParameterizedTest
    @CsvSource({
        "-1, BAD_VALUE",
        "-0, ''",
        "2.0, WRONG_TYPE",
        "2e0, WRONG_TYPE",
        "'\"2\"', WRONG_TYPE",
        "null, WRONG_TYPE",
        "9223372036854775807, ''",
        "9223372036854775808, BAD_VALUE",
        "1e400, NOT_JSON",
        "02, NOT_JSON",
    })
    void sizesAreNumbersOfBytes(String size, String reason) throws IOException {
        String document = MANIFEST.replaceFirst("\"size\":2", "\"size\":" + size);
        if (reason.isEmpty()) {
            Manifest.parse(utf8(document), LIMITS);
        } else {
            assertRefused(Reason.valueOf(reason), "/config/size", document);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "e30=, 2, true",
        "e30=, 3, false",
        "e31=, 2, false",
        "e30, 2, false",
        "e3==, 1, false",
        "'', 2, false",
        "'e30= ', 2, false",
        "%%, 2, false",
        "fXs=, 2, false",
    })
    void dataThatIsNotTheContentIsRefused(String data, int size, boolean accepted) throws IOException {
        String descriptor = "{\"mediaType\":\"a/b\",\"digest\":\"" + Digest.sha256Of(utf8("{}")) + "\",\"size\":" + size
                + ",\"data\":\"" + data + "\"}";
        String document = with(INDEX, "\"subject\":" + descriptor);
        if (accepted) {
            Manifest manifest = Manifest.parse(utf8(document), LIMITS);
            assertEquals(
                    "{}", new String(manifest.subject().orElseThrow().data().orElseThrow(), StandardCharsets.UTF_8));
        } else {
            assertRefused(Reason.BAD_VALUE, "/subject/data", document);
        }
    }

    @Test
    void dataWhoseDigestCannotBeComputedIsComparedByItsSize() throws IOException {
        String descriptor = "{\"mediaType\":\"a/b\",\"digest\":\"foo:bar\",\"size\":2,\"data\":\"e30=\"}";
        assertEquals(
                2,
                Manifest.parse(utf8(with(INDEX, "\"subject\":" + descriptor)), LIMITS)
                        .subject()
                        .orElseThrow()
                        .data()
                        .orElseThrow()
                        .length);
    }

    @Test
    void anEmptyDescriptorIsEmpty() throws IOException {
        String good = "{\"mediaType\":\"" + MediaType.OCI_EMPTY + "\",\"digest\":\"" + Digest.sha256Of(utf8("{}"))
                + "\",\"size\":2}";
        String artifact =
                "{\"schemaVersion\":2,\"artifactType\":\"a/b\",\"config\":" + good + ",\"layers\":[" + good + "]}";
        Manifest.parse(utf8(artifact), LIMITS);
        assertRefused(Reason.BAD_VALUE, "/config/size", artifact.replaceFirst("\"size\":2", "\"size\":3"));
        assertRefused(Reason.BAD_VALUE, "/config/digest", artifact.replaceFirst("sha256:[0-9a-f]{64}", DIGEST));
        assertRefused(Reason.MISSING_MEMBER, "/artifactType", artifact.replace("\"artifactType\":\"a/b\",", ""));
    }

    @Test
    void aManifestNeedsAListOfLayersAndNoLayer() throws IOException {
        String none = MANIFEST.replace(LAYER, "");
        assertEquals(MediaType.OCI_MANIFEST, Manifest.parse(utf8(none), LIMITS).mediaType());
        Manifest.parse(utf8(none), MediaType.OCI_MANIFEST, LIMITS);
        String absent = none.replace(",\"layers\":[]", "");
        assertThrows(MalformedDocumentException.class, () -> Manifest.parse(utf8(absent), LIMITS));
        assertThrows(
                MalformedDocumentException.class,
                () -> Manifest.parse(utf8(absent), MediaType.DOCKER_MANIFEST, LIMITS));
        Manifest.parse(utf8(none), MediaType.DOCKER_MANIFEST, LIMITS);
        String docker = none.replace(MediaType.OCI_CONFIG, MediaType.DOCKER_CONFIG);
        assertEquals(
                MediaType.DOCKER_MANIFEST, Manifest.parse(utf8(docker), LIMITS).mediaType());
    }

    @Test
    void nullIsAListOfNothing() throws IOException {
        String layers = MANIFEST.replace(LAYER, "").replace("\"layers\":[]", "\"layers\":null");
        for (String type : List.of(MediaType.OCI_MANIFEST, MediaType.DOCKER_MANIFEST)) {
            ImageManifest manifest = assertInstanceOf(ImageManifest.class, Manifest.parse(utf8(layers), type, LIMITS));
            assertEquals(List.of(), manifest.layers());
        }
        String manifests = "{\"schemaVersion\":2,\"manifests\":null}";
        for (String type : List.of("", MediaType.OCI_INDEX, MediaType.DOCKER_MANIFEST_LIST)) {
            ImageIndex index = assertInstanceOf(ImageIndex.class, Manifest.parse(utf8(manifests), type, LIMITS));
            assertEquals(List.of(), index.manifests());
        }
        assertRefused(Reason.WRONG_TYPE, "/layers", layers.replace("null", "{}"));
        assertRefused(Reason.WRONG_TYPE, "/manifests", manifests.replace("null", "{}"));
    }

    @Test
    void unknownMediaTypesAreKeptAndNotParsed() throws IOException {
        String unknown = MANIFEST.replace(MediaType.OCI_CONFIG, "application/vnd.example.nobody.knows+json")
                .replace("application/vnd.oci.image.layer.v1.tar+gzip", "application/x-anything");
        ImageManifest manifest = (ImageManifest) Manifest.parse(utf8(unknown), LIMITS);
        assertEquals(
                "application/vnd.example.nobody.knows+json", manifest.config().mediaType());
        assertEquals(LayerFormat.OPAQUE, LayerFormat.of(manifest.layers().get(0).mediaType()));
        ImageIndex index = (ImageIndex) Manifest.parse(utf8(INDEX.replace(MediaType.OCI_MANIFEST, "x/y")), LIMITS);
        assertEquals("x/y", index.manifests().get(0).mediaType());
    }

    /** The specification: content of an unknown type is stored and copied; cosign 1 calls an SBOM so. */
    @Test
    void aLayersTypeIsAnyPrintableWord() throws IOException {
        String layer = "application/vnd.oci.image.layer.v1.tar+gzip";
        for (String type : List.of("spdx+json", "text/spdx;charset=utf-8", "~", "x".repeat(255))) {
            ImageManifest manifest = (ImageManifest) Manifest.parse(utf8(MANIFEST.replace(layer, type)), LIMITS);
            Descriptor read = manifest.layers().get(0);
            assertEquals(type, read.mediaType());
            assertEquals(LayerFormat.OPAQUE, LayerFormat.of(type));
            assertEquals(read, Descriptor.of(type, read.digest(), read.size()));
        }
        for (String type : List.of("", " ", "a b", "a/b\\u001b", "a\\u007f", "\\u00e9", "x".repeat(256))) {
            assertRefused(Reason.BAD_VALUE, "/layers/0/mediaType", MANIFEST.replace(layer, type));
        }
        assertRefused(
                Reason.BAD_VALUE,
                "/layers/0/artifactType",
                MANIFEST.replace(layer + "\"", layer + "\",\"artifactType\":\"spdx+json\""));
    }

    @Test
    void unknownMembersAreKeptWhereverTheyStand() throws IOException {
        String document = with(INDEX, "\"new\" : [1.0, {\"a\":null} ]")
                .replace(
                        "\"size\"",
                        "\"newer\":\"\\u00e9\",\"platform\":{\"os\":\"o\",\"architecture\":\"a\",\"features\":[\"f\"],"
                                + "\"os.features\":[\"g\"],\"os.version\":\"1\"},\"size\"");
        ImageIndex index = (ImageIndex) Manifest.parse(utf8(document), LIMITS);
        assertEquals("{new=[1.0,{\"a\":null}]}", index.unknownMembers().toString());
        Descriptor entry = index.manifests().get(0);
        assertEquals("{newer=\"\u00e9\"}", entry.unknownMembers().toString());
        Platform platform = entry.platform().orElseThrow();
        assertEquals("{features=[\"f\"]}", platform.unknownMembers().toString());
        assertEquals(List.of("g"), platform.osFeatures());
        assertEquals("o(1+g)/a", platform.specifier());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:///etc/passwd",
                "ftp://x/y",
                "value",
                "",
                "http//x",
                "https:\\u0000//x",
                "javascript:0",
                "//x/y"
            })
    void urlsAreOfTheWebOnly(String url) {
        assertRefused(
                Reason.BAD_VALUE,
                "/config/urls/0",
                MANIFEST.replaceFirst("\"size\"", quoted("\"urls\":[\"" + url + "\"],\"size\"")));
    }

    @Test
    void textThatIsNotUtf8IsRefused() {
        byte[] overlong = utf8(with(MANIFEST, "\"x\":\"@@\""));
        int at = new String(overlong, StandardCharsets.ISO_8859_1).indexOf("@@");
        overlong[at] = (byte) 0xc0;
        overlong[at + 1] = (byte) 0xaf;
        for (byte[] document : List.of(
                overlong,
                MANIFEST.getBytes(StandardCharsets.UTF_16),
                MANIFEST.getBytes(StandardCharsets.UTF_16LE),
                utf8("\ufeff" + MANIFEST))) {
            var e = assertThrows(MalformedDocumentException.class, () -> Manifest.parse(document, LIMITS));
            assertEquals(Reason.NOT_JSON, e.reason());
        }
        assertRefused(Reason.NOT_JSON, "/x", with(MANIFEST, "\"x\":\"\\ud800\""));
        assertRefused(Reason.NOT_JSON, "/x", with(MANIFEST, "\"x\":\"\\uffff\""));
        assertRefused(Reason.NOT_JSON, "", MANIFEST + "{}");
        assertRefused(Reason.NOT_JSON, "", "");
    }

    @Test
    void saysWhichRuleOfWhichSpecificationIsBroken() {
        assertRule("OCI image-spec v1.1.1, descriptor.md, size", MANIFEST.replaceFirst("\"size\":2", "\"size\":-1"));
        assertRule(
                "OCI image-spec v1.1.1, descriptor.md, mediaType", MANIFEST.replace(MediaType.OCI_CONFIG, "nonsense"));
        assertRule("OCI image-spec v1.1.1, manifest.md, layers", MANIFEST.replace("\"layers\"", "\"x\""));
        assertRule("OCI image-spec v1.1.1, image-index.md, manifests", "{\"schemaVersion\":2,\"manifests\":1}");
        assertRule(
                "OCI image-spec v1.1.1, image-index.md, platform, os",
                INDEX.replace("\"size\"", "\"platform\":{\"architecture\":\"a\"},\"size\""));
        assertRule("RFC 7493, 2.3: no duplicate member names", with(MANIFEST, "\"config\":1"));
        assertRule("RFC 8259, 2: the grammar of JSON", MANIFEST + ",");
        assertRule("DocumentLimits", "[".repeat(65));
        assertRule(
                "Docker image manifest version 2, schema 2, layers",
                with(MANIFEST.replace("\"layers\"", "\"x\""), typed(MediaType.DOCKER_MANIFEST)));
    }

    private static void assertRule(String rule, String document) {
        var e = assertThrows(MalformedDocumentException.class, () -> Manifest.parse(utf8(document), LIMITS), document);
        assertEquals(rule, e.rule(), e.toString());
    }
}

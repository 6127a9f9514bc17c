package dev.tallyclerk.registry.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.registry.layout.LayoutException;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.registry.model.MalformedDocumentException.Reason;
import dev.tallyclerk.testing.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cases of image-spec's own schema tests, real documents of Docker Hub, and the fixtures of containers/image. */
class SpecificationVectorsTest {
    @TempDir
    Path folder = Path.of("");

    private static final DocumentLimits LIMITS = DocumentLimits.defaults();

    private static JsonCursor vectors(String name) throws IOException, JsonException {
        return JsonCursor.parse(SharedData.read("registry/vectors/" + name), JsonLimits.ofBytes(1 << 20));
    }

    /** Reads a case of image-spec's as what it says it is. */
    private void read(String kind, String text) throws IOException {
        byte[] document = text.getBytes(StandardCharsets.UTF_8);
        switch (kind) {
            case "config" -> ImageConfig.parse(document, LIMITS);
            case "imageIndex" -> Manifest.parse(document, MediaType.OCI_INDEX, LIMITS);
            case "manifest" -> Manifest.parse(document, MediaType.OCI_MANIFEST, LIMITS);
            case "imageLayout" -> {
                Files.writeString(folder.resolve("oci-layout"), text);
                Files.writeString(folder.resolve("index.json"), "{\"schemaVersion\":2,\"manifests\":[]}");
                OciLayout.open(folder).close();
            }
            case "descriptor" ->
                // A descriptor does not stand alone anywhere; as a subject it may be anything.
                Manifest.parse(
                        ("{\"schemaVersion\":2,\"manifests\":[],\"subject\":" + text + "}")
                                .getBytes(StandardCharsets.UTF_8),
                        MediaType.OCI_INDEX,
                        LIMITS);
            default -> fail("no document of ours: " + kind);
        }
    }

    /** What manifest.md says of layers is SHOULD, and builders make such images; an audit refuses such variables. */
    private static final Set<String> ONLY_THE_SCHEMA =
            Set.of("expected failure: empty layer, expected at least one", "expected failure: Env is invalid");

    @Test
    void decidesEveryCaseOfTheImageSpecAsItsOwnSchemaTestsDo() throws IOException, JsonException {
        int accepted = 0;
        int refused = 0;
        for (JsonCursor tests : vectors("image-spec-schema-cases.json")
                .required("tests")
                .members()
                .values()) {
            for (JsonCursor test : tests.elements()) {
                String kind = test.required("field").string();
                String note = test.required("note").string();
                String text = test.required("json").string();
                if (ONLY_THE_SCHEMA.contains(note)) {
                    read(kind, text);
                    accepted++;
                } else if (test.required("fail").bool()) {
                    var e = assertThrows(IOException.class, () -> read(kind, text), note);
                    assertTrue(
                            e instanceof LayoutException
                                    || (e instanceof MalformedDocumentException malformed
                                            && !malformed.rule().isEmpty()),
                            note);
                    refused++;
                } else {
                    try {
                        read(kind, text);
                    } catch (IOException e) {
                        fail(note, e);
                    }
                    accepted++;
                }
            }
        }
        assertEquals(29, accepted);
        assertEquals(38, refused);
    }

    @Test
    void readsRealDocumentsOfDockerHub() throws IOException, JsonException {
        int read = 0;
        for (JsonCursor vector :
                vectors("real-docker-documents.json").required("vectors").elements()) {
            byte[] document = vector.required("json").string().getBytes(StandardCharsets.UTF_8);
            Digest digest = Digest.parse(vector.required("digest").string());
            switch (vector.required("kind").string()) {
                case "imageIndex" ->
                    assertEquals(
                            digest,
                            assertInstanceOf(ImageIndex.class, Manifest.parse(document, LIMITS))
                                    .digest());
                case "manifest" ->
                    assertEquals(
                            digest,
                            assertInstanceOf(ImageManifest.class, Manifest.parse(document, LIMITS))
                                    .digest());
                default -> assertEquals(digest, ImageConfig.parse(document).digest());
            }
            read++;
        }
        assertEquals(4, read);
    }

    /** What is wrong with those of containers/image's fixtures that are to be refused, and where. */
    private static final Map<String, Map.Entry<Reason, String>> REFUSED = Map.of(
            "non-json.manifest.json",
            Map.entry(Reason.NOT_JSON, ""),
            // Their digests are made up, so the content that they carry is not what the digest promises.
            "oci1.index.everything.json",
            Map.entry(Reason.BAD_VALUE, "/subject/data"),
            "ociv1.everything.json",
            Map.entry(Reason.BAD_VALUE, "/subject/data"),
            "ociv1.artifact.json",
            Map.entry(Reason.BAD_VALUE, "/config/digest"),
            "ociv1nomime.artifact.json",
            Map.entry(Reason.BAD_VALUE, "/config/digest"),
            "unknown-version.manifest.json",
            Map.entry(Reason.BAD_VALUE, "/schemaVersion"),
            "v2s1-invalid-signatures.manifest.json",
            Map.entry(Reason.WRONG_TYPE, "/signatures"));

    @Test
    void decidesTheFixturesOfContainersImage() throws IOException, JsonException {
        List<String> accepted = new ArrayList<>();
        for (JsonCursor file : vectors("manifests-index.json").required("files").elements()) {
            String name = file.required("file").string();
            byte[] document = SharedData.read("registry/vectors/manifests/" + name);
            assertEquals(
                    file.required("rawSha256").string(),
                    Digest.sha256Of(document).toString(),
                    name);
            if (REFUSED.containsKey(name)) {
                var e = assertThrows(MalformedDocumentException.class, () -> Manifest.parse(document, LIMITS), name);
                assertEquals(REFUSED.get(name), Map.entry(e.reason(), e.pointer()), name);
                continue;
            }
            Manifest manifest;
            try {
                manifest = Manifest.parse(document, LIMITS);
            } catch (MalformedDocumentException e) {
                throw new AssertionError(name, e);
            }
            assertArrayEquals(document, manifest.bytes(), name);
            Optional<JsonCursor> mediaType = file.optional("mediaType");
            if (mediaType.isPresent()) {
                assertEquals(mediaType.get().string(), manifest.mediaType(), name);
            }
            Optional<JsonCursor> payload = file.optional("schema1ManifestDigest");
            String digest = (payload.isPresent() ? payload.get() : file.required("rawSha256")).string();
            assertEquals(digest, manifest.digest().toString(), name);
            accepted.add(name);
        }
        assertEquals(35, accepted.size() + REFUSED.size(), accepted.toString());
    }

    @Test
    void saysThatTheSignatureOfAFixtureIsWrong() throws IOException {
        byte[] document = SharedData.read("registry/vectors/manifests/v2s1.manifest.json");
        Schema1Manifest manifest = (Schema1Manifest) Manifest.parse(document, LIMITS);
        var invalid = assertInstanceOf(Schema1Verification.Invalid.class, manifest.verifySignatures());
        assertEquals(Schema1Verification.Reason.WRONG_SIGNATURE, invalid.reason());
    }

    @Test
    void keepsMembersOfDockersListsThatOcisDoNotHave() throws IOException {
        byte[] document = SharedData.read("registry/vectors/manifests/v2list.everything.json");
        ImageIndex list = (ImageIndex) Manifest.parse(document, MediaType.DOCKER_MANIFEST_LIST, LIMITS);
        assertEquals(
                Map.of("features", "[\"f\"]"),
                list.manifests().get(0).platform().orElseThrow().unknownMembers());
    }
}

package dev.tallyclerk.registry.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.model.MalformedDocumentException.Reason;
import dev.tallyclerk.registry.model.Schema1Manifest.Layer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Schema1ManifestTest {
    private static final DocumentLimits LIMITS = DocumentLimits.defaults();
    private static final String A = "sha256:" + "a".repeat(64);
    private static final String B = "sha256:" + "b".repeat(64);

    /** Two layers, the upper one first. */
    static final String PAYLOAD = ("{'schemaVersion':1,'name':'team/app','tag':'1','architecture':'amd64','fsLayers':["
                    + "{'blobSum':'" + A + "'},{'blobSum':'" + B + "'}],'history':["
                    + "{'v1Compatibility':'{\\'id\\':\\'i2\\',\\'parent\\':\\'i1\\',\\'os\\':\\'linux\\',\\'architecture\\':\\'arm\\',"
                    + "\\'created\\':\\'2016-03-03T11:29:44.2Z\\',\\'throwaway\\':true,\\'author\\':\\'a\\',\\'comment\\':\\'c\\',"
                    + "\\'container_config\\':{\\'Cmd\\':[\\'/bin/sh\\',\\'-c\\']}}'},"
                    + "{'v1Compatibility':'{\\'id\\':\\'i1\\'}'}]}")
            .replace('\'', '"');

    static Schema1Manifest parse(String text) throws MalformedDocumentException {
        return parse(text.getBytes(StandardCharsets.UTF_8));
    }

    static Schema1Manifest parse(byte[] document) throws MalformedDocumentException {
        return assertInstanceOf(Schema1Manifest.class, Manifest.parse(document, LIMITS));
    }

    private static MalformedDocumentException refusal(String text) {
        return assertThrows(MalformedDocumentException.class, () -> parse(text), text);
    }

    @Test
    void readsWhatItSays() throws MalformedDocumentException {
        Schema1Manifest manifest = parse(PAYLOAD.replace("\"tag\"", "\"x\" : [ 1 ],\"tag\""));
        assertEquals("team/app", manifest.name());
        assertEquals("1", manifest.tag());
        assertEquals("amd64", manifest.architecture());
        assertEquals(MediaType.DOCKER_SCHEMA1, manifest.mediaType());
        assertEquals(Map.of("x", "[1]"), manifest.unknownMembers());
        assertFalse(manifest.isSigned());
        assertInstanceOf(Schema1Verification.Unsigned.class, manifest.verifySignatures());
        Layer top = manifest.fsLayers().get(0);
        assertEquals(Digest.parse(A), top.blobSum());
        assertEquals("i2", top.history().id());
        assertEquals("i1", top.history().parent());
        assertEquals("linux", top.history().os());
        assertEquals("arm", top.history().architecture());
        assertEquals("a", top.history().author());
        assertEquals("c", top.history().comment());
        assertEquals(List.of("/bin/sh", "-c"), top.history().command());
        assertTrue(top.history().throwaway());
        assertEquals(
                Optional.of(Instant.parse("2016-03-03T11:29:44.2Z")),
                top.history().created());
        Layer bottom = manifest.fsLayers().get(1);
        assertEquals("{\"id\":\"i1\"}", bottom.history().json());
        assertFalse(bottom.history().throwaway());
        assertEquals(List.of(bottom, top), manifest.layers());
        assertEquals("schema1", manifest.<String>fold(m -> "manifest", i -> "index", s -> "schema1"));
    }

    @Test
    void toleratesWhatOnlyDescribes() throws MalformedDocumentException {
        Schema1Manifest manifest = parse(("{'schemaVersion':1,'fsLayers':[{'blobSum':'" + A + "'}],'history':["
                        + "{'v1Compatibility':'{\\'id\\':7,\\'created\\':\\'yesterday\\',\\'container_config\\':{\\'Cmd\\':\\'x\\'},"
                        + "\\'author\\':null}'}]}")
                .replace('\'', '"'));
        Schema1Manifest.V1Image image = manifest.layers().get(0).history();
        assertEquals("", image.id());
        assertEquals("", image.author());
        assertEquals(Optional.empty(), image.created());
        assertEquals(List.of(), image.command());
        assertEquals("", manifest.name());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"schemaVersion\":1 | \"schemaVersion\":1,\"layers\":[] | AMBIGUOUS | /layers",
                "\"schemaVersion\":1 | \"schemaVersion\":1,\"config\":{} | AMBIGUOUS | /config",
                "\"schemaVersion\":1 | \"schemaVersion\":1,\"manifests\":[] | AMBIGUOUS | /manifests",
                "\"schemaVersion\":1 | \"schemaVersion\":1,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\""
                        + " | AMBIGUOUS | /schemaVersion",
                "\"fsLayers\" | \"FsLayers\" | CASE_VARIANT_MEMBER | /FsLayers",
                "\"name\" | \"Name\" | CASE_VARIANT_MEMBER | /Name",
                "\"blobSum\" | \"blobsum\" | CASE_VARIANT_MEMBER | /fsLayers/0/blobsum",
                "\"v1Compatibility\" | \"V1Compatibility\" | CASE_VARIANT_MEMBER | /history/0/V1Compatibility",
                "\"fsLayers\" | \"layersFs\" | MISSING_MEMBER | /fsLayers",
                "\"history\" | \"past\" | MISSING_MEMBER | /history",
                "sha256:a | sha256:../ | BAD_VALUE | /fsLayers/0/blobSum",
                "sha256:a | sha256:A | BAD_VALUE | /fsLayers/0/blobSum",
                "},{\"blobSum\":\"sha256:bb | ,\"x\":\"sha256:bb | BAD_VALUE | /history",
                "\"name\":\"team/app\" | \"name\":1 | WRONG_TYPE | /name",
                "throwaway\\\\\":true | throwaway\\\\\":\\\\\"true\\\\\" | WRONG_TYPE | /history/0/v1Compatibility",
                "throwaway | Throwaway | CASE_VARIANT_MEMBER | /history/0/v1Compatibility",
                "\\\\\"parent\\\\\" | \\\\\"id\\\\\" | DUPLICATE_MEMBER | /history/0/v1Compatibility",
                "{\\\\\"id\\\\\":\\\\\"i2\\\\\", | [\\\\\"id\\\\\":\\\\\"i2\\\\\", | NOT_JSON | /history/0/v1Compatibility",
            })
    void refusesWithAReasonAndAPlace(String from, String to, Reason reason, String pointer) {
        assertTrue(PAYLOAD.contains(from.replace("\\\\", "\\")), from);
        String text = PAYLOAD.replace(from.replace("\\\\", "\\"), to.replace("\\\\", "\\"));
        var e = refusal(text);
        assertEquals(reason, e.reason(), e.toString());
        assertEquals(pointer, e.pointer());
        assertFalse(e.rule().isEmpty());
    }

    @Test
    void refusesDeepNestingWithinItsTexts() {
        String deep = "[".repeat(100_000);
        var e = refusal(PAYLOAD.replace("{\\\"id\\\":\\\"i1\\\"}", deep));
        assertEquals(Reason.LIMIT_EXCEEDED, e.reason());
        assertEquals("/history/1/v1Compatibility", e.pointer());
    }

    @Test
    void announcedTypeAndSignaturesMustAgree() throws MalformedDocumentException {
        byte[] unsigned = PAYLOAD.getBytes(StandardCharsets.UTF_8);
        byte[] signed = TestSigner.es256().sign(PAYLOAD).getBytes(StandardCharsets.UTF_8);
        var missing = assertThrows(
                MalformedDocumentException.class,
                () -> Manifest.parse(unsigned, MediaType.DOCKER_SCHEMA1_SIGNED, LIMITS));
        assertEquals(Reason.MISSING_MEMBER, missing.reason());
        assertEquals("/signatures", missing.pointer());
        // Lists of that time say of signed manifests that they are not; which it is, the document shows.
        assertEquals(
                MediaType.DOCKER_SCHEMA1_SIGNED,
                Manifest.parse(signed, MediaType.DOCKER_SCHEMA1, LIMITS).mediaType());
        for (String other : List.of(MediaType.OCI_MANIFEST, MediaType.DOCKER_MANIFEST, MediaType.OCI_INDEX)) {
            var e = assertThrows(MalformedDocumentException.class, () -> Manifest.parse(signed, other, LIMITS));
            assertEquals(Reason.AMBIGUOUS, e.reason());
        }
        byte[] schema2 = "{\"schemaVersion\":2,\"manifests\":[]}".getBytes(StandardCharsets.UTF_8);
        for (String type : List.of(MediaType.DOCKER_SCHEMA1, MediaType.DOCKER_SCHEMA1_SIGNED)) {
            var e = assertThrows(MalformedDocumentException.class, () -> Manifest.parse(schema2, type, LIMITS));
            assertEquals(Reason.AMBIGUOUS, e.reason());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "skopeo-dir, 637cf8928a8325d101f53638a4cd5b40ae3dd7dcf2e430536ce84df9d6089f33,"
                + " U2XZ:PL3C:SOKY:Q7KT:7LUZ:VBFE:ZGFO:JZT2:VM4D:CBDG:CWPS:GVUN, 3",
        "skopeo-resigned-by-registry, a4578e3afdc6ca30022826e0094d45acb37c7412ea261823d5d6b27233bd4719,"
                + " X2LD:U542:ECX3:TLKD:CBP3:3V64:I76P:UM4T:6YKR:M6FU:UB6Y:7JRA, 3",
        "registry-converted, aff21eab3bda75bafe515eb1a3c8d99af33aed440ef5c1b2c708f459c7ab7750,"
                + " X2LD:U542:ECX3:TLKD:CBP3:3V64:I76P:UM4T:6YKR:M6FU:UB6Y:7JRA, 3",
    })
    void findsTheSignaturesOfRealManifestsValid(String file, String digest, String keyId, int layers)
            throws IOException {
        assertValid("schema1-ed-" + file + ".manifest.json", digest, keyId, layers);
    }

    @Test
    void findsTheSignatureOfARealManifestOfAnotherImageValid() throws IOException {
        assertValid(
                "schema1-multi-registry-converted.manifest.json",
                "da778044389c8e4642c2e6c15eb2851510f9a83f8f17eecd0cb3427a66d3c542",
                "X2LD:U542:ECX3:TLKD:CBP3:3V64:I76P:UM4T:6YKR:M6FU:UB6Y:7JRA",
                1);
    }

    private static void assertValid(String file, String digest, String keyId, int layers) throws IOException {
        byte[] document = TestDocuments.read(file);
        Schema1Manifest manifest = parse(document);
        assertEquals("sha256:" + digest, manifest.digest().toString());
        assertEquals(manifest.digest(), Digest.sha256Of(manifest.payload()));
        assertArrayEquals(document, manifest.bytes());
        assertEquals(layers, manifest.layers().size());
        var result = assertInstanceOf(Schema1Verification.SelfSigned.class, manifest.verifySignatures());
        assertEquals(keyId, result.signers().get(0).keyId());
        assertEquals("ES256", result.signers().get(0).algorithm());
        // What the document brings is trusted only by a caller who says so.
        var trusted = manifest.verifySignatures(List.of(result.signers().get(0).key()));
        assertInstanceOf(Schema1Verification.TrustedBy.class, trusted);
        var stranger =
                manifest.verifySignatures(List.of(TestSigner.es256().keys().getPublic()));
        assertInstanceOf(Schema1Verification.SelfSigned.class, stranger);
    }

    @Test
    void isReadFromWhatIsSignedOnly() throws MalformedDocumentException {
        String signed = TestSigner.es256().sign(PAYLOAD);
        Schema1Manifest manifest = parse(signed);
        assertArrayEquals(PAYLOAD.getBytes(StandardCharsets.UTF_8), manifest.payload());
        assertEquals(Digest.sha256Of(PAYLOAD.getBytes(StandardCharsets.UTF_8)), manifest.digest());
        // After the signatures, outside of what is signed, nothing may stand.
        var e = refusal(signed.substring(0, signed.length() - 1) + ",\"x\":1}");
        assertEquals(Reason.BAD_VALUE, e.reason());
        assertEquals("/signatures", e.pointer());
        String twice = signed.substring(0, signed.length() - 1) + ",\"fsLayers\":[]}";
        assertEquals(Reason.DUPLICATE_MEMBER, refusal(twice).reason());
    }

    @Test
    void whiteSpaceAroundSignaturesAndTheOrderOfTheirMembersChangeNothing() throws MalformedDocumentException {
        TestSigner signer = TestSigner.es256();
        String block = signer.signature(PAYLOAD, "\"jwk\":" + signer.jwk());
        Schema1Manifest plain = parse(TestSigner.assemble(PAYLOAD, block));
        Schema1Manifest spaced = parse(TestSigner.assemble(PAYLOAD, " " + block.replace(",\"", " ,\n\t\"")) + "\n");
        assertEquals(plain.digest(), spaced.digest());
        assertEquals(plain.fsLayers(), spaced.fsLayers());
        assertInstanceOf(Schema1Verification.SelfSigned.class, spaced.verifySignatures());
    }

    @Test
    void refusesEveryByteChangedOrReadsTheSame() throws IOException {
        for (String file : List.of(
                "schema1-ed-skopeo-dir.manifest.json",
                "schema1-ed-registry-converted.manifest.json",
                "schema1-ed-skopeo-resigned-by-registry.manifest.json",
                "schema1-multi-registry-converted.manifest.json")) {
            byte[] document = TestDocuments.read(file);
            Schema1Manifest original = parse(document);
            int signedBytes = 0;
            for (int i = 0; i < document.length; i++) {
                for (int flip : new int[] {1, 0x20}) {
                    byte[] altered = document.clone();
                    altered[i] ^= (byte) flip;
                    if (isAcceptedUnchanged(original, altered, file + " byte " + i)) {
                        signedBytes += i < original.payload().length - 2 ? 1 : 0;
                    }
                }
            }
            assertEquals(0, signedBytes, "no byte of what is signed may change: " + file);
        }
    }

    /** {@return whether the altered document is as good as the original, which it then must be the same as} */
    private static boolean isAcceptedUnchanged(Schema1Manifest original, byte[] altered, String which) {
        Manifest read;
        try {
            read = Manifest.parse(altered, MediaType.DOCKER_SCHEMA1_SIGNED, LIMITS);
        } catch (MalformedDocumentException e) {
            return false;
        }
        Schema1Manifest manifest = assertInstanceOf(Schema1Manifest.class, read);
        Schema1Verification result = manifest.verifySignatures();
        if (result instanceof Schema1Verification.Invalid) {
            return false;
        }
        assertInstanceOf(Schema1Verification.SelfSigned.class, result, which);
        assertEquals(original.digest(), manifest.digest(), which);
        assertEquals(original.name(), manifest.name(), which);
        assertEquals(original.tag(), manifest.tag(), which);
        assertEquals(original.architecture(), manifest.architecture(), which);
        assertEquals(original.fsLayers(), manifest.fsLayers(), which);
        assertEquals(original.unknownMembers(), manifest.unknownMembers(), which);
        return true;
    }

    @Test
    void allSignaturesMustBeOverTheSamePayload() throws MalformedDocumentException {
        TestSigner one = TestSigner.es256();
        TestSigner two = TestSigner.rs256(2048);
        String first = one.signature(PAYLOAD, "\"jwk\":" + one.jwk());
        String second = two.signature(PAYLOAD, "\"jwk\":" + two.jwk());
        Schema1Manifest both = parse(TestSigner.assemble(PAYLOAD, first, second));
        var selfSigned = assertInstanceOf(Schema1Verification.SelfSigned.class, both.verifySignatures());
        assertEquals(2, selfSigned.signers().size());
        var trusted = assertInstanceOf(
                Schema1Verification.TrustedBy.class,
                both.verifySignatures(List.of(two.keys().getPublic())));
        assertEquals(List.of(selfSigned.signers().get(1)), trusted.signers());
        String other = two.signature(PAYLOAD + " ", "\"jwk\":" + two.jwk());
        var e = refusal(TestSigner.assemble(PAYLOAD, first, other));
        assertEquals(Reason.BAD_VALUE, e.reason());
        assertEquals("/signatures/1/protected", e.pointer());
    }

    @Test
    void oneInvalidSignatureIsEnough() throws MalformedDocumentException {
        TestSigner one = TestSigner.es256();
        TestSigner two = TestSigner.es256();
        String good = one.signature(PAYLOAD, "\"jwk\":" + one.jwk());
        String wrong = one.signature(PAYLOAD, "\"jwk\":" + two.jwk());
        for (String[] signatures : List.of(new String[] {good, wrong}, new String[] {wrong, good})) {
            Schema1Manifest manifest = parse(TestSigner.assemble(PAYLOAD, signatures));
            var invalid = assertInstanceOf(
                    Schema1Verification.Invalid.class,
                    manifest.verifySignatures(List.of(one.keys().getPublic())));
            assertEquals(Schema1Verification.Reason.WRONG_SIGNATURE, invalid.reason());
        }
    }

    @Test
    void limitsTheNumberOfSignatures() {
        TestSigner signer = TestSigner.es256();
        String block = signer.signature(PAYLOAD, "\"jwk\":" + signer.jwk());
        List<String> blocks = new ArrayList<>();
        for (int i = 0; i < 17; i++) {
            blocks.add(block);
        }
        var e = refusal(TestSigner.assemble(PAYLOAD, blocks.toArray(String[]::new)));
        assertEquals(Reason.LIMIT_EXCEEDED, e.reason());
        assertEquals("/signatures", e.pointer());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[] | BAD_VALUE | /signatures",
                "1 | WRONG_TYPE | /signatures",
                "null | WRONG_TYPE | /signatures",
                "[{}] | MISSING_MEMBER | /signatures/0/header",
                "[{'header':{'alg':'ES256'},'signature':''}] | MISSING_MEMBER | /signatures/0/protected",
                "[{'header':{'alg':'ES256'},'signature':'','protected':'e30'}] | MISSING_MEMBER | /signatures/0/protected",
                "[{'header':{'alg':'ES256'},'signature':'','protected':'e30='}] | BAD_VALUE | /signatures/0/protected",
                "[{'header':{'alg':'ES256','crit':[]},'signature':'','protected':'e30'}]"
                        + " | BAD_VALUE | /signatures/0/header/crit",
                "[{'header':{'ALG':'ES256'},'signature':'','protected':'e30'}]"
                        + " | CASE_VARIANT_MEMBER | /signatures/0/header/ALG",
                "[{'header':{'alg':'ES256','jwk':{'kty':'EC','d':'x'}},'signature':'','protected':'%s'}]"
                        + " | BAD_VALUE | /signatures/0/header/jwk/d",
                "[{'header':{'alg':'ES256','x5c':[]},'signature':'','protected':'%s'}]"
                        + " | BAD_VALUE | /signatures/0/header/x5c",
                "[{'header':{},'signature':'','protected':'%s'}] | MISSING_MEMBER | /signatures/0/header/alg",
            })
    void refusesSignaturesThatAreNoneWithAPlace(String signatures, Reason reason, String pointer) {
        String block = signatures.replace('\'', '"').replace("%s", TestSigner.protectedHeader(PAYLOAD));
        var e = refusal(PAYLOAD.substring(0, PAYLOAD.length() - 1) + ",\"signatures\":" + block + "}");
        assertEquals(reason, e.reason(), e.toString());
        assertEquals(pointer, e.pointer());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'formatLength':0,'formatTail':'fQ'} | BAD_VALUE | /signatures/0/protected",
                "{'formatLength':-1,'formatTail':'fQ'} | BAD_VALUE | /signatures/0/protected",
                "{'formatLength':1e2,'formatTail':'fQ'} | WRONG_TYPE | /signatures/0/protected",
                "{'formatLength':99999999,'formatTail':'fQ'} | BAD_VALUE | /signatures",
                "{'formatLength':2147483647,'formatTail':'fQ'} | BAD_VALUE | /signatures",
                "{'formatLength':99999999999,'formatTail':'fQ'} | BAD_VALUE | /signatures/0/protected",
                "{'formatLength':10,'formatTail':'fQ=='} | BAD_VALUE | /signatures/0/protected",
                "{'formatLength':10,'formatTail':'fR'} | BAD_VALUE | /signatures/0/protected",
                "{'formatLength':10,'formatTail':'fQ','alg':'none'} | BAD_VALUE | /signatures/0/protected",
                "{'formatLength':10,'formatLength':11,'formatTail':'fQ'} | DUPLICATE_MEMBER | /signatures/0/protected",
                "{'formatLength':10,'formatTail':'fQ'} | NOT_JSON | /signatures",
                "{'formatLength':1,'formatTail':'fQ'} | BAD_VALUE | /signatures",
                "[] | WRONG_TYPE | /signatures/0/protected",
            })
    void refusesAHeaderThatDoesNotLeadToTheManifest(String header, Reason reason, String pointer) {
        String block = TestSigner.block(
                "\"jwk\":{}", "ES256", "", Base64Url.encode(TestSigner.utf8(header.replace('\'', '"'))));
        var e = refusal(TestSigner.assemble(PAYLOAD, block));
        assertEquals(reason, e.reason(), e.toString());
        assertEquals(pointer, e.pointer());
    }
}

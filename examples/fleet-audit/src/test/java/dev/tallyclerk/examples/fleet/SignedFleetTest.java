package dev.tallyclerk.examples.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.Attachment;
import dev.tallyclerk.evidence.NewAttachment;
import dev.tallyclerk.evidence.NewBlob;
import dev.tallyclerk.registry.image.AttachmentWriter;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.registry.layout.OciLayoutWriter;
import dev.tallyclerk.trust.key.TrustedKey;
import dev.tallyclerk.trust.sign.ImageSigner;
import dev.tallyclerk.trust.sign.SigningException;
import dev.tallyclerk.trust.sign.SigningKey;
import dev.tallyclerk.trust.sign.SigningKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images that have to be signed: of two in a layout, one is. */
class SignedFleetTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-29T22:53:59Z"), ZoneOffset.UTC);
    private static final String BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";

    @TempDir
    Path folder;

    private SigningKey key;
    private Path keyFile;
    private AuditedFleet fleet;
    private Path layout;
    private String signed;
    private String unsigned;
    private Digest unsignedDigest;

    @BeforeEach
    void aLayoutHasTwoImages() throws Exception {
        key = newKey();
        keyFile = write(key.publicKey());
        fleet = new AuditedFleet(folder);
        layout = folder.resolve("layout");
        String other = WrittenLayout.hello() + "\n";
        unsignedDigest = Digest.sha256Of(other.getBytes(StandardCharsets.UTF_8));
        WrittenLayout.in(layout).entry("signed", WrittenLayout.hello(), "").entry("unsigned", other, "");
        signed = "oci:" + layout + ":signed";
        unsigned = "oci:" + layout + ":unsigned";
    }

    private static SigningKey newKey() throws SigningException {
        KeyPair pair = SigningKeys.generate(SigningKeys.Kind.ECDSA_P256);
        return SigningKeys.of(pair.getPrivate(), pair.getPublic());
    }

    private Path write(TrustedKey publicKey) throws IOException {
        return Files.writeString(folder.resolve("key.pub"), SigningKeys.publicPem(publicKey));
    }

    private Path policy(String requirement) throws IOException {
        return Files.writeString(folder.resolve("trust.yaml"), """
                schemaVersion: 1
                name: test
                rules:
                  - scope: "*"
                    require: {%s}
                """.formatted(requirement));
    }

    private void sign(ImageSigner.Form form) throws Exception {
        attach(ImageSigner.of(key, CLOCK).withForm(form).sign("", WrittenLayout.HELLO, Map.of()));
    }

    private void attach(NewAttachment made) throws IOException {
        try (OciLayout open = OciLayout.open(layout);
                ImageSource image = open.image(made.subject())) {
            AttachmentWriter.create()
                    .attach(made, image, OciLayoutWriter.create(layout, CLOCK).destination());
        }
    }

    private int audit(String... options) {
        String[] all = new String[options.length + 1];
        all[0] = "oci:" + layout;
        System.arraycopy(options, 0, all, 1, options.length);
        return fleet.audit(all);
    }

    private String trust(String name) throws IOException {
        return fleet.line(name).replaceAll(".*(\"trust\":\\{[^}]*}).*", "$1");
    }

    @ParameterizedTest
    @EnumSource(ImageSigner.Form.class)
    void aSignedImageIsAcceptedAndAnUnsignedOneIsRejectedWithAReason(ImageSigner.Form form) throws Exception {
        sign(form);
        assertEquals(Summary.REJECTED, audit("--key", keyFile.toString()), fleet::progress);
        assertEquals(2, fleet.lines().size(), "the signature is no image");
        assertEquals("accepted", fleet.decision(signed));
        assertTrue(
                trust(signed)
                        .startsWith("\"trust\":{\"decision\":\"accepted\",\"rule\":\"*\",\"by\":[\"key sha256:"
                                + key.publicKey().fingerprint() + "\"],"),
                trust(signed));
        assertEquals("rejected", fleet.decision(unsigned));
        assertTrue(trust(unsigned).contains("\"decision\":\"rejected\""), trust(unsigned));
        assertTrue(trust(unsigned).contains("nothing is attached to the image"), trust(unsigned));
        assertTrue(fleet.line(unsigned).contains("\"verified\":true"), "its content holds nevertheless");
        String page = fleet.page();
        String section = page.substring(page.indexOf("Signatures that do not count"), page.indexOf("Without a sig"));
        assertTrue(section.contains(unsigned), section);
        assertTrue(section.contains("nothing is attached to the image"), section);
        assertFalse(section.contains(signed), section);
    }

    @Test
    void withoutTheOptionsNobodyHasToHaveSigned() throws Exception {
        sign(ImageSigner.Form.CLASSIC);
        assertEquals(Summary.ACCEPTED, audit(), fleet::progress);
        String notAsked = "\"trust\":{\"decision\":\"not asked\",\"rule\":\"\",\"by\":[],\"because\":[]}";
        assertEquals(notAsked, trust(signed));
        assertEquals(notAsked, trust(unsigned));
        assertFalse(fleet.page().contains("Signatures that do not count"));
    }

    @Test
    void theSignatureOfAnotherKeyDoesNotCount() throws Exception {
        sign(ImageSigner.Form.CLASSIC);
        write(newKey().publicKey());
        assertEquals(Summary.REJECTED, audit("--key", keyFile.toString()), fleet::progress);
        assertEquals("rejected", fleet.decision(signed));
        assertTrue(fleet.line(signed).contains("\"signed\":\"yes\""), fleet.line(signed));
    }

    @Test
    void aReferrerThatOnlyLooksLikeASignatureDoesNotCount() throws Exception {
        NewBlob fake = NewBlob.of(BUNDLE, "{}".getBytes(StandardCharsets.UTF_8), Map.of());
        attach(new NewAttachment(Attachment.Place.REFERRERS, WrittenLayout.HELLO, BUNDLE, Map.of(), List.of(fake)));
        assertEquals(Summary.REJECTED, audit("--key", keyFile.toString()), fleet::progress);
        assertEquals("rejected", fleet.decision(signed));
        assertTrue(fleet.line(signed).contains("\"signed\":\"yes\""), fleet.line(signed));
    }

    @ParameterizedTest
    @EnumSource(ImageSigner.Form.class)
    void theSignatureOfAnotherImageDoesNotCount(ImageSigner.Form form) throws Exception {
        NewAttachment other = ImageSigner.of(key, CLOCK).withForm(form).sign("", WrittenLayout.HELLO, Map.of());
        attach(new NewAttachment(
                other.place(), unsignedDigest, other.artifactType(), other.annotations(), other.blobs()));
        assertEquals(Summary.REJECTED, audit("--key", keyFile.toString()), fleet::progress);
        assertEquals("rejected", fleet.decision(unsigned));
        assertTrue(fleet.line(unsigned).contains("\"signed\":\"yes\""), fleet.line(unsigned));
    }

    @Test
    void aPolicyDecidesByName() throws Exception {
        sign(ImageSigner.Form.CLASSIC);
        policy("key: {keys: [{path: key.pub}]}");
        String[] options = {"--trust-policy", folder.resolve("trust.yaml").toString()};
        assertEquals(Summary.REJECTED, audit(options), fleet::progress);
        assertEquals("accepted", fleet.decision(signed));
        assertEquals("rejected", fleet.decision(unsigned));
        policy("insecureAcceptAnything: {}");
        assertEquals(Summary.ACCEPTED, audit(options), fleet::progress);
        assertTrue(fleet.page().contains("All images that could be read have those that they need."));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anImageThatIsNotWhatItPromisesIsRejectedForThat(boolean isSigned) throws Exception {
        if (isSigned) {
            sign(ImageSigner.Form.CLASSIC);
        }
        Files.writeString(layout.resolve("blobs/sha256").resolve(WrittenLayout.HELLO.encoded()), "{}");
        assertEquals(Summary.REJECTED, audit("--key", keyFile.toString()), fleet::progress);
        assertEquals("rejected", fleet.decision(signed));
        assertTrue(fleet.line(signed).contains(" bytes"), fleet.line(signed));
        assertTrue(trust(signed).contains("\"decision\":\"incomplete\""), trust(signed));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRunThatWasKilledIsNotContinuedWithAnotherKey(boolean isInPolicy) throws Exception {
        sign(ImageSigner.Form.CLASSIC);
        String policy = policy("key: {keys: [{path: key.pub}]}").toString();
        String[] options =
                isInPolicy ? new String[] {"--trust-policy", policy} : new String[] {"--key", keyFile.toString()};
        Files.writeString(fleet.output(), "in the way");
        assertEquals(Main.ERROR, audit(options));
        assertEquals(Main.ERROR, audit(options));
        assertTrue(fleet.progress().contains(", 3 of them known from a run before"), fleet::progress);
        write(newKey().publicKey());
        Files.delete(fleet.output());
        assertEquals(Summary.REJECTED, audit(options), fleet::progress);
        assertTrue(fleet.progress().contains(", 0 of them known from a run before"), fleet::progress);
        assertEquals("rejected", fleet.decision(signed));
    }

    @Test
    void whatIsListedByARegistryDoesNotCountAndWhatItCannotListIsIncomplete() throws Exception {
        try (SyntheticRegistry registry = SyntheticRegistry.start(6, 20, 100)) {
            String[] audit = {
                "docker://" + registry.host(), "--plain-http-for", registry.host(), "--key", keyFile.toString()
            };
            registry.refuseReferrers(true);
            assertEquals(Summary.INCOMPLETE, fleet.audit(audit), fleet::progress);
            registry.refuseReferrers(false);
            assertEquals(Summary.REJECTED, fleet.audit(audit), fleet::progress);
            for (int image = 0; image < 6; image++) {
                assertEquals("rejected", fleet.decision(registry.name(image)));
            }
            assertTrue(fleet.line(registry.name(0)).contains("\"signed\":\"yes\""), fleet.line(registry.name(0)));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tuf: {root: {path: root.json}, repository: 'https://tuf.example.org/'}|may not name TUF repositories",
                "notary: {server: 'https://notary.example.org'}|may not name Notary collections",
                "key: {keys: [{path: none.pub}]}|there is no such file"
            })
    void aPolicyThatCannotBeUsedIsRefused(String requirement, String message) throws Exception {
        String policy = policy(requirement).toString();
        Settings settings = new Settings("", "", "", "", policy, List.of(), List.of(), 1_000, Instant.EPOCH);
        IOException refused = assertThrows(IOException.class, () -> Judge.of(settings));
        assertTrue(String.valueOf(refused.getMessage()).contains(message), refused::getMessage);
        assertEquals(Main.ERROR, audit("--trust-policy", policy));
    }

    @Test
    void aKeyThatCannotBeUsedIsRefused() throws Exception {
        assertEquals(Main.ERROR, audit("--key", folder.resolve("none.pub").toString()));
        Path noKey = Files.writeString(folder.resolve("no.pub"), "no key");
        assertEquals(Main.ERROR, audit("--key", noKey.toString()));
        assertEquals(Main.ERROR, audit("--key", ""));
        assertEquals(Main.ERROR, audit("--trust-policy", ""), "a variable of the caller is not set");
        assertEquals(
                Main.ERROR,
                audit(
                        "--key",
                        keyFile.toString(),
                        "--trust-policy",
                        policy("insecureAcceptAnything: {}").toString()));
    }
}

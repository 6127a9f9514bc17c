package dev.tallyclerk.trust.sign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.Attachment.Place;
import dev.tallyclerk.evidence.Evidence.Kind;
import dev.tallyclerk.evidence.NewAttachment;
import dev.tallyclerk.evidence.NewBlob;
import dev.tallyclerk.evidence.TargetArtifact;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.testing.SharedData;
import dev.tallyclerk.trust.attestation.AttachmentFindings;
import dev.tallyclerk.trust.attestation.PredicateConditions;
import dev.tallyclerk.trust.attestation.PredicateType;
import dev.tallyclerk.trust.bouncycastle.BouncyCastleKeyCipher;
import dev.tallyclerk.trust.cosign.CosignVerifier;
import dev.tallyclerk.trust.cosign.MemoryAttachment;
import dev.tallyclerk.trust.cosign.SignedIdentity;
import dev.tallyclerk.trust.sign.ImageSigner.Form;
import dev.tallyclerk.trust.sign.SigningException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ImageSignerTest {
    private static final String COSIGN = "signatures/cosign/made-by-cosign/";
    private static final String NAME = "registry.example.org/team/app";
    private static final Digest IMAGE = Digest.sha256Of("image".getBytes(StandardCharsets.UTF_8));
    private static final Digest OTHER = Digest.sha256Of("other".getBytes(StandardCharsets.UTF_8));
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-29T22:53:59.5Z"), ZoneOffset.UTC);
    private static final byte[] PROVENANCE = """
            {"buildDefinition":{"buildType":"https://example.test/build/v1","externalParameters":{"ref":"refs/heads/main"}},\
            "runDetails":{"builder":{"id":"https://builder.a.test/v1"},"metadata":{}}}""".getBytes(StandardCharsets.UTF_8);

    private static SigningKey key(SigningKeys.Kind kind) throws SigningException {
        KeyPair pair = SigningKeys.generate(kind);
        return SigningKeys.of(pair.getPrivate(), pair.getPublic());
    }

    private static MemoryAttachment attached(NewAttachment made) {
        MemoryAttachment attached = MemoryAttachment.at(made.place());
        for (NewBlob blob : made.blobs()) {
            attached.with(blob.mediaType(), blob.content(), blob.annotations());
        }
        return attached;
    }

    private static AttachmentFindings verify(CosignVerifier verifier, NewAttachment made, Digest image)
            throws IOException {
        return verifier.verify(List.of(attached(made)), new TargetArtifact("", image, 0));
    }

    private static boolean isSigned(CosignVerifier verifier, NewAttachment made, Digest image) throws IOException {
        return !verify(verifier, made, image)
                .ofKind(Kind.COSIGN_SIGNATURE)
                .verified()
                .isEmpty();
    }

    private static boolean isAttested(CosignVerifier verifier, NewAttachment made, PredicateConditions conditions)
            throws IOException {
        return !verify(verifier, made, IMAGE)
                .where(conditions, "test")
                .verified()
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(SigningKeys.Kind.class)
    void signaturesVerify(SigningKeys.Kind kind) throws SigningException, IOException {
        SigningKey key = key(kind);
        CosignVerifier verifier = CosignVerifier.of(key.publicKey());
        CosignVerifier another = CosignVerifier.of(key(kind).publicKey());
        for (Form form : Form.values()) {
            ImageSigner signer = ImageSigner.of(key, CLOCK).withForm(form);
            for (Map<String, String> annotations :
                    List.of(Map.<String, String>of(), Map.of("env", "prod", "a", "é\""))) {
                NewAttachment made = signer.sign(NAME, IMAGE, annotations);
                assertEquals(IMAGE, made.subject());
                assertEquals(form == Form.CLASSIC ? Place.SIGNATURE_TAG : Place.REFERRERS, made.place());
                assertEquals(true, isSigned(verifier, made, IMAGE), form::toString);
                assertEquals(true, isSigned(verifier.withAnnotations(annotations), made, IMAGE), form::toString);
                assertEquals(false, isSigned(verifier.withAnnotations(Map.of("env", "test")), made, IMAGE));
                assertEquals(false, isSigned(verifier, made, OTHER));
                assertEquals(false, isSigned(another, made, IMAGE));
            }
        }
        CosignVerifier named =
                verifier.withSignedIdentity(SignedIdentity.matchRepository(), Reference.parse(NAME + ":1"));
        ImageSigner signer = ImageSigner.of(key, CLOCK);
        assertEquals(true, isSigned(named, signer.sign(NAME, IMAGE, Map.of()), IMAGE));
        assertEquals(false, isSigned(named, signer.sign(NAME + "2", IMAGE, Map.of()), IMAGE));
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void attestationsVerify(Form form) throws SigningException, IOException {
        SigningKey key = key(SigningKeys.Kind.ECDSA_P256);
        String type = PredicateType.SLSA_PROVENANCE_1.uris().get(0);
        NewAttachment made = ImageSigner.of(key, CLOCK).withForm(form).attest(NAME, IMAGE, type, PROVENANCE);
        PredicateConditions built = PredicateConditions.ofType(PredicateType.SLSA_PROVENANCE_1);
        CosignVerifier verifier = CosignVerifier.of(key.publicKey());
        assertEquals(true, isAttested(verifier, made, built.withBuilder("https://builder.a.test/v1")));
        assertEquals(false, isAttested(verifier, made, built.withBuilder("https://builder.a.test/v2")));
        assertEquals(false, isAttested(verifier, made, PredicateConditions.ofType(PredicateType.SPDX)));
        assertEquals(
                false,
                isAttested(CosignVerifier.of(key(SigningKeys.Kind.ECDSA_P256).publicKey()), made, built));
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void refusesPredicatesThatNoVerifierReads(Form form) throws SigningException {
        ImageSigner signer =
                ImageSigner.of(key(SigningKeys.Kind.ED25519), CLOCK).withForm(form);
        for (String predicate : List.of("", "{", "{\"a\":1,\"a\":2}", "{} {}")) {
            byte[] document = predicate.getBytes(StandardCharsets.UTF_8);
            SigningException refused = assertThrows(
                    SigningException.class, () -> signer.attest(NAME, IMAGE, "https://type.test/v1", document));
            assertEquals(Reason.MALFORMED, refused.reason(), predicate);
        }
        byte[] large = ("[" + "1,".repeat(300_000) + "1]").getBytes(StandardCharsets.UTF_8);
        SigningException refused =
                assertThrows(SigningException.class, () -> signer.attest(NAME, IMAGE, "https://type.test/v1", large));
        assertEquals(Reason.LIMIT_EXCEEDED, refused.reason());
    }

    /** The documents that cosign 2.5.0 wrote, without its signatures, which are random. */
    @Test
    void writesTheBytesOfCosign() throws IOException, SigningException {
        SigningKey key = SigningKeys.create()
                .withCosignKeys(BouncyCastleKeyCipher.create())
                .read(
                        SharedData.read(COSIGN + "cosign.key"),
                        new String(SharedData.read(COSIGN + "cosign.key.password"), StandardCharsets.UTF_8)
                                .strip()
                                .toCharArray());
        Digest app = Digest.parse("sha256:3bcd92dfe89e6e9a4aa8b1f69e00c884de1fb45f8f9f720070e48ae8888b8b61");
        ImageSigner classic = ImageSigner.of(key, CLOCK);
        String name = "127.0.0.1:5997/lab-a/app";
        assertEquals(
                cosigns("app", "c232607f6ca3328690cc491381f4944a28638aa8011f0bba36dcff31e533d551"),
                text(classic.sign(name, app, Map.of())));
        assertEquals(
                cosigns("app", "dcdab84adb5a0245e304d18b4886549ddc5cf410e3ce89f28bf9e9b63e93aa1b"),
                text(classic.sign(name, app, Map.of("team", "a", "env", "prod"))));
        String type = "https://slsa.dev/provenance/v1";
        NewAttachment attestation = classic.attest(name, app, type, PROVENANCE);
        assertEquals(
                withoutSignature(cosigns("app", "0b628dc199317be164a76adcd7add97a80e7cd7dc33055534a9c1f57185fc3b7")),
                withoutSignature(text(attestation)));
        assertEquals(
                Map.of("dev.cosignproject.cosign/signature", "", "predicateType", type),
                attestation.blobs().get(0).annotations());
        NewAttachment bundle =
                classic.withForm(Form.BUNDLE).attest("127.0.0.1:5997/lab-a/referrers", app, type, PROVENANCE);
        assertEquals(
                withoutSignature(cosigns(
                                "referrers", "7ea21f55eb9a2e234b3cc89dcd12274d2ec575b8ec8a900edebfb7efc1984d24"))
                        .replace(", \"", ",\""),
                withoutSignature(text(bundle)));
        assertEquals(
                Map.of(
                        "dev.sigstore.bundle.content", "dsse-envelope",
                        "dev.sigstore.bundle.predicateType", type,
                        "org.opencontainers.image.created", "2026-11-29T22:53:59Z"),
                bundle.annotations());
        assertEquals("application/vnd.dev.sigstore.bundle.v0.3+json", bundle.artifactType());
        byte[] signed = SharedData.read("signatures/cosign/bundle-sign-ok-key/blobs/sha256/"
                + "a3d18cd13dde2bcef1033df0e548950efac0895b7005fbaab25d671c6405767d");
        String payload =
                new String(signed, StandardCharsets.UTF_8).replaceFirst("(?s).*\"payload\": \"([^\"]*)\".*", "$1");
        assertEquals(
                new String(Base64.getDecoder().decode(payload), StandardCharsets.UTF_8),
                new String(
                        SignedDocuments.signature("registry.acme.test/shop", app, Map.of()), StandardCharsets.UTF_8));
    }

    private static String cosigns(String layout, String blob) throws IOException {
        return new String(SharedData.read(COSIGN + layout + "/blobs/sha256/" + blob), StandardCharsets.UTF_8);
    }

    private static String text(NewAttachment made) {
        return new String(made.blobs().get(0).content(), StandardCharsets.UTF_8);
    }

    private static String withoutSignature(String document) {
        return document.replaceFirst("\"sig\":\"[^\"]*\"", "\"sig\":\"\"");
    }

    @Test
    void anArtifactFitsItsPlace() {
        NewBlob blob = NewBlob.of("text/plain", new byte[] {1}, Map.of());
        List<Runnable> wrong = new ArrayList<>();
        wrong.add(() -> new NewAttachment(Place.REFERRERS, IMAGE, "text/plain", Map.of(), List.of()));
        wrong.add(() -> new NewAttachment(Place.REFERRERS, IMAGE, "", Map.of(), List.of(blob)));
        wrong.add(() -> new NewAttachment(Place.SIGNATURE_TAG, IMAGE, "text/plain", Map.of(), List.of(blob)));
        wrong.add(() -> new NewAttachment(Place.SBOM_TAG, IMAGE, "", Map.of("a", "b"), List.of(blob)));
        for (Runnable made : wrong) {
            assertThrows(IllegalArgumentException.class, made::run);
        }
    }
}

package dev.tallyclerk.examples.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.reference.DigestResolutionException;
import dev.tallyclerk.reference.DigestResolver;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.image.BlobContent;
import dev.tallyclerk.registry.image.BuiltImage;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.model.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AdmissionCheckTest {
    private static final Reference NAME = Reference.parse("registry.example.org/team/app:1.0");
    private static final Path HELLO = Path.of("images/hello");
    private static final Path TAMPERED = Path.of("images/hello-tampered");
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-26T00:00:00Z"), ZoneOffset.UTC);
    private static final Policy HIGH = Policy.defaults().withGate(Severity.HIGH);

    private static AdmissionCheck.Answer check(ImageSource source, Policy policy, DigestResolver publisher) {
        return new AdmissionCheck(policy, publisher, CLOCK).check(source, NAME);
    }

    private static AdmissionCheck.Answer check(Path layout, Policy policy, DigestResolver publisher)
            throws IOException {
        try (OciLayout opened = OciLayout.open(layout);
                ImageSource source = opened.requireImage("1.0")) {
            return check(source, policy, publisher);
        }
    }

    private static DigestResolver vouchesFor(Digest digest) {
        return name -> ResolvedDigest.of(digest, "the publisher");
    }

    private static void assertDenied(String reason, AdmissionCheck.Answer answer) {
        assertFalse(answer.allowed(), answer.toString());
        assertEquals(NAME.toString(), answer.image());
        assertTrue(answer.reasons().get(0).contains(reason), answer.toString());
    }

    @Test
    void anImageThatIsVouchedForAndWholeAndHardenedIsAllowedByItsDigest() throws IOException {
        Digest digest = LayoutServer.manifestOf(HELLO);
        AdmissionCheck.Answer answer = check(HELLO, HIGH, vouchesFor(digest));
        assertTrue(answer.allowed(), answer.toString());
        assertEquals("registry.example.org/team/app@" + digest, answer.image());
        assertTrue(answer.toString().startsWith("allow registry.example.org/team/app@sha256:"), answer.toString());
    }

    @Test
    void ofAnIndexOnlyTheImageThatWasLookedAtIsAllowed() throws IOException {
        Map<Digest, BlobContent> contents = new HashMap<>();
        try (Stream<Path> blobs = Files.list(HELLO.resolve("blobs/sha256"))) {
            for (Path blob : blobs.toList()) {
                byte[] content = Files.readAllBytes(blob);
                contents.put(Digest.sha256Of(content), BlobContent.of(content));
            }
        }
        Digest hello = LayoutServer.manifestOf(HELLO);
        long size = Files.size(LayoutServer.blob(HELLO, hello));
        byte[] anything = {1, 2, 3};
        contents.put(Digest.sha256Of(anything), BlobContent.of(anything));
        ImageIndex index = ImageIndex.builder()
                .manifest(
                        Descriptor.of(MediaType.OCI_MANIFEST, hello, size).withPlatform(Platform.of("linux", "amd64")))
                .manifest(Descriptor.ofContent(MediaType.OCI_MANIFEST, anything)
                        .withPlatform(Platform.of("linux", "arm64")))
                .build();
        ImageSource source = BuiltImage.of("a test", index, contents);
        var answer = check(source, HIGH, vouchesFor(index.digest()));
        assertTrue(answer.allowed(), answer.toString());
        assertEquals("registry.example.org/team/app@" + hello, answer.image());
        for (String platform : new String[] {"linux/arm64", "linux/s390x"}) {
            var other = new AdmissionCheck(HIGH, vouchesFor(index.digest()), CLOCK, Platform.parse(platform))
                    .check(source, NAME);
            assertFalse(other.allowed(), other.toString());
        }
    }

    @Test
    void aFlippedBitIsDenied() throws IOException {
        DigestResolver publisher = vouchesFor(LayoutServer.manifestOf(TAMPERED));
        assertDenied("layer 2: DIGEST_MISMATCH", check(TAMPERED, HIGH.withoutGate(), publisher));
    }

    @Test
    void anImageOfAnotherDigestIsDenied() throws IOException {
        DigestResolver publisher = vouchesFor(Digest.sha256Of(new byte[] {1}));
        assertDenied("NOT_THE_TRUSTED_DIGEST", check(HELLO, HIGH, publisher));
    }

    @ParameterizedTest
    @EnumSource
    void anImageThatNobodyVouchesForIsDenied(DigestResolutionException.Reason reason) throws IOException {
        assertDenied(reason.name(), check(HELLO, HIGH, name -> {
            throw new DigestResolutionException(reason, "nobody says so");
        }));
    }

    @Test
    void anImageThatAPolicyRejectsIsDenied() throws IOException {
        Policy strict = Policy.defaults().withProfile(Profile.STRICT).withGate(Severity.INFO);
        assertDenied("IMG-", check(HELLO, strict, vouchesFor(LayoutServer.manifestOf(HELLO))));
    }

    @Test
    void anArtifactIsNothingThatRuns() {
        byte[] content = {1, 2, 3};
        Descriptor blob = Descriptor.ofContent("application/vnd.example.thing", content);
        Manifest manifest = ImageManifest.builder(Descriptor.empty())
                .artifactType("application/vnd.example.thing")
                .layer(blob)
                .build();
        ImageSource source = BuiltImage.of("a test", manifest, Map.of(blob.digest(), BlobContent.of(content)));
        assertDenied("artifact", check(source, HIGH, vouchesFor(manifest.digest())));
    }

    @Test
    void whatCannotBeReadIsDenied() {
        ImageManifest manifest = ImageManifest.builder(
                        Descriptor.ofContent("application/vnd.example.thing", new byte[] {1}))
                .build();
        ImageSource source =
                BuiltImage.of("a test", manifest, Map.of(manifest.config().digest(), () -> {
                    throw new IOException("the disk is gone");
                }));
        assertDenied("the disk is gone", check(source, HIGH, vouchesFor(manifest.digest())));
    }
}

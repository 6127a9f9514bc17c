package dev.tallyclerk.registry.layout;

import static dev.tallyclerk.registry.attachment.TestArtifacts.tag;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.attachment.TestArtifacts;
import dev.tallyclerk.registry.layout.LayoutException.Reason;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MediaType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The image of a layout that is asked for without a name. */
class OnlyImageTest {
    private static final String SIGNATURE_CONFIG = "application/vnd.dev.cosign.artifact.sig.v1+json";

    private final TestArtifacts artifacts = new TestArtifacts();
    private final Descriptor image = artifacts.image("layer");

    @TempDir
    private Path folder;

    private Digest only() throws IOException {
        try (OciLayout layout = OciLayout.open(artifacts.write(folder))) {
            return layout.requireImage().resolve().digest();
        }
    }

    private void assertAmbiguous() {
        assertEquals(
                Reason.SEVERAL_IMAGES,
                assertThrows(LayoutException.class, this::only).reason());
    }

    /** A manifest that may be an image and that says it belongs to another. */
    private Descriptor manifest(String configType, String... layerTypes) {
        ImageManifest.Builder manifest = ImageManifest.builder(artifacts.blob(configType, "{}"));
        for (String layerType : layerTypes) {
            manifest.layer(artifacts.blob(layerType, "content"));
        }
        return artifacts.manifest(manifest.subject(image).build());
    }

    @Test
    void signaturesAreNoImages() throws IOException {
        Descriptor referrer = artifacts.referrer(image, "one");
        artifacts
                .entry(artifacts.tagged("signature"), tag(image, ".sig"))
                .entry(artifacts.tagged("attestation"), "registry.example.org/app:" + tag(image, ".att"))
                .entry(artifacts.tagged("sbom"), tag(image, ".sbom"))
                .entry(referrer)
                .entry(artifacts.referrer(referrer, "a signature of the signature"))
                .entry(manifest(SIGNATURE_CONFIG, "application/vnd.dev.cosign.simplesigning.v1+json"))
                .entry(artifacts.fallback(referrer, artifacts.referrer(image, "listed only")), tag(image, ""))
                .entry(image, "1.0");
        assertEquals(image.digest(), only());
    }

    @Test
    void whatCosignSavesIsOneImage() throws IOException {
        Map<String, String> signatures = Map.of("kind", "dev.cosignproject.cosign/sigs");
        artifacts
                .entry(image.withAnnotations(Map.of("kind", "dev.cosignproject.cosign/image")))
                .entry(artifacts.tagged("signature").withAnnotations(signatures));
        assertEquals(image.digest(), only());
    }

    @Test
    void anArtifactWithItsSignatureIsTheOne() throws IOException {
        Descriptor chart = artifacts.manifest(
                ImageManifest.builder(artifacts.blob("application/vnd.cncf.helm.config.v1+json", "{}"))
                        .layer(artifacts.blob("application/vnd.cncf.helm.chart.content.v1.tar+gzip", "chart"))
                        .build());
        artifacts.entry(chart, "1.0").entry(artifacts.referrer(chart, "signature"));
        assertEquals(chart.digest(), only());
    }

    @Test
    void severalImagesStaySeveralWithSignatures() {
        artifacts.entry(image).entry(artifacts.image("another")).entry(artifacts.referrer(image, "one"));
        assertAmbiguous();
    }

    @Test
    void severalArtifactsWithoutAnImageAreSeveral() {
        artifacts.entry(artifacts.referrer(image, "one")).entry(artifacts.referrer(image, "two"));
        assertAmbiguous();
    }

    @Test
    void aNameMakesAnArtifactOneThatMayBeMeant() {
        artifacts.entry(image, "1.0").entry(artifacts.referrer(image, "one"), "2.0");
        assertAmbiguous();
    }

    @Test
    void anArtifactWithoutSubjectMayBeMeant() {
        artifacts.entry(image, "1.0").entry(artifacts.tagged("no tag"));
        assertAmbiguous();
    }

    /** Otherwise an image could hide from verification, and engines that load all of a layout would load it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/vnd.oci.image.layer.v1.tar+gzip",
                "application/vnd.docker.image.rootfs.diff.tar.gzip",
                "application/x-tar",
                "application/vnd.oci.image.layer.v2.erofs"
            })
    void whatAnEngineMayLoadIsAnImageWhateverItsSubject(String layerType) {
        artifacts.entry(image, "1.0").entry(manifest(MediaType.OCI_CONFIG, "text/plain", layerType));
        assertAmbiguous();
    }

    @Test
    void anImageWithoutLayersIsAnImageWhateverItsSubject() {
        artifacts.entry(image, "1.0").entry(manifest(MediaType.OCI_CONFIG));
        assertAmbiguous();
    }

    @Test
    void anImageDoesNotHideUnderATagOfSignatures() {
        artifacts.entry(image, "1.0").entry(artifacts.image("another"), tag(image, ".sig"));
        assertAmbiguous();
    }

    @Test
    void anImageDoesNotHideInAListOfReferrers() {
        artifacts
                .entry(image, "1.0")
                .entry(
                        artifacts.fallback(artifacts.referrer(image, "one"), artifacts.image("another")),
                        tag(image, ""));
        assertAmbiguous();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anArtifactThatCannotBeReadMayBeAnImage(boolean isMissing) {
        Descriptor referrer = artifacts.referrer(image, "one");
        artifacts.entry(image, "1.0").entry(referrer);
        if (isMissing) {
            artifacts.forget(referrer.digest());
        } else {
            artifacts.replace(referrer.digest(), "{}");
        }
        assertAmbiguous();
    }

    @Test
    void moreArtifactsThanAreReadMayBeImages() {
        artifacts.entry(image, "1.0");
        for (int i = 0; i <= 1_000; i++) {
            artifacts.entry(artifacts.referrer(image, "artifact " + i));
        }
        assertAmbiguous();
    }
}

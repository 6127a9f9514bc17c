package dev.tallyclerk.registry.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.DockerArchive;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.verify.ImageVerification.Verdict;
import dev.tallyclerk.testing.SharedData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images made by umoci, skopeo, buildah, oras, crane and cosign. */
class FixturesTest {
    private static Path layout(String name) {
        return SharedData.require("registry/fixtures/layouts/" + name);
    }

    private static Path tar(String name) {
        return SharedData.require("registry/fixtures/tars/" + name);
    }

    private static void assertVerified(ImageSource image) throws IOException {
        ImageVerification verification = ImageVerifier.create().verify(image);
        assertEquals(
                Verdict.VERIFIED,
                verification.verdict(),
                verification.problems().toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"busybox-gzip", "ed-gzip", "ed-plain", "ed-sha512", "ed-zstd", "ed-mixed"})
    void verifiesLayoutsOfOneImage(String name) throws IOException {
        try (OciLayout layout = OciLayout.open(layout(name));
                ImageSource image = layout.requireImage()) {
            assertVerified(image);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"artifacts", "cosign-saved"})
    void verifiesEveryImageAndArtifactOfALayout(String name) throws IOException {
        try (OciLayout layout = OciLayout.open(layout(name))) {
            for (Descriptor entry : layout.index().manifests()) {
                ImageVerification verification = ImageVerifier.create().verify(layout.image(entry.digest()));
                List<ContentCheck> problems = verification.problems();
                if (verification.config().isPresent()) {
                    // cosign gives signatures and attestations the configuration of an image, and layers that no engine
                    // unpacks.
                    assertTrue(
                            problems.stream()
                                    .allMatch(check -> check.result() instanceof ContentResult.Unverifiable
                                            && check.mediaType()
                                                    .matches(".*(cosign\\.simplesigning|dsse\\.envelope).*")),
                            problems.toString());
                } else {
                    assertEquals(List.of(), problems);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"linux/amd64", "linux/arm64", "linux/arm64/v8", "linux/arm", "linux/arm/v7"})
    void verifiesEachPlatformOfAnIndex(String platform) throws IOException {
        try (OciLayout layout = OciLayout.open(layout("multiarch"));
                ImageSource image = layout.requireImage("latest")) {
            ImageVerification verification = ImageVerifier.create()
                    .withPlatform(Platform.parse(platform))
                    .verify(image);
            assertEquals(
                    Verdict.VERIFIED,
                    verification.verdict(),
                    verification.problems().toString());
        }
    }

    @Test
    void verifiesAnOciArchive() throws IOException {
        try (OciLayout layout = OciLayout.openArchive(tar("ed-skopeo-oci-archive.tar"));
                ImageSource image = layout.requireImage()) {
            assertVerified(image);
            assertEquals(
                    Digest.parse("sha256:6a3b817fdb74acda42348b4614a3ce255c3cf8c5f5007a503066f9e0364c85e3"),
                    image.resolve().digest());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "arm64-buildah-docker-archive.tar",
                "ed-crane-legacy.tar",
                "ed-crane-tarball.tar",
                "ed-skopeo-docker-archive.tar"
            })
    void verifiesDockerArchives(String name) throws IOException {
        try (DockerArchive archive = DockerArchive.open(tar(name));
                ImageSource image = archive.requireImage()) {
            assertVerified(image);
        }
    }
}

package dev.tallyclerk.registry.okhttp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.okhttp.OkHttpTransport;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.client.RegistryException;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.verify.ContentResult;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.registry.verify.ImageVerifier;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.OkHttpClient;
import okio.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Registries that answer with Docker's schema 1. */
class Schema1RegistryTest {
    private static final String PAYLOAD = "sha256:aff21eab3bda75bafe515eb1a3c8d99af33aed440ef5c1b2c708f459c7ab7750";

    private final MockWebServer registry = new MockWebServer();
    private final RegistryClient client = RegistryClient.of(OkHttpTransport.of(new OkHttpClient()));

    @BeforeEach
    void start() throws IOException {
        registry.start();
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    private static byte[] document() throws IOException {
        try (InputStream in = Schema1RegistryTest.class.getResourceAsStream(
                "/testdata/registry/schema1-ed-registry-converted.manifest.json")) {
            return Objects.requireNonNull(in).readAllBytes();
        }
    }

    private void answer(byte[] body, String mediaType, Optional<String> digest) {
        MockResponse.Builder answer = new MockResponse.Builder()
                .code(200)
                .addHeader("Content-Type", mediaType)
                .body(new Buffer().write(body));
        digest.ifPresent(value -> answer.addHeader("Docker-Content-Digest", value));
        registry.enqueue(answer.build());
    }

    private ImageSource image(String suffix) {
        return client.image(Reference.parse("localhost:" + registry.getPort() + "/a/b" + suffix));
    }

    private static ContentResult.Reason reason(ImageVerification verification) {
        return verification
                .problems()
                .get(0)
                .result()
                .<ContentResult.Reason>fold(
                        verified -> ContentResult.Reason.MISSING,
                        ContentResult.Failed::reason,
                        ContentResult.Unverifiable::reason);
    }

    @Test
    void aTagIsResolvedToTheDigestOfWhatIsSigned() throws IOException, InterruptedException {
        answer(document(), MediaType.DOCKER_SCHEMA1_SIGNED, Optional.of(PAYLOAD));
        try (ImageSource image = image(":1")) {
            assertEquals(PAYLOAD, image.resolve().digest().toString());
            ImageVerification verification = ImageVerifier.create().verify(image);
            assertEquals(ImageVerification.Verdict.INCOMPLETE, verification.verdict());
            assertEquals(ContentResult.Reason.UNSUPPORTED, reason(verification));
        }
        String accept = String.join(
                ",",
                Objects.requireNonNull(registry.takeRequest(1, TimeUnit.SECONDS))
                        .getHeaders()
                        .values("Accept"));
        assertTrue(accept.indexOf(MediaType.OCI_MANIFEST) < accept.indexOf(MediaType.DOCKER_SCHEMA1_SIGNED), accept);
    }

    @Test
    void aHeaderThatSaysAnotherDigestIsALie() throws IOException {
        String ofBytes = Digest.sha256Of(document()).toString();
        answer(document(), MediaType.DOCKER_SCHEMA1_SIGNED, Optional.of(ofBytes));
        try (ImageSource image = image(":1")) {
            var e = assertThrows(RegistryException.class, image::resolve);
            assertEquals(HttpException.Reason.PROTOCOL, e.reason());
        }
    }

    @Test
    void aDigestIsThatOfWhatIsSigned() throws IOException {
        answer(document(), MediaType.DOCKER_SCHEMA1_SIGNED, Optional.empty());
        try (ImageSource image = image("@" + PAYLOAD)) {
            ImageVerification verification = ImageVerifier.create().verify(image);
            assertEquals(ContentResult.Reason.UNSUPPORTED, reason(verification));
        }
    }

    @Test
    void anUnsignedManifestForADigestIsRefused() throws IOException {
        String asked = Digest.sha256Of(new byte[0]).toString();
        byte[] unsigned =
                ("{\"schemaVersion\":1,\"name\":\"a\",\"tag\":\"1\",\"architecture\":\"amd64\",\"fsLayers\":[],"
                                + "\"history\":[]}")
                        .getBytes(StandardCharsets.UTF_8);
        for (String type : new String[] {MediaType.DOCKER_SCHEMA1, MediaType.DOCKER_SCHEMA1_SIGNED, ""}) {
            answer(unsigned, type, Optional.of(asked));
            try (ImageSource image = image("@" + asked)) {
                ImageVerification verification = ImageVerifier.create().verify(image);
                assertEquals(ImageVerification.Verdict.FAILED, verification.verdict());
                assertEquals(ContentResult.Reason.DIGEST_MISMATCH, reason(verification));
            }
        }
    }

    @Test
    void aManifestThatIsNoneIsReportedAsThat() throws IOException {
        answer(
                "{\"schemaVersion\":1}".getBytes(StandardCharsets.UTF_8),
                MediaType.DOCKER_SCHEMA1_SIGNED,
                Optional.empty());
        try (ImageSource image = image(":1")) {
            ImageVerification verification = ImageVerifier.create().verify(image);
            assertEquals(ContentResult.Reason.MALFORMED_DOCUMENT, reason(verification));
        }
    }
}

package dev.tallyclerk.registry.verify;

import static dev.tallyclerk.registry.verify.InMemoryImage.GZIP;
import static dev.tallyclerk.registry.verify.InMemoryImage.describe;
import static dev.tallyclerk.registry.verify.InMemoryImage.gzip;
import static dev.tallyclerk.registry.verify.InMemoryImage.tar;
import static dev.tallyclerk.registry.verify.InMemoryImage.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.verify.ContentResult.Failed;
import dev.tallyclerk.registry.verify.ContentResult.Reason;
import dev.tallyclerk.registry.verify.ImageVerification.Verdict;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images that a stranger has made; the names say which cases and advisories the attacks are from. */
class HostileImageTest {
    private static final byte[] LAYER = tar("file");

    private static ImageVerification verify(ImageSource image) throws IOException {
        return ImageVerifier.create().verify(image);
    }

    private static List<Reason> reasons(ImageVerification verification) {
        return verification.problems().stream()
                .map(check -> check.result() instanceof Failed failed ? failed.reason() : Reason.UNSUPPORTED)
                .toList();
    }

    private static Descriptor layerOf(InMemoryImage image) throws IOException {
        return verify(image).manifest().orElseThrow().layers().get(0);
    }

    private static VerificationException.Reason readingFails(
            InMemoryImage image, Descriptor layer, boolean byteByByte) {
        return assertThrows(VerificationException.class, () -> {
                    try (InputStream in = image.blob(layer).orElseThrow()) {
                        if (byteByByte) {
                            while (in.read() >= 0) {
                                // What counts is how it ends.
                            }
                        } else {
                            in.readAllBytes();
                        }
                    }
                })
                .reason();
    }

    /** Other bytes of the same size: however they are read, and wherever they are copied to. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void blobOtherBytesOfTheSameSizeAreRefusedHoweverTheyAreRead(boolean byteByByte) throws IOException {
        InMemoryImage image =
                new InMemoryImage().layer(GZIP, gzip(LAYER), LAYER).assemble();
        Descriptor layer = layerOf(image);
        byte[] flipped = gzip(LAYER);
        flipped[flipped.length - 1] ^= 1;
        image.blob(layer.digest(), flipped);
        assertEquals(VerificationException.Reason.DIGEST_MISMATCH, readingFails(image, layer, byteByByte));
        assertEquals(List.of(Reason.DIGEST_MISMATCH), reasons(verify(image)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void blobpadTenBytesTooManyAreRefused(boolean byteByByte) throws IOException {
        InMemoryImage image =
                new InMemoryImage().layer(GZIP, gzip(LAYER), LAYER).assemble();
        Descriptor layer = layerOf(image);
        byte[] blob = gzip(LAYER);
        image.blob(layer.digest(), Arrays.copyOf(blob, blob.length + 10));
        assertEquals(VerificationException.Reason.TOO_LONG, readingFails(image, layer, byteByByte));
        assertEquals(List.of(Reason.TOO_LONG), reasons(verify(image)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void truncABodyThatIsCutIsRefused(boolean byteByByte) throws IOException {
        InMemoryImage image =
                new InMemoryImage().layer(GZIP, gzip(LAYER), LAYER).assemble();
        Descriptor layer = layerOf(image);
        byte[] blob = gzip(LAYER);
        image.blob(layer.digest(), Arrays.copyOf(blob, blob.length - 1));
        assertEquals(VerificationException.Reason.TOO_SHORT, readingFails(image, layer, byteByByte));
        assertEquals(List.of(Reason.TOO_SHORT), reasons(verify(image)));
    }

    /** oras 1.2.0 panics when two layers fail at once. */
    @Test
    void twoLayersThatFailAreTwoProblems() throws IOException {
        InMemoryImage image = new InMemoryImage()
                .layer(GZIP, gzip(LAYER), LAYER)
                .layer(GZIP, gzip(tar("another")), tar("another"))
                .assemble();
        List<Descriptor> layers = verify(image).manifest().orElseThrow().layers();
        image.blob(layers.get(0).digest(), new byte[(int) layers.get(0).size()]);
        image.blob(layers.get(1).digest(), new byte[0]);
        assertEquals(List.of(Reason.DIGEST_MISMATCH, Reason.TOO_SHORT), reasons(verify(image)));
    }

    /**
     * CVE-2023-33959, CVE-2022-35929, CVE-2026-22703, CVE-2026-24122, CVE-2026-39395 and similar: unreadable content
     * was taken for verified.
     */
    @ParameterizedTest
    @ValueSource(strings = {"", " ", "null", "[]", "{}", "{\"schemaVersion\":2}", "{\"signatures\":[]}", "\"\"", "0"})
    void cve202333959NothingThatCannotBeReadIsVerified(String document) throws IOException {
        for (String type : List.of("", MediaType.OCI_MANIFEST, MediaType.OCI_INDEX, MediaType.DOCKER_SCHEMA1_SIGNED)) {
            ImageVerification verification = verify(new InMemoryImage().root(type, utf8(document)));
            assertEquals(Verdict.FAILED, verification.verdict());
            assertEquals(1, verification.problems().size());
        }
    }

    /** An index that leads to no image promises nothing, so nothing of it holds. */
    @Test
    void cve202235929AnIndexWithoutAnImageIsNotVerified() throws IOException {
        byte[] index = utf8("{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_INDEX + "\",\"manifests\":[]}");
        ImageVerification verification = verify(new InMemoryImage().root(MediaType.OCI_INDEX, index));
        assertEquals(Verdict.FAILED, verification.verdict());
        assertEquals(List.of(Reason.NO_SUCH_PLATFORM), reasons(verification));
    }

    /** CVE-2026-10517 of claircore, CVE-2020-15157 of containerd: a document's URLs are data, and nobody asks them. */
    @Test
    void cve202610517AsksNoUrlOfADescriptor() throws IOException {
        byte[] blob = gzip(LAYER);
        byte[] config = utf8("{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{},\"rootfs\":"
                + "{\"type\":\"layers\",\"diff_ids\":[\"" + Digest.sha256Of(LAYER) + "\"]}}");
        String layer = describe(GZIP, blob).replace("}", ",\"urls\":[\"http://127.0.0.1:1/layer\"]}");
        InMemoryImage image = new InMemoryImage()
                .blob(Digest.sha256Of(config), config)
                .root(
                        MediaType.OCI_MANIFEST,
                        utf8("{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_MANIFEST + "\",\"config\":"
                                + describe(MediaType.OCI_CONFIG, config) + ",\"layers\":[" + layer + "]}"));
        assertEquals(List.of(Reason.MISSING), reasons(verify(image)));
    }
}

package dev.tallyclerk.registry.verify;

import static dev.tallyclerk.registry.verify.InMemoryImage.GZIP;
import static dev.tallyclerk.registry.verify.InMemoryImage.gzip;
import static dev.tallyclerk.registry.verify.InMemoryImage.tar;
import static dev.tallyclerk.registry.verify.InMemoryImage.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.audit.ImageSubject;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an audit says of content that did not hold. */
class ContentProblemTest {
    private static String onlyProblem(InMemoryImage image) throws IOException {
        ImageVerification verification = ImageVerifier.create().verify(image);
        Fact<List<String>> problems = ImageSubject.of(verification).contentProblems();
        List<String> known =
                problems.<List<String>>fold((list, at) -> list, fact -> fact.value(), missing -> List.of());
        assertEquals(1, known.size(), known.toString());
        return known.get(0);
    }

    private static void assertStarts(String expected, String problem) {
        assertTrue(problem.startsWith(expected), problem);
    }

    @Test
    void aReplacedLayerDoesNotMatch() throws IOException {
        byte[] layer = gzip(tar("second"));
        byte[] other = layer.clone();
        other[layer.length - 1] ^= 1;
        assertStarts(
                "layer 2 does not match its digest or size: ",
                onlyProblem(InMemoryImage.create().blob(Digest.sha256Of(layer), other)));
        assertStarts(
                "layer 2 does not match its digest or size: ",
                onlyProblem(
                        InMemoryImage.create().blob(Digest.sha256Of(layer), Arrays.copyOf(layer, layer.length - 1))));
    }

    @Test
    void aMalformedConfigurationIsNotCalledAReplacedOne() throws IOException {
        String config = "{\"os\":\"linux\",\"architecture\":\"amd64\",\"created\":\"\",\"rootfs\":"
                + "{\"type\":\"layers\",\"diff_ids\":[\"" + Digest.sha256Of(tar("first")) + "\"]}}";
        InMemoryImage image = new InMemoryImage()
                .layer(GZIP, gzip(tar("first")), tar("first"))
                .assemble(utf8(config));
        assertStarts("the configuration matches its digest but is malformed: ", onlyProblem(image));
    }

    @Test
    void anAmbiguousLayerIsNotCalledAReplacedOrMalformedOne() throws IOException {
        byte[] owner = new TestTar()
                .pax('x', TestTar.record("uid", "-1"))
                .file("a", "")
                .finish();
        InMemoryImage image =
                new InMemoryImage().layer(GZIP, gzip(owner), owner).assemble();
        assertStarts("layer 1 matches its digest, but tar readers disagree on its files: ", onlyProblem(image));
    }

    @Test
    void aMissingLayerIsSaidToBeMissingAndWhetherThatIsNoWonder() throws IOException {
        byte[] layer = gzip(tar("second"));
        InMemoryImage image = InMemoryImage.create();
        image.forget(Digest.sha256Of(layer));
        assertStarts("layer 2 is missing: ", onlyProblem(image));
        InMemoryImage foreign = new InMemoryImage()
                .layer(GZIP, gzip(tar("first")), tar("first"))
                .layer("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", layer, tar("second"))
                .assemble();
        foreign.forget(Digest.sha256Of(layer));
        assertStarts("layer 2 is missing, and of a type that is not distributed: ", onlyProblem(foreign));
    }
}

package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.testing.DockerRegistry;
import dev.tallyclerk.testing.Peers;
import dev.tallyclerk.testing.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrustTreeCommandTest {
    private static final String DIGEST = "sha256:3bcd92dfe89e6e9a4aa8b1f69e00c884de1fb45f8f9f720070e48ae8888b8b61";

    @TempDir
    Path folder = Path.of("");

    private static CommandRun accepted(String... line) {
        CommandRun run = CommandRun.of(line);
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
        assertEquals("", run.err());
        return run;
    }

    private static String combined() {
        return "oci:" + SharedData.require("signatures/combined/layout") + ":1.0";
    }

    /** {@return the digests of what is attached in the tree, without the layers} */
    private static List<String> attached(String tree) {
        return Pattern.compile("(?m)(?:referrer|tag \\.[a-z]+)  (sha256:[0-9a-f]{64})")
                .matcher(tree)
                .results()
                .map(match -> match.group(1))
                .sorted()
                .toList();
    }

    @Test
    void showsWhereEachArtifactIsAndWhatItSaysOfItself() {
        String tree = accepted("trust", "tree", combined()).out();
        assertTrue(tree.contains(DIGEST), tree);
        assertEquals(6, attached(tree).size(), tree);
        for (String part : List.of(
                "tag .sig  sha256:b429b3b17fdae70fa486f30cc540c048c43da456fd48f22e9c72ace95c85f81e  6.2 KiB",
                "tag .att  sha256:a0d12b51822bccd15b520ed17c2fe8b8935699aff2f822c440262f4893ad50c8  748 B",
                "  application/vnd.cncf.notary.signature",
                "\"dev.sigstore.bundle.predicateType\": \"https://slsa.dev/provenance/v1\"",
                "  application/jose+json")) {
            assertTrue(tree.contains(part), tree);
        }
    }

    @Test
    void showsTheSameAsJson() throws JsonException {
        String json = accepted("trust", "tree", combined(), "--format", "json").out();
        JsonCursor tree = JsonCursor.parse(json.getBytes(StandardCharsets.UTF_8), JsonLimits.ofBytes(1 << 20));
        assertEquals("dev.tallyclerk.trust-tree", tree.required("schema").string());
        JsonCursor first = tree.required("trees").elements().get(0);
        assertEquals(DIGEST, first.required("digest").string());
        List<JsonCursor> attached = first.required("attached").elements();
        assertEquals(6, attached.size());
        assertEquals("SIGNATURE_TAG", attached.get(0).required("place").string());
        assertEquals(2, attached.get(0).required("layers").elements().size());
    }

    @Test
    void showsWhatIsAttachedToTheImagesOfAnIndexToo() {
        String tree = accepted(
                        "trust", "tree", "oci:" + SharedData.require("signatures/cosign/made-by-cosign/multi") + ":1.0")
                .out();
        assertEquals(3, attached(tree).size(), tree);
    }

    @Test
    void showsThatNothingIsAttached() {
        assertTrue(accepted("trust", "tree", "oci:images/hello:1.0").out().contains("nothing is attached"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"trust", "trust tree docker-archive:a.tar", "trust tree", "trust tree oci:nowhere:1"})
    void refusesWhatHasNoTree(String line) {
        assertEquals(ExitCode.ERROR, CommandRun.of(line.split(" ")).exitCode());
    }

    /** From a layout to a docker-registry, which has no referrers API, and back into an archive. */
    @Test
    void copiesTakeAttachedArtifactsAlong() throws IOException, InterruptedException {
        List<String> all = attached(accepted("trust", "tree", combined()).out());
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            String name = registry.host() + "/team/app:1.0";
            CommandRun pushed = accepted("push", combined(), name, "--with-attachments");
            assertTrue(pushed.out().contains("attached"), pushed.out());
            assertEquals(
                    all, attached(accepted("trust", "tree", "docker://" + name).out()));
            String archive = folder.resolve("back.tar").toString();
            CommandRun pulled =
                    accepted("pull", name, "oci-archive:" + archive + ":1.0", "--with-attachments", "--format", "json");
            assertTrue(pulled.out().contains("\"place\" : \"ATTESTATION_TAG\""), pulled.out());
            assertEquals(
                    all,
                    attached(accepted("trust", "tree", "oci-archive:" + archive + ":1.0")
                            .out()));
            accepted("pull", name, "oci:" + folder.resolve("without") + ":1.0");
            assertEquals(
                    List.of(),
                    attached(accepted("trust", "tree", "oci:" + folder.resolve("without") + ":1.0")
                            .out()));
            String cosign = Peers.run(
                    folder,
                    Peers.require("cosign").toString(),
                    "verify",
                    "--key",
                    SharedData.require("signatures/combined/cosign.pub").toString(),
                    "--insecure-ignore-tlog=true",
                    "--allow-insecure-registry",
                    name);
            assertTrue(cosign.contains(DIGEST), cosign);
        }
    }

    @Test
    void signaturesMayBeInAnotherRepository() throws IOException {
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            String image = registry.host() + "/team/app:1.0";
            String signatures = registry.host() + "/team/signatures";
            accepted("push", combined(), image);
            accepted("push", combined(), signatures + ":1.0", "--with-attachments");
            assertEquals(
                    List.of(),
                    attached(accepted("trust", "tree", "docker://" + image).out()));
            for (String source : List.of("docker://" + image, "oci:" + folder.resolve("copy") + ":1.0")) {
                if (source.startsWith("oci:")) {
                    accepted("copy", "docker://" + image, source);
                }
                assertEquals(
                        6,
                        attached(accepted("trust", "tree", source, "--signature-repository", signatures)
                                        .out())
                                .size());
            }
            String both = "oci:" + folder.resolve("both") + ":1.0";
            accepted("pull", image, both, "--with-attachments", "--signature-repository", signatures);
            assertEquals(6, attached(accepted("trust", "tree", both).out()).size());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "copy oci:images/hello:1.0 oci:nowhere:1 --signature-repository localhost:1/a",
                "trust tree oci:images/hello:1.0 --signature-repository localhost:1/A",
                "trust tree docker://localhost:1/a --signature-repository localhost:2/b --username me"
            })
    void refusesASignatureRepositoryThatCannotBe(String line) {
        assertEquals(ExitCode.ERROR, CommandRun.of(line.split(" ")).exitCode());
    }

    @Test
    void saysThatTheSignaturesOfAnIndexStayBehindIfItDoes() {
        String multi = "oci:" + SharedData.require("signatures/cosign/made-by-cosign/multi") + ":1.0";
        String note = "because the index was not; use --all-platforms";
        String one = accepted("copy", multi, "oci:" + folder.resolve("one") + ":1", "--with-attachments")
                .out();
        assertTrue(one.contains(note), one);
        String all = accepted(
                        "copy", multi, "oci:" + folder.resolve("all") + ":1", "--with-attachments", "--all-platforms")
                .out();
        assertFalse(all.contains(note), all);
        assertEquals(
                3,
                attached(accepted("trust", "tree", "oci:" + folder.resolve("all") + ":1")
                                .out())
                        .size());
    }

    @Test
    void aDockerArchiveTakesNoAttachedArtifacts() {
        CommandRun run =
                CommandRun.of("copy", combined(), "docker-archive:" + folder.resolve("a.tar"), "--with-attachments");
        assertEquals(ExitCode.ERROR, run.exitCode());
        assertFalse(folder.resolve("a.tar").toFile().exists());
    }
}

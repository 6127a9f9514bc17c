package dev.tallyclerk.registry.okhttp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.Attachment.Place;
import dev.tallyclerk.http.okhttp.OkHttpTransport;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.attachment.AttachmentTree;
import dev.tallyclerk.registry.attachment.TestArtifacts;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.image.AttachmentCopier;
import dev.tallyclerk.registry.image.CopyResult;
import dev.tallyclerk.registry.image.ImageCopier;
import dev.tallyclerk.registry.image.ImageDestination;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.registry.layout.OciLayoutWriter;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.testing.DockerRegistry;
import dev.tallyclerk.testing.Peers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Attached artifacts through a real docker-registry, which has no referrers API, and what oras finds of them. */
class AttachmentPeerTest {
    @TempDir
    Path folder = Path.of("");

    private final RegistryClient client = RegistryClient.of(OkHttpTransport.of(new OkHttpClient()));

    private static AttachmentCopier.Result copy(ImageSource source, ImageDestination destination) throws IOException {
        ImageCopier copier = ImageCopier.create();
        CopyResult image = copier.copy(source, destination);
        return AttachmentCopier.of(copier).copy(source, image, destination);
    }

    private static List<String> lines(AttachmentTree tree) {
        List<String> lines = new ArrayList<>();
        assertEquals(List.of(), tree.notes());
        for (AttachmentTree.Branch branch : tree.branches()) {
            assertTrue(branch.problem().isEmpty(), () -> branch.problem().toString());
            lines.add(tree.digest() + " " + branch.attachment().place() + " "
                    + branch.attachment().digest());
            lines.addAll(lines(branch.below()));
        }
        lines.sort(null);
        return lines;
    }

    private static List<String> lines(ImageSource source) throws IOException {
        return lines(AttachmentTree.of(source.attachments(), source.resolve().digest()));
    }

    @Test
    void artifactsSurviveARoundTrip() throws IOException, InterruptedException {
        TestArtifacts artifacts = new TestArtifacts();
        Descriptor image = artifacts.image("layer");
        Descriptor sbom = artifacts.referrer(image, "sbom");
        Descriptor ofSbom = artifacts.referrer(sbom, "signature of the sbom");
        Descriptor other = artifacts.referrer(image, "other");
        artifacts
                .entry(image, "1.0")
                .entry(sbom)
                .entry(ofSbom)
                .entry(other)
                .entry(artifacts.tagged("signature"), TestArtifacts.tag(image, ".sig"))
                .entry(artifacts.tagged("of the sbom"), TestArtifacts.tag(sbom, ".sig"));
        artifacts.write(Files.createDirectories(folder.resolve("layout")));
        try (DockerRegistry registry = DockerRegistry.start(folder);
                OciLayout layout = OciLayout.open(folder.resolve("layout"));
                ImageSource first = layout.requireImage("1.0")) {
            List<String> all = lines(first);
            assertEquals(5, all.size(), all.toString());
            Reference name = Reference.parse(registry.host() + "/team/app:1.0");
            AttachmentCopier.Result pushed = copy(first, client.destination(name));
            assertEquals(List.of(), pushed.notes());
            assertEquals(5, pushed.copied().size());
            try (ImageSource there = client.image(name)) {
                assertEquals(all, lines(there));
                Path back = folder.resolve("back");
                copy(
                        there,
                        OciLayoutWriter.create(back, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC))
                                .destination("1.0"));
                try (OciLayout again = OciLayout.open(back)) {
                    assertEquals(all, lines(again.requireImage("1.0")));
                    assertEquals(6, again.index().manifests().size());
                    Reference second = Reference.parse(registry.host() + "/team/again:1.0");
                    copy(again.requireImage("1.0"), client.destination(second));
                    try (ImageSource end = client.image(second)) {
                        assertEquals(all, lines(end));
                    }
                }
                String oras = Peers.require("oras").toString();
                String tree = Peers.run(folder, oras, "discover", "--plain-http", name.toString());
                String local = Peers.run(folder, oras, "discover", "--oci-layout", back + ":1.0");
                for (Descriptor each : List.of(sbom, ofSbom, other)) {
                    assertTrue(tree.contains(each.digest().toString()), tree);
                    assertTrue(local.contains(each.digest().toString()), local);
                }
            }
        }
    }

    /** What oras copies with all referrers is what is found. */
    @Test
    void findsWhatOrasAttachesAndCopies() throws IOException, InterruptedException {
        String oras = Peers.require("oras").toString();
        TestArtifacts artifacts = new TestArtifacts();
        Descriptor image = artifacts.image("layer");
        artifacts.entry(image, "1.0").write(Files.createDirectories(folder.resolve("layout")));
        Files.writeString(folder.resolve("sbom.json"), "{}");
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            String name = registry.host() + "/team/app:1.0";
            Peers.run(
                    folder,
                    oras,
                    "copy",
                    "--from-oci-layout",
                    folder.resolve("layout") + ":1.0",
                    "--to-plain-http",
                    name);
            Peers.run(
                    folder,
                    oras,
                    "attach",
                    "--plain-http",
                    "--artifact-type",
                    "application/spdx+json",
                    name,
                    "sbom.json:application/json");
            Path back = folder.resolve("back");
            Peers.run(folder, oras, "copy", "-r", "--from-plain-http", name, "--to-oci-layout", back + ":1.0");
            try (ImageSource there = client.image(Reference.parse(name));
                    OciLayout layout = OciLayout.open(back)) {
                AttachmentTree tree = AttachmentTree.of(there.attachments(), image.digest());
                assertEquals(1, tree.branches().size());
                assertEquals(
                        Place.REFERRERS, tree.branches().get(0).attachment().place());
                assertEquals(
                        "application/spdx+json",
                        tree.branches().get(0).manifest().orElseThrow().artifactType());
                assertEquals(lines(there), lines(layout.requireImage("1.0")));
            }
        }
    }

    @Test
    void leavesOutWhatDoesNotHold() throws IOException {
        TestArtifacts artifacts = new TestArtifacts();
        Descriptor image = artifacts.image("layer");
        Descriptor elsewhere = artifacts.referrer(artifacts.image("other"), "elsewhere");
        Descriptor good = artifacts.referrer(image, "good");
        Descriptor missing =
                Descriptor.of("application/vnd.oci.image.manifest.v1+json", Digest.sha256Of(new byte[] {1}), 7);
        artifacts
                .entry(image, "1.0")
                .entry(artifacts.fallback(elsewhere, missing, good), TestArtifacts.tag(image, ""))
                .write(Files.createDirectories(folder.resolve("layout")));
        Path target = folder.resolve("target");
        try (OciLayout layout = OciLayout.open(folder.resolve("layout"))) {
            AttachmentCopier.Result result = copy(
                    layout.requireImage("1.0"),
                    OciLayoutWriter.create(target, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC))
                            .destination("1.0"));
            assertEquals(
                    List.of(good.digest()),
                    result.copied().stream()
                            .map(each -> each.manifest().digest())
                            .toList());
            assertEquals(2, result.notes().size(), result.notes().toString());
        }
    }
}

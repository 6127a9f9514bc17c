package dev.tallyclerk.registry.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.AttachedBlob;
import dev.tallyclerk.evidence.AttachedManifest;
import dev.tallyclerk.evidence.Attachment;
import dev.tallyclerk.evidence.Attachment.Place;
import dev.tallyclerk.evidence.NewAttachment;
import dev.tallyclerk.evidence.NewBlob;
import dev.tallyclerk.registry.attachment.TestArtifacts;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.registry.layout.OciLayoutWriter;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.testing.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttachmentWriterTest {
    private static final String SIGNATURE = "dev.cosignproject.cosign/signature";
    private static final String SIMPLE_SIGNING = "application/vnd.dev.cosign.simplesigning.v1+json";

    @TempDir
    Path folder = Path.of("");

    private final TestArtifacts artifacts = new TestArtifacts();
    private final Descriptor image = artifacts.image("layer");

    private static NewAttachment tagged(Digest subject, String content, String signature) {
        NewBlob blob =
                NewBlob.of(SIMPLE_SIGNING, content.getBytes(StandardCharsets.UTF_8), Map.of(SIGNATURE, signature));
        return new NewAttachment(Place.SIGNATURE_TAG, subject, "", Map.of(), List.of(blob));
    }

    private static NewAttachment referrer(Digest subject, String content) {
        NewBlob blob = NewBlob.of("text/plain", content.getBytes(StandardCharsets.UTF_8), Map.of());
        return new NewAttachment(
                Place.REFERRERS, subject, TestArtifacts.SIGNATURE, Map.of("org.example.note", content), List.of(blob));
    }

    private AttachmentWriter.Attached attach(NewAttachment made) throws IOException {
        return attach(made, OciLayoutWriter.create(folder, Clock.systemUTC()).destination());
    }

    private AttachmentWriter.Attached attach(NewAttachment made, ImageDestination destination) throws IOException {
        try (OciLayout layout = OciLayout.open(folder);
                ImageSource source = layout.image(image.digest())) {
            return AttachmentWriter.create().attach(made, source, destination);
        }
    }

    /** {@return the contents of the layers at a place, each with its signature} */
    private List<String> layers(Place place) throws Exception {
        try (OciLayout layout = OciLayout.open(folder);
                ImageSource source = layout.image(image.digest())) {
            List<String> layers = new ArrayList<>();
            for (Attachment found :
                    source.attachments().attachments(image.digest()).list()) {
                if (found.place() == place) {
                    AttachedManifest manifest = found.manifest();
                    for (AttachedBlob blob : manifest.blobs()) {
                        layers.add(new String(found.read(blob), StandardCharsets.UTF_8)
                                + blob.annotations().getOrDefault(SIGNATURE, ""));
                    }
                }
            }
            return layers;
        }
    }

    @Test
    void addsLayersToThoseUnderTheTag() throws Exception {
        artifacts.entry(image, "1.0").write(folder);
        AttachmentWriter.Attached one = attach(tagged(image.digest(), "a", "1"));
        assertEquals(TestArtifacts.tag(image, ".sig"), one.tag());
        attach(tagged(image.digest(), "a", "2"));
        AttachmentWriter.Attached three = attach(tagged(image.digest(), "b", "1"));
        assertEquals(List.of("a1", "a2", "b1"), layers(Place.SIGNATURE_TAG));
        assertEquals(three, attach(tagged(image.digest(), "a", "2")));
        assertEquals(List.of("a1", "a2", "b1"), layers(Place.SIGNATURE_TAG));
        assertEquals(List.of(), layers(Place.REFERRERS));
    }

    @Test
    void keepsWhatAnotherProgramWrote() throws Exception {
        Descriptor signature = artifacts.tagged("theirs");
        artifacts
                .entry(image, "1.0")
                .entry(signature, TestArtifacts.tag(image, ".sig"))
                .write(folder);
        attach(tagged(image.digest(), "ours", "1"));
        assertEquals(List.of("theirsc2ln", "ours1"), layers(Place.SIGNATURE_TAG));
    }

    @Test
    void attachesReferrers() throws Exception {
        artifacts.entry(image, "1.0").write(folder);
        AttachmentWriter.Attached one = attach(referrer(image.digest(), "one"));
        attach(referrer(image.digest(), "two"));
        assertEquals("", one.tag());
        assertEquals(one, attach(referrer(image.digest(), "one")));
        assertEquals(Set.of("one", "two"), Set.copyOf(layers(Place.REFERRERS)));
        try (OciLayout layout = OciLayout.open(folder);
                ImageSource source = layout.image(image.digest())) {
            AttachedManifest manifest = source.attachments().attachments(image.digest()).list().stream()
                    .filter(found -> found.digest().equals(one.manifest().digest()))
                    .findFirst()
                    .orElseThrow()
                    .manifest();
            assertEquals(TestArtifacts.SIGNATURE, manifest.artifactType());
            assertEquals(Map.of("org.example.note", "one"), manifest.annotations());
            assertEquals(image.digest(), manifest.subject().orElseThrow());
        }
    }

    @Test
    void refusesWhatItWouldDestroy() throws Exception {
        Descriptor index = artifacts.fallback(artifacts.tagged("theirs"));
        artifacts
                .entry(image, "1.0")
                .entry(index, TestArtifacts.tag(image, ".sig"))
                .write(folder);
        byte[] before = Files.readAllBytes(folder.resolve("index.json"));
        ImageException refused = assertThrows(ImageException.class, () -> attach(tagged(image.digest(), "ours", "1")));
        assertEquals(ImageException.Reason.UNSUPPORTED, refused.reason());
        assertArrayEquals(before, Files.readAllBytes(folder.resolve("index.json")));
    }

    @Test
    void refusesAnImageThatIsNotThere() throws Exception {
        artifacts.entry(image, "1.0").write(folder);
        Digest other = Digest.sha256Of(new byte[] {1});
        for (NewAttachment made : List.of(tagged(other, "a", "1"), referrer(other, "a"))) {
            ImageException refused = assertThrows(ImageException.class, () -> attach(made));
            assertEquals(ImageException.Reason.NOT_FOUND, refused.reason());
        }
    }

    /** The destination has all layers, and fails before the manifest. */
    @Test
    void aFailureLeavesWhatWasThere() throws Exception {
        artifacts.entry(image, "1.0").write(folder);
        attach(tagged(image.digest(), "a", "1"));
        ImageDestination layout =
                OciLayoutWriter.create(folder, Clock.systemUTC()).destination();
        byte[] before = Files.readAllBytes(folder.resolve("index.json"));
        for (NewAttachment made : List.of(tagged(image.digest(), "b", "1"), referrer(image.digest(), "b"))) {
            assertThrows(IOException.class, () -> attach(made, new Failing(layout)));
            assertArrayEquals(before, Files.readAllBytes(folder.resolve("index.json")));
        }
        assertEquals(List.of("a1"), layers(Place.SIGNATURE_TAG));
        attach(tagged(image.digest(), "b", "1"));
        assertEquals(List.of("a1", "b1"), layers(Place.SIGNATURE_TAG));
    }

    private record Failing(ImageDestination inner) implements ImageDestination {
        @Override
        public String name() {
            return inner.name();
        }

        @Override
        public ImageDestination beside(Digest digest) throws ImageException {
            return new Failing(inner.beside(digest));
        }

        @Override
        public ImageDestination beside(String tag) throws ImageException {
            return new Failing(inner.beside(tag));
        }

        @Override
        public Session begin(ImageContent image, CompletionStage<?> end) throws IOException {
            Session session = inner.begin(image, end);
            return new Session() {
                @Override
                public List<Descriptor> order() {
                    return session.order();
                }

                @Override
                public Outcome take(SourceBlob blob) throws IOException {
                    return session.take(blob);
                }

                @Override
                public Digest commit() throws IOException {
                    throw new IOException("no more");
                }
            };
        }
    }

    /** Its own last layer, added to the others, gives the configuration and the layers that cosign wrote. */
    @Test
    void writesTheManifestOfCosign() throws Exception {
        Path theirs = SharedData.require("signatures/cosign/made-by-cosign/app");
        Digest app = Digest.parse("sha256:3bcd92dfe89e6e9a4aa8b1f69e00c884de1fb45f8f9f720070e48ae8888b8b61");
        try (OciLayout layout = OciLayout.open(theirs);
                ImageSource source = layout.image(app)) {
            for (Attachment found : source.attachments().attachments(app).list()) {
                OciLayoutWriter writer = OciLayoutWriter.create(folder, Clock.systemUTC());
                ImageCopier.create().copy(source, writer.destination("1.0"));
                AttachmentWriter.Attached last = null;
                for (AttachedBlob blob : found.manifest().blobs()) {
                    NewBlob layer = NewBlob.of(blob.mediaType(), found.read(blob), blob.annotations());
                    NewAttachment made = new NewAttachment(found.place(), app, "", Map.of(), List.of(layer));
                    try (OciLayout ours = OciLayout.open(folder);
                            ImageSource copy = ours.image(app)) {
                        last = AttachmentWriter.create().attach(made, copy, writer.destination());
                    }
                }
                Path manifest = folder.resolve("blobs/sha256")
                        .resolve(
                                Objects.requireNonNull(last).manifest().digest().encoded());
                String config = Files.readString(manifest)
                        .replaceFirst("(?s).*?\"config\":\\{[^}]*\"sha256:([0-9a-f]{64}).*", "$1");
                assertEquals(true, Files.exists(theirs.resolve("blobs/sha256").resolve(config)), config);
            }
        }
    }
}

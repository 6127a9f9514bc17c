package dev.tallyclerk.registry.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.evidence.ArtifactTag;
import dev.tallyclerk.evidence.AttachedBlob;
import dev.tallyclerk.evidence.Attachment;
import dev.tallyclerk.evidence.NewBlob;
import dev.tallyclerk.evidence.TagConflictException;
import dev.tallyclerk.evidence.TaggedContent;
import dev.tallyclerk.http.Request;
import dev.tallyclerk.reference.Reference;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RepositoryTagTest {
    private static final String TYPE = "application/vnd.example.files";

    private final MemoryRegistry registry = new MemoryRegistry();
    private final ArtifactTag tag = tag();

    RepositoryTagTest() {
        registry.repository("team/metadata");
    }

    private ArtifactTag tag() {
        return registry.client().artifact(Reference.parse("registry.example.org/team/metadata:latest"));
    }

    private static NewBlob file(String name) {
        byte[] content = ("the file " + name).getBytes(StandardCharsets.UTF_8);
        return NewBlob.of("text/plain", content, Map.of("name", name));
    }

    private static TaggedContent of(List<AttachedBlob> kept, String... names) {
        return new TaggedContent(
                TYPE, kept, List.of(names).stream().map(RepositoryTagTest::file).toList());
    }

    private List<AttachedBlob> layers() throws Exception {
        return tag.current().orElseThrow().manifest().blobs();
    }

    @Test
    void aTagThatIsNotThereHasNoArtifact() throws Exception {
        assertTrue(tag.current().isEmpty());
        assertEquals("registry.example.org/team/metadata:latest", tag.name());
    }

    @Test
    void readsWhatWasWritten() throws Exception {
        tag.create(of(List.of(), "a", "b"));
        Attachment read = tag().current().orElseThrow();

        assertEquals(TYPE, read.manifest().artifactType());
        assertEquals(Attachment.Place.OWN_TAG, read.place());
        AttachedBlob second = read.manifest().blobs().get(1);
        assertEquals(Map.of("name", "b"), second.annotations());
        assertArrayEquals(file("b").content(), read.read(second));
    }

    @Test
    void keptLayersAreNotSentAgain() throws Exception {
        tag.create(of(List.of(), "a", "b"));
        int before = sent();
        tag.replace(tag.current().orElseThrow(), of(layers().subList(0, 1), "c"));

        assertEquals(
                List.of("a", "c"),
                layers().stream().map(layer -> layer.annotations().get("name")).toList());
        assertEquals(before + 2, sent(), "one blob and the manifest");
    }

    private int sent() {
        return (int) registry.requests().stream()
                .map(Request::method)
                .filter("PUT"::equals)
                .count();
    }

    @Test
    void aTagThatHasChangedIsNotReplaced() throws Exception {
        tag.create(of(List.of(), "a"));
        Attachment old = tag.current().orElseThrow();
        tag().replace(old, of(List.of(), "b"));
        Attachment now = tag.current().orElseThrow();

        assertThrows(TagConflictException.class, () -> tag.replace(old, of(List.of(), "c")));
        assertThrows(TagConflictException.class, () -> tag.create(of(List.of(), "c")));
        assertEquals(now.digest(), tag.current().orElseThrow().digest());
    }

    /** The other writer comes between the last look and the manifest, and after the manifest. */
    @Test
    void aWriterThatIsOverwrittenIsTold() throws Exception {
        tag.create(of(List.of(), "a"));
        Attachment old = tag.current().orElseThrow();
        boolean[] done = {false};
        registry.intercept(request -> {
            if (request.method().equals("PUT") && request.uri().getPath().endsWith("/latest") && !done[0]) {
                done[0] = true;
                var answer = registry.answerItself(request);
                tag().replace(tag().current().orElseThrow(), of(List.of(), "other"));
                return answer;
            }
            return null;
        });

        assertThrows(TagConflictException.class, () -> tag.replace(old, of(List.of(), "mine")));
        assertEquals("other", layers().get(0).annotations().get("name"));
    }

    @Test
    void refusesWhatCannotBeWritten() {
        AttachedBlob blob =
                new AttachedBlob("text/plain", dev.tallyclerk.digest.Digest.sha256Of(new byte[1]), 1, Map.of());
        TaggedContent kept = new TaggedContent(TYPE, List.of(blob), List.of());

        assertThrows(IllegalArgumentException.class, () -> tag.create(kept));
        assertThrows(IllegalArgumentException.class, () -> new TaggedContent(TYPE, List.of(), List.of()));
        assertThrows(IllegalArgumentException.class, () -> new TaggedContent("", List.of(blob), List.of()));
        assertThrows(
                IllegalArgumentException.class,
                () -> registry.client().artifact(Reference.parse("registry.example.org/team/metadata")));
    }
}

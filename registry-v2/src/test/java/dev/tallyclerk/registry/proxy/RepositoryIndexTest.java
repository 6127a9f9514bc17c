package dev.tallyclerk.registry.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.proxy.RepositoryIndex.Tag;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepositoryIndexTest {
    private static final int LAYERS = 3000;

    @TempDir
    Path folder;

    private static Descriptor piece(String type, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        return Descriptor.of(type, Digest.sha256Of(bytes), bytes.length);
    }

    /** {@return a manifest with so many layers, of which the first one is that of all} */
    private static ImageManifest manifest(String name) {
        var builder = ImageManifest.builder(piece(MediaType.OCI_CONFIG, name)).layer(piece(TestProxy.LAYER, "base"));
        for (int i = 1; i < LAYERS; i++) {
            builder.layer(piece(TestProxy.LAYER, name + i));
        }
        return builder.build();
    }

    private static Digest digest(ImageManifest manifest) {
        return Digest.sha256Of(manifest.bytes());
    }

    @Test
    void forgetsWhatWasNotUsedForTheLongestTime() throws IOException {
        Path file = folder.resolve("index");
        RepositoryIndex index = RepositoryIndex.in(file);
        AtomicLong entries = new AtomicLong();
        index.count(entries);
        ImageManifest used = manifest("used");
        ImageManifest unused = manifest("unused");
        index.add(digest(used), used);
        index.add(digest(unused), unused);
        index.give(unused.layers().get(1).digest());
        for (int i = 0; i < 20; i++) {
            assertTrue(index.manifest(digest(used)).isPresent());
            ImageManifest more = manifest("more" + i);
            index.add(digest(more), more);
            assertTrue(entries.get() <= RepositoryIndex.MOST_EDGES + 1, "entries: " + entries);
        }
        for (RepositoryIndex each : List.of(index, RepositoryIndex.in(file))) {
            assertTrue(each.manifest(digest(used)).isPresent());
            assertEquals(List.of(digest(used)), each.owners(used.layers().get(1).digest()));
            assertTrue(each.manifest(digest(unused)).isEmpty());
            Digest forgotten = unused.layers().get(1).digest();
            assertEquals(List.of(), each.owners(forgotten));
            assertEquals(List.of(), each.sizes(forgotten, OptionalLong.empty()));
            assertFalse(each.isGiven(forgotten));
            assertTrue(each.owners(piece(TestProxy.LAYER, "base").digest()).contains(digest(used)));
        }
        assertTrue(Files.size(file) < 3L * RepositoryIndex.MOST_EDGES * 200, "the size of the file");
        index.uncount();
        assertEquals(0, entries.get());
    }

    @Test
    void aManifestThatIsForgottenCanBeKnownAgain() throws IOException {
        RepositoryIndex index = RepositoryIndex.in(folder.resolve("index"));
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 8; i++) {
                ImageManifest each = manifest("image" + i);
                index.add(digest(each), each);
                assertEquals(
                        List.of(digest(each)), index.owners(each.layers().get(1).digest()));
            }
        }
    }

    @Test
    void knowsWhatLeadsToWhatAfterARestart() throws IOException {
        Path file = folder.resolve("index");
        RepositoryIndex index = RepositoryIndex.in(file);
        ImageManifest image = manifest("image");
        ImageIndex multi = ImageIndex.builder()
                .manifest(Descriptor.of(MediaType.OCI_MANIFEST, digest(image), image.size()))
                .build();
        Digest root = Digest.sha256Of(multi.bytes());
        index.add(digest(image), image);
        index.add(root, multi);
        index.tag("1.0", new Tag(root, Instant.EPOCH));
        index.tag("latest", new Tag(root, Instant.EPOCH));
        index.tag("old", new Tag(digest(image), Instant.EPOCH));
        for (RepositoryIndex each : List.of(index, RepositoryIndex.in(file))) {
            assertEquals(List.of(root), each.parents(digest(image)));
            assertEquals(List.of(), each.owners(digest(image)));
            assertEquals(List.of("1.0", "latest"), each.tagsOf(root));
            assertEquals(List.of(digest(image)), each.owners(image.config().digest()));
        }
    }
}

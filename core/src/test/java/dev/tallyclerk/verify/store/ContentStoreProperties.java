package dev.tallyclerk.verify.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Any order of calls, against a model of a few lines. */
class ContentStoreProperties {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2020-01-01T00:00:00Z"), ZoneOffset.UTC);
    private static final Blobs BLOB = Blobs.of(5, 140_000);

    /** What should be in the folder: whether the blob is, and how long each partial file is. */
    private static final class Model {
        boolean there;
        final List<Integer> right = new ArrayList<>();

        int takeLongest() {
            if (right.isEmpty()) {
                return 0;
            }
            right.sort(Comparator.naturalOrder());
            return right.remove(right.size() - 1);
        }

        void keep(int length) {
            if (length >= 64 * 1024) {
                right.add(length);
            }
        }
    }

    @Property(tries = 150)
    void anyOrderOfCallsDoesWhatTheModelSays(
            @ForAll @Size(max = 25) List<@IntRange(max = 6) Integer> calls, @ForAll @IntRange(max = 140_000) int piece)
            throws IOException {
        Path folder = Files.createTempDirectory("store");
        try {
            ContentStore store = ContentStore.of(folder, CLOCK);
            Model model = new Model();
            for (int call : calls) {
                if (call == 6) {
                    store = ContentStore.of(folder, CLOCK);
                } else if (call == 5) {
                    assertEquals(model.there, store.delete(BLOB.digest()));
                    model.there = false;
                } else {
                    writeOnce(store, model, call, piece);
                }
                check(store, model, folder);
            }
        } finally {
            delete(folder);
        }
    }

    /** 0 breaks off, 1 commits, 2 discards, 3 resumes and breaks off, 4 resumes and gets a wrong last byte. */
    private static void writeOnce(ContentStore store, Model model, int call, int piece) throws IOException {
        boolean resume = call >= 3 || (call == 1 && piece % 2 == 0);
        var absent = resume ? store.resume(BLOB.digest(), BLOB.size()) : store.write(BLOB.digest(), BLOB.size());
        assertEquals(model.there, absent.isEmpty());
        if (absent.isEmpty()) {
            return;
        }
        int offset = resume ? model.takeLongest() : 0;
        try (BlobWriter writer = absent.get()) {
            assertEquals(offset, writer.offset());
            int length = call == 1 || call == 4 ? (int) writer.remaining() : (int) Math.min(piece, writer.remaining());
            byte[] content = BLOB.from(offset);
            if (call == 4 && length > 0) {
                content[length - 1]++;
            }
            writer.write(content, 0, length);
            if (call == 1 || (call == 4 && length == 0)) {
                writer.commit();
                model.there = true;
            } else if (call == 2) {
                writer.discard();
            } else if (call == 4) {
                assertThrows(VerificationException.class, writer::commit);
            } else {
                model.keep(offset + length);
            }
        }
    }

    private static void check(ContentStore store, Model model, Path folder) throws IOException {
        assertEquals(model.there, store.contains(BLOB.digest()));
        assertEquals(model.right.size(), Blobs.quarantine(folder).size());
        if (model.there) {
            try (var in = store.open(BLOB.digest(), BLOB.size())) {
                assertArrayEquals(BLOB.content(), in.readAllBytes());
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}

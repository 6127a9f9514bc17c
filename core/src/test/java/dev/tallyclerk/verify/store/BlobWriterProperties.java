package dev.tallyclerk.verify.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.verify.ContentVerifier.State;
import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.VerificationException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.function.Executable;

/** Any order of calls of one writer, against a model of what was given and what is kept of it. */
class BlobWriterProperties {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2020-01-01T00:00:00Z"), ZoneOffset.UTC);
    private static final Blobs BLOB = Blobs.of(5, 140_000);

    private enum Call {
        RIGHT,
        WRONG,
        ALL_THAT_IS_LEFT,
        ONE_TOO_MANY,
        COMMIT,
        DISCARD,
        CLOSE
    }

    @Property(tries = 100)
    void anyOrderOfCallsKeepsWhatTheModelSays(@ForAll @Size(max = 10) List<Call> calls, @ForAll long seed)
            throws IOException {
        Path folder = Files.createTempDirectory("writer");
        try {
            ContentStore store = ContentStore.of(folder, CLOCK);
            try (BlobWriter writer = store.write(BLOB.digest(), BLOB.size()).orElseThrow()) {
                Model model = new Model(writer);
                Random random = new Random(seed);
                for (Call call : calls) {
                    model.call(call, random);
                    model.check(store, folder);
                }
            }
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static final class Model {
        private final BlobWriter writer;
        private final ByteArrayOutputStream given = new ByteArrayOutputStream();
        private State state = State.NOT_FINISHED;
        private boolean open = true;
        private boolean kept;

        Model(BlobWriter writer) {
            this.writer = writer;
        }

        void call(Call call, Random random) throws IOException {
            int left = (int) BLOB.size() - given.size();
            switch (call) {
                case RIGHT -> write(next(random.nextInt(left + 1), 0));
                case WRONG -> write(next(left == 0 ? 0 : 1 + random.nextInt(left), 1));
                case ALL_THAT_IS_LEFT -> write(next(left, 0));
                case ONE_TOO_MANY -> write(new byte[left + 1]);
                case COMMIT -> commit();
                case DISCARD -> {
                    writer.discard();
                    open = false;
                }
                case CLOSE -> {
                    writer.close();
                    close();
                }
            }
        }

        private byte[] next(int length, int change) {
            byte[] piece = Arrays.copyOf(BLOB.from(given.size()), length);
            if (length > 0) {
                piece[length - 1] += (byte) change;
            }
            return piece;
        }

        private void write(byte[] piece) throws IOException {
            if (!open) {
                assertThrows(ClosedChannelException.class, () -> writer.write(piece));
            } else if (piece.length > BLOB.size() - given.size()) {
                fails(Reason.TOO_LONG, () -> writer.write(piece));
                open = false;
            } else {
                writer.write(piece);
                given.writeBytes(piece);
            }
        }

        private void commit() throws IOException {
            if (!open) {
                assertThrows(ClosedChannelException.class, writer::commit);
            } else if (given.size() < BLOB.size()) {
                fails(Reason.TOO_SHORT, writer::commit);
                close();
            } else if (!Arrays.equals(BLOB.content(), given.toByteArray())) {
                fails(Reason.DIGEST_MISMATCH, writer::commit);
                open = false;
            } else {
                writer.commit();
                state = State.VERIFIED;
                open = false;
            }
        }

        private void fails(Reason reason, Executable call) {
            assertEquals(reason, assertThrows(VerificationException.class, call).reason());
            state = State.FAILED;
        }

        private void close() {
            kept |= open && given.size() >= StoreLimits.SMALLEST_PARTIAL;
            open = false;
        }

        void check(ContentStore store, Path folder) throws IOException {
            assertEquals(open, writer.isOpen());
            assertEquals(state, writer.state());
            assertEquals(state == State.VERIFIED, store.contains(BLOB.digest()));
            List<String> names = Blobs.quarantine(folder);
            if (open) {
                assertEquals(2, names.size());
                assertTrue(names.get(0).endsWith(".lock"), names.get(0));
                assertTrue(names.get(1).endsWith(".writing"), names.get(1));
            } else if (kept) {
                assertEquals(1, names.size());
                assertTrue(names.get(0).endsWith(".partial"), names.get(0));
                Path partial = folder.resolve("quarantine").resolve(names.get(0));
                assertArrayEquals(given.toByteArray(), Files.readAllBytes(partial));
            } else {
                assertEquals(List.of(), names);
            }
        }
    }
}

package dev.tallyclerk.verify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.testing.ChangedDigest;
import dev.tallyclerk.verify.VerificationException.Reason;
import dev.tallyclerk.verify.store.BlobWriter;
import dev.tallyclerk.verify.store.ContentStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The shapes that verify a blob from its first byte to its last, over any split of any content. */
class WholeBlobProperties {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2020-01-01T00:00:00Z"), ZoneOffset.UTC);

    /** A blob that is promised, and what comes. */
    private static final class Delivery {
        private final byte[] content;
        private final Digest digest;
        private final long size;
        private final Random random;

        Delivery(byte[] content, Digest digest, long size, Random random) {
            this.content = content;
            this.digest = digest;
            this.size = size;
            this.random = random;
        }
    }

    /** Who verifies it. */
    enum Whole {
        PATH {
            @Override
            void run(Delivery delivery, Path folder) throws IOException {
                Path file = Files.write(folder.resolve("file"), delivery.content);
                VerifiedFiles.verify(file, delivery.digest, delivery.size);
            }
        },
        BLOB_WRITER {
            @Override
            void run(Delivery delivery, Path folder) throws IOException {
                ContentStore store = ContentStore.of(folder, CLOCK);
                try (BlobWriter writer =
                        store.write(delivery.digest, delivery.size).orElseThrow()) {
                    write(delivery, writer);
                    writer.commit();
                } catch (VerificationException e) {
                    assertFalse(store.contains(delivery.digest));
                    throw e;
                }
                try (var in = store.open(delivery.digest, delivery.size)) {
                    assertArrayEquals(delivery.content, in.readAllBytes());
                }
            }
        },
        STORE {
            @Override
            void run(Delivery delivery, Path folder) throws IOException {
                ContentStore store = ContentStore.of(folder, CLOCK);
                store.store(delivery.digest, delivery.size, new Shape.Dribble(delivery.content, delivery.random));
                store.verify(delivery.digest, delivery.size);
            }
        };

        abstract void run(Delivery delivery, Path folder) throws IOException;

        private static void write(Delivery delivery, BlobWriter writer) throws IOException {
            byte[] content = delivery.content;
            Random random = delivery.random;
            for (int at = 0; at < content.length; ) {
                int length = Math.min(content.length - at, random.nextInt(random.nextBoolean() ? 3 : 4000));
                switch (random.nextInt(4)) {
                    case 0 -> writer.write(ByteBuffer.wrap(content, at, length));
                    case 1 -> {
                        ByteBuffer direct = ByteBuffer.allocateDirect(length).put(content, at, length);
                        writer.write(direct.flip());
                    }
                    case 2 -> {
                        length = 1;
                        writer.write(content[at]);
                    }
                    default -> writer.write(content, at, length);
                }
                at += length;
            }
        }
    }

    private static void run(Whole whole, Delivery delivery) throws IOException {
        Path folder = Files.createTempDirectory("whole");
        try {
            whole.run(delivery, folder);
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static void assertRefused(Reason reason, Whole whole, Delivery delivery) {
        var e = assertThrows(VerificationException.class, () -> run(whole, delivery));
        assertEquals(reason, e.reason());
    }

    @Property(tries = 300)
    void anySplitOfAnyContentIsTaken(@ForAll Whole whole, @ForAll @Size(max = 20_000) byte[] content, @ForAll long seed)
            throws IOException {
        Digest digest = Digest.of(seed % 2 == 0 ? DigestAlgorithm.SHA256 : DigestAlgorithm.SHA512, content);
        run(whole, new Delivery(content, digest, content.length, new Random(seed)));
    }

    @Property(tries = 300)
    void anyChangedByteIsRefused(
            @ForAll Whole whole,
            @ForAll @Size(min = 1, max = 20_000) byte[] content,
            @ForAll int position,
            @ForAll @IntRange(min = 1, max = 255) int change,
            @ForAll long seed) {
        Digest digest = Digest.sha256Of(content);
        byte[] wrong = content.clone();
        wrong[Math.floorMod(position, wrong.length)] ^= (byte) change;
        assertRefused(Reason.DIGEST_MISMATCH, whole, new Delivery(wrong, digest, content.length, new Random(seed)));
    }

    @Property(tries = 100)
    void anyChangedDigitOfTheDigestIsRefused(
            @ForAll Whole whole,
            @ForAll @Size(max = 5000) byte[] content,
            @ForAll int at,
            @ForAll @IntRange(min = 1, max = 15) int change,
            @ForAll long seed) {
        Digest right = Digest.of(seed % 2 == 0 ? DigestAlgorithm.SHA256 : DigestAlgorithm.SHA512, content);
        Digest wrong = ChangedDigest.of(right, at, change);
        assertRefused(Reason.DIGEST_MISMATCH, whole, new Delivery(content, wrong, content.length, new Random(seed)));
    }

    @Property(tries = 300)
    void anyOtherSizeIsRefused(
            @ForAll Whole whole,
            @ForAll @Size(min = 1, max = 20_000) byte[] content,
            @ForAll @IntRange(min = 1, max = 3000) int surplus,
            @ForAll int length,
            @ForAll long seed) {
        Digest digest = Digest.sha256Of(content);
        byte[] longer = Arrays.copyOf(content, content.length + surplus);
        assertRefused(Reason.TOO_LONG, whole, new Delivery(longer, digest, content.length, new Random(seed)));
        byte[] shorter = Arrays.copyOf(content, Math.floorMod(length, content.length));
        assertRefused(Reason.TOO_SHORT, whole, new Delivery(shorter, digest, content.length, new Random(seed)));
    }
}

package dev.tallyclerk.verify;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.tallyclerk.digest.Digest;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An update allocates nothing, however much it brings. */
class AllocationTest {
    private static final int UPDATES = 10_000;

    /** What the runtime may need for all of them together, which is less than a byte for each. */
    private static final long SLACK = 1024;

    /** What is loaded and compiled meanwhile is allocated once, and so not in each of them. */
    private static final int ROUNDS = 5;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @FunctionalInterface
    private interface Update {
        void run() throws VerificationException;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 16_384})
    void anUpdateAllocatesNothing(int bytes) throws VerificationException {
        byte[] content = new byte[bytes];
        ByteBuffer buffer = ByteBuffer.wrap(content);
        Digest wanted = Digest.sha256Of(content);
        ContentVerifier one = ContentVerifier.ofAtMost(wanted, Long.MAX_VALUE);
        ContentVerifier several =
                ContentVerifier.of(List.of(wanted, Digest.parse("sha512:" + "0".repeat(128))), Long.MAX_VALUE);
        assertAllocatesNothing(() -> one.update(content, 0, content.length));
        assertAllocatesNothing(() -> one.update(buffer.clear()));
        assertAllocatesNothing(() -> several.update(content, 0, content.length));
    }

    /** The first one allocates what such memory is copied to before it is hashed. */
    @ParameterizedTest
    @ValueSource(ints = {1, 100, 16_384})
    void anUpdateWithMemoryOutsideTheHeapAllocatesNothing(int bytes, @TempDir Path folder) throws IOException {
        ContentVerifier verifier = ContentVerifier.ofAtMost(Digest.sha256Of(new byte[0]), Long.MAX_VALUE);
        ByteBuffer mapped;
        try (FileChannel file =
                FileChannel.open(Files.write(folder.resolve("file"), new byte[bytes]), StandardOpenOption.READ)) {
            mapped = file.map(MapMode.READ_ONLY, 0, bytes);
        }
        for (ByteBuffer buffer : List.of(
                mapped,
                ByteBuffer.allocateDirect(bytes),
                ByteBuffer.allocate(bytes).asReadOnlyBuffer())) {
            assertAllocatesNothing(() -> verifier.update(buffer.clear()));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 255})
    void anUpdateOfASingleByteAllocatesNothing(int value) throws VerificationException {
        ContentVerifier verifier = ContentVerifier.ofAtMost(Digest.sha256Of(new byte[0]), Long.MAX_VALUE);
        assertAllocatesNothing(() -> verifier.update(value));
    }

    private void assertAllocatesNothing(Update update) throws VerificationException {
        assumeTrue(threads.isThreadAllocatedMemorySupported(), "this runtime does not count what is allocated");
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS && least > SLACK; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < UPDATES; i++) {
                update.run();
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertTrue(least <= SLACK, least + " bytes in " + UPDATES + " updates");
    }
}

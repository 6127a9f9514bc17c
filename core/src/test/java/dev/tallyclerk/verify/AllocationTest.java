package dev.tallyclerk.verify;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.tallyclerk.digest.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An update allocates nothing, however much it brings, and nor does what any shape makes of one. */
class AllocationTest {
    private static final int UPDATES = 10_000;

    /** For each of the many shapes. */
    private static final int FEWER = 2_000;

    /** What the runtime may need for all of them together, which is less than a byte for each. */
    private static final long SLACK = 1024;

    /** What is loaded and compiled meanwhile is allocated once, and so not in each of them. */
    private static final int ROUNDS = 5;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @FunctionalInterface
    private interface Update {
        void run() throws IOException;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 16_384})
    void anUpdateAllocatesNothing(int bytes) throws IOException {
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
    void anUpdateOfASingleByteAllocatesNothing(int value) throws IOException {
        ContentVerifier verifier = ContentVerifier.ofAtMost(Digest.sha256Of(new byte[0]), Long.MAX_VALUE);
        assertAllocatesNothing(() -> verifier.update(value));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 16_384})
    void readingAllocatesNothing(int bytes) throws IOException {
        byte[] array = new byte[bytes];
        var in = VerifyingInputStream.of(endlessStream(), endless(), 0);
        assertAllocatesNothing(FEWER, () -> in.read(array, 0, bytes));
        assertAllocatesNothing(FEWER, in::read);
        assertAllocatesNothing(FEWER, () -> in.skip(100));
        var channel = VerifyingReadableByteChannel.of(endlessChannel(), endless(), 0);
        for (ByteBuffer buffer : List.of(ByteBuffer.wrap(array), ByteBuffer.allocateDirect(bytes))) {
            assertAllocatesNothing(FEWER, () -> channel.read(buffer.clear()));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 16_384})
    void writingAllocatesNothing(int bytes) throws IOException {
        byte[] array = new byte[bytes];
        var out = VerifyingOutputStream.of(OutputStream.nullOutputStream(), endless(), 0);
        assertAllocatesNothing(FEWER, () -> out.write(array, 0, bytes));
        assertAllocatesNothing(FEWER, () -> out.write(1));
        var channel = VerifyingWritableByteChannel.of(takingAll(), endless(), 0);
        for (ByteBuffer buffer : List.of(ByteBuffer.wrap(array), ByteBuffer.allocateDirect(bytes))) {
            assertAllocatesNothing(FEWER, () -> channel.write(buffer.clear()));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 16_384})
    void passingAnItemOnAllocatesNothing(int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        var items = VerifyingSubscriber.of(new Taking<ByteBuffer>(), endless(), 0);
        items.onSubscribe(new Demanded());
        assertAllocatesNothing(FEWER, () -> items.onNext(buffer.clear()));
        List<ByteBuffer> list = List.of(buffer);
        var lists = VerifyingSubscriber.ofLists(new Taking<List<ByteBuffer>>(), endless(), 0);
        lists.onSubscribe(new Demanded());
        assertAllocatesNothing(FEWER, () -> {
            buffer.clear();
            lists.onNext(list);
        });
    }

    private static ContentVerifier endless() throws VerificationException {
        return ContentVerifier.ofAtMost(Digest.sha256Of(new byte[0]), Long.MAX_VALUE);
    }

    private static InputStream endlessStream() {
        return new InputStream() {
            @Override
            public int read() {
                return 0;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
                return length;
            }
        };
    }

    private static ReadableByteChannel endlessChannel() {
        return new ReadableByteChannel() {
            @Override
            public int read(ByteBuffer target) {
                int given = target.remaining();
                target.position(target.limit());
                return given;
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {}
        };
    }

    private static WritableByteChannel takingAll() {
        return new WritableByteChannel() {
            @Override
            public int write(ByteBuffer content) {
                int taken = content.remaining();
                content.position(content.limit());
                return taken;
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {}
        };
    }

    /** A subscriber that asks for all there is, and forgets it. */
    private static final class Taking<T> implements Flow.Subscriber<T> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(T item) {}

        @Override
        public void onError(Throwable error) {
            throw new AssertionError(error);
        }

        @Override
        public void onComplete() {}
    }

    /** The subscription of a publisher that publishes when the test says so. */
    private static final class Demanded implements Flow.Subscription {
        @Override
        public void request(long count) {}

        @Override
        public void cancel() {}
    }

    private void assertAllocatesNothing(Update update) throws IOException {
        assertAllocatesNothing(UPDATES, update);
    }

    private void assertAllocatesNothing(int updates, Update update) throws IOException {
        assumeTrue(threads.isThreadAllocatedMemorySupported(), "this runtime does not count what is allocated");
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS && least > SLACK; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < updates; i++) {
                update.run();
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertTrue(least <= SLACK, least + " bytes in " + updates + " updates");
    }
}

package dev.tallyclerk.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.testing.JavaProcess;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.function.Function;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The heap that verification takes does not grow with the content. */
@Timeout(120)
class FlatHeapTest {
    private static final long SIZE = 256L << 20;

    /** Of that many zero bytes, by other people's programs, as is the next one. */
    private static final Digest ZEROS =
            Digest.parse("sha256:a6d72ac7690f53be6ae46ba88506bd97302a093f7108472bd9efc3cefda06484");

    /** What a process of its own verifies the content with. */
    private enum Way {
        STREAMS {
            @Override
            String verify() throws Exception {
                try (var in = VerifyingInputStream.of(new Zeros(SIZE), ZEROS, SIZE);
                        var out = VerifyingOutputStream.of(OutputStream.nullOutputStream(), ZEROS, SIZE)) {
                    long passed = in.transferTo(out);
                    out.finish();
                    return passed + " " + in.state() + " " + out.state();
                }
            }
        },
        CHANNELS {
            @Override
            String verify() throws Exception {
                try (var in = VerifyingReadableByteChannel.of(Channels.newChannel(new Zeros(SIZE)), ZEROS, SIZE);
                        var out = VerifyingWritableByteChannel.of(
                                Channels.newChannel(OutputStream.nullOutputStream()), ZEROS, SIZE)) {
                    long passed = 0;
                    ByteBuffer piece = ByteBuffer.allocate(PIECE);
                    while (in.read(piece.clear()) >= 0) {
                        piece.flip();
                        while (piece.hasRemaining()) {
                            passed += out.write(piece);
                        }
                    }
                    out.finish();
                    return passed + " " + in.state() + " " + out.state();
                }
            }
        },
        FLOW {
            @Override
            String verify() throws Exception {
                var counting = new Counting<ByteBuffer>(ByteBuffer::remaining);
                var items = VerifyingSubscriber.of(counting, ZEROS, SIZE);
                publish(items, buffer -> buffer);
                var inLists = new Counting<List<ByteBuffer>>(
                        list -> list.stream().mapToInt(ByteBuffer::remaining).sum());
                var verifier = ContentVerifier.of(ZEROS, SIZE);
                var lists = VerifyingSubscriber.ofLists(inLists, verifier, ContentVerifier.DEFAULT_HOLD_BACK);
                publish(lists, List::of);
                assertEquals(counting.bytes, inLists.bytes);
                return counting.bytes + " " + items.state() + " " + lists.state();
            }
        };

        private static final int PIECE = 16 * 1024;

        /** {@return how much has passed, where that can be seen, and the verdicts} */
        abstract String verify() throws Exception;

        private static <T> void publish(Flow.Subscriber<T> subscriber, Function<ByteBuffer, T> item) {
            subscriber.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long count) {}

                @Override
                public void cancel() {}
            });
            for (long left = SIZE; left > 0; left -= PIECE) {
                subscriber.onNext(item.apply(ByteBuffer.allocate(PIECE)));
            }
            subscriber.onComplete();
        }
    }

    @ParameterizedTest
    @EnumSource
    void contentOfManyTimesTheHeapIsVerified(Way way) throws Exception {
        Process process = new ProcessBuilder(
                        JavaProcess.command(List.of("-Xmx16m", "-XX:+UseSerialGC"), FlatHeapTest.class, way.name()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (InputStream in = process.getInputStream()) {
            assertEquals(SIZE + " VERIFIED VERIFIED", new String(in.readAllBytes(), StandardCharsets.US_ASCII));
        }
        assertEquals(0, process.waitFor());
    }

    /**
     * Verifies the content in a process of its own.
     *
     * @param arguments the way, by its name
     */
    public static void main(String[] arguments) throws Exception {
        System.out.print(Way.valueOf(arguments[0]).verify());
    }

    /** A subscriber that asks for all there is and counts its bytes. */
    private static final class Counting<T> implements Flow.Subscriber<T> {
        private final Function<T, Integer> size;
        private long bytes;

        Counting(Function<T, Integer> size) {
            this.size = size;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(T item) {
            bytes += size.apply(item);
        }

        @Override
        public void onError(Throwable error) {
            throw new AssertionError(error);
        }

        @Override
        public void onComplete() {}
    }

    private static final class Zeros extends InputStream {
        private long left;

        Zeros(long size) {
            left = size;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            int n = (int) Math.min(length, left);
            if (n == 0 && length > 0) {
                return -1;
            }
            Arrays.fill(bytes, offset, offset + n, (byte) 0);
            left -= n;
            return n;
        }
    }
}

package dev.tallyclerk.verify;

import dev.tallyclerk.verify.ContentVerifier.State;
import dev.tallyclerk.verify.http.VerifyingBodySubscriber;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Flow;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Every shape that content can go through, fed in random pieces and read in random pieces. */
enum Shape {
    INPUT_STREAM {
        @Override
        State run(byte[] content, Random random, ContentVerifier verifier, int holdBack, ByteArrayOutputStream got)
                throws IOException {
            try (var in = VerifyingInputStream.of(new Dribble(content, random), verifier, holdBack)) {
                byte[] buffer = new byte[5000];
                int n;
                while ((n = in.read(buffer, 7, 1 + random.nextInt(buffer.length - 7))) >= 0) {
                    got.write(buffer, 7, n);
                }
                return in.state();
            }
        }
    },
    SINGLE_BYTES {
        @Override
        State run(byte[] content, Random random, ContentVerifier verifier, int holdBack, ByteArrayOutputStream got)
                throws IOException {
            try (var in = VerifyingInputStream.of(new Dribble(content, random), verifier, holdBack)) {
                int value;
                while ((value = in.read()) >= 0) {
                    got.write(value);
                }
                return in.state();
            }
        }
    },
    TRANSFER {
        @Override
        State run(byte[] content, Random random, ContentVerifier verifier, int holdBack, ByteArrayOutputStream got)
                throws IOException {
            try (var in = VerifyingInputStream.of(new Dribble(content, random), verifier, holdBack)) {
                in.transferTo(got);
                return in.state();
            }
        }
    },
    READ_ALL {
        @Override
        State run(byte[] content, Random random, ContentVerifier verifier, int holdBack, ByteArrayOutputStream got)
                throws IOException {
            try (var in = VerifyingInputStream.of(new Dribble(content, random), verifier, holdBack)) {
                got.writeBytes(in.readNBytes(random.nextInt(3000)));
                got.writeBytes(in.readAllBytes());
                return in.state();
            }
        }
    },
    SKIP {
        @Override
        State run(byte[] content, Random random, ContentVerifier verifier, int holdBack, ByteArrayOutputStream got)
                throws IOException {
            try (var in = VerifyingInputStream.of(new Dribble(content, random), verifier, holdBack)) {
                int at = 0;
                // Nothing skipped may be the end, which only a read tells.
                for (int value = 0; value >= 0; ) {
                    int skipped = (int) in.skip(random.nextInt(random.nextBoolean() ? 3 : 12_000));
                    got.write(content, at, skipped);
                    at += skipped;
                    value = in.read();
                    if (value >= 0) {
                        got.write(value);
                        at++;
                    }
                }
                return in.state();
            }
        }
    },
    OUTPUT_STREAM {
        @Override
        State run(byte[] content, Random random, ContentVerifier verifier, int holdBack, ByteArrayOutputStream got)
                throws IOException {
            var out = VerifyingOutputStream.of(got, verifier, holdBack);
            try (out) {
                for (ByteBuffer piece : slices(content, random)) {
                    if (piece.remaining() == 1) {
                        out.write(piece.get());
                    } else {
                        out.write(content, piece.position(), piece.remaining());
                    }
                }
            }
            return out.state();
        }
    },
    READABLE_CHANNEL {
        @Override
        State run(byte[] content, Random random, ContentVerifier verifier, int holdBack, ByteArrayOutputStream got)
                throws IOException {
            var source = Channels.newChannel(new Dribble(content, random));
            try (var in = VerifyingReadableByteChannel.of(source, verifier, holdBack)) {
                ByteBuffer buffer = random.nextBoolean() ? ByteBuffer.allocate(3000) : ByteBuffer.allocateDirect(3000);
                while (in.read(buffer.clear().limit(1 + random.nextInt(3000))) >= 0) {
                    while (buffer.flip().hasRemaining()) {
                        got.write(buffer.get());
                        buffer.compact();
                    }
                }
                return in.state();
            }
        }
    },
    WRITABLE_CHANNEL {
        @Override
        State run(byte[] content, Random random, ContentVerifier verifier, int holdBack, ByteArrayOutputStream got)
                throws IOException {
            var out = VerifyingWritableByteChannel.of(new Reluctant(got, random), verifier, holdBack);
            try (out) {
                for (ByteBuffer piece : pieces(content, random)) {
                    while (piece.hasRemaining()) {
                        out.write(piece);
                    }
                }
            }
            return out.state();
        }
    },
    FLOW {
        @Override
        State run(byte[] content, Random random, ContentVerifier verifier, int holdBack, ByteArrayOutputStream got)
                throws IOException {
            var collector = new Collector<ByteBuffer>(random, List::of, got);
            var verifying = VerifyingSubscriber.of(collector, verifier, holdBack);
            new ItemPublisher<>(pieces(content, random)).subscribe(verifying);
            collector.join();
            return verifying.state();
        }
    },
    FLOW_OF_LISTS {
        @Override
        State run(byte[] content, Random random, ContentVerifier verifier, int holdBack, ByteArrayOutputStream got)
                throws IOException {
            List<List<ByteBuffer>> items = new ArrayList<>();
            for (ByteBuffer piece : pieces(content, random)) {
                if (items.isEmpty() || random.nextInt(3) == 0) {
                    items.add(new ArrayList<>());
                }
                items.get(items.size() - 1).add(piece);
            }
            var collector = new Collector<List<ByteBuffer>>(random, list -> list, got);
            var verifying = VerifyingSubscriber.ofLists(collector, verifier, holdBack);
            new ItemPublisher<>(items).subscribe(verifying);
            collector.join();
            return verifying.state();
        }
    },
    HTTP_BODY {
        @Override
        State run(byte[] content, Random random, ContentVerifier verifier, int holdBack, ByteArrayOutputStream got)
                throws IOException {
            var collector = new Collector<List<ByteBuffer>>(random, list -> list, got);
            var body = VerifyingBodySubscriber.of(BodySubscribers.fromSubscriber(collector), verifier, holdBack);
            new ItemPublisher<>(pieces(content, random).stream().map(List::of).toList()).subscribe(body);
            collector.join();
            return body.state();
        }
    },
    FILE_CHANNEL {
        @Override
        State run(byte[] content, Random random, ContentVerifier verifier, int holdBack, ByteArrayOutputStream got)
                throws IOException {
            Path file = Files.createTempFile("content", ".bin");
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                // What was verified before is in front of it.
                channel.write(ByteBuffer.allocate((int) verifier.count()));
                channel.write(ByteBuffer.wrap(content));
                channel.position(random.nextInt(10));
                VerifiedFiles.verify(channel, verifier);
                got.writeBytes(content);
                return verifier.state();
            } finally {
                Files.delete(file);
            }
        }
    };

    /**
     * {@return the state after the content has gone through; throws what the consumer gets instead of an end}
     *
     * @param got what the consumer gets
     */
    abstract State run(byte[] content, Random random, ContentVerifier verifier, int holdBack, ByteArrayOutputStream got)
            throws IOException;

    /** {@return the content in pieces of arrays, writable or not, and outside of the heap} */
    private static List<ByteBuffer> pieces(byte[] content, Random random) {
        List<ByteBuffer> pieces = slices(content, random);
        pieces.replaceAll(piece -> switch (random.nextInt(4)) {
            case 0 -> piece.asReadOnlyBuffer();
            case 1 -> direct(piece, random);
            case 2 -> direct(piece, random).asReadOnlyBuffer();
            default -> piece;
        });
        return pieces;
    }

    private static ByteBuffer direct(ByteBuffer piece, Random random) {
        int before = random.nextInt(5);
        return ByteBuffer.allocateDirect(before + piece.remaining())
                .position(before)
                .put(piece)
                .position(before);
    }

    private static List<ByteBuffer> slices(byte[] content, Random random) {
        List<ByteBuffer> slices = new ArrayList<>();
        int at = 0;
        while (at < content.length) {
            int length = Math.min(content.length - at, random.nextInt(random.nextBoolean() ? 3 : 4000));
            slices.add(ByteBuffer.wrap(content, at, length));
            at += length;
        }
        return slices;
    }

    /** A source that gives as little as it wants, and sometimes nothing. */
    static final class Dribble extends InputStream {
        private final byte[] content;
        private final Random random;
        private int at;

        Dribble(byte[] content, Random random) {
            this.content = content;
            this.random = random;
        }

        @Override
        public int read() {
            return at == content.length ? -1 : content[at++] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            if (at == content.length) {
                return -1;
            }
            int n = Math.min(random.nextInt(random.nextBoolean() ? 2 : 4000), Math.min(length, content.length - at));
            System.arraycopy(content, at, buffer, offset, n);
            at += n;
            return n;
        }
    }

    /** A channel that takes a part of what it is given. */
    private static final class Reluctant implements WritableByteChannel {
        private final ByteArrayOutputStream got;
        private final Random random;

        Reluctant(ByteArrayOutputStream got, Random random) {
            this.got = got;
            this.random = random;
        }

        @Override
        public int write(ByteBuffer content) {
            int n = Math.min(content.remaining(), 1 + random.nextInt(2000));
            byte[] taken = new byte[n];
            content.get(taken);
            got.writeBytes(taken);
            return n;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    /** A subscriber that asks for a few items at a time and keeps their bytes. */
    private static final class Collector<T> implements Flow.Subscriber<T> {
        private final Random random;
        private final Function<T, List<ByteBuffer>> buffers;
        private final ByteArrayOutputStream got;
        private final List<Throwable> errors = new ArrayList<>();
        private int ends;
        private long wanted;
        private Flow.@Nullable Subscription subscription;

        Collector(Random random, Function<T, List<ByteBuffer>> buffers, ByteArrayOutputStream got) {
            this.random = random;
            this.buffers = buffers;
            this.got = got;
        }

        @Override
        public void onSubscribe(Flow.Subscription newSubscription) {
            subscription = newSubscription;
            request();
        }

        @Override
        public void onNext(T item) {
            wanted--;
            if (ends > 0 || wanted < 0) {
                throw new AssertionError("an item that nobody asked for");
            }
            for (ByteBuffer buffer : buffers.apply(item)) {
                while (buffer.hasRemaining()) {
                    got.write(buffer.get());
                }
            }
            if (wanted == 0) {
                request();
            }
        }

        @Override
        public void onError(Throwable error) {
            ends++;
            errors.add(error);
        }

        @Override
        public void onComplete() {
            ends++;
        }

        void join() throws IOException {
            if (ends != 1) {
                throw new AssertionError(ends + " ends");
            }
            if (!errors.isEmpty()) {
                if (errors.get(0) instanceof IOException e) {
                    throw e;
                }
                throw new AssertionError(errors.get(0));
            }
        }

        private void request() {
            wanted = 1L + random.nextInt(3);
            Objects.requireNonNull(subscription).request(wanted);
        }
    }
}

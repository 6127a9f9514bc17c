package dev.tallyclerk.verify;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The forms in which a flow carries bytes. */
interface FlowItems<T> {
    FlowItems<ByteBuffer> BUFFERS = new Buffers();

    FlowItems<List<ByteBuffer>> LISTS = new Lists();

    /**
     * {@return the part of {@code item} that may pass, or null if there is none}
     *
     * <p>Hashes all of the item, and holds back the rest.
     */
    @Nullable T admit(HoldBack gate, T item) throws VerificationException;

    /** {@return an item with these bytes} */
    T of(ByteBuffer bytes);

    /** One buffer is one item. */
    final class Buffers implements FlowItems<ByteBuffer> {
        @Override
        public @Nullable ByteBuffer admit(HoldBack gate, ByteBuffer item) throws VerificationException {
            gate.requireRoom(item.remaining());
            return split(gate, item);
        }

        @Override
        public ByteBuffer of(ByteBuffer bytes) {
            return bytes;
        }

        private static @Nullable ByteBuffer split(HoldBack gate, ByteBuffer item) throws VerificationException {
            int from = item.position();
            int passing = (int) Math.min(item.remaining(), gate.passing());
            gate.pass(item, from, passing);
            if (!item.hasRemaining()) {
                item.position(from);
                return passing == 0 ? null : item;
            }
            gate.hold(item);
            // A slice, because the publisher's buffer has the held bytes behind its limit.
            return passing == 0 ? null : item.slice(from, passing);
        }
    }

    /** A list of buffers is one item, as in the HTTP client of the Java runtime. */
    final class Lists implements FlowItems<List<ByteBuffer>> {
        @Override
        public @Nullable List<ByteBuffer> admit(HoldBack gate, List<ByteBuffer> item) throws VerificationException {
            long bytes = 0;
            for (int i = 0; i < item.size(); i++) {
                bytes += item.get(i).remaining();
            }
            gate.requireRoom(bytes);
            boolean allPass = bytes > 0 && bytes <= gate.passing();
            List<ByteBuffer> passing = allPass ? item : new ArrayList<>();
            for (int i = 0; i < item.size(); i++) {
                ByteBuffer part = Buffers.split(gate, item.get(i));
                if (!allPass && part != null) {
                    passing.add(part);
                }
            }
            return passing.isEmpty() ? null : passing;
        }

        @Override
        public List<ByteBuffer> of(ByteBuffer bytes) {
            return List.of(bytes);
        }
    }
}

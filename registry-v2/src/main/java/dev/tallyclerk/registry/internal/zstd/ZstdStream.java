package dev.tallyclerk.registry.internal.zstd;

import dev.tallyclerk.registry.internal.zstd.ZstdException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;

/**
 * Decodes a Zstandard stream (RFC 8878): one frame or more, skippable ones among them, and nothing else.
 *
 * <p>Hands out what it decodes a block at a time, at most 128 KiB, without a copy: after {@link #next} the bytes stand
 * in {@link #array} from {@link #offset} on. The methods of {@link InputStream} copy.
 *
 * <p>Whatever the bytes are, the result is content or a {@link ZstdException}. The following are refused although the
 * {@code zstd} command of version 1.5.7 takes them in some cases: a prefix code of more than 11 bits, a bitstream of
 * literals that does not end exactly at its first bit or has no end mark, an offset beyond the window, a compressed
 * block of less than two bytes, a content size that is not met by a frame whose last block is empty or that is
 * 2<sup>64</sup>-1, and the formats before 0.8. Like that command's, the window of a frame in a single segment is its
 * content size, whether or not it is needed.
 *
 * <p>Uses 0.7 MiB, and in place of 0.25 of them the window, as far as content has been decoded; while that grows, half
 * as much again. Time is linear in the compressed and decompressed size. Not safe for use by several threads.
 */
public final class ZstdStream extends InputStream {
    /** Below what an array may have, by more than what is needed beside the window. */
    private static final int MAX_WINDOW = Integer.MAX_VALUE - (64 << 20);

    private static final int MAX_RETAINED = 32 << 20;

    private final ZstdInput in;
    private final int maxWindow;
    private final History history;
    private final LiteralsSection literals = new LiteralsSection();
    private final SequencesSection sequences = new SequencesSection();
    private final XxHash64 hash = new XxHash64();

    private FrameHeader frame = new FrameHeader(0, false, 0, false);
    private boolean inFrame;
    private boolean hadFrame;
    private boolean failed;

    private byte[] array = new byte[0];
    private int offset;
    private int length;
    /** How much of the block has been read, where it is read and not looked at. */
    private int read;

    private ZstdStream(InputStream in, int maxWindow, int retained) {
        this.in = new ZstdInput(in);
        this.maxWindow = maxWindow;
        this.history = new History(retained);
    }

    /**
     * Opens a stream of which only the newest block stays where it is.
     *
     * @param maxWindowBytes the largest window that a frame may need; at most about 2 GiB less 64 MiB are used of it
     */
    public static ZstdStream of(InputStream compressed, int maxWindowBytes) {
        return of(compressed, maxWindowBytes, 0);
    }

    /**
     * Opens a stream that lets another thread look at blocks while the next ones are decoded.
     *
     * @param maxWindowBytes the largest window that a frame may need; at most about 2 GiB less 64 MiB are used of it
     * @param retainedBytes how much may be decoded after a block before its bytes change, at most 32 MiB; costs as much
     *     memory
     */
    public static ZstdStream of(InputStream compressed, int maxWindowBytes, int retainedBytes) {
        Objects.requireNonNull(compressed, "compressed");
        if (maxWindowBytes < 1) {
            throw new IllegalArgumentException("largest window is " + maxWindowBytes + " bytes, below 1");
        }
        if (retainedBytes < 0 || retainedBytes > MAX_RETAINED) {
            throw new IllegalArgumentException("retained bytes are " + retainedBytes + ", not 0 to " + MAX_RETAINED);
        }
        return new ZstdStream(compressed, Math.min(maxWindowBytes, MAX_WINDOW), retainedBytes);
    }

    /**
     * Decodes the next block that is not empty.
     *
     * @return whether there is one; if not, the stream ended as it should
     * @throws ZstdException if the stream is not one that may be decoded
     * @throws IOException if the compressed bytes cannot be read, or an earlier call has failed
     */
    public boolean next() throws IOException {
        if (failed) {
            throw new IOException("stream has failed before");
        }
        failed = true;
        read = 0;
        length = 0;
        while (length == 0 && (inFrame || startFrame())) {
            block();
        }
        failed = false;
        return length > 0;
    }

    /** {@return the array with the block} */
    public byte[] array() {
        return array;
    }

    /** {@return where the block begins in the array} */
    public int offset() {
        return offset;
    }

    /** {@return how many bytes the block has, or 0 after the last one} */
    public int length() {
        return length;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] out, int off, int len) throws IOException {
        Objects.checkFromIndexSize(off, len, out.length);
        if (len == 0) {
            return 0;
        }
        if (read == length && !next()) {
            return -1;
        }
        int n = Math.min(len, length - read);
        System.arraycopy(array, offset + read, out, off, n);
        read += n;
        return n;
    }

    /** {@return how many bytes of the block have not been read} */
    @Override
    public int available() {
        return length - read;
    }

    /** Finds the next frame that is not to be skipped, and reads its header. */
    private boolean startFrame() throws IOException {
        while (in.has(4)) {
            int magic = Words.getInt(in.bytes(), in.position());
            if (magic == MagicNumber.FRAME) {
                in.advance(4);
                frame = FrameHeader.read(in, maxWindow);
                history.startFrame((int) frame.window(), frame.maxBlock());
                literals.startFrame();
                sequences.startFrame();
                hash.reset();
                inFrame = true;
                hadFrame = true;
                return true;
            }
            if (!MagicNumber.isSkippable(magic)) {
                throw MagicNumber.unknown(magic, hadFrame);
            }
            in.advance(4);
            in.require(4, "a skippable frame");
            long size = Words.getInt(in.bytes(), in.position()) & 0xffff_ffffL;
            in.advance(4);
            in.skip(size, "a skippable frame");
            hadFrame = true;
        }
        if (in.available() > 0 || !hadFrame) {
            throw MagicNumber.cutOff(in.bytes(), in.position(), in.available(), hadFrame);
        }
        return false;
    }

    private void block() throws IOException {
        in.require(BlockHeader.BYTES, "a block header");
        BlockHeader block = BlockHeader.parse(Words.get24(in.bytes(), in.position()), frame.maxBlock());
        in.advance(BlockHeader.BYTES);
        in.require(block.storedBytes(), "a block");
        history.reserve(frame.maxBlock());
        byte[] out = history.bytes();
        int at = history.position();
        int n = decode(block, out, at);
        in.advance(block.storedBytes());
        history.advance(n);
        if (frame.hasContentSize() && Long.compareUnsigned(history.frameLength(), frame.contentSize()) > 0) {
            throw wrongSize();
        }
        array = out;
        offset = at;
        length = n;
        if (frame.hasChecksum()) {
            hash.update(out, at, n);
        }
        if (block.last()) {
            endFrame();
        }
    }

    private int decode(BlockHeader block, byte[] out, int at) throws ZstdException {
        byte[] bytes = in.bytes();
        int from = in.position();
        switch (block.type()) {
            case RAW -> System.arraycopy(bytes, from, out, at, block.size());
            case RLE -> Arrays.fill(out, at, at + block.size(), bytes[from]);
            case COMPRESSED -> {
                return compressed(bytes, from, from + block.size(), out);
            }
        }
        return block.size();
    }

    private int compressed(byte[] bytes, int from, int to, byte[] out) throws ZstdException {
        if (to - from < 2) {
            throw ZstdException.corrupt("compressed block of " + (to - from) + " bytes, which has not both sections");
        }
        int at = literals.read(bytes, from, to, out, frame.maxBlock());
        return sequences.execute(bytes, at, to, literals.length(), history, frame.maxBlock());
    }

    private void endFrame() throws IOException {
        inFrame = false;
        if (frame.hasContentSize() && frame.contentSize() != history.frameLength()) {
            throw wrongSize();
        }
        if (frame.hasChecksum()) {
            in.require(4, "a checksum");
            int stored = Words.getInt(in.bytes(), in.position());
            in.advance(4);
            int computed = (int) hash.value();
            if (stored != computed) {
                throw new ZstdException(
                        Reason.CHECKSUM, String.format("content has the checksum %08x, not %08x", computed, stored));
            }
        }
    }

    private ZstdException wrongSize() {
        return ZstdException.corrupt("frame has " + history.frameLength() + " bytes of content"
                + (inFrame ? " so far" : "") + ", and promises " + Long.toUnsignedString(frame.contentSize()));
    }
}

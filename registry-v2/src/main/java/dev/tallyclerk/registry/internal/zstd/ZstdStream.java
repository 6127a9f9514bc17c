package dev.tallyclerk.registry.internal.zstd;

import dev.tallyclerk.registry.internal.stream.BlockStream;
import dev.tallyclerk.registry.internal.zstd.ZstdException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;

/**
 * Decodes a Zstandard stream (RFC 8878): one or more frames, including skippable ones, and nothing else.
 *
 * <p>Returns the content block by block, at most 128 KiB each, without a copy: after {@link #next} the block is in
 * {@link #array} from {@link #offset} on. The methods of {@link InputStream} copy.
 *
 * <p>Any input results in content or a {@link ZstdException}. These are refused although the {@code zstd} command of
 * version 1.5.7 accepts them in some cases: a prefix code of more than 11 bits, a bitstream of literals that does not
 * end exactly at its first bit or has no end marker, an offset beyond the window, a compressed block of less than two
 * bytes, a wrong content size in a frame whose last block is empty, a content size of 2<sup>64</sup>-1, and the formats
 * before 0.8. As in that command, the window of a single-segment frame is its content size, whether or not it is
 * needed.
 *
 * <p>Uses 0.7 MiB; 0.25 MiB of these grow to the window as content is decoded, and while growing use half as much
 * again. Takes time linear in the compressed and decompressed size. Not safe for use by several threads.
 */
public final class ZstdStream extends BlockStream {
    /** Below the largest array, with space for everything beside the window. */
    private static final int MAX_WINDOW = Integer.MAX_VALUE - (64 << 20);

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

    private ZstdStream(InputStream in, int maxWindow) {
        this.in = new ZstdInput(in);
        this.maxWindow = maxWindow;
        this.history = new History();
    }

    /**
     * Opens a stream in which only the latest block stays unchanged.
     *
     * @param maxWindowBytes the largest window that a frame may need; capped at about 2 GiB less 64 MiB
     */
    public static ZstdStream of(InputStream compressed, int maxWindowBytes) {
        Objects.requireNonNull(compressed, "compressed");
        if (maxWindowBytes < 1) {
            throw new IllegalArgumentException("largest window is " + maxWindowBytes + " bytes, below 1");
        }
        return new ZstdStream(compressed, Math.min(maxWindowBytes, MAX_WINDOW));
    }

    /**
     * Decodes the next block that is not empty.
     *
     * @return whether there is one; if not, the stream ended properly
     * @throws ZstdException if the stream is invalid or not supported
     * @throws IOException if the compressed bytes cannot be read, or an earlier call has failed
     */
    public boolean next() throws IOException {
        if (failed) {
            throw new IOException("the stream has failed earlier");
        }
        failed = true;
        position = limit;
        while (position == limit && (inFrame || startFrame())) {
            readBlock();
        }
        failed = false;
        return position < limit;
    }

    /** {@return the array with the block} */
    public byte[] array() {
        return block;
    }

    /** {@return the start of the block in the array} */
    public int offset() {
        return position;
    }

    /** {@return the size of the block in bytes, or 0 after the last one} */
    public int length() {
        return limit - position;
    }

    @Override
    protected boolean nextBlock() throws IOException {
        return next();
    }

    /** {@return how many bytes of the block are unread} */
    @Override
    public int available() {
        return limit - position;
    }

    /** Finds the next frame that is not skippable, and reads its header. */
    private boolean startFrame() throws IOException {
        while (in.has(4)) {
            int magic = Words.getInt(in.bytes, in.position);
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
            long size = Words.getInt(in.bytes, in.position) & 0xffff_ffffL;
            in.advance(4);
            in.skip(size, "a skippable frame");
            hadFrame = true;
        }
        if (in.available() > 0 || !hadFrame) {
            throw MagicNumber.cutOff(in.bytes, in.position, in.available(), hadFrame);
        }
        return false;
    }

    private void readBlock() throws IOException {
        in.require(BlockHeader.BYTES, "a block header");
        BlockHeader header = BlockHeader.parse(Words.get24(in.bytes, in.position), frame.maxBlock());
        in.advance(BlockHeader.BYTES);
        in.require(header.storedBytes(), "a block");
        history.reserve(frame.maxBlock());
        byte[] out = history.bytes;
        int at = history.position;
        int n = decode(header, out, at);
        in.advance(header.storedBytes());
        history.advance(n);
        if (frame.hasContentSize() && Long.compareUnsigned(history.frameLength, frame.contentSize()) > 0) {
            throw wrongSize();
        }
        block = out;
        position = at;
        limit = at + n;
        if (frame.hasChecksum()) {
            hash.update(out, at, n);
        }
        if (header.last()) {
            endFrame();
        }
    }

    private int decode(BlockHeader block, byte[] out, int at) throws ZstdException {
        byte[] bytes = in.bytes;
        int from = in.position;
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
            throw ZstdException.corrupt("compressed block of " + (to - from) + " bytes is too short for both sections");
        }
        int at = literals.read(bytes, from, to, out, frame.maxBlock());
        return sequences.execute(bytes, at, to, literals.length, history, frame.maxBlock());
    }

    private void endFrame() throws IOException {
        inFrame = false;
        if (frame.hasContentSize() && frame.contentSize() != history.frameLength) {
            throw wrongSize();
        }
        if (frame.hasChecksum()) {
            in.require(4, "a checksum");
            int stored = Words.getInt(in.bytes, in.position);
            in.advance(4);
            int computed = (int) hash.value();
            if (stored != computed) {
                throw new ZstdException(
                        Reason.CHECKSUM, String.format("content has the checksum %08x, not %08x", computed, stored));
            }
        }
    }

    private ZstdException wrongSize() {
        return ZstdException.corrupt("frame has " + history.frameLength + " bytes of content"
                + (inFrame ? " so far" : "") + ", and promises " + Long.toUnsignedString(frame.contentSize()));
    }
}

package dev.tallyclerk.registry.internal.zstd;

import dev.tallyclerk.internal.stream.SomeBytes;
import dev.tallyclerk.registry.internal.stream.BulkInputStream;
import dev.tallyclerk.registry.internal.zstd.ZstdException.Reason;
import java.io.IOException;
import java.io.InputStream;

/**
 * Checks the frames of a compressed stream while another decoder reads it, and refuses what {@link ZstdStream} refuses
 * outside blocks: invalid frames, truncation, trailing data, dictionaries, and windows that are too large.
 *
 * <p>So a decoder not made for hostile bytes only decodes the content of blocks. Does not close the stream that it
 * reads. Not safe for use by several threads.
 */
public final class FrameCheckingStream extends BulkInputStream {
    /** The part of the stream that is being collected. */
    private enum Part {
        MAGIC_NUMBER(MagicNumber.BYTES),
        SKIPPABLE_SIZE(4),
        FRAME_DESCRIPTOR(1),
        /** Its length is in the descriptor, which is its first byte. */
        FRAME_HEADER(0),
        BLOCK_HEADER(BlockHeader.BYTES);

        private final int bytes;

        Part(int bytes) {
            this.bytes = bytes;
        }
    }

    private static final int CHECKSUM_BYTES = 4;
    private static final int MAX_PART_BYTES = 14;

    private final InputStream in;
    private final int maxWindow;
    private final byte[] collected = new byte[MAX_PART_BYTES + 1];
    private int count;
    private Part part = Part.MAGIC_NUMBER;
    private int needed = part.bytes;
    private long toSkip;
    private boolean hadFrame;
    private FrameHeader frame = new FrameHeader(0, false, 0, false);

    /** @param maxWindowBytes the largest window that a frame may need */
    public FrameCheckingStream(InputStream compressed, int maxWindowBytes) {
        this.in = compressed;
        this.maxWindow = maxWindowBytes;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int n = SomeBytes.read(in, buffer, offset, length);
        if (n < 0) {
            checkEnd();
        } else {
            follow(buffer, offset, offset + n);
            if (part == Part.MAGIC_NUMBER && count > 0 && !MagicNumber.isBegin(collected, 0, count)) {
                throw MagicNumber.cutOff(collected, 0, count, hadFrame);
            }
        }
        return n;
    }

    @Override
    public int available() throws IOException {
        return in.available();
    }

    private void checkEnd() throws ZstdException {
        if (part != Part.MAGIC_NUMBER || toSkip > 0) {
            throw new ZstdException(Reason.TRUNCATED, "stream ends in a frame");
        }
        if (count > 0 || !hadFrame) {
            throw MagicNumber.cutOff(collected, 0, count, hadFrame);
        }
    }

    private void follow(byte[] buffer, int from, int to) throws ZstdException {
        int at = from;
        while (at < to) {
            if (toSkip > 0) {
                int n = (int) Math.min(toSkip, to - at);
                toSkip -= n;
                at += n;
            } else {
                int n = Math.min(needed - count, to - at);
                System.arraycopy(buffer, at, collected, count, n);
                count += n;
                at += n;
                if (count == needed) {
                    partIsThere();
                }
            }
        }
    }

    private void partIsThere() throws ZstdException {
        switch (part) {
            case MAGIC_NUMBER -> magicNumber(Words.getInt(collected, 0));
            case SKIPPABLE_SIZE -> {
                toSkip = Words.getInt(collected, 0) & 0xffff_ffffL;
                hadFrame = true;
                collect(Part.MAGIC_NUMBER);
            }
            case FRAME_DESCRIPTOR -> {
                part = Part.FRAME_HEADER;
                needed = FrameHeader.length(collected[0] & 0xff);
            }
            case FRAME_HEADER -> {
                frame = FrameHeader.parse(collected, 0, maxWindow);
                collect(Part.BLOCK_HEADER);
            }
            case BLOCK_HEADER -> {
                BlockHeader block = BlockHeader.parse(Words.get24(collected, 0), frame.maxBlock());
                toSkip = block.storedBytes();
                if (block.last()) {
                    toSkip += frame.hasChecksum() ? CHECKSUM_BYTES : 0;
                    hadFrame = true;
                    collect(Part.MAGIC_NUMBER);
                } else {
                    collect(Part.BLOCK_HEADER);
                }
            }
        }
    }

    private void magicNumber(int number) throws ZstdException {
        if (number == MagicNumber.FRAME) {
            collect(Part.FRAME_DESCRIPTOR);
        } else if (MagicNumber.isSkippable(number)) {
            collect(Part.SKIPPABLE_SIZE);
        } else {
            throw MagicNumber.unknown(number, hadFrame);
        }
    }

    private void collect(Part next) {
        part = next;
        needed = next.bytes;
        count = 0;
    }
}

package dev.tallyclerk.registry.layout;

import dev.tallyclerk.registry.layout.LayoutException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * What a gzip file (RFC 1952) holds: one or more members, and nothing after them.
 *
 * <p>The runtime's own stream guesses whether a second member follows, and is silent about other bytes after the last.
 * Closing this does not close the channel.
 */
final class GzipStream extends InputStream {
    private static final int BUFFER = 64 * 1024;
    private static final int MAX_HEADER_BYTES = 128 * 1024;

    private static final int FLAG_HEADER_CRC = 1 << 1;
    private static final int FLAG_EXTRA = 1 << 2;
    private static final int FLAG_NAME = 1 << 3;
    private static final int FLAG_COMMENT = 1 << 4;
    private static final int FLAGS_RESERVED = 0b1110_0000;

    private final ReadableByteChannel source;
    private final ByteBuffer in = ByteBuffer.allocate(BUFFER).flip();
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final CRC32 headerCrc = new CRC32();
    private int headerBytes;
    private boolean withinMember;
    private boolean hasMembers;

    GzipStream(ReadableByteChannel source) {
        this.source = source;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        if (length == 0) {
            return 0;
        }
        while (withinMember || beginMember()) {
            int n = inflate(buffer, offset, length);
            crc.update(buffer, offset, n);
            if (inflater.finished()) {
                endMember();
            }
            if (n > 0) {
                return n;
            }
        }
        return -1;
    }

    private int inflate(byte[] buffer, int offset, int length) throws IOException {
        try {
            while (true) {
                inflater.setInput(in);
                int n = inflater.inflate(buffer, offset, length);
                if (n > 0 || inflater.finished()) {
                    return n;
                }
                if (inflater.needsDictionary()) {
                    throw malformed("has a gzip member that wants a dictionary");
                }
                if (!fill()) {
                    throw truncated();
                }
            }
        } catch (DataFormatException e) {
            throw new LayoutException(
                    Reason.MALFORMED_ARCHIVE, "archive has a broken gzip member: " + e.getMessage(), e);
        }
    }

    private boolean beginMember() throws IOException {
        if (!fill() && hasMembers) {
            return false;
        }
        headerCrc.reset();
        headerBytes = 0;
        if (headerByte() != 0x1f || headerByte() != 0x8b || headerByte() != 8) {
            throw malformed(
                    hasMembers ? "has bytes after its last gzip member" : "has a gzip member that is not deflated");
        }
        int flags = headerByte();
        if ((flags & FLAGS_RESERVED) != 0) {
            throw malformed("has a gzip header with reserved flags");
        }
        skipHeader(6); // modification time, extra flags, operating system
        if ((flags & FLAG_EXTRA) != 0) {
            skipHeader(headerByte() | headerByte() << 8);
        }
        if ((flags & FLAG_NAME) != 0) {
            skipHeaderText();
        }
        if ((flags & FLAG_COMMENT) != 0) {
            skipHeaderText();
        }
        if ((flags & FLAG_HEADER_CRC) != 0) {
            int computed = (int) headerCrc.getValue() & 0xffff;
            if ((headerByte() | headerByte() << 8) != computed) {
                throw malformed("has a gzip header that fails its checksum");
            }
        }
        inflater.reset();
        crc.reset();
        hasMembers = true;
        withinMember = true;
        return true;
    }

    private void endMember() throws IOException {
        withinMember = false;
        long expectedCrc = trailerInt();
        long expectedSize = trailerInt();
        if (expectedCrc != crc.getValue() || expectedSize != (inflater.getBytesWritten() & 0xffff_ffffL)) {
            throw malformed("has a gzip member that fails its checksum");
        }
    }

    private long trailerInt() throws IOException {
        long value = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            value |= (long) nextByte() << shift;
        }
        return value;
    }

    private void skipHeader(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            headerByte();
        }
    }

    private void skipHeaderText() throws IOException {
        while (headerByte() != 0) {
            // The text is of no use here; headerByte counts it against the limit.
        }
    }

    private int headerByte() throws IOException {
        int value = nextByte();
        headerCrc.update(value);
        headerBytes++;
        if (headerBytes > MAX_HEADER_BYTES) {
            throw new LayoutException(
                    Reason.LIMIT_EXCEEDED, "archive has a gzip header of more than " + MAX_HEADER_BYTES + " bytes");
        }
        return value;
    }

    private int nextByte() throws IOException {
        if (!fill()) {
            throw truncated();
        }
        return in.get() & 0xff;
    }

    /** {@return whether there is a byte to take} */
    private boolean fill() throws IOException {
        while (!in.hasRemaining()) {
            int n = source.read(in.clear());
            in.flip();
            if (n < 0) {
                return false;
            }
        }
        return true;
    }

    private static LayoutException truncated() {
        return malformed("ends within a gzip member");
    }

    private static LayoutException malformed(String what) {
        return new LayoutException(Reason.MALFORMED_ARCHIVE, "archive " + what);
    }

    /** Frees the decoder's memory. */
    @Override
    public void close() {
        inflater.end();
    }
}

package dev.tallyclerk.registry.internal.gzip;

import dev.tallyclerk.registry.internal.gzip.GzipException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;

/**
 * Decodes gzip (RFC 1952): one or more members, followed by nothing except zeros, with which writers fill the last
 * block of a device or pipe.
 *
 * <p>Real layers have several members (estargz has one per file), which the JDK's reader does not support reliably: it
 * stops or continues at the second one depending on what the stream reports as available.
 *
 * <p>Decoded content is not copied out of the decoder's window: the caller supplies buffers, in which the content
 * starts at {@link #CONTENT}, after the bytes that matches may refer to. A buffer may be read while the next one is
 * written. Used by one thread.
 */
public final class GzipStream implements AutoCloseable {
    /** The start of the content in a buffer. */
    public static final int CONTENT = Inflation.WINDOW;

    private static final int FLAG_HEADER_CRC = 1 << 1;
    private static final int FLAG_EXTRA = 1 << 2;
    private static final int FLAG_NAME = 1 << 3;
    private static final int FLAG_COMMENT = 1 << 4;
    private static final int FLAGS_RESERVED = 0b1110_0000;

    private final ByteInput in;
    private final Inflation inflation;
    private final CRC32 headerCrc = new CRC32();
    private final CRC32 crc = new CRC32();
    private byte[] last = {};
    private int lastEnd;
    private int history;
    private long memberSize;
    private boolean inMember;
    private boolean first = true;
    private boolean over;

    private GzipStream(ByteInput in, Inflation inflation) {
        this.in = in;
        this.inflation = inflation;
    }

    /** {@return a decoder of {@code in}, which may be read ahead and is not closed} */
    public static GzipStream of(InputStream in) {
        ByteInput input = new ByteInput(in);
        return new GzipStream(input, new DeflateDecoder(input));
    }

    /** {@return a decoder that inflates with the Java runtime's native code} */
    public static GzipStream ofRuntime(InputStream in) {
        ByteInput input = new ByteInput(in);
        return new GzipStream(input, new RuntimeInflation(input));
    }

    /**
     * {@return a buffer for {@link #decode}}
     *
     * @param bytes how much content it has room for, plus a few hundred bytes
     */
    public static byte[] newBuffer(int bytes) {
        return new byte[CONTENT + bytes + Inflation.OVERRUN];
    }

    /**
     * Decodes until a buffer is full, or to the end.
     *
     * @param out made by {@link #newBuffer}; the previous call's buffer must be unchanged, or be this one
     * @return the end of the content, which starts at {@link #CONTENT}, or -1 at the end of the stream
     * @throws GzipException if the stream is not gzip, or other data than zeros follows it
     * @throws IOException if the input cannot be read
     */
    public int decode(byte[] out) throws IOException {
        System.arraycopy(last, lastEnd - history, out, CONTENT - history, history);
        int begin = CONTENT - history;
        int at = CONTENT;
        int end = out.length - Inflation.OVERRUN;
        while (at < end && !over) {
            if (!inMember) {
                startMember();
                begin = at;
                continue;
            }
            int next = inflation.decode(out, begin, at, end);
            crc.update(out, at, next - at);
            memberSize += next - at;
            at = next;
            if (inflation.isOver()) {
                endMember();
            }
        }
        last = out;
        lastEnd = at;
        history = inMember ? Math.min(CONTENT, at - begin) : 0;
        return over && at == CONTENT ? -1 : at;
    }

    /** Releases native memory; the input stays open. */
    @Override
    public void close() {
        inflation.close();
    }

    private void startMember() throws IOException {
        if (!in.hasByte()) {
            if (first) {
                throw notGzip();
            }
            over = true;
            return;
        }
        if (!first && in.peekByte() == 0) {
            skipZeros();
            over = true;
            return;
        }
        header();
        first = false;
        inMember = true;
        memberSize = 0;
        crc.reset();
        inflation.start();
    }

    private void skipZeros() throws IOException {
        while (in.hasByte()) {
            if (in.readByte() != 0) {
                throw trailingData();
            }
        }
    }

    private void endMember() throws IOException {
        inMember = false;
        long expectedCrc = trailerInt();
        long expectedSize = trailerInt();
        if (expectedCrc != crc.getValue() || expectedSize != (memberSize & 0xffff_ffffL)) {
            throw corrupt("gzip member fails its checksum");
        }
    }

    private void header() throws IOException {
        headerCrc.reset();
        if (headerByte() != 0x1f || !in.hasByte() || headerByte() != 0x8b) {
            throw first ? notGzip() : trailingData();
        }
        if (headerByte() != 8) {
            throw corrupt("gzip member is not deflated");
        }
        int flags = headerByte();
        if ((flags & FLAGS_RESERVED) != 0) {
            throw corrupt("gzip header has reserved flags set");
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
            if ((in.readByte() | in.readByte() << 8) != computed) {
                throw corrupt("gzip header fails its checksum");
            }
        }
    }

    private void skipHeader(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            headerByte();
        }
    }

    private void skipHeaderText() throws IOException {
        int value = headerByte();
        while (value != 0) {
            value = headerByte();
        }
    }

    private int headerByte() throws IOException {
        int value = in.readByte();
        headerCrc.update(value);
        return value;
    }

    private long trailerInt() throws IOException {
        long value = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            value |= (long) in.readByte() << shift;
        }
        return value;
    }

    private static GzipException notGzip() {
        return new GzipException(Reason.NOT_GZIP, "the stream is not gzip");
    }

    private static GzipException trailingData() {
        return new GzipException(Reason.TRAILING_DATA, "there is data after the last gzip member");
    }

    private static GzipException corrupt(String message) {
        return new GzipException(Reason.CORRUPT, message);
    }
}

package dev.tallyclerk.registry.layer;

import dev.tallyclerk.registry.layer.LayerException.Reason;
import java.io.IOException;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decodes gzip (RFC 1952): one or more members, and nothing after them.
 *
 * <p>Layers in the wild have several members (estargz has one a file), so the JDK's reader, which stops or guesses at
 * the second one depending on what a stream says is available, will not do.
 */
final class GzipDecoder {
    private static final int OUTPUT = 64 * 1024;
    private static final int MAX_HEADER_BYTES = 128 * 1024;

    private static final int FLAG_HEADER_CRC = 1 << 1;
    private static final int FLAG_EXTRA = 1 << 2;
    private static final int FLAG_NAME = 1 << 3;
    private static final int FLAG_COMMENT = 1 << 4;
    private static final int FLAGS_RESERVED = 0b1110_0000;

    /** Takes the uncompressed bytes. */
    @FunctionalInterface
    interface Sink {
        void accept(byte[] bytes, int length) throws IOException;
    }

    private final BlobReader in;
    private final Sink out;
    private final CRC32 headerCrc = new CRC32();
    private int headerBytes;

    GzipDecoder(BlobReader in, Sink out) {
        this.in = in;
        this.out = out;
    }

    void decode() throws IOException {
        Inflater inflater = new Inflater(true);
        try {
            int members = 0;
            do {
                header(members);
                member(inflater);
                members++;
            } while (in.fill());
        } finally {
            inflater.end();
        }
    }

    private void header(int members) throws IOException {
        headerCrc.reset();
        headerBytes = 0;
        if (!in.fill() || headerByte() != 0x1f || headerByte() != 0x8b) {
            throw members == 0
                    ? new LayerException(Reason.MALFORMED, "layer is not gzip, as its media type says")
                    : new LayerException(Reason.TRAILING_DATA, "layer has data after its last gzip member");
        }
        if (headerByte() != 8) {
            throw new LayerException(Reason.MALFORMED, "gzip member is not deflated");
        }
        int flags = headerByte();
        if ((flags & FLAGS_RESERVED) != 0) {
            throw new LayerException(Reason.MALFORMED, "gzip header has reserved flags set");
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
                throw new LayerException(Reason.MALFORMED, "gzip header fails its checksum");
            }
        }
    }

    private void member(Inflater inflater) throws IOException {
        inflater.reset();
        inflater.setInput(in.buffer(), in.position(), in.available());
        CRC32 crc = new CRC32();
        byte[] output = new byte[OUTPUT];
        try {
            while (true) {
                int n = inflater.inflate(output);
                crc.update(output, 0, n);
                out.accept(output, n);
                if (inflater.finished()) {
                    in.advance(in.available() - inflater.getRemaining());
                    break;
                }
                if (n == 0) {
                    feed(inflater);
                }
            }
        } catch (DataFormatException e) {
            throw new LayerException(Reason.MALFORMED, "gzip member is broken: " + e.getMessage());
        }
        long expectedCrc = trailerInt();
        long expectedSize = trailerInt();
        if (expectedCrc != crc.getValue() || expectedSize != (inflater.getBytesWritten() & 0xffff_ffffL)) {
            throw new LayerException(Reason.MALFORMED, "gzip member fails its checksum");
        }
    }

    private void feed(Inflater inflater) throws IOException {
        if (inflater.needsDictionary()) {
            throw new LayerException(Reason.MALFORMED, "gzip member wants a dictionary");
        }
        in.advance(in.available());
        if (!in.fill()) {
            throw truncated();
        }
        inflater.setInput(in.buffer(), in.position(), in.available());
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
            throw new LayerException(
                    Reason.LIMIT_EXCEEDED, "gzip header is longer than " + MAX_HEADER_BYTES + " bytes");
        }
        return value;
    }

    private int nextByte() throws IOException {
        if (!in.fill()) {
            throw truncated();
        }
        int value = in.buffer()[in.position()] & 0xff;
        in.advance(1);
        return value;
    }

    private static LayerException truncated() {
        return new LayerException(Reason.MALFORMED, "gzip member ends early");
    }
}

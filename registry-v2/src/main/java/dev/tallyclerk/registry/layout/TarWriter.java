package dev.tallyclerk.registry.layout;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes a tar file (POSIX ustar, with pax headers where ustar has no room) whose bytes depend on names and contents
 * alone: no times, no owners, fixed modes.
 */
final class TarWriter {
    private static final int BLOCK = 512;
    private static final int BUFFER = 64 * 1024;
    private static final int NAME_LENGTH = 100;

    /** Eleven octal digits. */
    private static final long MAX_USTAR_SIZE = (1L << 33) - 1;

    private final WritableByteChannel out;
    private final byte[] buffer = new byte[BUFFER];

    TarWriter(WritableByteChannel out) {
        this.out = out;
    }

    void folder(String name) throws IOException {
        header(name + "/", '5', 0, "0000755");
    }

    void file(String name, byte[] content) throws IOException {
        header(name, '0', content.length, "0000644");
        write(content, content.length);
        pad(content.length);
    }

    /** Writes a file of {@code size} bytes, and reads {@code content} to its end. */
    void file(String name, InputStream content, long size) throws IOException {
        header(name, '0', size, "0000644");
        long written = 0;
        for (int n = content.read(buffer, 0, BUFFER); n >= 0; n = content.read(buffer, 0, BUFFER)) {
            written += n;
            write(buffer, n);
        }
        if (written != size) {
            throw new EOFException(name + " has " + written + " bytes, not " + size);
        }
        pad(size);
    }

    /** Ends the file. */
    void finish() throws IOException {
        write(new byte[2 * BLOCK], 2 * BLOCK);
    }

    private void header(String name, char type, long size, String mode) throws IOException {
        StringBuilder records = new StringBuilder();
        if (name.length() > NAME_LENGTH) {
            records.append(paxRecord("path", name));
        }
        if (size > MAX_USTAR_SIZE) {
            records.append(paxRecord("size", Long.toString(size)));
        }
        if (records.length() > 0) {
            byte[] extended = records.toString().getBytes(StandardCharsets.US_ASCII);
            ustar("pax", 'x', extended.length, "0000644");
            write(extended, extended.length);
            pad(extended.length);
        }
        // The pax header overrides what does not fit here.
        ustar(name.substring(0, Math.min(name.length(), NAME_LENGTH)), type, size > MAX_USTAR_SIZE ? 0 : size, mode);
    }

    private void ustar(String name, char type, long size, String mode) throws IOException {
        byte[] header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, mode);
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, 124, octal(size, 11));
        put(header, 136, "00000000000");
        header[156] = (byte) type;
        put(header, 257, "ustar");
        put(header, 263, "00");
        Arrays.fill(header, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, octal(sum, 6));
        header[154] = 0;
        write(header, BLOCK);
    }

    private static void put(byte[] header, int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, offset, bytes.length);
    }

    private static String octal(long value, int digits) {
        String text = Long.toOctalString(value);
        return "0".repeat(digits - text.length()) + text;
    }

    /** The length includes its own digits. */
    private static String paxRecord(String key, String value) {
        String rest = " " + key + "=" + value + "\n";
        int length = rest.length() + 1;
        while (Integer.toString(length).length() + rest.length() > length) {
            length++;
        }
        return length + rest;
    }

    private void pad(long size) throws IOException {
        int rest = (int) (size % BLOCK);
        if (rest != 0) {
            write(new byte[BLOCK], BLOCK - rest);
        }
    }

    private void write(byte[] bytes, int length) throws IOException {
        ByteBuffer content = ByteBuffer.wrap(bytes, 0, length);
        while (content.hasRemaining()) {
            out.write(content);
        }
    }
}

package dev.tallyclerk.registry.internal.inventory.binary;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.Deflater;

/** Builds small ELF files of 64 bits with one segment, as compilers of Go and Rust do. */
final class Programs {
    /** Where the loaded segment ends. */
    static final int LOADED = 4096;

    private static final int SEGMENT_HEADER = 56;
    private static final int SECTION_HEADER = 64;
    private static final String NAMES = "\0.dep-v0\0.shstrtab\0";

    private Programs() {}

    private static ByteBuffer header(byte[] bytes, long sections, int count) {
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
        file.putLong(32, 64).putLong(40, sections);
        file.putShort(54, (short) SEGMENT_HEADER).putShort(56, (short) 1);
        file.putShort(58, (short) SECTION_HEADER).putShort(60, (short) count).putShort(62, (short)
                Math.max(0, count - 1));
        file.putInt(64, 1).putInt(68, 6).putLong(72, 0).putLong(96, LOADED);
        return file;
    }

    private static byte[] text(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        int length = bytes.length;
        while (length >= 0x80) {
            out.write((length & 0x7f) | 0x80);
            length >>= 7;
        }
        out.write(length);
        out.writeBytes(bytes);
        return out.toByteArray();
    }

    static byte[] go(int flags, String version, String modules) {
        byte[] bytes = new byte[8192];
        ByteBuffer file = header(bytes, 0, 0);
        file.position(1024);
        file.put(GoBuildInfo.MAGIC);
        file.put(1024 + 14, (byte) 8).put(1024 + 15, (byte) flags);
        file.position(1024 + 32);
        file.put(text(version)).put(text(modules.isEmpty() ? "" : "0123456789abcdef" + modules + "fedcba9876543210"));
        return bytes;
    }

    /**
     * {@return a program with a section of crates}
     *
     * @param debug how many bytes lie after the section, or before it if negative
     */
    static byte[] rust(String crates, int debug) {
        Deflater deflater = new Deflater();
        deflater.setInput(crates.getBytes(StandardCharsets.UTF_8));
        deflater.finish();
        byte[] packed = new byte[4096];
        int length = deflater.deflate(packed);
        deflater.end();
        int section = LOADED + Math.max(0, -debug);
        int names = section + length + Math.max(0, debug);
        int table = names + NAMES.length();
        byte[] bytes = new byte[table + 3 * SECTION_HEADER];
        ByteBuffer file = header(bytes, table, 3);
        file.position(section);
        file.put(packed, 0, length);
        file.position(names);
        file.put(NAMES.getBytes(StandardCharsets.US_ASCII));
        section(file, table + SECTION_HEADER, 1, section, length);
        section(file, table + 2 * SECTION_HEADER, NAMES.indexOf(".shstrtab"), names, NAMES.length());
        return bytes;
    }

    private static void section(ByteBuffer file, int at, int name, long offset, long size) {
        file.putInt(at, name).putInt(at + 4, 1).putLong(at + 24, offset).putLong(at + 32, size);
    }
}

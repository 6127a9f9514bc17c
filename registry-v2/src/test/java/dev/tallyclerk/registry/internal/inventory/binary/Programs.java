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

    /** {@return a program of Go 1.17 or earlier, of which the build information has pointers} */
    static byte[] oldGo(String version, String modules) {
        byte[] bytes = new byte[LOADED];
        ByteBuffer file = header(bytes, 0, 0);
        file.position(200);
        file.put(new byte[] {4, 0, 0, 0, 'G', 'o', 0, 0});
        file.position(256);
        file.put(version.getBytes(StandardCharsets.US_ASCII));
        byte[] text = modules.getBytes(StandardCharsets.US_ASCII);
        file.position(400);
        file.put(GoBuildInfo.TEXT_START).put(text).put(new byte[GoBuildInfo.TEXT_START.length]);
        file.position(2048);
        file.put(GoBuildInfo.MAGIC).put(2048 + 14, (byte) 8);
        file.putLong(2048 + 16, 3000).putLong(2048 + 24, 3016);
        file.putLong(3000, 256).putLong(3008, version.length());
        file.putLong(3016, 400).putLong(3024, text.length == 0 ? 0 : text.length + 2L * GoBuildInfo.TEXT_START.length);
        return bytes;
    }

    private static void information(ByteBuffer file, int at, String version, String modules) {
        file.position(at);
        file.put(GoBuildInfo.MAGIC).put(at + 14, (byte) 8).put(at + 15, (byte) 2);
        file.position(at + GoBuildInfo.HEADER);
        file.put(text(version)).put(text("0123456789abcdef" + modules + "fedcba9876543210"));
    }

    /** {@return a Go program for Windows with one section that it may write to} */
    static byte[] windows(String version, String modules) {
        byte[] bytes = new byte[LOADED];
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {'M', 'Z'}).putInt(0x3c, 128);
        file.putInt(128, 0x4550).putShort(128 + 6, (short) 1).putShort(128 + 20, (short) 240);
        file.putShort(152, (short) 0x20b).putLong(152 + 24, 0x400000);
        int section = 152 + 240;
        file.putInt(section + 12, 0x1000).putInt(section + 16, 2048).putInt(section + 20, 1024);
        file.putInt(section + 36, 0xc0000040);
        information(file, 1024, version, modules);
        return bytes;
    }

    /** {@return a Go program for macOS with one segment that it may write to} */
    static byte[] mac(String version, String modules) {
        byte[] bytes = new byte[LOADED];
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(0, 0xfeedfacf).putInt(16, 2);
        file.putInt(32, 0x1b).putInt(36, 24);
        file.putInt(56, 0x19).putInt(60, 72).putLong(56 + 24, 0x10000).putLong(56 + 40, 1024);
        file.putLong(56 + 48, 2048).putInt(56 + 60, 3);
        information(file, 1024, version, modules);
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

package dev.tallyclerk.registry.layout;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Builds tar files byte by byte, so that broken ones can be built too. */
final class TestArchives {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    TestArchives file(String name, byte[] content) {
        return entry(name, '0', "", content);
    }

    TestArchives file(String name, String content) {
        return file(name, content.getBytes(StandardCharsets.UTF_8));
    }

    TestArchives symbolicLink(String name, String target) {
        return entry(name, '2', target, new byte[0]);
    }

    TestArchives hardLink(String name, String target) {
        return entry(name, '1', target, new byte[0]);
    }

    TestArchives entry(String name, char type, String link, byte[] content) {
        return raw(header(name, type, link, content.length), content);
    }

    TestArchives raw(byte[] header, byte[] content) {
        out.writeBytes(header);
        out.writeBytes(content);
        out.writeBytes(new byte[(512 - content.length % 512) % 512]);
        return this;
    }

    TestArchives bytes(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    byte[] unfinished() {
        return out.toByteArray();
    }

    byte[] finish() {
        out.writeBytes(new byte[1024]);
        return out.toByteArray();
    }

    static byte[] header(String name, char type, String link, long size) {
        byte[] header = new byte[512];
        put(header, 0, name);
        put(header, 100, "0000644\0");
        put(header, 108, "0000000\0");
        put(header, 116, "0000000\0");
        put(header, 124, String.format("%011o\0", size));
        put(header, 136, "00000000000\0");
        header[156] = (byte) type;
        put(header, 157, link);
        put(header, 257, "ustar\00000");
        return withChecksum(header);
    }

    static byte[] withChecksum(byte[] header) {
        Arrays.fill(header, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, String.format("%06o\0 ", sum));
        return header;
    }

    static byte[] paxRecord(String key, String value) {
        String body = " " + key + "=" + value + "\n";
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        int total = length + 1;
        while (String.valueOf(total).length() + length != total) {
            total++;
        }
        return (total + body).getBytes(StandardCharsets.UTF_8);
    }

    private static void put(byte[] header, int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, header, offset, bytes.length);
    }
}

package dev.tallyclerk.registry.internal.gzip;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Content and gzip streams for tests. */
final class GzipStreams {
    private GzipStreams() {}

    static byte[] random(long seed, int size) {
        byte[] content = new byte[size];
        new Random(seed).nextBytes(content);
        return content;
    }

    /** Words, numbers and runs, which have long and short matches at near and far distances. */
    static byte[] text(long seed, int size) {
        Random random = new Random(seed);
        StringBuilder out = new StringBuilder();
        while (out.length() < size) {
            switch (random.nextInt(6)) {
                case 0 -> out.append("a".repeat(random.nextInt(600)));
                case 1 -> out.append("xyz".repeat(random.nextInt(30)));
                case 2 -> out.append(random.nextLong());
                case 3 -> {
                    int from = random.nextInt(out.length() + 1);
                    int to = Math.min(out.length(), from + random.nextInt(300));
                    out.append(out.substring(from, to));
                }
                default -> out.append((char) ('a' + random.nextInt(26))).append(' ');
            }
        }
        return out.substring(0, size).getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] gzip(byte[] content, int level) {
        return gzip(content, level, Deflater.DEFAULT_STRATEGY, content.length + 1);
    }

    /**
     * {@return content in a member}
     *
     * @param flushEvery after how many bytes a block ends
     */
    static byte[] gzip(byte[] content, int level, int strategy, int flushEvery) {
        Deflater deflater = new Deflater(level, true);
        deflater.setStrategy(strategy);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        for (int at = 0; at < content.length; at += flushEvery) {
            deflater.setInput(content, at, Math.min(flushEvery, content.length - at));
            int n = 0;
            // The first call after a change of strategy gives nothing and takes nothing.
            while (n > 0 || !deflater.needsInput()) {
                n = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
                out.write(buffer, 0, n);
            }
        }
        deflater.finish();
        while (!deflater.finished()) {
            out.write(buffer, 0, deflater.deflate(buffer));
        }
        deflater.end();
        return member(out.toByteArray(), content);
    }

    static byte[] member(byte[] deflated, byte[] content) {
        int crc = crc(content);
        byte[] trailer = new byte[8];
        for (int i = 0; i < 4; i++) {
            trailer[i] = (byte) (crc >>> (8 * i));
            trailer[4 + i] = (byte) (content.length >>> (8 * i));
        }
        return concat(HexFormat.of().parseHex("1f8b0800000000000003"), deflated, trailer);
    }

    static int crc(byte[] content) {
        CRC32 crc = new CRC32();
        crc.update(content);
        return (int) crc.getValue();
    }

    static byte[] concat(byte[]... parts) {
        try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            for (byte[] part : parts) {
                out.write(part);
            }
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.tallyclerk.registry;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** Builds tar archives byte by byte, so that broken ones can be built too. */
public final class TestTar {
    private static final int BLOCK = 512;
    private static final int CHECKSUM = 148;
    private static final int MAGIC = 257;
    private static final byte[] USTAR = latin1("ustar");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** {@return text as the bytes that it is in a header, one for each character} */
    public static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public TestTar file(String name, String content) {
        return entry(Header.of(name, '0').size(utf8(content).length), utf8(content));
    }

    public TestTar directory(String name) {
        return entry(Header.of(name, '5').mode(0755));
    }

    public TestTar symbolicLink(String name, String target) {
        return entry(Header.of(name, '2').link(target).mode(0777));
    }

    public TestTar hardLink(String name, String target) {
        return entry(Header.of(name, '1').link(target));
    }

    public TestTar whiteout(String name) {
        return entry(Header.of(name, '0'));
    }

    public TestTar entry(Header header) {
        return raw(header.bytes());
    }

    public TestTar entry(Header header, byte[] content) {
        return raw(header.bytes()).content(content);
    }

    /** A pax header whose content is records made by {@link #record}. */
    public TestTar pax(char type, byte[]... records) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] record : records) {
            content.writeBytes(record);
        }
        String name = type == 'g' ? "pax_global_header" : "pax";
        return entry(Header.of(name, type).size(content.size()), content.toByteArray());
    }

    /** A header of GNU that has a long name, with a NUL behind it. */
    public TestTar gnu(char type, String name) {
        byte[] content = latin1(name + "\0");
        return entry(Header.of("././@LongLink", type).size(content.length).magic("ustar  \0"), content);
    }

    /** Bytes and what fills up the block. */
    public TestTar content(byte[] content) {
        out.writeBytes(content);
        out.writeBytes(new byte[-content.length & 511]);
        return this;
    }

    public TestTar raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    /** {@return the archive without an end marker} */
    public byte[] unfinished() {
        return out.toByteArray();
    }

    public byte[] finish() {
        return raw(new byte[1024]).unfinished();
    }

    /** {@return the parts one after the other} */
    public static byte[] concatenated(byte[]... parts) {
        TestTar whole = new TestTar();
        for (byte[] part : parts) {
            whole.raw(part);
        }
        return whole.unfinished();
    }

    public static byte[] record(String key, String value) {
        return record(key, utf8(value));
    }

    public static byte[] record(String key, byte[] value) {
        byte[] start = utf8(" " + key + "=");
        int length = start.length + value.length + 1;
        int total = length + 1;
        while (String.valueOf(total).length() + length != total) {
            total++;
        }
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        record.writeBytes(utf8(String.valueOf(total)));
        record.writeBytes(start);
        record.writeBytes(value);
        record.write('\n');
        return record.toByteArray();
    }

    /**
     * {@return the same with a right checksum in every block that looks like a header}
     *
     * <p>Nearly every change to a header breaks its checksum, and those of a hostile file are right.
     */
    public static byte[] withChecksums(byte[] tar) {
        byte[] repaired = tar.clone();
        for (int block = 0; block + BLOCK <= tar.length; block += BLOCK) {
            if (Arrays.equals(tar, block + MAGIC, block + MAGIC + USTAR.length, USTAR, 0, USTAR.length)) {
                repairChecksum(repaired, block);
            }
        }
        return repaired;
    }

    /** Makes the checksum of the header that begins at {@code block} right. */
    public static void repairChecksum(byte[] tar, int block) {
        Arrays.fill(tar, block + CHECKSUM, block + CHECKSUM + 8, (byte) ' ');
        int sum = 0;
        for (int i = block; i < block + BLOCK; i++) {
            sum += tar[i] & 0xff;
        }
        // Not with String.format, which would take most of the time of fuzzing.
        for (int i = 5; i >= 0; i--) {
            tar[block + CHECKSUM + i] = (byte) ('0' + (sum & 7));
            sum >>= 3;
        }
        tar[block + CHECKSUM + 6] = 0;
    }

    /** A header, whose checksum is made at the end. */
    public static final class Header {
        private final byte[] b = new byte[512];

        public static Header of(String name, char type) {
            Header header = new Header();
            header.put(0, 100, latin1(name));
            header.b[156] = (byte) type;
            return header.mode(0644)
                    .owner(0, 0)
                    .size(0)
                    .time(0)
                    .magic("ustar\00000")
                    .octal(329, 8, 0)
                    .octal(337, 8, 0);
        }

        public Header put(int at, int length, byte[] value) {
            Arrays.fill(b, at, at + length, (byte) 0);
            System.arraycopy(value, 0, b, at, value.length);
            return this;
        }

        public Header octal(int at, int length, long value) {
            return put(at, length, latin1(String.format(Locale.ROOT, "%0" + (length - 1) + "o", value)));
        }

        public Header mode(int mode) {
            return octal(100, 8, mode);
        }

        public Header owner(long user, long group) {
            return octal(108, 8, user).octal(116, 8, group);
        }

        public Header names(String user, String group) {
            return put(265, 32, latin1(user)).put(297, 32, latin1(group));
        }

        public Header size(long size) {
            return octal(124, 12, size);
        }

        public Header time(long seconds) {
            return octal(136, 12, seconds);
        }

        public Header link(String target) {
            return put(157, 100, latin1(target));
        }

        public Header magic(String magic) {
            return put(257, 8, latin1(magic));
        }

        public Header prefix(String prefix) {
            return put(345, 155, latin1(prefix));
        }

        public Header device(int major, int minor) {
            return octal(329, 8, major).octal(337, 8, minor);
        }

        public byte[] bytes() {
            Arrays.fill(b, 148, 156, (byte) ' ');
            int sum = 0;
            for (byte each : b) {
                sum += each & 0xff;
            }
            return bytes(sum);
        }

        /** {@return the header with that checksum, whatever is right} */
        public byte[] bytes(int checksum) {
            put(148, 8, TestTar.latin1(String.format(Locale.ROOT, "%06o\0 ", checksum)));
            return b.clone();
        }
    }
}

package dev.tallyclerk.registry.layer;

import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.TestTar.Header;
import java.util.Arrays;
import java.util.Random;

/** An archive that has most of what an archive can have, and what becomes of it when some of its bytes are changed. */
final class MutatedTar {
    private static final int BLOCK = 512;

    private static final byte[] INTERESTING = {
        0, ' ', '0', '7', '8', '/', '.', 'x', 'g', 'L', 'K', '1', '5', '=', '\n', '-', '+', -1, -128
    };

    private MutatedTar() {}

    static byte[] sample() {
        return new TestTar()
                .pax('g', TestTar.record("comment", "0123456789"))
                .directory("./")
                .directory("./etc/")
                .file("./etc/passwd", "root:x:0:0")
                .pax(
                        'x',
                        TestTar.record("path", "long/\u00e4" + "n".repeat(120)),
                        TestTar.record("mtime", "1700000000.5"),
                        TestTar.record("atime", "1700000000.25"),
                        TestTar.record("uid", "3000000"),
                        TestTar.record("gname", ""),
                        TestTar.record("SCHILY.xattr.user.a", "b"),
                        TestTar.record("size", "6"))
                .entry(
                        Header.of("long", '0').size(6).prefix("pre/fix").names("root", "wheel"),
                        TestTar.latin1("abcdef"))
                .gnu('L', "g".repeat(150))
                .gnu('K', "k".repeat(150))
                .entry(Header.of("g", '2').link("k").magic("ustar  \0"))
                .gnu('L', "times")
                .entry(Header.of("times", '0').magic("ustar  \0").prefix("14512735000\00014512735001\0"))
                .hardLink("etc/shadow", "./etc/passwd")
                .entry(Header.of("dev/null", '3').device(1, 3))
                .entry(Header.of("old/", '\0').magic(""))
                .entry(Header.of("star", '0')
                        .put(345, 155, star("pre", "14512735000", "14512735001"))
                        .put(508, 4, TestTar.latin1("tar\0")))
                .entry(Header.of("big", '0')
                        .magic("ustar  \0")
                        .put(124, 12, new byte[] {(byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3})
                        .put(108, 8, new byte[] {(byte) 0x80, 0, 0, 0, 1, 0, 0, 0}))
                .content(TestTar.latin1("xyz"))
                .whiteout("etc/.wh.group")
                .finish();
    }

    /** Links with sizes, as old writers wrote them, and sparse files in each form of GNU tar. */
    static byte[] linksAndSparseFiles() {
        return new TestTar()
                .file("a", "content")
                .entry(Header.of("b", '1').link("a").size(7))
                .pax(
                        'x',
                        TestTar.record("GNU.sparse.size", "5000"),
                        TestTar.record("GNU.sparse.numblocks", "2"),
                        TestTar.record("GNU.sparse.offset", "0"),
                        TestTar.record("GNU.sparse.numbytes", "3"),
                        TestTar.record("GNU.sparse.offset", "1024"),
                        TestTar.record("GNU.sparse.numbytes", "4"))
                .file("s0", "abcdefg")
                .pax(
                        'x',
                        TestTar.record("GNU.sparse.size", "5000"),
                        TestTar.record("GNU.sparse.numblocks", "3"),
                        TestTar.record("GNU.sparse.name", "s1"),
                        TestTar.record("GNU.sparse.map", "0,3,1024,4,5000,0"))
                .file("GNUSparseFile.1/s1", "abcdefg")
                .pax(
                        'x',
                        TestTar.record("GNU.sparse.major", "1"),
                        TestTar.record("GNU.sparse.minor", "0"),
                        TestTar.record("GNU.sparse.name", "s2"),
                        TestTar.record("GNU.sparse.realsize", "5000"))
                .file("GNUSparseFile.1/s2", "3\n0\n3\n1024\n4\n5000\n0\n" + "\0".repeat(492) + "abcdefg")
                .file("c", "more")
                .pax('x', TestTar.record("SCHILY.realsize", "2"), TestTar.record("path", "d"))
                .file("d", "xy")
                .entry(Header.of("e", '5').mode(0755).size(512))
                .entry(Header.of("f", '2').link("a").size(1))
                .finish();
    }

    /** What star has for the prefix: 131 bytes of it, and two times. */
    private static byte[] star(String prefix, String accessed, String changed) {
        byte[] field = new byte[155];
        System.arraycopy(TestTar.latin1(prefix), 0, field, 0, prefix.length());
        System.arraycopy(TestTar.latin1(accessed), 0, field, 131, accessed.length());
        System.arraycopy(TestTar.latin1(changed), 0, field, 143, changed.length());
        return field;
    }

    /** Changes some bytes, mostly in headers whose checksums are then made right again. */
    static byte[] of(byte[] tar, Random random) {
        byte[] bytes = tar.clone();
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            int block = random.nextInt(bytes.length / BLOCK) * BLOCK;
            switch (random.nextInt(8)) {
                case 0 ->
                    bytes = Arrays.copyOf(
                            bytes, random.nextInt(bytes.length / BLOCK) * BLOCK + random.nextInt(BLOCK + 1));
                case 1 -> {
                    byte[] from = Arrays.copyOfRange(bytes, block, block + BLOCK);
                    System.arraycopy(from, 0, bytes, random.nextInt(bytes.length / BLOCK) * BLOCK, BLOCK);
                }
                default -> {
                    bytes[block + random.nextInt(BLOCK)] = INTERESTING[random.nextInt(INTERESTING.length)];
                    if (random.nextBoolean()) {
                        bytes[block + 156] = INTERESTING[random.nextInt(INTERESTING.length)];
                    }
                }
            }
            if (bytes.length < BLOCK) {
                return bytes;
            }
            if (block + BLOCK <= bytes.length && random.nextInt(10) > 0) {
                TestTar.repairChecksum(bytes, block);
            }
        }
        return bytes;
    }
}

package dev.tallyclerk.registry.internal.inventory.java;

import static dev.tallyclerk.registry.internal.inventory.Readings.doubts;
import static dev.tallyclerk.registry.internal.inventory.Readings.packages;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.registry.internal.inventory.Doubt.Reason;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.FoundPackage;
import dev.tallyclerk.registry.internal.inventory.Readings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class JavaArchiveTest {
    /** Writes archives with the runtime's own class, deflated entries with descriptors. */
    static final class Jar {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final ZipOutputStream zip = new ZipOutputStream(bytes);

        Jar entry(String name, byte[] content) {
            return entry(new ZipEntry(name), content);
        }

        Jar stored(String name, byte[] content) {
            ZipEntry entry = new ZipEntry(name);
            CRC32 crc = new CRC32();
            crc.update(content);
            entry.setMethod(ZipEntry.STORED);
            entry.setSize(content.length);
            entry.setCrc(crc.getValue());
            return entry(entry, content);
        }

        private Jar entry(ZipEntry entry, byte[] content) {
            try {
                zip.putNextEntry(entry);
                zip.write(content);
                zip.closeEntry();
                return this;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        Jar pom(String group, String artifact, String version) {
            return entry(
                    "META-INF/maven/" + group + "/" + artifact + "/pom.properties",
                    utf8("#Created\r\nversion=" + version + "\r\ngroupId=" + group + "\r\nartifactId=" + artifact
                            + "\r\n"));
        }

        byte[] finish() {
            try {
                zip.close();
                return bytes.toByteArray();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static FileFindings read(byte[] jar, int chunk) {
        return Readings.read(JavaArchive::new, jar, chunk);
    }

    private static FileFindings read(byte[] jar) {
        return read(jar, 1 << 16);
    }

    private static byte[] nested() {
        byte[] inner = new Jar()
                .pom("g", "inner", "1")
                .entry("A.class", new byte[5000])
                .finish();
        byte[] library = new Jar().stored("BOOT-INF/lib/inner.jar", inner).finish();
        return new Jar()
                .entry("META-INF/", new byte[0])
                .pom("g", "outer", "2")
                .pom("h", "shaded", "3")
                .entry("x/y.txt", utf8("text"))
                .entry("WEB-INF/lib/library.jar", library)
                .finish();
    }

    @Test
    void listsEveryArtifactAndWhereItLies() {
        FileFindings found = read(nested());
        assertEquals(List.of("maven g:outer 2", "maven h:shaded 3", "maven g:inner 1"), packages(found));
        assertEquals(
                List.of("", "", "!/WEB-INF/lib/library.jar!/BOOT-INF/lib/inner.jar"),
                found.packages().stream().map(FoundPackage::inside).toList());
        assertEquals(List.of(), found.doubts());
    }

    @Property(tries = 100)
    void chunksMakeNoDifference(@ForAll @IntRange(min = 1, max = 3000) int chunk) {
        byte[] jar = nested();
        assertEquals(read(jar).packages(), read(jar, chunk).packages());
        assertEquals(List.of(), read(jar, chunk).doubts());
    }

    @Test
    void anArchiveWithoutCoordinatesHasNone() {
        byte[] jar = new Jar()
                .entry("META-INF/MANIFEST.MF", utf8("Implementation-Title: mystery\nImplementation-Version: 1.2\n"))
                .finish();
        assertEquals(List.of(), read(jar).packages());
        assertEquals(List.of(), read(jar).doubts());
    }

    @Test
    void anArchiveMayBeginWithAScript() {
        ByteArrayOutputStream jar = new ByteArrayOutputStream();
        jar.writeBytes(utf8("#!/bin/sh\nexec java -jar \"$0\" PK\n"));
        jar.writeBytes(new Jar().pom("g", "a", "1").finish());
        assertEquals(List.of("maven g:a 1"), packages(read(jar.toByteArray())));
    }

    @Test
    void whatIsNoArchiveHasNoPackages() {
        for (byte[] each : List.of(new byte[0], utf8("not a jar"), new byte[100_000], new Jar().finish())) {
            assertEquals(List.of(), read(each).packages());
            assertEquals(List.of(), read(each).doubts());
        }
        assertEquals(List.of(Reason.LIMIT_EXCEEDED), doubts(read(new byte[2 << 20])));
    }

    @Test
    void saysWhatIsCutOff() {
        byte[] jar = nested();
        for (int length = 30; length < jar.length - 60; length += 7) {
            FileFindings found = read(Arrays.copyOf(jar, length));
            assertTrue(doubts(found).contains(Reason.MALFORMED), "of " + length + " bytes");
        }
    }

    @Test
    void comparesEntriesWithTheDirectory() {
        byte[] jar = new Jar().pom("g", "a", "1").finish();
        byte[] renamed = jar.clone();
        int directory = new String(jar, StandardCharsets.ISO_8859_1).lastIndexOf("META-INF/maven/g/a");
        renamed[directory + "META-INF/maven/".length()] = 'X';
        FileFindings found = read(renamed);
        assertEquals(List.of("maven g:a 1"), packages(found));
        assertEquals(List.of(Reason.MALFORMED, Reason.MALFORMED), doubts(found));
    }

    /** {@return an archive of one stored entry, of which only the descriptor after it says the size} */
    private static byte[] streamed(String name, byte[] content) {
        CRC32 crc = new CRC32();
        crc.update(content);
        byte[] entry = utf8(name);
        ByteBuffer zip =
                ByteBuffer.allocate(200 + 2 * entry.length + content.length).order(ByteOrder.LITTLE_ENDIAN);
        zip.putInt(0x04034b50).putShort((short) 20).putShort((short) 8).putShort(26, (short) entry.length);
        zip.position(30);
        zip.put(entry).put(content);
        zip.putInt(0x08074b50)
                .putInt((int) crc.getValue())
                .putInt(content.length)
                .putInt(content.length);
        int directory = zip.position();
        zip.putInt(0x02014b50).putShort(directory + 28, (short) entry.length);
        zip.position(directory + 46);
        zip.put(entry).putInt(0x06054b50);
        return Arrays.copyOf(zip.array(), zip.position() + 18);
    }

    @Test
    void readsStoredEntriesWhoseSizeFollowsThem() {
        byte[] inner = streamed("META-INF/maven/g/a/pom.properties", utf8("groupId=g\nartifactId=a\nversion=1\n"));
        byte[] outer = streamed("lib/a.jar", inner);
        for (int chunk : List.of(1, 7, 64, 100_000)) {
            FileFindings found = read(outer, chunk);
            assertEquals(List.of("maven g:a 1"), packages(found));
            assertEquals(List.of(), found.doubts());
        }
    }

    @Test
    void readsEveryArchiveOfAFileAndSaysSo() {
        ByteArrayOutputStream two = new ByteArrayOutputStream();
        two.writeBytes(new Jar().pom("g", "first", "1").finish());
        two.writeBytes(new Jar().pom("g", "last", "1").finish()); // the one that Java reads
        FileFindings found = read(two.toByteArray());
        assertEquals(List.of("maven g:first 1", "maven g:last 1"), packages(found));
        assertEquals(List.of(Reason.MALFORMED), doubts(found));
        assertEquals(List.of(Reason.MALFORMED), doubts(read(two.toByteArray(), 1)));
        two.writeBytes(new byte[3000]);
        assertEquals(found.packages(), read(two.toByteArray()).packages());
    }

    @Test
    void readsOnAfterAnEncryptedEntry() {
        byte[] jar = new Jar()
                .stored("WEB-INF/lib/a.jar", new Jar().pom("g", "a", "1").finish())
                .pom("g", "b", "1")
                .finish();
        jar[6] |= 1; // the first entry is encrypted
        FileFindings found = read(jar);
        assertEquals(List.of("maven g:b 1"), packages(found));
        assertEquals(List.of(Reason.UNSUPPORTED), doubts(found));
        assertTrue(found.doubts().get(0).detail().contains("!/WEB-INF/lib/a.jar"), found.doubts()::toString);
    }

    @Test
    void limitsDepthSizeAndEntries() {
        byte[] deep = new Jar().pom("g", "deepest", "1").finish();
        for (int i = 0; i < 40; i++) {
            deep = new Jar().entry("n" + i + ".jar", deep).finish();
        }
        assertEquals(List.of(Reason.LIMIT_EXCEEDED), doubts(read(deep)));
        Jar many = new Jar();
        for (int i = 0; i <= Readings.LIMITS.maxArchiveEntries(); i++) {
            many.entry("f" + i, new byte[0]);
        }
        assertEquals(List.of(Reason.LIMIT_EXCEEDED), doubts(read(many.finish())));
        byte[] zeros = new byte[2 << 20];
        assertEquals(
                List.of(Reason.LIMIT_EXCEEDED),
                doubts(read(new Jar().pom("g", "a", "1").entry("zeros", zeros).finish())));
        FileFindings bomb = read(new Jar()
                .entry("META-INF/maven/g/a/pom.properties", Arrays.copyOf(zeros, 100_000))
                .pom("g", "b", "1")
                .finish());
        assertEquals(List.of("maven g:b 1"), packages(bomb));
        assertEquals(List.of(Reason.LIMIT_EXCEEDED), doubts(bomb));
    }

    @Test
    void doubtsCoordinatesThatAreNone() {
        for (String properties : List.of(
                "groupId=g\nversion=1\n",
                "groupId=g\nartifactId=a\nversion=${v}",
                "groupId=\\u12\n",
                "groupId=\nartifactId=a\nversion=1")) {
            FileFindings found = read(new Jar()
                    .entry("META-INF/maven/g/a/pom.properties", utf8(properties))
                    .finish());
            assertEquals(List.of(), found.packages());
            assertEquals(List.of(Reason.MALFORMED), doubts(found));
        }
    }

    @Test
    void anyDamageEndsInPackagesOrDoubts() {
        byte[] jar = nested();
        Random random = new Random(3);
        for (int i = 0; i < 5000; i++) {
            byte[] damaged = jar.clone();
            for (int n = random.nextInt(4); n >= 0; n--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            FileFindings found = read(damaged);
            FileFindings inParts = read(damaged, 17);
            assertEquals(found.doubts().isEmpty(), inParts.doubts().isEmpty());
            if (found.doubts().isEmpty()) {
                assertEquals(found.packages(), inParts.packages());
            }
        }
    }
}

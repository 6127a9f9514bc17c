package dev.tallyclerk.registry.internal.inventory.rpm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.registry.internal.inventory.Doubt.Reason;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.MemoryBudget;
import dev.tallyclerk.registry.internal.inventory.OwnedPaths;
import dev.tallyclerk.registry.internal.inventory.Readings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.zip.Adler32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The stores, as rpm and libdb wrote them, and damaged ones. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class RpmDatabaseTest {
    private static FileFindings read(byte[] database) {
        FileFindings found = Readings.findings();
        RpmDatabase.read(Readings.kept(database), Readings.kept(new byte[0]), found);
        return found;
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = RpmDatabaseTest.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Packages.db", "Packages"})
    void readsWhatRpmReads(String name) throws IOException {
        FileFindings found = read(resource(name));
        assertEquals(List.of(), found.doubts());
        assertTrue(found.packages().size() >= 7, Readings.packages(found)::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Packages.db", "Packages"})
    void anyDamageEndsInPackagesOrDoubts(String name) throws IOException {
        byte[] good = resource(name);
        int count = read(good).packages().size();
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            byte[] damaged = i % 10 == 0 ? Arrays.copyOf(good, random.nextInt(good.length)) : good.clone();
            for (int n = random.nextInt(4); n >= 0 && damaged.length > 0; n--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            FileFindings found = read(damaged);
            assertTrue(found.packages().size() <= count, Readings.packages(found)::toString);
        }
    }

    @Test
    void aDatabaseOfAnotherKindIsUnsupported() {
        assertEquals(List.of(Reason.UNSUPPORTED), Readings.doubts(read(new byte[4096])));
        assertEquals(List.of(Reason.MALFORMED), Readings.doubts(read(new byte[0])));
    }

    /** {@return an ndb store of one page of slots, all of which lead to one blob} */
    private static byte[] ndb(int slots, byte[] header) {
        int room = (16 + header.length + 12 + 15) / 16 * 16;
        ByteBuffer file = ByteBuffer.allocate(4096 + room).order(ByteOrder.LITTLE_ENDIAN);
        file.put("RpmP".getBytes(StandardCharsets.US_ASCII)).putInt(0).putInt(1).putInt(1);
        for (int at = 32; at < 4096; at += 16) {
            boolean used = (at - 32) / 16 < slots;
            file.position(at);
            file.put("Slot".getBytes(StandardCharsets.US_ASCII));
            file.putInt(used ? 1 : 0).putInt(used ? 256 : 0).putInt(used ? room / 16 : 0);
        }
        file.position(4096);
        file.put("BlbS".getBytes(StandardCharsets.US_ASCII)).putInt(1).putInt(1).putInt(header.length);
        file.put(header);
        Adler32 checksum = new Adler32();
        checksum.update(file.array(), 4096, room - 12);
        file.position(4096 + room - 12);
        file.putInt((int) checksum.getValue()).putInt(header.length);
        file.put("BlbE".getBytes(StandardCharsets.US_ASCII));
        return file.array();
    }

    @Test
    void findsTheChecksumsOfFiles() {
        byte[] header = RpmHeaders.of("a", "1", "2")
                .texts(RpmHeader.BASE_NAMES, "bin", "key.pem")
                .texts(RpmHeader.DIRECTORY_NAMES, "/usr/", "/usr/share/")
                .numbers(RpmHeader.DIRECTORY_INDEXES, 0, 1)
                .texts(RpmHeader.FILE_DIGESTS, "", "0123456789abcdef0123456789abcdef")
                .bytes();
        FileFindings found = FileFindings.withDigests(Readings.LIMITS, MemoryBudget.ofBytes(1 << 20));
        RpmDatabase.read(Readings.kept(ndb(1, header)), Readings.kept(new byte[0]), found);
        Map<Long, Set<Long>> wanted = Map.of(
                OwnedPaths.hash("usr/share/key.pem"), new HashSet<>(), OwnedPaths.hash("usr/bin"), new HashSet<>());
        found.digests().find(wanted);

        assertEquals(List.of(), found.doubts());
        assertEquals(Set.of(0x0123456789abcdefL), wanted.get(OwnedPaths.hash("usr/share/key.pem")));
        assertEquals(Set.of(), wanted.get(OwnedPaths.hash("usr/bin")));
    }

    @Test
    void packagesThatOverlapDoNotMultiplyTheWork() {
        byte[] header = RpmHeaders.of("a", "1", "2")
                .text(RpmHeader.SOURCE_RPM, "x".repeat(4000))
                .bytes();
        assertEquals(List.of("rpm a 1-2"), Readings.packages(read(ndb(1, header))));
        FileFindings found = read(ndb(254, header));
        assertEquals(1, found.packages().size());
        assertEquals(Reason.MALFORMED, Readings.doubts(found).get(0));
    }

    /** {@return a Berkeley DB of so many equal pages of items, whose values claim 8 MiB and are nowhere} */
    private static byte[] bdb(int pages) {
        int size = 512;
        ByteBuffer file = ByteBuffer.allocate(size * pages).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(12, 0x061561)
                .putInt(16, 9)
                .putInt(20, size)
                .put(25, (byte) 8)
                .putInt(32, pages - 1);
        for (int page = size; page < file.capacity(); page += size) {
            int pairs = 20;
            file.putShort(page + 20, (short) (2 * pairs)).put(page + 25, (byte) 13);
            int end = size;
            for (int i = 0; i < pairs; i++) {
                end -= 5;
                file.put(page + end, (byte) 1).putInt(page + end + 1, i + 1).putShort(page + 26 + 4 * i, (short) end);
                end -= 12;
                file.put(page + end, (byte) 3).putInt(page + end + 8, 8 << 20);
                file.putShort(page + 28 + 4 * i, (short) end);
            }
        }
        return file.array();
    }

    @Test
    void whatValuesClaimTakesNoMemoryOrTime() {
        FileFindings found = read(bdb(30_000));
        assertEquals(List.of(), found.packages());
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                Readings.doubts(found).get(found.doubts().size() - 1),
                "more are lost than are worth the time");
    }

    @Test
    void overflowPagesInACircleEnd() throws IOException {
        byte[] file = resource("Packages");
        int pageSize = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(20);
        for (int page = pageSize; page < file.length; page += pageSize) {
            if (file[page + 25] == 7) {
                ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(page + 16, page / pageSize);
                ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putShort(page + 22, (short) 1);
            }
        }
        FileFindings found = read(file);
        assertTrue(found.doubts().size() > 0 && found.packages().isEmpty(), Readings.packages(found)::toString);
    }
}

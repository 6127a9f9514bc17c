package dev.tallyclerk.registry.audit.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.testing.SharedData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ElfReaderTest {
    private static final int LOAD = 1;
    private static final int DYNAMIC = 2;
    private static final int STACK = 0x6474e551;
    private static final int RELRO = 0x6474e552;

    private static ElfFile read(byte[] file, int chunk) {
        ElfReader reader = ElfReader.start(file, 0, Math.min(chunk, file.length));
        assertNotNull(reader);
        for (int at = 0; at < file.length; at += chunk) {
            if (!reader.update(file, at, Math.min(chunk, file.length - at))) {
                break;
            }
        }
        return reader.finish();
    }

    /** A file with the given library path, whose names are at 0x400 and whose dynamic section is at 0x800. */
    private static byte[] program(boolean isWide, ByteOrder order, int type, String path, long... tags) {
        ByteBuffer out = ByteBuffer.allocate(0x1000).order(order);
        out.put(new byte[] {0x7f, 'E', 'L', 'F', (byte) (isWide ? 2 : 1), (byte) (order == ByteOrder.BIG_ENDIAN ? 2 : 1)
        });
        out.putShort(16, (short) type);
        int size = isWide ? 56 : 32;
        if (isWide) {
            out.putLong(32, 64);
        } else {
            out.putInt(28, 64);
        }
        out.putShort(isWide ? 54 : 42, (short) size).putShort(isWide ? 56 : 44, (short) 4);
        byte[] names = ("\0" + path + "\0").getBytes(StandardCharsets.UTF_8);
        out.position(0x400).put(names);
        long[][] segments = {
            {LOAD, 0, 0x10000, 0x1000, 5}, {DYNAMIC, 0x800, 0x10800, 0x100, 6}, {STACK, 0, 0, 0, 6}, {RELRO, 0, 0, 0, 4}
        };
        for (int i = 0; i < segments.length; i++) {
            long[] each = segments[i];
            int at = 64 + i * size;
            out.putInt(at, (int) each[0]).putInt(at + (isWide ? 4 : 24), (int) each[4]);
            if (isWide) {
                out.putLong(at + 8, each[1]).putLong(at + 16, each[2]).putLong(at + 32, each[3]);
            } else {
                out.putInt(at + 4, (int) each[1]).putInt(at + 8, (int) each[2]).putInt(at + 16, (int) each[3]);
            }
        }
        out.position(0x800);
        long[] all = Arrays.copyOf(tags, tags.length + 6);
        System.arraycopy(new long[] {5, 0x10400, 10, names.length, 0, 0}, 0, all, tags.length, 6);
        for (long each : all) {
            if (isWide) {
                out.putLong(each);
            } else {
                out.putInt((int) each);
            }
        }
        return out.array();
    }

    @ParameterizedTest
    @ValueSource(strings = {"hardened", "bare", "partial-relro", "rpath-tmp", "libshared.so"})
    void agreesWithChecksec(String name) throws IOException, JsonException {
        byte[] file = SharedData.read("image-audit/elf/" + name);
        JsonCursor expected = JsonCursor.parse(
                        SharedData.read("image-audit/elf/expected.json"), JsonLimits.ofBytes(1 << 20))
                .required("files")
                .required(name);
        for (int chunk : new int[] {4096, 65_536}) {
            ElfFile elf = read(file, chunk);
            assertEquals("", elf.problem());
            assertEquals(
                    expected.required("relro").string(),
                    elf.relro() == ElfFile.Relro.NONE
                            ? "no"
                            : elf.relro().name().toLowerCase(java.util.Locale.ROOT));
            assertEquals(
                    expected.required("canary").string().equals("yes") ? ElfFile.Canary.YES : ElfFile.Canary.NO,
                    elf.canary());
            assertEquals(expected.required("nx").string().equals("yes"), !elf.hasExecutableStack());
            assertEquals(!expected.required("pie").string().equals("no"), elf.isPositionIndependent());
            assertEquals(expected.required("paths").strings(), elf.libraryPaths());
        }
    }

    @Test
    void readsBothWidthsAndByteOrders() {
        for (boolean isWide : new boolean[] {true, false}) {
            for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
                ElfFile elf = read(program(isWide, order, 3, "/opt/lib", 1, 1, 29, 1, 30, 8), 4096);
                assertEquals("", elf.problem());
                assertEquals(List.of("/opt/lib"), elf.libraryPaths());
                assertEquals(ElfFile.Relro.FULL, elf.relro());
                assertEquals(ElfFile.Canary.NO, elf.canary());
                assertTrue(elf.isPositionIndependent());
                assertFalse(elf.hasExecutableStack());
            }
        }
    }

    @Test
    void aStaticProgramDoesNotSayWhetherItHasCanaries() {
        assertEquals(
                ElfFile.Canary.UNKNOWN,
                read(program(true, ByteOrder.LITTLE_ENDIAN, 3, "", 24, 0), 4096).canary());
    }

    @Test
    void aLanguageThatNeedsNoCanariesIsKnownByWhatItsProgramsHave() {
        for (int chunk : new int[] {1024, 1025, 1030, 4096}) {
            for (int at : new int[] {0xa00, 0xbf8, 0xbfa, 0xff0 - 20}) {
                assertEquals(
                        ElfFile.Canary.NOT_APPLICABLE,
                        read(withText(at, "\u00ff Go buildinf:"), chunk).canary());
                assertEquals(
                        ElfFile.Canary.CHECKED_BOUNDS,
                        read(withText(at, "/library/core/src/a.rs"), chunk).canary());
                assertEquals(
                        ElfFile.Canary.NO,
                        read(withText(at, "/library/core/test/"), chunk).canary());
            }
        }
    }

    @Test
    void aSignBetweenTheStartAndALateDynamicSectionIsSeen() {
        byte[] program = Arrays.copyOf(program(true, ByteOrder.LITTLE_ENDIAN, 3, "", 1, 0, 24, 0), 6 << 20);
        int late = 5 << 20;
        System.arraycopy(program, 0x800, program, late, 0x100);
        ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN).putLong(64 + 56 + 8, late);
        byte[] sign = "/library/std/src/".getBytes(StandardCharsets.US_ASCII);
        assertEquals(ElfFile.Canary.NO, read(program, 65_536).canary());
        System.arraycopy(sign, 0, program, (4 << 20) + 500, sign.length);

        assertEquals(ElfFile.Canary.CHECKED_BOUNDS, read(program, 65_536).canary());
    }

    @Test
    void aLibraryThatNeedsNoOtherIsNoStaticProgram() {
        assertEquals(
                ElfFile.Canary.NO,
                read(program(true, ByteOrder.LITTLE_ENDIAN, 3, "", 14, 0), 4096).canary());
    }

    /** A program in C but for one text. */
    private static byte[] withText(int at, String text) {
        byte[] program = program(true, ByteOrder.LITTLE_ENDIAN, 3, "", 1, 0, 24, 0);
        byte[] sign = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(sign, 0, program, at, sign.length);
        return program;
    }

    @Test
    void aStaticProgramOfGoWithoutABuildIdIsOneOfGo() {
        byte[] program = withText(0xa00, "\u00ff Go buildinf:");
        // No dynamic section.
        program[64 + 56] = 4;

        assertEquals(ElfFile.Canary.NOT_APPLICABLE, read(program, 1024).canary());
        program[0xa01] = 'x';
        assertEquals(ElfFile.Canary.UNKNOWN, read(program, 1024).canary());
    }

    @Test
    void otherFilesAreNoPrograms() {
        assertNull(ElfReader.start(new byte[100], 0, 100));
        byte[] program = program(true, ByteOrder.LITTLE_ENDIAN, 1, "");
        assertNull(ElfReader.start(program, 0, program.length), "an object file");
        assertNull(ElfReader.start(program, 0, 20), "a file that ends within its header");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/tmp/lib",
                "",
                "/opt::/usr/lib",
                "lib",
                "/usr/lib:/var/tmp",
                "/srv/open",
                "$ORIGIN/../open",
                "/opt/../tmp/lib",
                "/srv/open/gone/lib",
                "$LIB"
            })
    void refusesLibraryPathsThatOthersCanWrite(String path) throws IOException {
        assertEquals(Set.of("0 srv/bin/x"), image(path).found("FS-061"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/usr/lib", "$ORIGIN", "${ORIGIN}/../lib:/opt/x"})
    void acceptsOtherLibraryPaths(String path) throws IOException {
        assertEquals(Set.of(), image(path).found("FS-061"));
    }

    @Test
    void theLoadersConfigurationMustNotLeadToDirectoriesOfOthers() throws IOException {
        LayeredImage image = LayeredImage.of(new TestTar()
                        .entry(TestTar.Header.of("srv/open", '5').mode(0777))
                        .directory("srv/closed")
                        .file("etc/ld.so.conf", "include /etc/ld.so.conf.d/*.conf\n/srv/closed\n")
                        .file("etc/ld.so.conf.d/a.conf", "# ours\n/srv/open # all\n")
                        .file("etc/ld.so.conf.d/b.conf", "/usr/local/lib\n")
                        .file("etc/ld.so.conf.d/c.bak", "/tmp\n"))
                .config(config -> config.env("LD_LIBRARY_PATH", "/srv/closed:/srv/open"));

        assertEquals(Set.of("0 etc/ld.so.conf.d/a.conf", "0 srv/open"), image.found("FS-061"));
    }

    private static LayeredImage image(String path) {
        byte[] program = program(true, ByteOrder.LITTLE_ENDIAN, 3, path, 1, 1, 29, path.isEmpty() ? 0 : 1, 24, 0);
        return LayeredImage.of(new TestTar()
                .entry(TestTar.Header.of("srv/open", '5').mode(0777))
                .entry(TestTar.Header.of("srv/bin/x", '0').mode(0755).size(program.length), program));
    }

    @Test
    void aProgramThatCannotBeReadIsUnknown() throws IOException {
        byte[] program = program(true, ByteOrder.LITTLE_ENDIAN, 3, "");
        ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN).putShort(56, (short) 20_000);

        LayeredImage image = LayeredImage.of(
                new TestTar().entry(TestTar.Header.of("bin/x", '0').mode(0755).size(program.length), program));

        for (String rule : List.of("FS-056", "FS-057", "FS-058", "FS-059", "FS-060", "FS-061")) {
            assertEquals(Outcome.Kind.UNKNOWN, image.kind(rule), rule);
        }
    }

    @Property(tries = 500)
    void anyChangeIsReadOrAProblem(
            @ForAll @IntRange(min = 6, max = 0x900) int at, @ForAll long value, @ForAll boolean isWide) {
        byte[] program = program(isWide, ByteOrder.LITTLE_ENDIAN, 3, "/opt/lib", 1, 1, 29, 1, 30, 8);
        ByteBuffer.wrap(program).putLong(at, value);
        ElfReader reader = ElfReader.start(program, 0, program.length);
        if (reader != null) {
            reader.update(program, 0, program.length);
            assertNotNull(reader.finish());
        }
    }
}

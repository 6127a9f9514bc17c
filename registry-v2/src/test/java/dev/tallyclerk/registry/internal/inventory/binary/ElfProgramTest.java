package dev.tallyclerk.registry.internal.inventory.binary;

import static dev.tallyclerk.registry.internal.inventory.Readings.doubts;
import static dev.tallyclerk.registry.internal.inventory.Readings.packages;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.registry.internal.inventory.Doubt.Reason;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.MemoryBudget;
import dev.tallyclerk.registry.internal.inventory.Readings;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import dev.tallyclerk.testing.Peers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ElfProgramTest {
    static final int CHUNK = 1 << 16;

    private static FileFindings read(byte[] program) {
        return Readings.read(ElfProgram::new, program, CHUNK);
    }

    private static final String MODULES = """
            path\tx.test/a
            mod\tx.test/a\t(devel)\t
            dep\tgithub.com/docker/docker\tv20.10.7+incompatible\th1:x=
            dep\tgolang.org/x/text\tv0.3.6\th1:y=
            =>\tgolang.org/x/text\tv0.3.7\th1:z=
            dep\tx.test/local\tv1.0.0
            =>\t./local\t\t
            build\tGOOS=linux
            """;

    @Test
    void listsTheModulesAndTheLibraryOfAGoProgram() {
        FileFindings found = read(Programs.go(2, "go1.24.4", MODULES));
        assertEquals(
                List.of(
                        "golang stdlib go1.24.4",
                        "golang github.com/docker/docker v20.10.7+incompatible",
                        "golang golang.org/x/text v0.3.7"),
                packages(found));
        assertEquals(List.of(), found.doubts());
    }

    @ParameterizedTest
    @CsvSource({
        "v1.2.3, true",
        "v1.2.3-rc.1, true",
        "v2.0.0+incompatible, true",
        "(devel), false",
        "v0.0.0-20220722155237-a158d28d115b, false",
        "v1.2.4-0.20220722155237-a158d28d115b+dirty, false",
        "v1.2.3+dirty, false"
    })
    void theMainModuleCountsInReleasedVersionsOnly(String version, boolean counts) {
        FileFindings found = read(Programs.go(2, "go1.24.4", "mod\tx.test/a\t" + version + "\th1:\n"));
        assertEquals(counts, packages(found).contains("golang x.test/a " + version));
    }

    @Test
    void aToolchainWithExperimentsIsTheSameLibrary() {
        for (String version :
                List.of("go1.22.0 X:boringcrypto", "go1.22.0-X:arenas", "go1.22.0 (Red Hat 1.22.0-1.el9)")) {
            assertEquals(List.of("golang stdlib go1.22.0"), packages(read(Programs.go(2, version, ""))));
        }
    }

    @Test
    void listsTheModulesOfAnOldGoProgram() {
        byte[] program = Programs.oldGo("go1.16.7", MODULES);
        FileFindings found = read(program);
        assertEquals(packages(read(Programs.go(2, "go1.16.7", MODULES))), packages(found));
        assertEquals(List.of(), found.doubts());
        for (int chunk = 256; chunk < 1024; chunk += 16) {
            assertEquals(
                    found.packages(),
                    Readings.read(ElfProgram::new, program, chunk).packages());
        }
    }

    @Test
    void doubtsAnOldGoProgramWithPointersThatLeadToNoText() {
        byte[] program = Programs.oldGo("go1.16.7", MODULES);
        program[2048 + 16]++; // the pointer to the version
        assertEquals(List.of(Reason.UNSUPPORTED), doubts(read(program)));
        program[2048 + 20] = 1; // now it leads far out of the program
        assertEquals(List.of(Reason.UNSUPPORTED), doubts(read(program)));
    }

    @Test
    void doubtsGoProgramsThatDoNotSayWhatTheyAreBuiltOf() {
        assertEquals(List.of(Reason.UNSUPPORTED), doubts(read(Programs.go(2, "go1.24.4", ""))));
        assertEquals(List.of(Reason.UNSUPPORTED), doubts(read(Programs.oldGo("go1.16.7", ""))));
        byte[] stripped = Programs.oldGo("go1.16.7", MODULES);
        stripped[2048] = 0; // no longer the start of build information
        assertEquals(List.of(Reason.UNSUPPORTED), doubts(read(stripped)));
        stripped[64 + 4] = 4; // no segment to write to, as in a file of debug information only
        assertEquals(List.of(), doubts(read(stripped)));
        FileFindings unreleased = read(Programs.go(2, "devel go1.25-a1b2c3 Mon Jun 2 2025", MODULES));
        assertEquals(List.of(Reason.UNSUPPORTED), doubts(unreleased));
        assertEquals(2, unreleased.packages().size());
    }

    @Test
    void doubtsPackedPrograms() {
        byte[] program = Programs.go(2, "go1.24.4", MODULES);
        program[1024] = 0;
        assertEquals(List.of(), read(program).doubts());
        System.arraycopy("UPX!".getBytes(StandardCharsets.US_ASCII), 0, program, 236, 4);
        assertEquals(List.of(Reason.UNSUPPORTED), doubts(read(program)));
    }

    @Test
    void modulesFromFoldersAreNotThoseThatArePublished() {
        String modules = "dep\tx.test/a\tv1.0.0\t\n=>\t../a\t(devel)\t\ndep\tx.test/workspace\t(devel)\t\n";
        FileFindings found = read(Programs.go(2, "go1.24.4", modules));
        assertEquals(List.of("golang stdlib go1.24.4"), packages(found));
        assertEquals(List.of(), found.doubts());
    }

    @Test
    void readsProgramsForOtherSystems() {
        for (byte[] program : List.of(Programs.windows("go1.24.4", MODULES), Programs.mac("go1.24.4", MODULES))) {
            FileFindings found = Readings.read(ForeignProgram::new, program, CHUNK);
            assertEquals(packages(read(Programs.go(2, "go1.24.4", MODULES))), packages(found));
            assertEquals(List.of(), found.doubts());
        }
    }

    @Test
    void aProgramThatOnlyKnowsOfBuildInformationHasNone() {
        byte[] program = Programs.go(2, "go1.24.4", MODULES);
        program[64 + 4] = 4; // the segment is only for reading
        assertEquals(List.of(), read(program).packages());
    }

    @Test
    void listsTheCratesOfAnAuditableProgram() {
        FileFindings found = read(Programs.rust(
                "{\"packages\":[{\"name\":\"regex\",\"version\":\"1.5.4\",\"source\":\"crates.io\"},"
                        + "{\"name\":\"cc\",\"version\":\"1.0.0\",\"source\":\"crates.io\",\"kind\":\"build\"},"
                        + "{\"name\":\"tool\",\"version\":\"0.3.1\",\"source\":\"local\",\"root\":true}]}",
                0));
        assertEquals(List.of("cargo regex 1.5.4", "cargo tool 0.3.1"), packages(found));
        assertEquals(List.of(), found.doubts());
    }

    @Test
    void findsTheSectionBeforeAndAfterMuchDebugInformation() {
        String crates = "{\"packages\":[{\"name\":\"a\",\"version\":\"1\"}]}";
        assertEquals(List.of("cargo a 1"), packages(read(Programs.rust(crates, 6 << 20))));
        assertEquals(List.of("cargo a 1"), packages(read(Programs.rust(crates, -(6 << 20)))));
    }

    @Test
    void doubtsASectionThatIsNone() {
        assertEquals(List.of(Reason.MALFORMED), doubts(read(Programs.rust("{}", 0))));
        assertEquals(List.of(Reason.MALFORMED), doubts(read(Programs.rust("nothing", 0))));
        byte[] program = Programs.rust("{\"packages\":[]}", 0);
        program[Programs.LOADED] ^= 0x55;
        assertEquals(List.of(Reason.MALFORMED), doubts(read(program)));
    }

    @Property(tries = 100)
    void chunksMakeNoDifference(@ForAll @IntRange(min = 64, max = 400) int chunks) {
        byte[] go = Programs.go(2, "go1.24.4", MODULES);
        byte[] rust = Programs.rust("{\"packages\":[{\"name\":\"a\",\"version\":\"1\"}]}", 3 << 20);
        assertEquals(
                read(go).packages(),
                Readings.read(ElfProgram::new, go, 16 * chunks).packages());
        assertEquals(
                read(rust).packages(),
                Readings.read(ElfProgram::new, rust, 16 * chunks).packages());
    }

    @Test
    void anyDamageEndsInPackagesOrDoubts() {
        for (byte[] good : List.of(
                Programs.go(2, "go1.24.4", MODULES),
                Programs.oldGo("go1.16.7", MODULES),
                Programs.rust("{\"packages\":[{\"name\":\"a\"}]}", 0))) {
            Random random = new Random(3);
            for (int i = 0; i < 5000; i++) {
                byte[] damaged = i % 10 == 0 ? Arrays.copyOf(good, random.nextInt(good.length)) : good.clone();
                for (int n = random.nextInt(4); n >= 0 && damaged.length > 0; n--) {
                    int at = random.nextInt(random.nextBoolean() ? damaged.length : Math.min(300, damaged.length));
                    damaged[at] = (byte) random.nextInt();
                }
                assertTrue(read(damaged).doubts().size() <= 20);
            }
        }
    }

    @Test
    void agreesWithTheGoCommandAboutItself() throws IOException, InterruptedException {
        Path go = Peers.require("go").toRealPath();
        List<String> wanted = new ArrayList<>();
        String printed = Peers.run(Path.of("/"), go.toString(), "version", "-m", go.toString());
        for (String line : printed.lines().toList()) {
            String[] fields = line.strip().split("\t", -1);
            if (fields[0].equals("dep")) {
                wanted.add("golang " + fields[1] + " " + fields[2]);
            } else if (fields[0].startsWith(go.toString())) {
                wanted.add(
                        0,
                        "golang stdlib "
                                + fields[0].substring(go.toString().length() + 2)
                                        .split(" ", -1)[0]);
            }
        }
        FileFindings found = new FileFindings(Readings.LIMITS, MemoryBudget.ofBytes(8 << 20));
        ElfProgram program = new ElfProgram(found);
        try (InputStream in = Files.newInputStream(go)) {
            byte[] chunk = new byte[CHUNK];
            for (int n = in.readNBytes(chunk, 0, CHUNK); n > 0; n = in.readNBytes(chunk, 0, CHUNK)) {
                program.update(chunk, 0, n);
            }
            program.finish();
        } catch (UnreadableException e) {
            throw new AssertionError(e);
        }
        assertEquals(wanted, packages(found));
    }
}

package dev.tallyclerk.registry.internal.inventory.system;

import static dev.tallyclerk.registry.internal.inventory.Readings.doubts;
import static dev.tallyclerk.registry.internal.inventory.Readings.packages;
import static dev.tallyclerk.registry.internal.inventory.Readings.read;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.registry.internal.inventory.Doubt.Reason;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.FoundPackage;
import dev.tallyclerk.registry.internal.inventory.MemoryBudget;
import dev.tallyclerk.registry.internal.inventory.ReadLimits;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import dev.tallyclerk.testing.Peers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DpkgStatusTest {
    private static String stanza(String name, String status, String... more) {
        return "Package: " + name + "\nStatus: " + status + "\nVersion: 1.0-1\nArchitecture: amd64\n"
                + String.join("", more) + "\n";
    }

    @Test
    void aPackageIsItsOwnSourceUnlessItSaysOtherwise() {
        FileFindings found = read(
                DpkgStatus.ofDpkg(),
                stanza("plain", "install ok installed")
                        + stanza("other", "install ok installed", "Source: origin\n")
                        + stanza("rebuilt", "install ok installed", "Source: origin (1:2.0-3)\n"));
        List<String> sources = found.packages().stream()
                .map(FoundPackage::source)
                .map(source -> source.name() + " " + source.version())
                .toList();
        assertEquals(List.of("plain 1.0-1", "origin 1.0-1", "origin 1:2.0-3"), sources);
        assertEquals(List.of(), found.doubts());
    }

    @ParameterizedTest
    @CsvSource({
        "install ok installed, true",
        "hold ok installed, true",
        "install reinstreq half-installed, true",
        "install ok unpacked, true",
        "install ok half-configured, true",
        "install ok triggers-awaited, true",
        "install ok triggers-pending, true",
        "deinstall ok config-files, false",
        "purge ok not-installed, false"
    })
    void countsPackagesWhoseFilesExist(String status, boolean counts) {
        FileFindings found = read(DpkgStatus.ofDpkg(), stanza("one", status));
        assertEquals(counts ? 1 : 0, found.packages().size());
        assertEquals(List.of(), found.doubts());
    }

    @Test
    void stanzasOfDistrolessImagesHaveNoState() {
        FileFindings found = read(DpkgStatus.ofDistroless(), "Package: one\nVersion: 2\nArchitecture: all\n");
        assertEquals(List.of("deb one 2"), packages(found));
    }

    @Test
    void aFieldHasItsNameInAnyCaseAndContinuationsAreSkipped() {
        FileFindings found = read(
                DpkgStatus.ofDpkg(),
                "package: one\nSTATUS: install ok installed\nDescription: x\n Version: 9\n\tSource: y\nversion: 1\r\n");
        assertEquals(List.of("deb one 1"), packages(found));
        assertEquals(List.of(), found.doubts());
    }

    @Test
    void opkgStatesNoSource() {
        FileFindings found = read(DpkgStatus.ofOpkg(), stanza("busybox", "install user installed"));
        assertEquals(List.of("opkg busybox 1.0-1"), packages(found));
        assertEquals("", found.packages().get(0).source().name());
    }

    @Test
    void opkgCountsPackagesWhoseScriptsFailed() {
        FileFindings found = read(
                DpkgStatus.ofOpkg(),
                stanza("one", "install user post-inst-failed")
                        + stanza("two", "deinstall user removal-failed")
                        + stanza("three", "deinstall hold,user not-installed"));
        assertEquals(List.of("opkg one 1.0-1", "opkg two 1.0-1"), packages(found));
        assertEquals(List.of(), found.doubts());
    }

    @ParameterizedTest
    @CsvSource({
        "'Package: a\nStatus: install ok installed\n', 'no version'",
        "'Status: install ok installed\nVersion: 1\n', 'no name'",
        "'Package: a\nVersion: 1\n', 'no state'",
        "'Package: a\nStatus: install ok strange\nVersion: 1\n', 'unknown state'",
        "'Package: a b\nStatus: install ok installed\nVersion: 1\n', 'blank in name'",
        "' starts with a continuation\n', 'continues nothing'",
        "'no colon\n', 'no field'",
    })
    void saysWhatItCannotReadAndReadsOn(String broken, String why) {
        FileFindings found = read(DpkgStatus.ofDpkg(), broken + "\n" + stanza("good", "install ok installed"));
        assertEquals("deb good 1.0-1", packages(found).get(packages(found).size() - 1), why);
        assertEquals(Reason.MALFORMED, doubts(found).get(0), why);
    }

    @Test
    void aFieldThatIsThereTwiceIsDoubted() {
        FileFindings found = read(DpkgStatus.ofDpkg(), stanza("one", "install ok installed", "Version: 2\n"));
        assertEquals(List.of(Reason.MALFORMED), doubts(found));
    }

    @Test
    void refusesLinesWithoutEnd() {
        FileFindings found = read(
                DpkgStatus.ofDpkg(), stanza("one", "install ok installed") + "Description: " + "y".repeat(2 << 20));
        assertEquals(List.of("deb one 1.0-1"), packages(found));
        assertEquals(List.of(Reason.LIMIT_EXCEEDED), doubts(found));
    }

    @Test
    void aHundredThousandErrorsAreAFewDoubts() {
        StringBuilder errors = new StringBuilder();
        for (int i = 0; i < 100_000; i++) {
            errors.append(i).append('\n');
        }
        FileFindings found = read(DpkgStatus.ofDpkg(), errors.toString());
        assertEquals(20, found.doubts().size());
    }

    @Test
    void agreesWithDpkgQueryOnTheInstalledSystem() throws IOException, InterruptedException, UnreadableException {
        String query = Peers.require("dpkg-query").toString();
        Path status = Peers.requireFile(Path.of("/var/lib/dpkg/status"));
        String printed = Peers.run(
                Path.of("/"),
                query,
                "-W",
                "-f",
                "${db:Status-Status} ${Package} ${Version} ${Architecture} ${source:Package} ${source:Version}\\n");
        TreeSet<String> wanted = new TreeSet<>();
        printed.lines()
                .filter(line -> line.startsWith("installed "))
                .forEach(line -> wanted.add(line.substring("installed ".length())));
        FileFindings found = new FileFindings(new ReadLimits(1 << 30, 1, 1, 1, 1), MemoryBudget.ofBytes(256 << 20));
        try (InputStream in = Files.newInputStream(status)) {
            DpkgStatus.ofDpkg().read(in, found);
        }
        TreeSet<String> listed = new TreeSet<>();
        found.packages()
                .forEach(each -> listed.add(each.name() + " " + each.version() + " " + each.architecture() + " "
                        + each.source().name() + " " + each.source().version()));
        assertEquals(wanted, listed);
        assertEquals(List.of(), found.doubts());
    }
}

package dev.tallyclerk.registry.internal.inventory.rpm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.registry.internal.inventory.Doubt;
import dev.tallyclerk.registry.internal.inventory.Doubt.Reason;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.FoundPackage;
import dev.tallyclerk.registry.internal.inventory.OwnedPaths;
import dev.tallyclerk.registry.internal.inventory.Readings;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RpmHeaderTest {
    private static FileFindings packages(RpmHeaders... headers) throws UnreadableException {
        FileFindings findings = Readings.findings();
        RpmPackages packages = new RpmPackages(findings);
        for (RpmHeaders header : headers) {
            packages.header(header.bytes());
        }
        packages.finish();
        return findings;
    }

    @Test
    void anEpochIsPartOfTheVersion() throws UnreadableException {
        FileFindings found = packages(
                RpmHeaders.of("a", "1.0", "2").numbers(RpmHeader.EPOCH, 3),
                RpmHeaders.of("b", "1.0", "2").numbers(RpmHeader.EPOCH, 0),
                RpmHeaders.of("c", "1.0", "2"));
        assertEquals(List.of("rpm a 3:1.0-2", "rpm b 1.0-2", "rpm c 1.0-2"), Readings.packages(found));
    }

    @Test
    void theEpochOfASourceIsThatOfAPackageWithItsVersion() throws UnreadableException {
        FileFindings found = packages(
                RpmHeaders.of("perl-Errno", "1.30", "481.el9")
                        .text(RpmHeader.SOURCE_RPM, "perl-5.32.1-481.el9.src.rpm"),
                RpmHeaders.of("perl-libs", "5.32.1", "481.el9")
                        .numbers(RpmHeader.EPOCH, 4)
                        .text(RpmHeader.SOURCE_RPM, "perl-5.32.1-481.el9.src.rpm"),
                RpmHeaders.of("lone", "1", "1").text(RpmHeader.SOURCE_RPM, "whole-2-1.src.rpm"));
        List<FoundPackage.FoundSource> sources =
                found.packages().stream().map(FoundPackage::source).toList();
        assertEquals(new FoundPackage.FoundSource("perl", "5.32.1-481.el9", "4"), sources.get(0));
        assertEquals(new FoundPackage.FoundSource("perl", "5.32.1-481.el9", "4"), sources.get(1));
        assertEquals(new FoundPackage.FoundSource("whole", "2-1", ""), sources.get(2));
    }

    @Test
    void theEpochOfASourceIsUnknownIfItsPackagesDisagree() throws UnreadableException {
        RpmHeaders one = RpmHeaders.of("one", "2", "1").numbers(RpmHeader.EPOCH, 1);
        RpmHeaders two = RpmHeaders.of("two", "2", "1").numbers(RpmHeader.EPOCH, 2);
        RpmHeaders whole = RpmHeaders.of("whole", "2", "1").numbers(RpmHeader.EPOCH, 3);
        for (RpmHeaders each : List.of(one, two, whole)) {
            each.text(RpmHeader.SOURCE_RPM, "whole-2-1.src.rpm");
        }
        assertEquals("", packages(one, two).packages().get(0).source().epoch());
        assertEquals("3", packages(one, whole, two).packages().get(0).source().epoch(), "named like the source");
    }

    @Test
    void aTagBehindTheSignedRegionReplacesOneInIt() throws UnreadableException {
        assertEquals(
                List.of("rpm a 1-2.installed"),
                Readings.packages(packages(RpmHeaders.of("a", "1", "2").text(RpmHeader.RELEASE, "2.installed"))));
    }

    @Test
    void keysOfSignersAreNoPackages() throws UnreadableException {
        assertEquals(List.of(), packages(RpmHeaders.of("gpg-pubkey", "1", "2")).packages());
    }

    @Test
    void knowsTheFilesOfAPackageAndItsModule() throws UnreadableException {
        FileFindings found = packages(RpmHeaders.of("nodejs", "18", "1")
                .text(RpmHeader.MODULARITY_LABEL, "nodejs:18:1:rhel9")
                .texts(RpmHeader.DIRECTORY_NAMES, "/usr/bin/", "/usr/lib/node/")
                .texts(RpmHeader.BASE_NAMES, "node", "package.json", "npm")
                .numbers(RpmHeader.DIRECTORY_INDEXES, 0, 1, 0));
        assertEquals("nodejs:18:1:rhel9", found.packages().get(0).label());
        Map<Long, String> owners = new HashMap<>();
        found.owned().forEach((owner, path) -> owners.put(path, owner));
        assertEquals(3, owners.size());
        assertEquals("nodejs", owners.get(OwnedPaths.hash("usr/lib/node/package.json")));
        assertEquals("nodejs", owners.get(OwnedPaths.hash("usr/bin/npm")));
    }

    private static Reason refusal(byte[] header) {
        return assertThrows(UnreadableException.class, () -> RpmHeader.parse(header))
                .doubt()
                .reason();
    }

    @Test
    void refusesHeadersThatDoNotFillTheirBytes() {
        byte[] good = RpmHeaders.of("a", "1", "2").bytes();
        assertEquals(Reason.MALFORMED, refusal(Arrays.copyOf(good, good.length - 1)));
        assertEquals(Reason.MALFORMED, refusal(Arrays.copyOf(good, good.length + 1)));
        assertEquals(Reason.MALFORMED, refusal(new byte[7]));
        assertEquals(Reason.LIMIT_EXCEEDED, refusal(new byte[8]));
        byte[] many = good.clone();
        ByteBuffer.wrap(many).putInt(0x7fffffff);
        assertEquals(Reason.LIMIT_EXCEEDED, refusal(many));
    }

    @Test
    void doubtsTagsThatPointOutside() throws UnreadableException {
        FileFindings found = packages(
                new RpmHeaders().raw(RpmHeader.NAME, 6, 1 << 30, 1, new byte[] {'a', 0}),
                new RpmHeaders().raw(RpmHeader.NAME, 6, -1, 1, new byte[] {'b', 0}),
                new RpmHeaders().raw(RpmHeader.NAME, 6, 0, 1, new byte[] {'c'}),
                RpmHeaders.of("d", "", "2"),
                RpmHeaders.of("good", "1", "2"));
        assertEquals(List.of("rpm good 1-2"), Readings.packages(found));
        assertTrue(found.doubts().stream().allMatch(doubt -> doubt.reason() == Reason.MALFORMED));
        assertEquals(4, found.doubts().size());
    }

    @Test
    void refusesListsOfFilesThatDoNotFit() {
        RpmHeaders wrongFolder = RpmHeaders.of("a", "1", "2")
                .texts(RpmHeader.DIRECTORY_NAMES, "/")
                .texts(RpmHeader.BASE_NAMES, "x")
                .numbers(RpmHeader.DIRECTORY_INDEXES, 1);
        RpmHeaders wrongCount = RpmHeaders.of("a", "1", "2")
                .texts(RpmHeader.DIRECTORY_NAMES, "/")
                .texts(RpmHeader.BASE_NAMES, "x", "y")
                .numbers(RpmHeader.DIRECTORY_INDEXES, 0);
        RpmHeaders claimed = RpmHeaders.of("a", "1", "2")
                .raw(RpmHeader.DIRECTORY_NAMES, 8, 0, Integer.MAX_VALUE, new byte[0])
                .raw(RpmHeader.BASE_NAMES, 8, 0, Integer.MAX_VALUE, new byte[0])
                .raw(RpmHeader.DIRECTORY_INDEXES, 4, 0, Integer.MAX_VALUE, new byte[0]);
        for (RpmHeaders each : List.of(wrongFolder, wrongCount, claimed)) {
            FileFindings found = Readings.findings();
            new RpmPackagesRun(found).header(each);
            assertEquals(List.of("rpm a 1-2"), Readings.packages(found), "the package itself is known");
            assertEquals(List.of(Reason.MALFORMED), Readings.doubts(found));
        }
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.MINUTES)
    void theNameOfAFolderIsReadOnceForAllItsFiles() {
        int count = 1_000_000;
        RpmHeaders many = RpmHeaders.of("a", "1", "2")
                .texts(RpmHeader.DIRECTORY_NAMES, "/etc/" + "x".repeat(100_000) + "/")
                .raw(RpmHeader.BASE_NAMES, 8, 200_000, count, new byte[count])
                .raw(RpmHeader.DIRECTORY_INDEXES, 4, 200_000, count, new byte[4 * count]);
        FileFindings found = Readings.findings();
        new RpmPackagesRun(found).header(many);
        assertEquals(List.of("rpm a 1-2"), Readings.packages(found));
        assertEquals(List.of(), found.doubts());
    }

    @Test
    void refusesMoreFoldersThanFiles() {
        RpmHeaders empty = RpmHeaders.of("a", "1", "2")
                .raw(RpmHeader.DIRECTORY_NAMES, 8, 20, 8_000_000, new byte[8_000_000])
                .texts(RpmHeader.BASE_NAMES, "x")
                .numbers(RpmHeader.DIRECTORY_INDEXES, 0);
        FileFindings found = Readings.findings();
        new RpmPackagesRun(found).header(empty);
        assertEquals(List.of(Reason.MALFORMED), Readings.doubts(found));
    }

    /** Collects the packages of headers. */
    private record RpmPackagesRun(FileFindings findings) {
        void header(RpmHeaders header) {
            try {
                new RpmPackages(findings).header(header.bytes());
            } catch (UnreadableException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Property
    void anyBytesAreAHeaderOrOneDoubt(@ForAll byte[] bytes) throws UnreadableException {
        FileFindings found = Readings.findings();
        new RpmPackages(found).header(bytes);
        List<Doubt> doubts = found.doubts();
        assertTrue(doubts.size() <= 1 && (doubts.size() == 1 || bytes.length >= 24));
    }
}

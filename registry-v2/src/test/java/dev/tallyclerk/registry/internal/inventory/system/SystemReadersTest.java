package dev.tallyclerk.registry.internal.inventory.system;

import static dev.tallyclerk.registry.internal.inventory.Readings.doubts;
import static dev.tallyclerk.registry.internal.inventory.Readings.packages;
import static dev.tallyclerk.registry.internal.inventory.Readings.read;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.registry.internal.inventory.Doubt.Reason;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.OwnedPaths;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SystemReadersTest {
    /** {@return the owner of each of some paths that has one} */
    private static Map<String, String> owners(FileFindings found, String... paths) {
        Map<Long, String> byHash = new HashMap<>();
        found.owned().forEach((owner, hash) -> byHash.put(hash, owner));
        Map<String, String> owners = new TreeMap<>();
        for (String path : paths) {
            String owner = byHash.get(OwnedPaths.hash(path));
            if (owner != null) {
                owners.put(path, owner);
            }
        }
        return owners;
    }

    @Test
    void readsTheTextDatabaseOfApk2And3() {
        FileFindings found = read(new ApkInstalled(), """
                C:Q1abc=
                P:musl
                V:1.2.5-r0
                A:x86_64
                o:musl
                F:lib
                f:4
                R:ld-musl-x86_64.so.1
                a:0:0:755
                Z:Q1xyz=

                P:ssl_client
                V:1.36.1-r28
                A:x86_64
                o:busybox
                F:usr/bin
                R:ssl_client

                P:.build-deps
                V:20261129.224448
                A:noarch
                """);
        assertEquals(List.of("apk musl 1.2.5-r0", "apk ssl_client 1.36.1-r28"), packages(found));
        assertEquals("busybox", found.packages().get(1).source().name());
        assertEquals(List.of(), found.doubts());
        assertEquals(
                Map.of("lib/ld-musl-x86_64.so.1", "musl", "usr/bin/ssl_client", "ssl_client"),
                owners(found, "lib/ld-musl-x86_64.so.1", "usr/bin/ssl_client", "usr/bin/other"));
    }

    @Test
    void aVirtualPackageOfApkIsOneWithoutFiles() {
        FileFindings found = read(new ApkInstalled(), """
                P:build-deps
                V:20261129.224448
                A:noarch
                T:virtual meta package
                D:gcc musl-dev

                P:.hidden
                V:1.0-r0
                A:x86_64
                T:virtual meta package
                F:usr/bin
                R:hidden

                P:meta
                V:1.0-r0
                T:a real one that only depends on others
                """);
        assertEquals(List.of("apk .hidden 1.0-r0", "apk meta 1.0-r0"), packages(found));
        assertEquals(List.of(), found.doubts());
    }

    @ParameterizedTest
    @ValueSource(strings = {"P:a\n", "V:1\n", "P\n", "P:a\nV:1\nP:b\n", "P:a\n\nno\n"})
    void saysWhatItCannotReadOfApk(String broken) {
        FileFindings found = read(new ApkInstalled(), "P:good\nV:1-r0\n\n" + broken + "\nP:last\nV:2\n");
        assertTrue(packages(found).containsAll(List.of("apk good 1-r0", "apk last 2")), found.packages()::toString);
        assertEquals(Reason.MALFORMED, doubts(found).get(0));
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.MINUTES)
    void theNameOfAFolderIsReadOnceForAllItsFiles() {
        FileFindings found = read(
                new ApkInstalled(),
                "P:a\nV:1\nF:usr/" + "x".repeat(1_000_000) + "\n" + "R:a\n".repeat(300_000) + "R:b\n");
        assertEquals(List.of("apk a 1"), packages(found));
        String path = "usr/" + "x".repeat(1_000_000) + "/b";
        assertEquals(Map.of(path, "a"), owners(found, path));
    }

    @Test
    void readsPackagesAndFilesOfPacman() {
        FileFindings found = read(
                PacmanDescription.ofPackage(),
                "%NAME%\nlibgcc\n\n%VERSION%\n15.1.1-1\n\n%BASE%\ngcc\n\n%ARCH%\nx86_64\n\n%DEPENDS%\nglibc\n");
        assertEquals(List.of("alpm libgcc 15.1.1-1"), packages(found));
        assertEquals("gcc", found.packages().get(0).source().name());
        FileFindings files = read(
                PacmanDescription.ofFiles("lib-gcc-15.1.1-1"),
                "%FILES%\nusr/\nusr/lib/libgcc_s.so\n\n%BACKUP%\nusr/lib/no\n");
        assertEquals(Map.of("usr/lib/libgcc_s.so", "lib-gcc"), owners(files, "usr/lib/libgcc_s.so", "usr/lib/no"));
        assertEquals(List.of(Reason.MALFORMED), doubts(read(PacmanDescription.ofPackage(), "%NAME%\na\n")));
    }

    @Test
    void readsTheFilesOfDebianPackages() {
        FileFindings found = read(FileList.ofPaths("libc6:amd64.list"), "/.\n/usr\n/usr/lib/x.so\n/usr/share/doc/x\n");
        assertEquals(Map.of("usr/lib/x.so", "libc6"), owners(found, "usr/lib/x.so", "usr/share/doc/x"));
    }

    @Test
    void notesDiversions() {
        FileFindings found = read(new Diversions(), "/bin/sh\n/bin/sh.distrib\ndash\n");
        assertEquals(Map.of("bin/sh", "bin/sh.distrib\ndash"), found.notes());
        assertEquals(List.of(Reason.MALFORMED), doubts(read(new Diversions(), "/bin/sh\n/bin/sh.distrib\n")));
        assertEquals(List.of(Reason.MALFORMED), doubts(read(new Diversions(), "bin/sh\n/x\ny\n")));
    }

    @Test
    void notesWhatADistributionCallsItself() {
        FileFindings found = read(
                OsRelease.ofFields(),
                "# comment\nNAME=\"Debian GNU/Linux\"\nID=debian\nVERSION_ID='13'\nPRETTY_NAME=\"a \\\"b\\\"\"\nX=y\n");
        assertEquals("debian", found.notes().get("ID"));
        assertEquals("13", found.notes().get("VERSION_ID"));
        assertEquals("a \"b\"", found.notes().get("PRETTY_NAME"));
        assertEquals(4, found.notes().size());
        assertEquals(
                Map.of("ID", "debian", "VERSION_ID", "12"),
                read(OsRelease.ofVersionOf("debian"), "12.7\n").notes());
        assertEquals(
                Map.of("ID", "alpine", "VERSION_ID", "3.20.3"),
                read(OsRelease.ofVersionOf("alpine"), "3.20.3\n").notes());
        assertEquals(
                Map.of("ID", "debian"),
                read(OsRelease.ofVersionOf("debian"), "trixie/sid\n").notes());
        assertEquals(
                Map.of("ID", "arch"), read(OsRelease.ofVersionOf("arch"), "").notes());
    }

    @ParameterizedTest
    @CsvSource({
        "CentOS release 6.10 (Final), centos, 6",
        "CentOS Linux release 7.9.2009 (Core), centos, 7",
        "CentOS Stream release 9, centos, 9",
        "Red Hat Enterprise Linux Server release 6.10 (Santiago), rhel, 6.10",
        "Rocky Linux release 8.9 (Green Obsidian), rocky, 8.9",
        "AlmaLinux release 9.4 (Seafoam Ocelot), almalinux, 9.4",
        "Oracle Linux Server release 8.9, ol, 8.9",
        "Fedora release 40 (Forty), fedora, 40",
        "Amazon Linux AMI release 2018.03, amzn, 2018.03",
        "openEuler release 22.03 (LTS-SP3), openEuler, 22.03"
    })
    void readsTheSentenceOfOlderDistributions(String line, String id, String version) {
        Map<String, String> notes = read(OsRelease.ofSentence(), line + "\n").notes();
        assertEquals(id, notes.get("ID"));
        assertEquals(version, notes.get("VERSION_ID"));
        assertEquals(line, notes.get("PRETTY_NAME"));
    }

    @Test
    void namesNoDistributionThatASentenceDoesNotName() {
        assertEquals(Map.of(), read(OsRelease.ofSentence(), "Some release 1\n").notes());
        assertEquals(Map.of(), read(OsRelease.ofSentence(), "").notes());
        assertEquals(
                Map.of("VERSION_ID", "4.0"),
                read(OsRelease.ofLsbFields(), "LSB_VERSION=x\nDISTRIB_ID=\"VMware Photon OS\"\nDISTRIB_RELEASE='4.0'\n")
                        .notes());
    }
}

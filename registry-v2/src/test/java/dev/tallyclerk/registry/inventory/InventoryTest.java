package dev.tallyclerk.registry.inventory;

import static dev.tallyclerk.registry.inventory.Layers.inventory;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.TestTar.Header;
import dev.tallyclerk.registry.inventory.InventoryProblem.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InventoryTest {
    private static final String DEBIAN = "ID=debian\nVERSION_ID=\"13\"\n";

    private static String stanza(String name, String version) {
        return "Package: " + name + "\nStatus: install ok installed\nArchitecture: amd64\nVersion: " + version + "\n\n";
    }

    private static TestTar status(String... stanzas) {
        return new TestTar().file("var/lib/dpkg/status", String.join("", stanzas));
    }

    /** {@return name, version and layer of each package} */
    private static List<String> listed(Inventory inventory) {
        return inventory.packages().stream()
                .map(each -> each.name() + " " + each.version() + " from "
                        + each.layer().index())
                .toList();
    }

    private static List<Reason> problems(Inventory inventory) {
        return inventory.problems().stream().map(InventoryProblem::reason).toList();
    }

    @Test
    void aPackageComesFromTheLayerSinceWhichItIsListed() {
        Inventory inventory = inventory(
                status(stanza("a", "1"), stanza("b", "1"), stanza("c", "1")),
                status(stanza("a", "1"), stanza("b", "2")),
                new TestTar().file("etc/other", ""),
                status(stanza("a", "1"), stanza("b", "2"), stanza("c", "1"), stanza("d", "1")));
        assertEquals(List.of("a 1 from 0", "b 2 from 1", "c 1 from 3", "d 1 from 3"), listed(inventory));
        assertTrue(inventory.isComplete());
    }

    @Test
    void layersThatDoNotMergeAreUnknownAndSayWhatTheyList() {
        Inventory inventory = Layers.unmerged(status(stanza("a", "1"), stanza("b", "1")));

        assertFalse(inventory.isComplete());
        assertEquals(List.of(), listed(inventory));
        assertEquals(List.of(Reason.LAYER_NOT_READ, Reason.LAYER_NOT_READ), problems(inventory));
        assertEquals(
                "layer 1: lists 2 packages, which were not merged",
                inventory.problems().get(1).describe());
    }

    @Test
    void aDeletedDatabaseEndsWhatItListed() {
        TestTar first = status(stanza("a", "1"));
        assertEquals(List.of(), listed(inventory(first, new TestTar().whiteout("var/lib/dpkg/.wh.status"))));
        Inventory again = inventory(
                first, new TestTar().whiteout("var/lib/.wh.dpkg"), status(stanza("a", "1"), stanza("b", "1")));
        assertEquals(List.of("a 1 from 2", "b 1 from 2"), listed(again));
    }

    @Test
    void databasesOfOtherRootsDoNotCount() {
        assertEquals(
                List.of(), listed(inventory(new TestTar().file("srv/root/var/lib/dpkg/status", stanza("a", "1")))));
    }

    @Test
    void followsLinksInsideTheImage() {
        Inventory inventory = inventory(
                new TestTar()
                        .directory("usr/lib/apk/db")
                        .symbolicLink("lib", "usr/lib")
                        .symbolicLink("etc/os-release", "../usr/lib/os-release")
                        .file("usr/lib/os-release", "ID=alpine\nVERSION_ID=3.22.1\n"),
                new TestTar().file("lib/apk/db/installed", "P:musl\nV:1.2.5-r0\nA:x86_64\n"));
        assertEquals(List.of("musl 1.2.5-r0 from 1"), listed(inventory));
        assertEquals("usr/lib/apk/db/installed", inventory.packages().get(0).path());
        assertEquals(
                "pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64&distro=alpine-3.22.1",
                inventory.packages().get(0).purl().orElseThrow().toString());
        assertEquals(Optional.of("3.22.1"), inventory.distribution().flatMap(Distribution::versionId));
    }

    @Test
    void aLinkThatLeadsToNoDatabaseIsAProblem() {
        Inventory nowhere = inventory(new TestTar().symbolicLink("var/lib/dpkg/status", "/proc/self/environ"));
        assertEquals(List.of(Reason.UNREADABLE_LINK), problems(nowhere));
        Inventory elsewhere = inventory(
                new TestTar().file("data/x", stanza("a", "1")).symbolicLink("var/lib/dpkg/status", "/data/x"));
        assertEquals(List.of(Reason.UNREADABLE_LINK), problems(elsewhere));
    }

    @Test
    void aDirectoryInThePlaceOfADatabaseIsNotCalledALink() {
        Inventory inventory = inventory(new TestTar().directory("var/lib/dpkg/status"));
        assertEquals(List.of(Reason.UNREADABLE_LINK), problems(inventory));
        assertEquals("is not a regular file", inventory.problems().get(0).detail());
    }

    @Test
    void systemPackagesHaveNoUrlWithoutADistribution() {
        assertEquals(
                Optional.empty(),
                inventory(status(stanza("a", "1"))).packages().get(0).purl());
        assertEquals(
                "pkg:deb/debian/a@1:2%2Bb1?arch=amd64&distro=debian-12",
                inventory(new TestTar()
                                .file("etc/debian_version", "12.7\n")
                                .file("var/lib/dpkg/status", stanza("a", "1:2+b1")))
                        .packages()
                        .get(0)
                        .purl()
                        .orElseThrow()
                        .toString());
    }

    @Test
    void marksWhatTheDistributionBrought() {
        String metadata = "Name: six\nVersion: 1.16.0\n";
        Inventory inventory = inventory(new TestTar()
                .file("etc/os-release", DEBIAN)
                .file("var/lib/dpkg/status", stanza("python3-six", "1.16.0-7"))
                .file(
                        "var/lib/dpkg/info/python3-six.list",
                        "/.\n/usr/lib/python3/dist-packages/six-1.16.0.egg-info\n/lib/x/six-1.16.0.egg-info\n")
                .file("usr/lib/python3/dist-packages/six-1.16.0.egg-info", metadata)
                .file("usr/lib/x/six-1.16.0.egg-info", metadata)
                .file("usr/local/lib/python3/six-1.16.0.egg-info", metadata));
        assertEquals(
                List.of(Optional.empty(), Optional.of("python3-six"), Optional.of("python3-six"), Optional.empty()),
                inventory.packages().stream().map(InstalledPackage::owner).toList());
    }

    @Test
    void whatIsInstalledOverTheFilesOfTheDistributionIsNotItsOwn() {
        String path = "usr/lib/node_modules/npm/package.json";
        TestTar base = status(stanza("nodejs", "20.1"))
                .file("var/lib/dpkg/info/nodejs.list", "/" + path + "\n")
                .file(path, "{\"name\":\"npm\",\"version\":\"10.8.2\"}");
        TestTar touched = new TestTar().file(path, "{ \"name\":\"npm\",\"version\":\"10.8.2\"}");
        TestTar upgraded = new TestTar().file(path, "{\"name\":\"npm\",\"version\":\"11.0.0\"}");
        assertEquals(Optional.of("nodejs"), npmOwner(inventory(base)));
        assertEquals(Optional.of("nodejs"), npmOwner(inventory(base, touched)));
        assertEquals(Optional.empty(), npmOwner(inventory(base, upgraded)));
        assertEquals(
                Optional.empty(), npmOwner(inventory(base, status(stanza("other", "1")))), "nodejs is not installed");
    }

    private static Optional<String> npmOwner(Inventory inventory) {
        return inventory.packages().stream()
                .filter(each -> each.type().equals("npm"))
                .findFirst()
                .orElseThrow()
                .owner();
    }

    @Test
    void aDivertedFileBelongsToWhoeverHasItThere() {
        String metadata = "Name: six\nVersion: 1\n";
        Inventory inventory = inventory(new TestTar()
                .file("var/lib/dpkg/status", stanza("one", "1") + stanza("two", "1"))
                .file("var/lib/dpkg/info/one.list", "/opt/six.egg-info\n")
                .file("var/lib/dpkg/info/two.list", "/opt/six.egg-info\n")
                .file("var/lib/dpkg/diversions", "/opt/six.egg-info\n/opt/six.distrib.egg-info\ntwo\n")
                .file("opt/six.egg-info", metadata)
                .file("opt/six.distrib.egg-info", metadata));
        assertEquals(
                List.of("opt/six.distrib.egg-info of one", "opt/six.egg-info of two"),
                inventory.packages().stream()
                        .filter(each -> each.type().equals("pypi"))
                        .map(each -> each.path() + " of " + each.owner().orElse(""))
                        .toList());
    }

    @Test
    void aClaimCountsOnlyWhereNothingElseListsThePackage() {
        String bill = "{\"bomFormat\":\"CycloneDX\",\"components\":["
                + "{\"name\":\"a\",\"purl\":\"pkg:deb/debian/a@1?arch=amd64&distro=trixie\"},"
                + "{\"name\":\"is\",\"purl\":\"pkg:npm/%40s/is@2\"},"
                + "{\"name\":\"is\",\"purl\":\"pkg:npm/%40s/is@2\"},"
                + "{\"name\":\"odd\",\"purl\":\"npm/odd\"}]}";
        Inventory inventory = inventory(new TestTar()
                .file("etc/os-release", DEBIAN)
                .file("var/lib/dpkg/status", stanza("a", "1"))
                .file("app/sbom.cdx.json", bill));
        assertEquals(
                List.of("deb a DATABASE", "npm @s/is CLAIM"),
                inventory.packages().stream()
                        .map(each -> each.type() + " " + each.name() + " " + each.evidence())
                        .toList());
        assertEquals(List.of(Reason.MALFORMED), problems(inventory));
    }

    @Test
    void aDatabaseAndALogOfDifferentLayersAreAProblem() {
        TestTar database = new TestTar().file("var/lib/rpm/rpmdb.sqlite", "no database");
        Inventory inventory = inventory(database, new TestTar().file("var/lib/rpm/rpmdb.sqlite-wal", "frames"));
        assertEquals(List.of(Reason.UNSUPPORTED, Reason.MALFORMED), problems(inventory));
        Inventory deleted = inventory(
                new TestTar()
                        .file("var/lib/rpm/rpmdb.sqlite", "no database")
                        .file("var/lib/rpm/rpmdb.sqlite-wal", "frames"),
                new TestTar().whiteout("var/lib/rpm/.wh.rpmdb.sqlite-wal"));
        assertTrue(
                deleted.problems().stream().anyMatch(problem -> problem.path().endsWith("-wal")),
                deleted.problems()::toString);
    }

    private static List<String> paths(Inventory inventory) {
        return inventory.packages().stream().map(InstalledPackage::path).toList();
    }

    @Test
    void aPackageThatIsLinkedFromAStoreIsInstalledWhereTheLinkIs() {
        String store = "root/.local/share/pnpm/store/v3/files/0a/";
        String bun = "root/.bun/install/cache/is@1.0.0/package.json";
        Inventory inventory = inventory(new TestTar()
                .file(bun, "{\"name\":\"is\",\"version\":\"1.0.0\"}")
                .file(store + "1f2e3d4c5b6a79880", "{\"name\":\"ms\",\"version\":\"2.1.3\"}")
                .file(store + "44aa5544aa5544aa", "{\"name\":\"unused\",\"version\":\"1.0.0\"}")
                .file(store + "66aa7766aa7766aa", "{ no JSON")
                .hardLink(
                        "usr/src/app/node_modules/.pnpm/ms@2.1.3/node_modules/ms/package.json",
                        store + "1f2e3d4c5b6a79880")
                .hardLink(
                        "usr/src/app/node_modules/.pnpm/ms@2.1.3/node_modules/ms/index.js", store + "66aa7766aa7766aa")
                .hardLink("usr/src/app/node_modules/is/package.json", bun));
        assertEquals(List.of("is 1.0.0 from 0", "ms 2.1.3 from 0"), listed(inventory));
        assertEquals(
                List.of(
                        "usr/src/app/node_modules/is/package.json",
                        "usr/src/app/node_modules/.pnpm/ms@2.1.3/node_modules/ms/package.json"),
                paths(inventory));
        assertTrue(inventory.isComplete());
    }

    @Test
    void aLinkedPackageIsListedOnceAndOutlivesItsFirstPath() {
        TestTar layer = new TestTar()
                .file("cache/six.dist-info/METADATA", "Name: six\nVersion: 1\n")
                .hardLink("lib/six.dist-info/METADATA", "cache/six.dist-info/METADATA");
        assertEquals(List.of("cache/six.dist-info/METADATA"), paths(inventory(layer)));
        Inventory without = inventory(layer, new TestTar().whiteout(".wh.cache"));
        assertEquals(List.of("lib/six.dist-info/METADATA"), paths(without));
        assertEquals(List.of("six 1 from 0"), listed(without));
    }

    @Test
    void aLinkToAFileOfAnotherNameIsAProblem() {
        Inventory inventory = inventory(new TestTar().file("tmp/blob", "PK").hardLink("opt/a.jar", "tmp/blob"));
        assertEquals(List.of(Reason.UNSUPPORTED), problems(inventory));
        assertEquals("opt/a.jar", inventory.problems().get(0).path());
        TestTar many = new TestTar().file("tmp/blob", "PK");
        for (int i = 0; i < 1500; i++) {
            many.hardLink("opt/" + i + ".jar", "tmp/blob");
        }
        assertEquals(1000, inventory(many).problems().size(), "the first ones say it");
    }

    @Test
    void findsPackagesInEggsAndInTheArchivesOfYarn() {
        byte[] egg = archive("EGG-INFO/PKG-INFO", "Name: Six\nVersion: 1.16\n");
        byte[] npm = archive("node_modules/@s/ms/package.json", "{\"name\":\"@s/ms\",\"version\":\"2.1.3\"}");
        String cache = "app/.yarn/cache/ms-npm-2.1.3.zip";
        Inventory inventory = inventory(new TestTar()
                .entry(Header.of("lib/six-1.16-py3.11.egg", '0').size(egg.length), egg)
                .entry(Header.of("lib/other.zip", '0').size(npm.length), npm)
                .entry(Header.of(cache, '0').size(npm.length), npm));
        assertEquals(List.of("@s/ms 2.1.3 from 0", "six 1.16 from 0"), listed(inventory));
        assertEquals(List.of(cache, "lib/six-1.16-py3.11.egg"), paths(inventory));
        assertTrue(inventory.isComplete());
    }

    private static byte[] archive(String name, String content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write(content.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    @Test
    void aClaimWithoutAVersionInItsUrlHasTheOneBesideIt() {
        Inventory inventory = inventory(new TestTar().file("a.spdx", """
                        SPDXVersion: SPDX-2.2
                        PackageName: a
                        PackageVersion: 1.0
                        ExternalRef: PACKAGE-MANAGER purl pkg:npm/a
                        """));
        assertEquals(List.of("a 1.0 from 0"), listed(inventory));
        assertEquals(
                "pkg:npm/a@1.0",
                inventory.packages().get(0).purl().orElseThrow().toString());
    }

    @Test
    void aDatabaseAndItsLogAreReadTogetherThroughALink() {
        Inventory inventory = inventory(
                new TestTar()
                        .directory("usr/lib/sysimage/rpm")
                        .symbolicLink("var/lib/rpm", "../../usr/lib/sysimage/rpm"),
                new TestTar()
                        .file("var/lib/rpm/rpmdb.sqlite", "no database")
                        .file("var/lib/rpm/rpmdb.sqlite-wal", "frames"));
        assertEquals(List.of(Reason.MALFORMED, Reason.MALFORMED), problems(inventory), "of database and log");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nix/store/abc-bash-5.2/bin/bash",
                "gnu/store/abc-bash-5.2/bin/bash",
                "var/db/pkg/app-shells/bash-5.2/PF",
                "var/db/pkg/local.sqlite",
                "var/db/xbps/pkgdb-0.38.plist",
                "var/lib/pkgtools/packages/bash-5.2-x86_64-1",
                "var/log/packages/bash-5.2-x86_64-1",
                "var/lib/pkg/db",
                "var/db/kiss/installed/bash/version",
                "var/lib/eopkg/package/bash-5.2-1/metadata.xml",
                "usr/share/clear/bundles/os-core",
                "usr/lib/ipkg/status",
                "var/lib/snapd/snaps/core_1.snap",
                "var/lib/flatpak/app/org.x/current",
                "home/linuxbrew/.linuxbrew/Cellar/bash/5.2/x",
                "opt/conda/envs/a/conda-meta/history"
            })
    void namesThePackageManagersThatAreNotRead(String path) {
        Inventory inventory = inventory(new TestTar()
                .file("etc/os-release", DEBIAN)
                .file("var/lib/dpkg/status", stanza("a", "1"))
                .file(path, "x"));
        assertEquals(List.of(Reason.UNSUPPORTED), problems(inventory));
        assertTrue(path.startsWith(inventory.problems().get(0).path()), inventory.problems()::toString);
    }

    @Test
    void emptyFoldersOfOtherPackageManagersAreNoProblem() {
        Inventory inventory = inventory(new TestTar()
                .file("var/lib/dpkg/status", stanza("a", "1"))
                .directory("nix/store")
                .directory("var/lib/snapd/snaps")
                .file("var/db/xbps/keys/x", "")
                .directory("var/log/packages/old"));
        assertTrue(inventory.isComplete(), inventory.problems()::toString);
    }

    @Test
    void aDistributionWithoutPackagesIsAProblem() {
        TestTar release = new TestTar().file("etc/os-release", DEBIAN).file("usr/bin/x", "");
        assertEquals(List.of(Reason.NO_DATABASE), problems(inventory(release)));
        assertEquals(
                List.of(Reason.NO_DATABASE),
                problems(inventory(new TestTar().file("etc/os-release", DEBIAN).file("var/lib/dpkg/status", ""))));
        assertTrue(inventory(new TestTar().file("usr/bin/x", "")).isComplete());
    }

    @Test
    void aDatabaseThatALayerDeletesOrEmptiesIsAProblem() {
        TestTar first = status(stanza("a", "1"), stanza("b", "1"));
        for (TestTar second : List.of(
                new TestTar().whiteout("var/lib/dpkg/.wh.status"),
                new TestTar().whiteout("var/.wh.lib"),
                status("Package: a\nStatus: deinstall ok config-files\nVersion: 1\n"),
                status())) {
            Inventory inventory = inventory(first, second);
            assertEquals(
                    List.of("layer 2: var/lib/dpkg/status: lists no package any more, and 2 in a lower layer"),
                    inventory.problems().stream()
                            .map(InventoryProblem::describe)
                            .toList());
            assertEquals(Reason.NO_DATABASE, inventory.problems().get(0).reason());
        }
        Inventory other = inventory(
                first, new TestTar().whiteout("var/lib/.wh.dpkg").file("lib/apk/db/installed", "P:musl\nV:1-r0\n"));
        assertTrue(other.isComplete(), other.problems()::toString);
    }

    @Test
    void aFolderOfADatabaseThatIsALinkToNowhereIsAProblem() {
        Inventory inventory =
                inventory(new TestTar().file("etc/os-release", DEBIAN).symbolicLink("var/lib/dpkg", "/data/dpkg"));
        assertEquals(List.of(Reason.UNREADABLE_LINK), problems(inventory));
        assertEquals("var/lib/dpkg", inventory.problems().get(0).path());
        Inventory pacman = inventory(new TestTar().symbolicLink("var/lib/pacman/local", "local"));
        assertEquals(List.of(Reason.UNREADABLE_LINK), problems(pacman));
        assertTrue(inventory(new TestTar().symbolicLink("lib", "usr/lib")).isComplete());
    }

    @Test
    void aPackageOfPacmanWithoutDescriptionIsAProblem() {
        Inventory inventory = inventory(new TestTar()
                .file("var/lib/pacman/local/ALPM_DB_VERSION", "9\n")
                .file("var/lib/pacman/local/a-1-1/desc", "%NAME%\na\n\n%VERSION%\n1-1\n")
                .file("var/lib/pacman/local/b-1-1/files", "%FILES%\nusr/\n"));
        assertEquals(List.of("a 1-1 from 0"), listed(inventory));
        assertEquals(List.of(Reason.MALFORMED), problems(inventory));
    }

    @Test
    void changesThatDpkgAndSqliteHaveNotMergedAreAProblem() {
        Inventory dpkg = inventory(new TestTar()
                .file("var/lib/dpkg/status", stanza("a", "1"))
                .file("var/lib/dpkg/updates/0001", stanza("a", "2"))
                .file("var/lib/dpkg/updates/tmp.i", ""));
        assertEquals(List.of(Reason.UNSUPPORTED), problems(dpkg));
        Inventory rpm = inventory(new TestTar().file("var/lib/rpm/rpmdb.sqlite-journal", "pages"));
        assertEquals(List.of(Reason.UNSUPPORTED), problems(rpm));
    }

    @Test
    void twoDatabasesOfOnePackageManagerAreAmbiguous() {
        Inventory inventory = inventory(new TestTar()
                .file("lib/apk/db/installed", "P:musl\nV:1-r0\n")
                .file("usr/lib/apk/db/installed", "P:musl\nV:2-r0\n"));
        assertEquals(List.of("musl 1-r0 from 0", "musl 2-r0 from 0"), listed(inventory));
        assertEquals(List.of(Reason.AMBIGUOUS), problems(inventory));
    }

    @Test
    void aPackageKeepsItsLayerWhenTheDatabaseMoves() {
        Inventory inventory = inventory(
                new TestTar().file("lib/apk/db/installed", "P:musl\nV:1-r0\n"),
                new TestTar()
                        .file("usr/lib/apk/db/installed", "P:musl\nV:1-r0\n\nP:zlib\nV:1-r0\n")
                        .symbolicLink("lib", "usr/lib"));
        assertEquals(List.of("musl 1-r0 from 0", "zlib 1-r0 from 1"), listed(inventory));
        assertTrue(inventory.isComplete(), inventory.problems()::toString);
    }

    @Test
    void ubuntuWithoutOsReleaseIsNotDebian() {
        Inventory inventory = inventory(new TestTar()
                .file("etc/debian_version", "bookworm/sid\n")
                .file("etc/lsb-release", "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=22.04\nDISTRIB_CODENAME=jammy\n")
                .file("var/lib/dpkg/status", stanza("a", "1")));
        assertEquals("ubuntu 22.04", inventory.distribution().orElseThrow().toString());
    }

    @Test
    void namesDistributionsThatAreOlderThanOsRelease() {
        Inventory inventory = inventory(new TestTar()
                .symbolicLink("etc/redhat-release", "centos-release")
                .file("etc/centos-release", "CentOS release 6.10 (Final)\n"));
        assertEquals("centos 6", inventory.distribution().orElseThrow().toString());
    }

    @Test
    void marksWhatADistrolessDistributionBrought() {
        Inventory inventory = inventory(new TestTar()
                .file("var/lib/dpkg/status.d/six", "Package: python3-six\nVersion: 1.16.0-7\n")
                .file(
                        "var/lib/dpkg/status.d/six.md5sums",
                        "0123456789abcdef0123456789abcdef  usr/lib/python3/dist-packages/six-1.16.0.egg-info\n")
                .file("usr/lib/python3/dist-packages/six-1.16.0.egg-info", "Name: six\nVersion: 1.16.0\n"));
        assertEquals(
                List.of(Optional.empty(), Optional.of("python3-six")),
                inventory.packages().stream().map(InstalledPackage::owner).toList());
    }

    @Test
    void saysThatMemoryIsUsedUp() {
        StringBuilder stanzas = new StringBuilder();
        for (int i = 0; i < 2000; i++) {
            stanzas.append(stanza("package-" + i, "1"));
        }
        Inventory inventory =
                inventory(InventoryLimits.defaults().withMaxMemoryBytes(200_000), status(stanzas.toString()));
        assertFalse(inventory.packages().isEmpty());
        assertEquals(List.of(Reason.LIMIT_EXCEEDED), problems(inventory));
    }

    @Test
    void problemsAndPathsAreSafeToPrint() {
        Inventory inventory = inventory(new TestTar()
                .file("node_modules/a\u001b[31m/package.json", "{\"\u001b\\u0007")
                .file("x", ""));
        InventoryProblem problem = inventory.problems().get(0);
        assertTrue(problem.describe().chars().noneMatch(Character::isISOControl), problem::describe);
        assertTrue(problem.describe().startsWith("layer 1: "), problem::describe);
    }
}

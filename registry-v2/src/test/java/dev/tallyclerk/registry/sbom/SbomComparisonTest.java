package dev.tallyclerk.registry.sbom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.registry.filesystem.LayerOrigin;
import dev.tallyclerk.registry.inventory.Evidence;
import dev.tallyclerk.registry.inventory.InstalledPackage;
import dev.tallyclerk.registry.inventory.Inventory;
import dev.tallyclerk.registry.inventory.InventoryProblem;
import dev.tallyclerk.registry.inventory.PackageUrl;
import dev.tallyclerk.registry.sbom.SbomComparison.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SbomComparisonTest {
    private static final LayerOrigin LAYER = new LayerOrigin(0, TestInventory.LAYER);

    private static InstalledPackage installed(String purl, Evidence evidence) {
        PackageUrl url = PackageUrl.parse(purl);
        return InstalledPackage.builder(url.type(), url.packageName(), url.packageVersion(), evidence, "file", LAYER)
                .purl(url)
                .build();
    }

    private static Inventory there(String... purls) {
        return Inventory.of(Arrays.stream(purls)
                .map(purl -> installed(purl, Evidence.DATABASE))
                .toList());
    }

    private static Inventory claimed(String... purls) {
        return Inventory.of(Arrays.stream(purls)
                .map(purl -> installed(purl, Evidence.CLAIM))
                .toList());
    }

    private static Inventory unreadable(Inventory inventory) {
        return inventory.withProblems(
                List.of(new InventoryProblem(InventoryProblem.Reason.MALFORMED, "a.jar", 0, "is cut off")));
    }

    private static String text(SbomDifference each) {
        return each.kind() + " " + each.name() + " "
                + each.claimed().stream().map(InstalledPackage::version).toList() + " "
                + each.found().stream().map(InstalledPackage::version).toList();
    }

    @ParameterizedTest
    @EnumSource
    void whatTheWriterWroteMatches(SbomFormat format) throws SbomException {
        List<InstalledPackage> evident = TestInventory.packages().stream()
                .filter(each -> each.evidence() != Evidence.CLAIM)
                .toList();
        Sbom sbom = SbomReader.create().read(TestInventory.written(format, Inventory.of(evident)));
        SbomComparison comparison = SbomComparison.of(sbom.inventory(), TestInventory.inventory());
        assertEquals(Verdict.MATCHES, comparison.verdict(), comparison.differences()::toString);
        assertEquals(evident.size(), comparison.matches());
    }

    @Test
    void namesBothDifferencesAndOtherVersions() {
        SbomComparison comparison = SbomComparison.of(
                claimed("pkg:npm/a@1", "pkg:npm/b@1", "pkg:npm/c@1", "pkg:npm/c@2", "pkg:npm/d@1"),
                there("pkg:npm/a@1", "pkg:npm/b@2", "pkg:npm/c@1", "pkg:npm/e@1"));
        assertEquals(
                List.of("OTHER_VERSION b [1] [2]", "NOT_THERE c [2] []", "NOT_THERE d [1] []", "NOT_CLAIMED e [] [1]"),
                comparison.differences().stream().map(SbomComparisonTest::text).toList());
        assertEquals(2, comparison.matches());
        assertEquals(Verdict.DIFFERS, comparison.verdict());
    }

    @ParameterizedTest
    @CsvSource({
        "pkg:deb/debian/libc6@2.41?arch=amd64&distro=debian-13, pkg:deb/debian/libc6@2.41",
        "pkg:rpm/opensuse.leap/zypper@1-1, pkg:rpm/opensuse/zypper@1-1",
        "pkg:rpm/rhel/a@1-1?epoch=0, pkg:rpm/redhat/a@1-1",
        "pkg:deb/debian/a@0:1, pkg:deb/debian/a@1",
        "pkg:golang/github.com/Azure/x@1.2.0, pkg:golang/github.com/azure/x@v1.2.0",
        "pkg:golang/stdlib@v1.24.4, pkg:golang/stdlib@1.24.4",
        "pkg:gobinary/github.com%2Fa%2Fb@v1, pkg:golang/github.com/a/b@v1",
        "pkg:rustbinary/rand@0.7, pkg:cargo/rand@0.7",
        "pkg:pypi/zope.interface@5, pkg:pypi/zope-interface@5",
        "pkg:npm/a, pkg:npm/a@3",
    })
    void spellingsOfOtherToolsMatch(String claimed, String there) {
        SbomComparison comparison = SbomComparison.of(claimed(claimed), there(there));
        assertEquals(Verdict.MATCHES, comparison.verdict(), comparison.differences()::toString);
        assertEquals(1, comparison.matches());
    }

    @ParameterizedTest
    @CsvSource({
        "pkg:rpm/redhat/a@1-1?epoch=1, pkg:rpm/redhat/a@1-1",
        "pkg:deb/debian/a@1, pkg:deb/debian/a@1-1",
        "pkg:npm/a@1, pkg:pypi/a@1",
        "pkg:maven/g/a@1, pkg:maven/h/a@1",
        "pkg:maven/G/a@1, pkg:maven/g/a@1",
        "pkg:npm/a, pkg:npm/b@1",
    })
    void otherPackagesDiffer(String claimed, String there) {
        assertEquals(
                Verdict.DIFFERS,
                SbomComparison.of(claimed(claimed), there(there)).verdict());
    }

    @Test
    void whatCannotBeComparedIsNotAMatch() {
        SbomComparison other = SbomComparison.of(claimed("pkg:npm/a@1", "pkg:generic/redis@7"), there("pkg:npm/a@1"));
        assertEquals(Verdict.INCOMPLETE, other.verdict());
        assertTrue(other.unknowns().get(0).startsWith("generic redis 7: "));
        assertEquals(
                Verdict.INCOMPLETE,
                SbomComparison.of(unreadable(claimed("pkg:npm/a@1")), there("pkg:npm/a@1"))
                        .verdict());
        assertEquals(
                Verdict.INCOMPLETE,
                SbomComparison.of(claimed("pkg:npm/a@1"), unreadable(there("pkg:npm/a@1")))
                        .verdict());
    }

    @Test
    void aPackageMayBeInWhatCouldNotBeRead() {
        Inventory image = unreadable(there("pkg:npm/a@1"));
        SbomComparison missing = SbomComparison.of(claimed("pkg:npm/a@1", "pkg:maven/g/b@1"), image);
        assertEquals(Verdict.INCOMPLETE, missing.verdict());
        assertEquals(1, missing.differences().size());
        assertEquals(Verdict.DIFFERS, SbomComparison.of(claimed(), image).verdict());
    }

    @Test
    void aClaimWithinTheImageIsNoEvidence() {
        Inventory image = Inventory.of(List.of(installed("pkg:npm/a@1", Evidence.CLAIM)));
        assertEquals(
                Verdict.INCOMPLETE,
                SbomComparison.of(claimed("pkg:npm/a@1"), image).verdict());
        assertEquals(Verdict.MATCHES, SbomComparison.of(claimed(), image).verdict());
    }

    @Test
    void keysAndSourcePackagesAreNotInstalled() {
        InstalledPackage source = InstalledPackage.builder("deb", "glibc", "1", Evidence.CLAIM, "", LAYER)
                .architecture("source")
                .build();
        InstalledPackage key = installed("pkg:rpm/fedora/gpg-pubkey@1-1", Evidence.CLAIM);
        assertEquals(
                Verdict.MATCHES,
                SbomComparison.of(Inventory.of(List.of(source, key)), there()).verdict());
    }

    @Property
    void anInventoryMatchesItselfOnly(
            @ForAll("inventories") List<String> one, @ForAll("inventories") List<String> other) {
        Inventory found = there(other.toArray(String[]::new));
        assertEquals(
                Verdict.MATCHES,
                SbomComparison.of(claimed(other.toArray(String[]::new)), found).verdict());
        boolean same = List.copyOf(new TreeSet<>(one)).equals(List.copyOf(new TreeSet<>(other)));
        SbomComparison comparison = SbomComparison.of(claimed(one.toArray(String[]::new)), found);
        assertEquals(same ? Verdict.MATCHES : Verdict.DIFFERS, comparison.verdict());
    }

    @Provide
    Arbitrary<List<String>> inventories() {
        return Combinators.combine(Arbitraries.of("npm", "deb"), Arbitraries.of("a", "b"), Arbitraries.of("1", "2"))
                .as((type, name, version) -> "pkg:" + type + "/" + name + "@" + version)
                .list()
                .ofMaxSize(5);
    }
}

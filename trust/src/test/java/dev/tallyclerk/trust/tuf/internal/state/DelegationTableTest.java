package dev.tallyclerk.trust.tuf.internal.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.tallyclerk.trust.tuf.internal.read.MetadataRole;
import dev.tallyclerk.trust.tuf.internal.text.PathPattern;
import dev.tallyclerk.trust.tuf.internal.text.TargetPathHash;
import dev.tallyclerk.trust.tuf.metadata.Delegations;
import dev.tallyclerk.trust.tuf.metadata.PathSelector;
import dev.tallyclerk.trust.tuf.metadata.RoleKeys;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which delegations are about a path, in which order. */
class DelegationTableTest {
    private static final RoleKeys KEYS = new RoleKeys(List.of("a"), 1);

    @Test
    void theFirstRoleInDocumentOrderComesFirst() {
        DelegationTable table = table(
                role("z", new PathSelector.Patterns(List.of("team/*"))),
                role("b", new PathSelector.Patterns(List.of("*/app"))),
                role("a", new PathSelector.Patterns(List.of("team/*", "team/app", "*/*"))));
        assertEquals(List.of("z", "b", "a"), names(table, "team/app"));
        assertEquals(List.of("b", "a"), names(table, "other/app"));
        assertEquals(List.of(), names(table, "other"));
        assertEquals(List.of(), names(DelegationTable.NONE, "team/app"));
    }

    /** As where it has no list at all. */
    @Test
    void aRoleWithoutPathsIsAboutNothing() {
        DelegationTable table = table(role("a", new PathSelector.Patterns(List.of())));
        assertEquals(List.of(), names(table, ""));
        assertEquals(List.of(), names(table, "x"));
        assertTrue(table.named("a").isPresent());
    }

    /** What it is looked up by, so that thousands of delegations do not cost a comparison each. */
    @Test
    void aPatternThatStartsLiterallyIsLookedUp() {
        assertEquals(Optional.of("team"), PathPattern.literalStart("team/*"));
        assertEquals(Optional.empty(), PathPattern.literalStart("te?m/a"));
        assertEquals(Optional.empty(), PathPattern.literalStart("*"));
        assertEquals(Optional.empty(), PathPattern.literalStart("te[ao]m/a"));
    }

    @Test
    void patternsAndHashPrefixesKeepOneOrder() {
        String hash = TargetPathHash.of("x");
        DelegationTable table = table(
                role("1", new PathSelector.HashPrefixes(List.of(hash.substring(0, 3), hash))),
                role("2", new PathSelector.Patterns(List.of("?"))),
                role("3", new PathSelector.HashPrefixes(List.of(""))),
                role("4", new PathSelector.HashPrefixes(List.of(hash + "0", "zz"))),
                role("5", new PathSelector.HashPrefixes(List.of(hash.substring(0, 1)))));
        assertEquals(List.of("1", "2", "3", "5"), names(table, "x"));
    }

    @Test
    void aHashPrefixInCapitalsIsNobodysHash() {
        String path = IntStream.range(0, 100)
                .mapToObj(i -> "p" + i)
                .filter(p -> TargetPathHash.of(p).charAt(0) == 'a')
                .findFirst()
                .orElseThrow();
        assertEquals(List.of(), names(table(role("1", new PathSelector.HashPrefixes(List.of("A")))), path));
        assertEquals(List.of("1"), names(table(role("1", new PathSelector.HashPrefixes(List.of("a")))), path));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "4, 1", "5, 2", "8, 2", "9, 3", "14, 4", "16, 4", "32, 8"})
    void aBinIsNumberedByTheLeftmostBits(int bits, int digits) {
        String hash = TargetPathHash.of("file-0.txt");
        long leftmost = Long.parseLong(hash.substring(0, 8), 16) >>> (32 - bits);
        List<String> names = names(bins(bits), "file-0.txt");
        assertEquals(1, names.size());
        assertEquals("bin-".length() + digits, names.get(0).length());
        assertEquals(leftmost, Long.parseLong(names.get(0).substring("bin-".length()), 16));
    }

    /** GHSA-77hh-43cm-v8j6: the keys of the bins are no keys of other roles with their prefix. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "bin", "bin-", "bin-0", "bin-00", "bin-1A", "bin-1F", "bin-020", "bin-20", "bin-1g", "bin--1", "xbin-1f"
            })
    void aNameOutsideOfTheBinsIsNotDelegatedTo(String name) {
        assertEquals(name.equals("bin-00"), bins(5).named(name).isPresent());
        assertTrue(bins(5).named("bin-1f").isPresent());
    }

    @Test
    void everyBinIsFoundUnderTheNameThatPathsGiveIt() {
        DelegationTable bins = bins(6);
        long different = IntStream.range(0, 1_000)
                .mapToObj(i -> names(bins, "p" + i).get(0))
                .peek(name -> assertTrue(bins.named(name).isPresent(), name))
                .distinct()
                .count();
        assertEquals(64, different);
    }

    /** Each comparison with a pattern, and each hash of a path, would be an object. */
    @ParameterizedTest
    @ValueSource(strings = {"patterns", "prefixes", "bins"})
    void aLookUpAmongThousandsAllocatesNoMoreThanAmongAFew(String kind) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        assumeTrue(threads.isThreadAllocatedMemorySupported(), "this runtime does not count what is allocated");
        DelegationTable few = many(kind, 4);
        DelegationTable many = many(kind, 12);
        for (int i = 0; i < 100; i++) {
            assertEquals(1, few.matching("007/x").size());
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        List<Delegation> found = few.matching("007/x");
        long amongFew = threads.getCurrentThreadAllocatedBytes() - before;
        assertEquals(1, found.size());
        before = threads.getCurrentThreadAllocatedBytes();
        found = many.matching("007/x");
        long amongMany = threads.getCurrentThreadAllocatedBytes() - before;
        assertEquals(1, found.size());
        // Less than a byte for each delegation more.
        assertTrue(amongMany < amongFew + 4_000, amongMany + " bytes among many, " + amongFew + " among few");
    }

    /** {@return a table of so many delegations, as a power of two, of which one is about each path "007/…"} */
    private static DelegationTable many(String kind, int bits) {
        if (kind.equals("bins")) {
            return bins(bits);
        }
        return table(IntStream.range(0, 1 << bits)
                .mapToObj(i -> {
                    String hex = String.format(Locale.ROOT, "%03x", i);
                    return kind.equals("patterns")
                            ? role(hex, new PathSelector.Patterns(List.of(hex + "/*")))
                            : role(hex, new PathSelector.HashPrefixes(List.of(hex.substring(3 - bits / 4))));
                })
                .toArray(Delegations.Role[]::new));
    }

    /** What is found by its number is compared, and nothing else. */
    @Test
    void onlyTextsUnderANumberAreLookedAt() {
        SortedTexts.Builder builder = new SortedTexts.Builder();
        for (int i = 0; i < 4_096; i++) {
            builder.add(i * 31L % 4_096 / 2, "t" + i, i);
        }
        List<String> asked = new ArrayList<>();
        List<Integer> places = new ArrayList<>();
        builder.build().collect(700, asked::add, places);
        assertEquals(2, asked.size());
        assertEquals(asked, places.stream().map(place -> "t" + place).toList());
    }

    /** The table against going through all delegations one by one. */
    @Property(tries = 500)
    void findsWhatALinearScanFinds(
            @ForAll("selectors") List<PathSelector> selectors, @ForAll("paths") String targetPath) {
        List<Delegations.Role> roles = new ArrayList<>();
        selectors.forEach(selector -> roles.add(role("r" + roles.size(), selector)));
        List<String> scanned = roles.stream()
                .filter(role -> role.paths().matches(targetPath))
                .map(Delegations.Role::name)
                .toList();
        assertEquals(scanned, names(table(roles.toArray(Delegations.Role[]::new)), targetPath));
    }

    @Provide
    Arbitrary<String> paths() {
        return Arbitraries.strings().withChars("ab/.[]-\ud83d\ude00").ofMaxLength(5);
    }

    @Provide
    Arbitrary<List<PathSelector>> selectors() {
        Arbitrary<PathSelector> patterns = Arbitraries.strings()
                .withChars("ab/.*?[]!-\ud83d\ude00")
                .ofMaxLength(7)
                .list()
                .ofMaxSize(3)
                .map(PathSelector.Patterns::new);
        Arbitrary<PathSelector> prefixes = Combinators.combine(
                        paths(), Arbitraries.integers().between(0, 3))
                .as((path, length) -> TargetPathHash.of(path).substring(0, length))
                .list()
                .ofMaxSize(3)
                .map(PathSelector.HashPrefixes::new);
        return Arbitraries.oneOf(patterns, prefixes).list().ofMaxSize(12);
    }

    private static DelegationTable table(Delegations.Role... roles) {
        return DelegationTable.of(
                new Delegations.Listed(Map.of(), List.of(roles)), MetadataRole.of(TopLevelRole.TARGETS));
    }

    private static DelegationTable bins(int bits) {
        return DelegationTable.of(
                new Delegations.Succinct(Map.of(), KEYS, bits, "bin"), MetadataRole.of(TopLevelRole.TARGETS));
    }

    private static List<String> names(DelegationTable table, String targetPath) {
        return table.matching(targetPath).stream()
                .map(delegation -> delegation.role().name())
                .toList();
    }

    private static Delegations.Role role(String name, PathSelector paths) {
        return new Delegations.Role(name, KEYS, false, paths);
    }
}

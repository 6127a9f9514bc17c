package dev.tallyclerk.registry.sbom;

import dev.tallyclerk.registry.inventory.Evidence;
import dev.tallyclerk.registry.inventory.InstalledPackage;
import dev.tallyclerk.registry.inventory.Inventory;
import dev.tallyclerk.registry.inventory.InventoryProblem;
import dev.tallyclerk.registry.inventory.PackageUrl;
import dev.tallyclerk.text.Quoted;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Compares the packages that a bill of materials claims with those that the layers of an image have, in both
 * directions.
 *
 * <pre>{@code
 * SbomComparison comparison = SbomComparison.of(sbom.inventory(), inventory);
 * }</pre>
 *
 * <p>Packages are compared by type, name and version; not by the vendor of a system, which tools spell differently.
 * What the layers have in a bill of materials only is no evidence. Immutable.
 */
public final class SbomComparison {
    private static final Set<String> READ_TYPES = Set.of(
            "alpm", "apk", "cargo", "composer", "deb", "gem", "golang", "maven", "npm", "nuget", "opkg", "pypi", "rpm");
    private static final Set<String> LOWER_CASE = Set.of("composer", "golang", "npm", "pypi");
    private static final Map<String, String> ALIASES =
            Map.of("gobinary", "golang", "gomod", "golang", "rustbinary", "cargo");

    private final List<SbomDifference> differences;
    private final List<String> unknowns;
    private final int matches;
    private final Verdict verdict;
    private final boolean isFoundComplete;

    /** What a comparison says of a bill of materials. */
    public enum Verdict {
        /** Everything is compared, and nothing differs. */
        MATCHES,
        /** At least one claim is wrong, or one package is not claimed. */
        DIFFERS,
        /** Nothing is known to differ, but something cannot be compared. */
        INCOMPLETE
    }

    private SbomComparison(List<SbomDifference> differences, List<String> unknowns, int matches, boolean isComplete) {
        this.differences = List.copyOf(differences);
        this.unknowns = List.copyOf(unknowns);
        this.matches = matches;
        this.isFoundComplete = isComplete;
        // A package that seems to be missing may be in what could not be read.
        boolean differs =
                differences.stream().anyMatch(each -> isComplete || each.kind() != SbomDifference.Kind.NOT_THERE);
        this.verdict =
                differs ? Verdict.DIFFERS : isComplete && unknowns.isEmpty() ? Verdict.MATCHES : Verdict.INCOMPLETE;
    }

    /** A package by what is compared of it but its version. */
    private record Key(String type, String name) implements Comparable<Key> {
        static Key of(InstalledPackage each) {
            String type = ALIASES.getOrDefault(each.type(), each.type());
            String name = each.purl().map(PackageUrl::packageName).orElse(each.name());
            return new Key(type, LOWER_CASE.contains(type) ? name.toLowerCase(Locale.ROOT) : name);
        }

        @Override
        public int compareTo(Key other) {
            int byType = type.compareTo(other.type);
            return byType == 0 ? name.compareTo(other.name) : byType;
        }
    }

    /** {@return the version in the one spelling of several} */
    private static String version(InstalledPackage each, Key key) {
        String version = each.version();
        if (key.type.equals("golang")) {
            String number = version.startsWith("go") ? version.substring(2) : version;
            return number.startsWith("v") ? number.substring(1) : number;
        }
        return version.startsWith("0:") && (key.type.equals("rpm") || key.type.equals("deb"))
                ? version.substring(2)
                : version;
    }

    /**
     * {@return the comparison of what is claimed with what is there}
     *
     * @param claimed the claims, as of {@link Sbom#inventory}
     * @param found what the layers have, as a {@link dev.tallyclerk.registry.inventory.InventoryAnalyzer} finds it
     */
    public static SbomComparison of(Inventory claimed, Inventory found) {
        Map<Key, List<InstalledPackage>> there = new TreeMap<>();
        Set<Key> claimedInside = new HashSet<>();
        for (InstalledPackage each : found.packages()) {
            if (each.evidence() == Evidence.CLAIM) {
                claimedInside.add(Key.of(each));
            } else {
                there.computeIfAbsent(Key.of(each), none -> new ArrayList<>()).add(each);
            }
        }
        List<String> unknowns = new ArrayList<>();
        Map<Key, List<InstalledPackage>> claims = new TreeMap<>();
        for (InstalledPackage each : claimed.packages()) {
            Key key = Key.of(each);
            boolean isRead = READ_TYPES.contains(key.type);
            boolean isInside = !there.containsKey(key) && claimedInside.contains(key);
            if (!isRead) {
                unknowns.add(Quoted.printable(each.toString()) + ": packages of this type are not looked for");
            } else if (isInside) {
                unknowns.add(
                        Quoted.printable(each.toString()) + ": in the image, only another bill of materials lists it");
            } else if (!isNoPackage(each)) {
                claims.computeIfAbsent(key, none -> new ArrayList<>()).add(each);
            }
        }
        claimed.problems().stream()
                .map(InventoryProblem::describe)
                .map(problem -> "the bill of materials: " + problem)
                .forEach(unknowns::add);
        found.problems().stream().map(InventoryProblem::describe).forEach(unknowns::add);
        return compared(claims, there, unknowns, found.isComplete());
    }

    /** Keys of a system's vendor and source packages are listed by some tools, and are not installed. */
    private static boolean isNoPackage(InstalledPackage each) {
        return (each.type().equals("rpm") && each.name().equals("gpg-pubkey"))
                || each.architecture().filter("source"::equals).isPresent();
    }

    private static SbomComparison compared(
            Map<Key, List<InstalledPackage>> claims,
            Map<Key, List<InstalledPackage>> there,
            List<String> unknowns,
            boolean isComplete) {
        Set<Key> keys = new TreeSet<>(claims.keySet());
        keys.addAll(there.keySet());
        List<SbomDifference> differences = new ArrayList<>();
        int matches = 0;
        for (Key key : keys) {
            List<InstalledPackage> claimed = claims.getOrDefault(key, List.of());
            List<InstalledPackage> found = there.getOrDefault(key, List.of());
            List<InstalledPackage> wrong = others(claimed, found, key);
            List<InstalledPackage> missing = others(found, claimed, key);
            matches += found.size() - missing.size();
            if (!wrong.isEmpty() || !missing.isEmpty()) {
                SbomDifference.Kind kind = missing.isEmpty()
                        ? SbomDifference.Kind.NOT_THERE
                        : wrong.isEmpty() ? SbomDifference.Kind.NOT_CLAIMED : SbomDifference.Kind.OTHER_VERSION;
                String name = (found.isEmpty() ? claimed : found).get(0).name();
                differences.add(new SbomDifference(kind, key.type, name, wrong, missing));
            }
        }
        return new SbomComparison(differences, unknowns, matches, isComplete);
    }

    /** {@return the packages whose version none of the others has; a package without a version is any} */
    private static List<InstalledPackage> others(
            List<InstalledPackage> packages, List<InstalledPackage> others, Key key) {
        Set<String> versions = new HashSet<>();
        others.forEach(each -> versions.add(version(each, key)));
        if (versions.contains("")) {
            return List.of();
        }
        return packages.stream()
                .filter(each -> !versions.contains(version(each, key)))
                .filter(each -> !each.version().isEmpty() || versions.isEmpty())
                .toList();
    }

    /** {@return what differs, by type and name} */
    public List<SbomDifference> differences() {
        return differences;
    }

    /** {@return what cannot be compared, and why, for people; printable} */
    public List<String> unknowns() {
        return unknowns;
    }

    /** {@return the number of packages in the image that are claimed as they are} */
    public int matches() {
        return matches;
    }

    /** {@return whether everything was read that may list a package of the image} */
    boolean isFoundComplete() {
        return isFoundComplete;
    }

    /** {@return the result} */
    public Verdict verdict() {
        return verdict;
    }

    /** {@return the verdict and the numbers} */
    @Override
    public String toString() {
        return verdict + ": " + matches + " match, " + differences.size() + " differ, " + unknowns.size() + " unknown";
    }
}

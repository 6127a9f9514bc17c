package dev.tallyclerk.registry.inventory;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The packages of an image, as {@link InventoryAnalyzer} finds them. Immutable. */
public final class Inventory {
    private final List<InstalledPackage> packages;
    private final List<InventoryProblem> problems;
    private final @Nullable Distribution distribution;

    Inventory(List<InstalledPackage> packages, List<InventoryProblem> problems, @Nullable Distribution distribution) {
        this.packages = List.copyOf(packages);
        this.problems = List.copyOf(problems);
        this.distribution = distribution;
    }

    /** {@return an inventory of packages that were found in another way, without problems} */
    public static Inventory of(List<InstalledPackage> packages) {
        return new Inventory(packages, List.of(), null);
    }

    /** {@return this inventory with other reasons why packages may be missing} */
    public Inventory withProblems(List<InventoryProblem> problems) {
        return new Inventory(packages, problems, distribution);
    }

    /** {@return this inventory with another distribution} */
    public Inventory withDistribution(Distribution distribution) {
        return new Inventory(packages, problems, Objects.requireNonNull(distribution, "distribution"));
    }

    /** {@return the packages, sorted by type, name, version and path} */
    public List<InstalledPackage> packages() {
        return packages;
    }

    /** {@return why packages may be missing; empty if everything that was recognised was read} */
    public List<InventoryProblem> problems() {
        return problems;
    }

    /** {@return whether everything that was recognised was read} */
    public boolean isComplete() {
        return problems.isEmpty();
    }

    /** {@return the distribution that the image says to be, if it does} */
    public Optional<Distribution> distribution() {
        return Optional.ofNullable(distribution);
    }

    /** {@return how many packages and problems there are} */
    @Override
    public String toString() {
        return packages.size() + " packages, " + problems.size() + " problems";
    }
}

package dev.tallyclerk.registry.base;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Which images of a fleet have to be rebuilt because their bases are stale, in which order, and what that fixes.
 *
 * <p>Immutable. The same fleet has the same plan. An image on which no other one is built, and which names no base, has
 * no influence on the rest.
 */
public final class RebuildPlan {
    private final List<ImageBase> bases;
    private final List<List<Rebuild>> groups;
    private final List<BaseUpgrade> upgrades;

    private RebuildPlan(List<ImageBase> bases, List<List<Rebuild>> groups, List<BaseUpgrade> upgrades) {
        this.bases = bases;
        this.groups = groups;
        this.upgrades = upgrades;
    }

    /** {@return the plan for a fleet, without counts of problems} */
    public static RebuildPlan of(Fleet fleet) {
        try {
            return planned(fleet, new RebuildPlanner(null));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * {@return the plan for a fleet, with counts of problems}
     *
     * <p>Keeps a bit for each different problem and each image that others are built on.
     *
     * @throws IOException if {@code problems} throws one
     */
    public static RebuildPlan of(Fleet fleet, ProblemSource problems) throws IOException {
        return planned(fleet, new RebuildPlanner(problems));
    }

    private static RebuildPlan planned(Fleet fleet, RebuildPlanner planner) throws IOException {
        List<List<Rebuild>> groups = planner.plan(fleet.members());
        return new RebuildPlan(fleet.bases(), groups, planner.upgrades());
    }

    /** {@return the bases of all images that the plan is for, also of those that need no rebuild, sorted by name} */
    public List<ImageBase> bases() {
        return bases;
    }

    /**
     * {@return the images to rebuild, in groups}
     *
     * <p>An image waits for at most one other, which is in the group before its own; all images of one group can be
     * rebuilt at once. Each group is sorted by name. Bases that the caller only added as current are in the plan if an
     * image waits for them.
     */
    public List<List<Rebuild>> groups() {
        return groups;
    }

    /** {@return the changes of bases that the plan makes, those that reach the most images first} */
    public List<BaseUpgrade> upgrades() {
        return upgrades;
    }

    /** {@return how many images are rebuilt} */
    public int size() {
        return groups.stream().mapToInt(List::size).sum();
    }

    /** {@return the number of images and groups} */
    @Override
    public String toString() {
        return size() + " images in " + groups.size() + " groups";
    }
}

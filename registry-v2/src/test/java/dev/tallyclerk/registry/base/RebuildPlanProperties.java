package dev.tallyclerk.registry.base;

import static dev.tallyclerk.registry.base.Built.image;
import static dev.tallyclerk.registry.base.Built.on;
import static dev.tallyclerk.registry.base.Built.reference;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Severity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Plans for random fleets. */
class RebuildPlanProperties {
    /** What is done with an image. */
    private record Step(Built built, String name, boolean given, String current, String former) {}

    /** Random images on each other, some of which are current, former or annotated, rightly or not. */
    private static List<Step> steps(long seed, int size) {
        Random random = new Random(seed);
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            String name = "image" + i;
            Built base = steps.isEmpty() || random.nextInt(5) == 0
                    ? null
                    : steps.get(random.nextInt(steps.size())).built();
            String layer = random.nextInt(10) == 0 ? "" : "layer" + random.nextInt(size * 2);
            Built built = base == null ? image(name, layer) : on(base, name, layer);
            if (random.nextInt(8) == 0) {
                built.user("user" + random.nextInt(3));
            }
            if (random.nextInt(3) == 0 && !steps.isEmpty()) {
                Built named = random.nextInt(3) == 0 || base == null
                        ? steps.get(random.nextInt(steps.size())).built()
                        : base;
                built.annotated(
                        random.nextInt(5) == 0 ? "" : "name" + random.nextInt(6),
                        random.nextInt(5) == 0 ? "" : named.build().digest().toString());
            }
            steps.add(new Step(
                    built,
                    name,
                    random.nextInt(4) != 0,
                    random.nextInt(3) == 0 ? "name" + i % 6 : "",
                    random.nextInt(4) == 0 ? "name" + random.nextInt(6) : ""));
        }
        return steps;
    }

    /** {@return the fleet, or empty if it has a circle, which random annotations can make} */
    private static Optional<Fleet> fleet(List<Step> steps) throws FleetException {
        Fleet.Builder fleet = Fleet.builder();
        Set<String> taken = new HashSet<>();
        List<Step> sorted = new ArrayList<>(steps);
        sorted.sort((a, b) -> a.name().compareTo(b.name()));
        for (Step step : sorted) {
            if (!step.current().isEmpty() && taken.add(step.current())) {
                fleet.current(reference(step.current()), step.built().build());
            }
        }
        for (Step step : steps) {
            if (step.given()) {
                fleet.image(step.built().build());
            }
            if (!step.former().isEmpty()) {
                fleet.former(reference(step.former()), step.built().build());
            }
        }
        try {
            return Optional.of(fleet.build());
        } catch (FleetException e) {
            assertEquals(FleetException.Reason.CYCLE, e.reason());
            return Optional.empty();
        }
    }

    private static Map<String, Integer> groups(RebuildPlan plan) {
        Map<String, Integer> groups = new HashMap<>();
        for (int i = 0; i < plan.groups().size(); i++) {
            for (Rebuild rebuild : plan.groups().get(i)) {
                assertEquals(null, groups.put(rebuild.image().name(), i), "each image is in the plan once");
            }
        }
        return groups;
    }

    @Property
    void theOrderRespectsEveryEdge(@ForAll long seed, @ForAll @IntRange(min = 1, max = 25) int size)
            throws FleetException {
        Optional<Fleet> fleet = fleet(steps(seed, size));
        if (fleet.isEmpty()) {
            return;
        }
        RebuildPlan plan = RebuildPlan.of(fleet.get());
        Map<String, Integer> groups = groups(plan);
        plan.groups()
                .forEach(group -> group.forEach(rebuild -> {
                    FleetImage image = rebuild.image();
                    FleetImage onto = rebuild.base().onto().orElseThrow();
                    assertTrue(rebuild.base().freshness().isStale());
                    int before = groups.getOrDefault(onto.name(), -1);
                    assertEquals(before + 1, groups.get(image.name()), "in the first group that is possible");
                    assertEquals(before >= 0, rebuild.waitsFor().isPresent());
                }));
        for (ImageBase base : plan.bases()) {
            boolean isPlanned = groups.containsKey(base.image().name());
            assertEquals(base.freshness().isStale() && !base.isReplaced(), isPlanned, base::toString);
        }
        int reached =
                plan.upgrades().stream().mapToInt(each -> each.images().size()).sum();
        assertEquals(plan.size(), reached, "each image belongs to one upgrade");
    }

    @Property
    void theLayersOfABaseAreTheLowestOfTheImage(@ForAll long seed, @ForAll @IntRange(min = 1, max = 25) int size)
            throws FleetException {
        for (ImageBase each : fleet(steps(seed, size)).map(Fleet::bases).orElse(List.of())) {
            each.base()
                    .ifPresent(base -> assertEquals(
                            base.diffIds(),
                            each.image().diffIds().subList(0, base.diffIds().size())));
        }
    }

    @Property
    void theOrderOfAddingDoesNotMatter(@ForAll long seed, @ForAll @IntRange(min = 1, max = 25) int size)
            throws FleetException {
        List<Step> steps = steps(seed, size);
        List<Step> shuffled = new ArrayList<>(steps);
        Collections.shuffle(shuffled, new Random(seed));
        assertEquals(
                fleet(steps).map(RebuildPlanProperties::described),
                fleet(shuffled).map(RebuildPlanProperties::described));
    }

    private static String described(Fleet fleet) {
        RebuildPlan plan = RebuildPlan.of(fleet);
        StringBuilder text = new StringBuilder(plan.groups() + " " + plan.upgrades());
        plan.bases()
                .forEach(base ->
                        text.append('\n').append(base).append(base.reason()).append(base.remarks()));
        return text.toString();
    }

    @Property
    void anImageThatNothingStandsOnHasNoInfluence(@ForAll long seed, @ForAll @IntRange(min = 2, max = 25) int size)
            throws FleetException {
        List<Step> steps = new ArrayList<>(steps(seed, size));
        Step top = new Step(on(steps.get(0).built(), "top", "a layer of its own"), "top", true, "", "");
        Optional<Fleet> without = fleet(steps);
        steps.add(top);
        Optional<Fleet> with = fleet(steps);
        assertEquals(without.isPresent(), with.isPresent());
        if (with.isPresent() && without.isPresent()) {
            Map<String, Integer> groups = groups(RebuildPlan.of(with.get()));
            groups.remove("top");
            // The image may make a base part of the plan that nobody waited for before.
            Map<String, Integer> others = groups(RebuildPlan.of(without.get()));
            others.forEach((name, group) -> assertEquals(group, groups.get(name), name));
        }
    }

    @Property
    void countsAddUp(@ForAll long seed, @ForAll @IntRange(min = 1, max = 15) int size)
            throws FleetException, IOException {
        Optional<Fleet> fleet = fleet(steps(seed, size));
        if (fleet.isEmpty()) {
            return;
        }
        Set<String> asked = new HashSet<>();
        RebuildPlan plan = RebuildPlan.of(fleet.get(), image -> {
            assertTrue(asked.add(image.name()), "each image is asked for once");
            List<KnownProblem> problems = new ArrayList<>();
            for (int layer = 0; layer < image.diffIds().size(); layer++) {
                problems.add(new KnownProblem(
                        "CVE-" + image.diffIds().get(layer).encoded().charAt(0), Severity.HIGH, "p", layer));
            }
            return Optional.of(problems);
        });
        for (List<Rebuild> group : plan.groups()) {
            for (Rebuild rebuild : group) {
                rebuild.problems()
                        .ifPresent(counts -> counts.values().forEach(each -> {
                            assertTrue(each.after() >= 0);
                            assertTrue(each.before() + each.added() > 0);
                        }));
            }
        }
    }
}

package dev.tallyclerk.registry.base;

import static dev.tallyclerk.registry.base.Built.image;
import static dev.tallyclerk.registry.base.Built.on;
import static dev.tallyclerk.registry.base.Built.reference;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.location.ImageLocation;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.testing.SharedData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RebuildPlanTest {
    private final Built old = image("debian-old", "debian 1");
    private final Built now = image("debian-now", "debian 2");
    private final Built runtime = on(old, "runtime", "runtime").annotated("debian:12", old);
    private final Built app = on(runtime, "app", "app").annotated("runtime:1", runtime);

    private Fleet.Builder debian() throws FleetException {
        return Fleet.builder().current(reference("debian:12"), now.build()).former(reference("debian:12"), old.build());
    }

    private static List<List<String>> names(RebuildPlan plan) {
        return plan.groups().stream()
                .map(group -> group.stream().map(each -> each.image().name()).toList())
                .toList();
    }

    @Test
    void basesComeBeforeTheImagesOnThem() throws FleetException {
        Fleet fleet = debian().current(reference("runtime:1"), runtime.build())
                .image(app.build())
                .image(runtime.build())
                .image(on(old, "other", "other").build())
                .image(on(now, "fine", "fine").build())
                .build();
        RebuildPlan plan = RebuildPlan.of(fleet);
        assertEquals(List.of(List.of("other", "runtime"), List.of("app")), names(plan));
        Rebuild last = plan.groups().get(1).get(0);
        assertEquals("runtime", last.waitsFor().orElseThrow().name());
        assertEquals(Optional.empty(), plan.groups().get(0).get(0).waitsFor());
        assertEquals(4, plan.bases().size());
    }

    @Test
    void aBaseOfSomebodyElseIsInThePlanIfAnImageWaitsForIt() throws FleetException {
        Fleet fleet = debian().current(reference("runtime:1"), runtime.build())
                .image(app.build())
                .build();
        RebuildPlan plan = RebuildPlan.of(fleet);
        assertEquals(List.of(List.of("runtime"), List.of("app")), names(plan));
        assertEquals(false, plan.groups().get(0).get(0).isGiven());
        assertEquals(
                List.of(),
                names(RebuildPlan.of(debian().current(reference("runtime:1"), runtime.build())
                        .build())));
    }

    @Test
    void theSameImageUnderAnotherNameIsNotPlannedTwice() throws FleetException {
        Built copy = on(old, "copy of runtime", "runtime").annotated("debian:12", old);
        Fleet fleet = debian().current(reference("runtime:1"), copy.build())
                .image(runtime.build())
                .image(app.build())
                .build();
        assertEquals(List.of(List.of("runtime"), List.of("app")), names(RebuildPlan.of(fleet)));
    }

    @Test
    void anImageOnAnOldVersionWaitsForTheRebuildOfTheNewOne() throws FleetException {
        Built newer = on(old, "runtime-2", "runtime 2");
        Fleet fleet = debian().former(reference("runtime:1"), runtime.build())
                .current(reference("runtime:1"), newer.build())
                .image(app.build())
                .image(newer.build())
                .image(runtime.build())
                .build();
        assertEquals(List.of(List.of("runtime-2"), List.of("app")), names(RebuildPlan.of(fleet)));
    }

    private static KnownProblem problem(String id, Severity severity, int layer) {
        return new KnownProblem(id, severity, "package", layer);
    }

    private Fleet chain() throws FleetException {
        return debian().current(reference("runtime:1"), runtime.build())
                .image(runtime.build())
                .image(app.build())
                .build();
    }

    @Test
    void countsWhatAnUpgradeFixes() throws FleetException, IOException {
        KnownProblem kept = problem("CVE-1", Severity.HIGH, 0);
        KnownProblem gone = problem("CVE-2", Severity.HIGH, 0);
        KnownProblem fresh = problem("CVE-3", Severity.LOW, 0);
        KnownProblem own = problem("CVE-4", Severity.HIGH, 1);
        KnownProblem last = problem("CVE-5", Severity.CRITICAL, 2);
        List<String> asked = new ArrayList<>();
        Map<String, List<KnownProblem>> problems = Map.of(
                "debian-now", List.of(kept, fresh),
                "runtime", List.of(kept, gone, own),
                "app", List.of(kept, gone, own, last));
        RebuildPlan plan = RebuildPlan.of(chain(), image -> {
            asked.add(image.name());
            return Optional.ofNullable(problems.get(image.name()));
        });
        assertEquals(List.of("debian-now", "runtime", "app"), asked);
        BaseUpgrade upgrade = plan.upgrades().get(0);
        assertEquals("debian-old to debian-now", upgrade.toString());
        assertEquals(
                List.of("runtime", "app"),
                upgrade.images().stream().map(FleetImage::name).toList());
        assertEquals(
                "{HIGH=ProblemCounts[before=2, removed=1, added=0], LOW=ProblemCounts[before=0, removed=0, added=1]}",
                upgrade.problems().orElseThrow().toString());
        assertEquals(0, upgrade.unknownImages());
        assertEquals(
                "{CRITICAL=ProblemCounts[before=1, removed=0, added=0], HIGH=ProblemCounts[before=3, removed=1, added=0],"
                        + " LOW=ProblemCounts[before=0, removed=0, added=1]}",
                plan.groups().get(1).get(0).problems().orElseThrow().toString());
    }

    @Test
    void aProblemThatTheImageBringsItselfStays() throws FleetException, IOException {
        RebuildPlan plan = RebuildPlan.of(
                chain(),
                image -> Optional.of(
                        image.name().equals("debian-now")
                                ? List.of()
                                : List.of(problem("CVE-1", Severity.HIGH, 1), problem("CVE-1", Severity.HIGH, 0))));
        ProblemCounts counts = new ProblemCounts(1, 0, 0);
        assertEquals(
                counts, plan.groups().get(0).get(0).problems().orElseThrow().get(Severity.HIGH));
        assertEquals(
                new ProblemCounts(1, 1, 0),
                plan.upgrades().get(0).problems().orElseThrow().get(Severity.HIGH));
    }

    @Test
    void unknownProblemsAreNotNone() throws FleetException, IOException {
        RebuildPlan plan = RebuildPlan.of(
                chain(), image -> image.name().equals("app") ? Optional.empty() : Optional.of(List.of()));
        assertEquals(1, plan.upgrades().get(0).unknownImages());
        assertTrue(plan.upgrades().get(0).problems().isPresent());
        assertEquals(Optional.empty(), plan.groups().get(1).get(0).problems());
        RebuildPlan base = RebuildPlan.of(
                chain(), image -> image.name().equals("debian-now") ? Optional.empty() : Optional.of(List.of()));
        assertEquals(Optional.empty(), base.upgrades().get(0).problems());
        assertEquals(Optional.empty(), base.groups().get(0).get(0).problems());
        assertEquals(2, RebuildPlan.of(chain()).upgrades().get(0).unknownImages());
    }

    @Test
    void aFailureToReadProblemsReachesTheCaller() {
        assertThrows(
                IOException.class,
                () -> RebuildPlan.of(chain(), image -> {
                    throw new IOException("gone");
                }));
    }

    private static FleetImage recorded(Path images, String name) throws IOException {
        try (ImageSource source = ImageLocation.parse("oci:" + images.resolve(name))
                .open(reference -> {
                    throw new IOException("no registry");
                })) {
            return FleetImage.of(name, ImageVerifier.create().withoutLayers().verify(source));
        }
    }

    @Test
    void plansTheRecordedImages() throws IOException, FleetException {
        Path images = SharedData.require("image-audit").resolve("images");
        Fleet.Builder fleet = Fleet.builder();
        for (String name : List.of(
                "app-annotated-current",
                "app-annotated-stale",
                "app-no-annotation-stale",
                "app-on-mid",
                "app-recompressed-stale",
                "app-scratch",
                "base-new",
                "base-old",
                "mid")) {
            fleet.image(recorded(images, "stale/" + name));
        }
        fleet.current(reference("registry.example.test/base:12"), recorded(images, "stale/base-new"))
                .current(reference("registry.example.test/mid:1"), recorded(images, "stale/mid"));
        Fleet built = fleet.build();
        assertEquals(
                List.of(
                        "stale/app-annotated-current CURRENT on stale/base-new",
                        "stale/app-annotated-stale STALE on stale/base-old",
                        "stale/app-no-annotation-stale STALE on stale/base-old",
                        "stale/app-on-mid STALE_BY_INHERITANCE on stale/mid",
                        "stale/app-recompressed-stale STALE on stale/base-old",
                        "stale/app-scratch NO_BASE",
                        "stale/base-new NO_BASE",
                        "stale/base-old NO_BASE",
                        "stale/mid STALE on stale/base-old"),
                built.bases().stream().map(ImageBase::toString).toList());
        assertEquals(
                List.of(
                        List.of(
                                "stale/app-annotated-stale",
                                "stale/app-no-annotation-stale",
                                "stale/app-recompressed-stale",
                                "stale/mid"),
                        List.of("stale/app-on-mid")),
                names(RebuildPlan.of(built)));
    }
}

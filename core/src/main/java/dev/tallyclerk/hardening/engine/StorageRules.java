package dev.tallyclerk.hardening.engine;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.Severity;
import java.util.List;
import java.util.Set;

/** How images and containers are stored, and how many pile up. */
final class StorageRules {
    private static final Set<String> DEPRECATED = Set.of("aufs", "devicemapper", "overlay");

    private static final RuleParameter<Long> MAXIMUM_STOPPED = RuleParameter.integer(
            "maximumStoppedContainers", 25, 0, 1_000_000, "How many stopped containers may lie on the host.");

    private StorageRules() {}

    static List<Rule<EngineSubject>> all() {
        return List.of(deprecatedDriver(), baseSize(), unusedImages(), stoppedContainers());
    }

    private static Rule<EngineSubject> deprecatedDriver() {
        return Rules.rule(
                info("DMN-006", Severity.LOW, Profile.L1, "2.6", "4.5.3", """
                        Deprecated storage driver
                        aufs, devicemapper and overlay were deprecated and then removed: nobody mends them, and an
                        engine that still has them is old itself.
                        Remedy: Move to overlay2. Images and containers have to be saved before, because each driver has
                        its own store.
                        """),
                engine -> Rules.each(engine, EngineOption.STORAGE_DRIVER, (driver, at) -> {
                    // Podman's driver of that name is not the one that Docker deprecated.
                    boolean deprecated = DEPRECATED.contains(driver)
                            && !(driver.equals("overlay") && engine.info().isPodman());
                    return Rules.problemIf(
                            deprecated, EngineOption.STORAGE_DRIVER, driver, at, "the storage driver is deprecated");
                }));
    }

    private static Rule<EngineSubject> baseSize() {
        return Rules.rule(
                info("DMN-013", Severity.LOW, Profile.L2, "2.11", "4.5.3", """
                        Base device size was changed
                        The base device bounds the file system of each container of the driver devicemapper. A larger
                        one lets a container take the space of its neighbours.
                        Remedy: Remove dm.basesize from "storage-opts".
                        """),
                engine -> Rules.failForEach(
                        engine,
                        EngineOption.STORAGE_OPTS,
                        option -> option.strip().startsWith("dm.basesize"),
                        "the size of the base device is set",
                        "storage-opt"));
    }

    private static Rule<EngineSubject> unusedImages() {
        return Rules.rule(
                info("DMN-038", Severity.INFO, Profile.L1, "6.1", "4.2.2", """
                        Images pile up
                        An image that nobody uses is not updated, and one day somebody starts it by mistake, with the
                        flaws that were mended since.
                        Remedy: Run docker image prune --all, and let a timer do so.
                        """),
                engine -> engine.imageUse().decideAt((use, at) -> {
                    boolean few = use.used() < use.images() - use.used();
                    return Outcome.failIf(
                            few,
                            at,
                            "fewer than half of the images have a container",
                            Evidence.of("images", Long.toString(use.images())),
                            Evidence.of("used", Long.toString(use.used())));
                }));
    }

    private static Rule<EngineSubject> stoppedContainers() {
        return Rules.rule(
                info("DMN-039", Severity.INFO, Profile.L1, "6.2", "4.4.5", """
                        Stopped containers pile up
                        A stopped container keeps its files, secrets among them, and can be started again with the old
                        image by whoever may.
                        Remedy: Run docker container prune, and start short-lived containers with --rm.
                        """).parameter(MAXIMUM_STOPPED),
                (engine, context) -> Fact.decideBoth(
                        engine.info().containers(), engine.info().containersRunning(), (all, running) -> {
                            long stopped = all - running;
                            return Outcome.failIf(
                                    stopped > context.value(MAXIMUM_STOPPED),
                                    EngineInfo.location(),
                                    "there are many containers that do not run",
                                    Evidence.of("stopped", Long.toString(stopped)));
                        }));
    }
}

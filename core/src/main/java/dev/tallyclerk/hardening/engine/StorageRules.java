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

/** How images and containers are stored, and how many accumulate. */
final class StorageRules {
    private static final Set<String> DEPRECATED = Set.of("aufs", "devicemapper", "overlay");

    private static final RuleParameter<Long> MAXIMUM_STOPPED = RuleParameter.integer(
            "maximumStoppedContainers", 25, 0, 1_000_000, "The most stopped containers that the host may have.");

    private StorageRules() {}

    static List<Rule<EngineSubject>> all() {
        return List.of(deprecatedDriver(), baseSize(), unusedImages(), stoppedContainers());
    }

    private static Rule<EngineSubject> deprecatedDriver() {
        return Rules.rule(
                info("DMN-006", Severity.LOW, Profile.L1, "2.6", "4.5.3", """
                        Deprecated storage driver
                        aufs, devicemapper and overlay were deprecated and then removed: nobody fixes them, and an
                        engine that still has them is outdated itself.
                        Remedy: Move to overlay2. Save images and containers first, because each driver has its own
                        store.
                        """),
                engine -> Rules.each(engine, EngineOption.STORAGE_DRIVER, (driver, at) -> {
                    // Podman's driver with this name is not the deprecated one.
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
                        The base device limits the file system of each container under the driver devicemapper. A larger
                        one lets a container take its neighbours' space.
                        Remedy: Remove dm.basesize from "storage-opts".
                        """),
                engine -> Rules.failForEach(
                        engine,
                        EngineOption.STORAGE_OPTS,
                        option -> option.strip().startsWith("dm.basesize"),
                        "the base device size is set",
                        "storage-opt"));
    }

    private static Rule<EngineSubject> unusedImages() {
        return Rules.rule(
                info("DMN-038", Severity.INFO, Profile.L1, "6.1", "4.2.2", """
                        Images pile up
                        An unused image is not updated, and one day someone starts it by mistake, with flaws that have
                        been fixed since.
                        Remedy: Run docker image prune --all regularly, for example by a timer.
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
                        A stopped container keeps its files, including secrets, and anyone with access can start it
                        again with the old image.
                        Remedy: Run docker container prune, and start short-lived containers with --rm.
                        """).parameter(MAXIMUM_STOPPED),
                (engine, context) -> Fact.decideBoth(
                        engine.info().containers(), engine.info().containersRunning(), (all, running) -> {
                            long stopped = all - running;
                            return Outcome.failIf(
                                    stopped > context.value(MAXIMUM_STOPPED),
                                    EngineInfo.location(),
                                    "there are too many stopped containers",
                                    Evidence.of("stopped", Long.toString(stopped)));
                        }));
    }
}

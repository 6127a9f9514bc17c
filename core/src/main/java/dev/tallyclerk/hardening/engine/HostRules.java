package dev.tallyclerk.hardening.engine;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import java.util.List;

/** What the kernel of the host offers. */
final class HostRules {
    private static final List<String> LIMITS =
            List.of("MemoryLimit", "SwapLimit", "CPUShares", "CpuCfsQuota", "PidsLimit");

    private HostRules() {}

    static List<Rule<EngineSubject>> all() {
        return List.of(cgroupVersion(), limits());
    }

    private static Rule<EngineSubject> cgroupVersion() {
        return Rules.linuxRule(
                info("DMN-028", "Host uses cgroup v1", Severity.INFO, Profile.STRICT, "", "4.5.2")
                        .rationale(
                                "Version 1 cannot be handed to rootless engines safely, its limits on memory have gaps, and"
                                        + " systems and runtimes are dropping it.")
                        .remediation("Boot the host with the unified hierarchy, which is the default of current"
                                + " distributions."),
                engine -> engine.info()
                        .cgroupVersion()
                        .decideAt((version, at) -> version.equals("1")
                                ? Outcome.fail(Problem.at(at, "the host has cgroups of version 1"))
                                : Outcome.pass()));
    }

    private static Rule<EngineSubject> limits() {
        return Rules.linuxRule(
                info(
                                "DMN-029",
                                "Kernel lacks a limit the policy relies on",
                                Severity.MEDIUM,
                                Profile.L1,
                                "5.11",
                                "4.4.4")
                        .rationale(
                                "A limit that the kernel cannot enforce is left out with a warning that nobody reads, and the"
                                        + " container has all of the host.")
                        .remediation(
                                "Enable the cgroup controllers in the kernel's parameters, and look into what else the"
                                        + " engine warns of."),
                engine -> {
                    Outcome all = engine.info()
                            .warnings()
                            .decideAt((warnings, at) -> warnings.isEmpty()
                                    ? Outcome.pass()
                                    : Outcome.fail(Problem.at(
                                            at,
                                            "the engine gives warnings",
                                            Evidence.of("first", firstLine(warnings.get(0))))));
                    for (String member : LIMITS) {
                        Fact<Boolean> limit = engine.info().limit(member);
                        all = Outcome.allOf(
                                all,
                                limit.decideAt((enforced, at) -> enforced
                                        ? Outcome.pass()
                                        : Outcome.fail(Problem.at(
                                                at,
                                                "the kernel cannot enforce a limit",
                                                Evidence.of("limit", member)))));
                    }
                    return all;
                });
    }

    private static String firstLine(String warning) {
        return warning.strip().lines().findFirst().orElse("");
    }
}

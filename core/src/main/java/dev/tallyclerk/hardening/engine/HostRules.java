package dev.tallyclerk.hardening.engine;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What the host's kernel supports. */
final class HostRules {
    private static final List<String> LIMITS =
            List.of("MemoryLimit", "SwapLimit", "CPUShares", "CpuCfsQuota", "PidsLimit");

    /** {@code WARNING: No swap limit support}, {@code WARNING: bridge-nf-call-iptables is disabled}. */
    private static final Predicate<String> MISSING = Pattern.compile(
                    "(?i)^(?:WARNING: )?(?:No .*\\bsupport\\b|bridge-nf-call-)")
            .asPredicate();

    private HostRules() {}

    static List<Rule<EngineSubject>> all() {
        return List.of(cgroupVersion(), limits());
    }

    private static Rule<EngineSubject> cgroupVersion() {
        return Rules.linuxRule(
                info("DMN-028", Severity.INFO, Profile.STRICT, "", "4.5.2", """
                        Host uses cgroup v1
                        Version 1 cannot be delegated safely to rootless engines, its memory limits have gaps, and
                        systems and runtimes are dropping it.
                        Remedy: Boot the host with the unified hierarchy, the default of current distributions.
                        """),
                engine -> engine.info()
                        .cgroupVersion()
                        .decideAt((version, at) ->
                                Outcome.failIf(version.equals("1"), at, "the host has cgroups of version 1")));
    }

    private static Rule<EngineSubject> limits() {
        return Rules.linuxRule(info("DMN-029", Severity.MEDIUM, Profile.L1, "5.11", "4.4.4", """
                        Kernel lacks a limit the policy relies on
                        A limit that the kernel cannot enforce is ignored with a warning that nobody reads, and the
                        container can use the whole host.
                        Remedy: Enable the cgroup controllers in the kernel parameters, and load the kernel module
                        br_netfilter if the engine warns about bridge-nf-call.
                        """), engine -> {
            Outcome all =
                    engine.info().warnings().decideAt((warnings, at) -> Outcome.ofProblems(missing(warnings, at)));
            for (String member : LIMITS) {
                Fact<Boolean> limit = engine.info().limit(member);
                all = Outcome.allOf(
                        all,
                        limit.decideAt((enforced, at) -> Outcome.failIf(
                                !enforced, at, "the kernel cannot enforce a limit", Evidence.of("limit", member))));
            }
            return all;
        });
    }

    /** Other warnings are about settings, which have their own rules. */
    private static List<Problem> missing(List<String> warnings, Location at) {
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; i < warnings.size(); i++) {
            String warning = firstLine(warnings.get(i));
            if (MISSING.test(warning)) {
                problems.add(Problem.at(
                        at.child(Integer.toString(i)),
                        "the engine warns that the kernel lacks a feature",
                        Evidence.of("warning", warning)));
            }
        }
        return problems;
    }

    private static String firstLine(String warning) {
        return warning.strip().lines().findFirst().orElse("");
    }
}

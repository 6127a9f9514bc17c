package dev.tallyclerk.hardening.engine;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.internal.subject.AllowedNames;
import java.util.List;

/** The defaults for containers that set nothing else. */
final class DefaultsRules {
    private static final RuleParameter<List<String>> ALLOWED_PARENTS = RuleParameter.textList(
            "allowedCgroupParents",
            List.of(),
            "Parent cgroups allowed besides the engine's own; a path includes everything below it,"
                    + " and * at the end matches any ending.");

    private static final RuleParameter<List<String>> ALLOWED_RUNTIMES = RuleParameter.textList(
            "allowedRuntimes",
            AllowedNames.RUNTIMES,
            "Runtimes allowed as the default; * at the end matches any ending.");

    private DefaultsRules() {}

    static List<Rule<EngineSubject>> all() {
        return List.of(ulimits(), cgroupParent(), newPrivileges(), cgroupNamespace(), runtime());
    }

    private static Rule<EngineSubject> ulimits() {
        return Rules.rule(
                info("DMN-010", Severity.LOW, Profile.L1, "2.8", "4.4.4", """
                        No default ulimits
                        A container without limits inherits the engine's, which are unlimited on most systems: one
                        process can use up all open files of the host.
                        Remedy: Set "default-ulimits", for example {"nofile": {"Name": "nofile", "Soft": 1024, "Hard":
                        4096}}.
                        """),
                engine -> engine.configured(EngineOption.DEFAULT_ULIMITS)
                        .decideAt((limits, at) ->
                                Outcome.failIf(limits.isEmpty(), at, "containers get no ulimits by default")));
    }

    private static Rule<EngineSubject> cgroupParent() {
        return Rules.rule(
                info("DMN-012", Severity.LOW, Profile.L2, "2.10", "4.4.4", """
                        Default cgroup parent was changed
                        The parent cgroup limits all containers together. Another parent may share the limits of
                        something else, or have none.
                        Remedy: Remove "cgroup-parent", or allow the cgroup with allowedCgroupParents once its limits
                        are known to fit.
                        """).parameter(ALLOWED_PARENTS),
                (engine, context) -> Rules.failIf(
                        engine,
                        EngineOption.CGROUP_PARENT,
                        parent -> !parent.isBlank() && !AllowedNames.hasCgroup(context.value(ALLOWED_PARENTS), parent),
                        "containers run under another cgroup than the engine's own"));
    }

    private static Rule<EngineSubject> newPrivileges() {
        return Rules.rule(
                info("DMN-017", Severity.MEDIUM, Profile.L1, "2.14", "4.4.3", """
                        Containers may gain new privileges by default
                        A set-user-ID program in an image turns any account of the container into root. With
                        no-new-privileges the kernel ignores that bit, and hardly any service needs it.
                        Remedy: Set "no-new-privileges": true. A container that needs sudo can opt out with
                        --security-opt no-new-privileges=false.
                        """),
                engine -> Rules.failIf(
                        engine, EngineOption.NO_NEW_PRIVILEGES, on -> !on, "processes may gain privileges by default"));
    }

    private static Rule<EngineSubject> cgroupNamespace() {
        return Rules.rule(
                info("DMN-033", Severity.LOW, Profile.STRICT, "", "4.4.3", """
                        Host cgroup namespace is the default
                        In the host's cgroup namespace a container sees the names of all cgroups, and so what else runs
                        on the host.
                        Remedy: Remove "default-cgroupns-mode", or set it to "private".
                        """),
                engine -> Rules.failIf(
                        engine,
                        EngineOption.DEFAULT_CGROUPNS_MODE,
                        mode -> mode.equals("host"),
                        "containers share the host's cgroup namespace"));
    }

    private static Rule<EngineSubject> runtime() {
        return Rules.rule(
                info("DMN-037", Severity.LOW, Profile.STRICT, "", "4.4.1", """
                        Default runtime is not allowed
                        The runtime sets up every boundary of a container and runs as root. A runtime that nobody chose
                        may omit some of them.
                        Remedy: Set "default-runtime": "runc" or the name of a sandbox, or allow the runtime with
                        allowedRuntimes.
                        """).parameter(ALLOWED_RUNTIMES),
                (engine, context) -> Rules.each(engine, EngineOption.DEFAULT_RUNTIME, (runtime, at) -> {
                    return Outcome.failIf(
                            !AllowedNames.hasRuntime(context.value(ALLOWED_RUNTIMES), runtime),
                            at,
                            "containers run under a runtime that is not allowed",
                            Evidence.of("runtime", runtime));
                }));
    }
}

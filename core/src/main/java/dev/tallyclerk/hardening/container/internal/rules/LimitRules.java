package dev.tallyclerk.hardening.container.internal.rules;

import static dev.tallyclerk.hardening.container.internal.rules.ContainerRule.rule;
import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.container.internal.reader.Container;
import dev.tallyclerk.hardening.container.model.HostConfig;
import dev.tallyclerk.hardening.container.model.RestartPolicy;
import dev.tallyclerk.internal.subject.Facts;
import java.util.List;
import java.util.stream.Stream;

/** How much of the host's resources a container can use. */
final class LimitRules {
    private static final RuleParameter<Long> MAXIMUM_RETRIES = RuleParameter.integer(
            "maximumRetries", 5, 1, 1000, "The most restarts after failures that a container may have.");

    private LimitRules() {}

    static List<ContainerRule> all() {
        return List.of(memory(), swap(), cpu(), processes(), ulimits(), oom(), restarts());
    }

    private static ContainerRule memory() {
        return rule(
                info("RUN-029", Severity.MEDIUM, Profile.L1, "5.11", "4.4.4", """
                        Memory is not limited
                        Without a limit one container can use all memory, and the kernel then kills processes of other
                        containers or of the host. A reservation alone does not prevent that.
                        Remedy: Start it with --memory and the most that the application needs.
                        """),
                container -> Facts.failIf(
                        container.hostConfig().memory(), limit -> limit <= 0, "there is no memory limit", "Memory"));
    }

    private static ContainerRule swap() {
        return rule(
                info("RUN-030", Severity.LOW, Profile.STRICT, "5.11", "4.4.4", """
                        Swap is unlimited
                        A container with unlimited swap fills the host's swap and keeps its disk busy instead of
                        reaching its limit.
                        Remedy: Set --memory-swap to the value of --memory, which allows no swap, or to a little more.
                        """),
                container -> Facts.failIf(
                        container.hostConfig().memorySwap(), limit -> limit < 0, "swap has no limit", "MemorySwap"));
    }

    private static ContainerRule cpu() {
        return rule(info("RUN-031", Severity.LOW, Profile.L1, "5.12", "4.4.4", """
                        CPU time has neither limit nor weight
                        Without a limit or a weight, a busy container slows down every other one on the host.
                        Remedy: Start it with --cpus, with --cpuset-cpus, or with --cpu-shares for a weight that applies
                        when CPUs are scarce.
                        """), LimitRules::cpu);
    }

    private static Outcome cpu(Container container) {
        HostConfig config = container.hostConfig();
        boolean isLimited = Facts.isKnown(config.cpuShares(), value -> value > 0)
                || Facts.isKnown(config.nanoCpus(), value -> value > 0)
                || Facts.isKnown(config.cpuQuota(), value -> value > 0)
                || Facts.isKnown(config.cpusetCpus(), value -> !value.isEmpty());
        if (isLimited) {
            return Outcome.pass();
        }
        Outcome unlimited = config.cpuShares()
                .decideAt((value, at) ->
                        Outcome.fail(Problem.at(at, "neither a weight, a limit nor a CPU set is configured")));
        // Each of them may be the limit.
        return Stream.<Fact<?>>of(config.cpuShares(), config.nanoCpus(), config.cpuQuota(), config.cpusetCpus())
                .flatMap(fact -> fact instanceof Fact.Missing<?> missing
                        ? Stream.of(Outcome.unknown(missing.why()))
                        : Stream.of())
                .findFirst()
                .orElse(unlimited);
    }

    private static ContainerRule processes() {
        return rule(
                info("RUN-032", Severity.MEDIUM, Profile.L1, "5.29", "4.4.4", """
                        The number of processes is not limited
                        A fork bomb uses up all process ids of the host, and then nobody can log in to stop it.
                        Remedy: Start it with --pids-limit, for example 100, or set default-pids-limit in daemon.json if
                        the engine supports it.
                        """),
                container -> Facts.failIf(
                        container.hostConfig().pidsLimit(),
                        limit -> limit <= 0,
                        "there is no limit on processes",
                        "PidsLimit"));
    }

    private static ContainerRule ulimits() {
        return rule(
                info("RUN-033", Severity.LOW, Profile.L1, "5.19", "4.4.4", """
                        No resource limits (ulimits)
                        Without their own limits, processes inherit the engine's, which are high or unlimited: for open
                        files, locked memory and core dumps.
                        Remedy: Start it with --ulimit, for example nofile=1024:2048, or set default-ulimits in
                        daemon.json for all containers.
                        """),
                container -> container.hostConfig().ulimits().decideAt((ulimits, at) -> {
                    // A process may raise its soft limit to the hard one; -1 is none.
                    boolean isLimited = ulimits.stream().anyMatch(ulimit -> ulimit.hard() >= 0)
                            || Facts.isKnown(EngineFacts.of(container).defaultUlimits(), value -> value);
                    return Outcome.failIf(!isLimited, at, "no resource limit is set");
                }));
    }

    private static ContainerRule oom() {
        return rule(
                info("RUN-034", Severity.MEDIUM, Profile.STRICT, "", "4.4.4", """
                        The OOM killer spares the container
                        When memory runs out, the kernel kills the processes that it may. A container that it must spare
                        takes down processes of the host instead.
                        Remedy: Remove --oom-kill-disable and a negative --oom-score-adj, and limit the memory.
                        """),
                container -> Outcome.allOf(
                        Facts.failIf(
                                container.hostConfig().oomKillDisable(),
                                value -> value,
                                "the OOM killer is disabled",
                                "OomKillDisable"),
                        Facts.failIf(
                                container.hostConfig().oomScoreAdj(),
                                score -> score < 0,
                                "the OOM killer kills other processes first",
                                "OomScoreAdj")));
    }

    private static ContainerRule restarts() {
        return rule(
                info("RUN-035", Severity.LOW, Profile.L1, "5.15", "4.4.4", """
                        Restarts are not limited
                        A container that restarts forever hides that it fails, uses up the host, and gives an attack
                        that crashes it unlimited attempts.
                        Remedy: Start it with --restart on-failure:5, and let external monitoring report the failure.
                        """).parameter(MAXIMUM_RETRIES),
                (container, context) -> {
                    long maximum = context.value(MAXIMUM_RETRIES);
                    return container
                            .hostConfig()
                            .restartPolicy()
                            .decideAt((policy, at) -> restarts(policy, at, maximum));
                });
    }

    private static Outcome restarts(RestartPolicy policy, Location at, long maximum) {
        return switch (policy.name()) {
            case "", "no" -> Outcome.pass();
            case "on-failure" ->
                Outcome.failIf(
                        !(policy.maximumRetryCount() > 0 && policy.maximumRetryCount() <= maximum),
                        at,
                        "the container is restarted more often than " + maximum + " times",
                        Evidence.of("MaximumRetryCount", Long.toString(policy.maximumRetryCount())));
            default ->
                Outcome.fail(
                        Problem.at(at, "the container is restarted without limit", Evidence.of("Name", policy.name())));
        };
    }
}

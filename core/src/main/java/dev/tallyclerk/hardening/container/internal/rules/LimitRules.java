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

/** How much of the host a container can use up. */
final class LimitRules {
    private static final RuleParameter<Long> MAXIMUM_RETRIES = RuleParameter.integer(
            "maximumRetries", 5, 1, 1000, "After how many failures a container must not be started again.");

    private LimitRules() {}

    static List<ContainerRule> all() {
        return List.of(memory(), swap(), cpu(), processes(), ulimits(), oom(), restarts());
    }

    private static ContainerRule memory() {
        return rule(
                info("RUN-029", Severity.MEDIUM, Profile.L1, "5.11", "4.4.4", """
                        Memory is not limited
                        Without a limit one container can take all memory, and then the kernel ends processes of others
                        or of the host. A reservation alone does not prevent that.
                        Remedy: Start it with --memory and what the application needs at most.
                        """),
                container -> Facts.failIf(
                        container.hostConfig().memory(), limit -> limit <= 0, "there is no limit of memory", "Memory"));
    }

    private static ContainerRule swap() {
        return rule(
                info("RUN-030", Severity.LOW, Profile.STRICT, "5.11", "4.4.4", """
                        Swap is unlimited
                        A container that may swap without limit fills the host's swap and keeps its disk busy when it
                        should have reached its limit.
                        Remedy: Set --memory-swap to the value of --memory, which allows no swap, or to a little more.
                        """),
                container -> Facts.failIf(
                        container.hostConfig().memorySwap(), limit -> limit < 0, "swap has no limit", "MemorySwap"));
    }

    private static ContainerRule cpu() {
        return rule(info("RUN-031", Severity.LOW, Profile.L1, "5.12", "4.4.4", """
                        Processor time has no limit and no weight
                        A container that computes without end slows down all others on the host if nothing says how much
                        it may have.
                        Remedy: Start it with --cpus, or with --cpu-shares for a weight that counts when processors are
                        scarce, or with --cpuset-cpus.
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
                .decideAt((value, at) -> Outcome.fail(Problem.at(at, "neither weight, limit nor processors are set")));
        // Each of them could be the limit.
        return Stream.<Fact<?>>of(config.cpuShares(), config.nanoCpus(), config.cpuQuota(), config.cpusetCpus())
                .flatMap(fact ->
                        fact instanceof Fact.Missing<?> missing ? Stream.of(Outcome.unknown(missing)) : Stream.of())
                .findFirst()
                .orElse(unlimited);
    }

    private static ContainerRule processes() {
        return rule(
                info("RUN-032", Severity.MEDIUM, Profile.L1, "5.29", "4.4.4", """
                        The number of processes is not limited
                        A process that starts itself over and over takes all process ids of the host, and then nobody
                        can log in to stop it.
                        Remedy: Start it with --pids-limit, for example 100, or set a default in daemon.json with
                        default-pids-limit where the engine has it.
                        """),
                container -> Facts.failIf(
                        container.hostConfig().pidsLimit(),
                        limit -> limit <= 0,
                        "there is no limit of processes",
                        "PidsLimit"));
    }

    private static ContainerRule ulimits() {
        return rule(
                info("RUN-033", Severity.LOW, Profile.L1, "5.19", "4.4.4", """
                        No resource limits (ulimits)
                        Without limits of their own, processes of the container have those of the engine, which are high
                        or none: for open files, for locked memory, for the size of a core dump.
                        Remedy: Start it with --ulimit, for example nofile=1024:2048, or set default-ulimits in
                        daemon.json for all containers.
                        """),
                container -> container.hostConfig().ulimits().decideAt((ulimits, at) -> {
                    // Up to the hard limit a process raises the other by itself; -1 is none.
                    boolean isLimited = ulimits.stream().anyMatch(ulimit -> ulimit.hard() >= 0)
                            || Facts.isKnown(EngineFacts.of(container).defaultUlimits(), value -> value);
                    return Outcome.failIf(!isLimited, at, "no resource limit is set");
                }));
    }

    private static ContainerRule oom() {
        return rule(
                info("RUN-034", Severity.MEDIUM, Profile.STRICT, "", "4.4.4", """
                        The OOM killer spares the container
                        When memory runs out, the kernel ends what it is told to, and what it is not told to spare. A
                        container that it spares takes down processes of the host instead.
                        Remedy: Remove --oom-kill-disable and a negative --oom-score-adj, and limit the memory.
                        """),
                container -> Outcome.allOf(
                        Facts.failIf(
                                container.hostConfig().oomKillDisable(),
                                value -> value,
                                "the OOM killer is switched off",
                                "OomKillDisable"),
                        Facts.failIf(
                                container.hostConfig().oomScoreAdj(),
                                score -> score < 0,
                                "the OOM killer takes others first",
                                "OomScoreAdj")));
    }

    private static ContainerRule restarts() {
        return rule(
                info("RUN-035", Severity.LOW, Profile.L1, "5.15", "4.4.4", """
                        Restarts have no bound
                        A container that is started again for ever hides that it fails, uses the host up while it does,
                        and gives an attack that crashes it any number of tries.
                        Remedy: Start it with --restart on-failure:5, and let something outside see that it failed.
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
                        "the container is started again more often than " + maximum + " times",
                        Evidence.of("MaximumRetryCount", Long.toString(policy.maximumRetryCount())));
            default ->
                Outcome.fail(Problem.at(
                        at, "the container is started again without end", Evidence.of("Name", policy.name())));
        };
    }
}

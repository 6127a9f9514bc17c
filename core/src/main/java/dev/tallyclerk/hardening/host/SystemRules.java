package dev.tallyclerk.hardening.host;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.Severity;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Partitions, groups, and what only a person can judge. */
final class SystemRules {
    private static final RuleParameter<List<String>> TRUSTED_USERS =
            RuleParameter.textList("trustedUsers", List.of(), "Users who may be in the group of the engine's socket.");

    private SystemRules() {}

    static List<Rule<HostSubject>> all() {
        return List.of(partition(), group(), hardened());
    }

    private static Rule<HostSubject> partition() {
        RuleInfo info =
                info("HST-041", Severity.LOW, Profile.L1, "1.1.1", "4.5.1", """
                Engine data is not on its own partition
                Images, volumes and logs of containers grow without bound. On the partition of the host they can fill
                it, and then nothing on the host can write.
                Remedy: Mount a partition of its own at the engine's data folder, by default /var/lib/docker, or
                /var/lib/containers/storage for Podman.
                """).build();
        return Rule.of(
                info,
                HostSubject.class,
                (host, context) -> host.placed(Place.DATA)
                        .each(folder -> host.mounts().decideAt((table, at) -> partition(table, folder))));
    }

    private static Outcome partition(MountTable table, HostFile folder) {
        Optional<MountTable.Mount> own = table.at(folder.target());
        if (own.isEmpty()) {
            return Outcome.fail(Problem.at(folder.at(), "the folder is not a mount point"));
        }
        String path = folder.target();
        String parent = path.substring(0, Math.max(1, path.lastIndexOf('/')));
        boolean isSameDevice = table.around(parent)
                .filter(above -> above.device().equals(own.get().device()))
                .isPresent();
        return Outcome.failIf(
                isSameDevice, folder.at(), "the mount is a part of the same file system as the folder above");
    }

    private static Rule<HostSubject> group() {
        RuleInfo info = info("HST-042", Severity.HIGH, Profile.L1, "1.1.2", "4.5.1", """
                Untrusted users in the docker group
                A member of the group can use the engine, and so is root on the host, without a password and without a
                record of sudo.
                Remedy: gpasswd -d USER docker, or name the users in the parameter trustedUsers.
                """)
                .parameter(TRUSTED_USERS)
                .build();
        return Rule.of(info, HostSubject.class, (host, context) -> {
            List<String> trusted = context.value(TRUSTED_USERS);
            Fact<String> group = host.engineGroup();
            String name = group.fold((value, at) -> value, Fact.Defaulted::value, missing -> "docker");
            return host.accounts()
                    .members(
                            name.isEmpty() ? "docker" : name,
                            (users, at) -> Outcome.ofProblems(users.stream()
                                    .filter(user -> !user.equals("root") && !trusted.contains(user))
                                    .map(user -> member(user, name, at))
                                    .toList()));
        });
    }

    private static Problem member(String user, String group, Location at) {
        return Problem.at(
                at,
                "a user is in the group that may use the engine",
                Evidence.of("user", user),
                Evidence.of("group", group));
    }

    private static Rule<HostSubject> hardened() {
        RuleInfo info = info("HST-043", Severity.INFO, Profile.L1, "1.2.1", "4.5.1", """
                Host is not hardened
                Containers share the kernel with their host; its other services and settings protect all of them.
                Remedy: Apply a benchmark for the distribution of the host, and keep its kernel up to date.
                """)
                .build();
        return Rule.of(info, HostSubject.class, (host, context) -> {
            String facts = host.kernelParameters().entrySet().stream()
                    .flatMap(parameter -> shown(parameter.getKey(), parameter.getValue()).stream())
                    .collect(Collectors.joining(", "));
            Optional<String> cgroups =
                    shown("cgroup version", host.cgroupVersion().map(String::valueOf));
            return Outcome.manual("check the host with a benchmark for its distribution"
                    + (facts.isEmpty() ? "" : "; its kernel has " + facts)
                    + cgroups.map(version -> "; " + version).orElse(""));
        });
    }

    private static Optional<String> shown(String name, Fact<String> value) {
        return value instanceof Fact.Known<String> known ? Optional.of(name + "=" + known.value()) : Optional.empty();
    }
}

package dev.tallyclerk.hardening.seccomp;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.seccomp.SyscallRule.Argument;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether a profile allows more than Docker's default. */
final class StrengthRules {
    /** From linux/sched.h: the flag of clone that creates a user namespace. */
    private static final long CLONE_NEWUSER = 0x1000_0000L;

    /** The one capability that every container has and that profiles ask for. */
    private static final Set<String> OF_EVERY_CONTAINER = Set.of("CAP_SYS_CHROOT");

    private StrengthRules() {}

    static List<Rule<SeccompSubject>> all() {
        return List.of(defaultAllows(), allowsMore(), userNamespaces());
    }

    private static Rule<SeccompSubject> rule(RuleInfo.Builder info, Function<SeccompSubject, Outcome> decision) {
        return Rule.of(info.build(), SeccompSubject.class, (profile, context) -> decision.apply(profile));
    }

    private static Rule<SeccompSubject> defaultAllows() {
        return rule(
                info("SEC-001", Severity.CRITICAL, Profile.L2, "5.22", "4.4.3", """
                        Default action allows
                        A profile that allows every call it does not name only lists what its author thought of. Each
                        new Linux system call is allowed from its first day.
                        Remedy: Set "defaultAction": "SCMP_ACT_ERRNO", and name the calls that the program needs.
                        """),
                profile -> profile.defaultAction()
                        .decideAt((action, at) -> Outcome.failIf(
                                SyscallRule.lets(action),
                                at,
                                "unnamed calls are allowed",
                                Evidence.of("defaultAction", action))));
    }

    private static Rule<SeccompSubject> allowsMore() {
        return rule(info("SEC-002", Severity.HIGH, Profile.L2, "5.22", "4.4.3", """
                        Allows calls the engine default blocks
                        Docker's profile blocks calls that lead into rarely tested parts of the kernel, or that only an
                        administrator of the host needs. Flaws in them are the usual way out of a container:
                        CVE-2026-31431 needs a socket of the family AF_ALG, which the profile allowed before Engine
                        29.4.2.
                        Remedy: Remove the calls, or move them to an element of their own with "includes": {"caps":
                        [...]}, so that only a container with the capability has them. A capability of the engine's
                        default set excludes nobody, and neither does a comparison of arguments.
                        """), profile -> {
            Outcome unnamed = unnamed(
                    profile, SeccompDefault.DOCKER, "every unnamed call is allowed, including the blocked ones");
            Outcome named = profile.syscalls()
                    .decideAt(
                            (elements, at) -> Outcome.ofProblems(Profiles.each(elements, at, StrengthRules::allowedMore)
                                    .toList()));
            return Outcome.allOf(unnamed, named);
        });
    }

    /** {@return a problem with the calls that only the default action lets through, and the engine's profile blocks} */
    private static Outcome unnamed(SeccompSubject profile, SeccompDefault engine, String message) {
        return profile.defaultAction().decideAt((value, at) -> {
            if (!SyscallRule.lets(value)) {
                return Outcome.pass();
            }
            Set<String> calls = new TreeSet<>(SeccompDefault.UNCONFINED.callsBeyond(engine, OF_EVERY_CONTAINER));
            profile.syscalls()
                    .fold((rules, where) -> rules, Fact.Defaulted::value, missing -> List.<SyscallRule>of())
                    .forEach(rule -> calls.removeAll(rule.names()));
            List<Problem> problems = Profiles.problems(at, message, calls).toList();
            return problems.isEmpty() ? Outcome.fail(Problem.at(at, message)) : Outcome.ofProblems(problems);
        });
    }

    /** {@return whether a profile allows calls that Podman's own blocks} */
    static Outcome compareWithPodmans(SeccompSubject profile) {
        Outcome unnamed = unnamed(profile, SeccompDefault.PODMAN, "unnamed calls are allowed");
        Outcome named = profile.syscalls()
                .decideAt((elements, at) -> Outcome.ofProblems(Profiles.each(
                                elements,
                                at,
                                (element, place) -> Profiles.problems(
                                        place,
                                        "calls are allowed that Podman's profile blocks",
                                        element.names().stream()
                                                .filter(name -> letsMoreThanPodmans(element, name))
                                                .toList()))
                        .toList()));
        return Outcome.allOf(unnamed, named);
    }

    private static boolean letsMoreThanPodmans(SyscallRule element, String name) {
        return element.letsEveryone()
                && !PodmanDefault.UNCONDITIONAL.contains(name)
                && !DockerDefault.OF_AN_ARCHITECTURE.contains(name)
                && !(name.equals("personality") && ArgumentFilter.isAsDockers(name, element))
                && element.includes().caps().stream()
                        .noneMatch(capability -> PodmanDefault.BY_CAPABILITY
                                .getOrDefault(capability, Set.of())
                                .contains(name));
    }

    private static Stream<Problem> allowedMore(SyscallRule element, Location at) {
        boolean isOlder = Profiles.letsCiphersThrough(element);
        List<String> more = element.names().stream()
                .filter(name -> letsMore(element, name))
                .filter(name -> !(isOlder && name.equals("socket")))
                .toList();
        Stream<Problem> older = Stream.of(Problem.at(
                at, "sockets of the family AF_ALG are allowed, which the engine's profile blocks since 29.4.2"));
        return Stream.concat(
                Profiles.problems(at, "calls are allowed that the engine's profile blocks", more),
                isOlder ? older : Stream.of());
    }

    private static boolean letsMore(SyscallRule element, String name) {
        if (!element.letsEveryone()
                || DockerDefault.UNCONDITIONAL.contains(name)
                || DockerDefault.OF_AN_ARCHITECTURE.contains(name)
                || (DockerDefault.BY_ARGUMENT.contains(name) && ArgumentFilter.isAsDockers(name, element))
                || isOfCapability(name, element.includes().caps())) {
            return false;
        }
        return !DockerDefault.FROM_KERNEL_4_8.contains(name) || !isFrom4x8(element);
    }

    private static boolean isOfCapability(String name, List<String> capabilities) {
        return capabilities.stream()
                .anyMatch(capability -> DockerDefault.BY_CAPABILITY
                        .getOrDefault(capability, Set.of())
                        .contains(name));
    }

    private static boolean isFrom4x8(SyscallRule element) {
        return element.includes().minKernel().map(StrengthRules::isAtLeast4x8).orElse(false);
    }

    private static boolean isAtLeast4x8(String kernel) {
        String[] numbers = kernel.split("[.-]", -1);
        if (numbers.length < 2 || !numbers[0].matches("[0-9]{1,4}") || !numbers[1].matches("[0-9]{1,4}")) {
            return false;
        }
        int major = Integer.parseInt(numbers[0]);
        return major > 4 || (major == 4 && Integer.parseInt(numbers[1]) >= 8);
    }

    private static Rule<SeccompSubject> userNamespaces() {
        return rule(
                info("SEC-004", Severity.MEDIUM, Profile.L2, "5.22", "4.4.3", """
                        clone/unshare may create user namespaces
                        In its own user namespace any process is root, and reaches parts of the kernel that only root on
                        the host reaches otherwise. Many container escapes start there.
                        Remedy: Allow clone only if no flags for new namespaces are set (SCMP_CMP_MASKED_EQ with
                        2114060288, and no second comparison of the flags, which would suffice by itself). Answer clone3
                        with SCMP_ACT_ERRNO and errnoRet 38 so that programs fall back to clone. Allow unshare only to
                        containers with CAP_SYS_ADMIN.
                        """),
                profile -> Fact.decideBoth(
                        profile.defaultAction(),
                        profile.syscalls(),
                        (action, ignored) -> profile.syscalls()
                                .decideAt((rules, at) -> Outcome.ofProblems(namespaceMakers(rules, action, at)))));
    }

    private static List<Problem> namespaceMakers(List<SyscallRule> rules, String defaultAction, Location at) {
        Set<String> named =
                rules.stream().flatMap(rule -> rule.names().stream()).collect(Collectors.toSet());
        Stream<Problem> makers = Profiles.each(rules, at, (rule, place) -> {
            Predicate<String> isMaker = name -> rule.letsEveryone() && makesUserNamespaces(name, rule);
            List<String> calls = rule.names().stream().filter(isMaker).toList();
            return Profiles.problems(place, "calls may create a user namespace", calls);
        });
        List<String> unnamed = Stream.of("clone", "clone3", "unshare")
                .filter(name -> SyscallRule.lets(defaultAction) && !named.contains(name))
                .toList();
        return Stream.concat(makers, Profiles.problems(at, "unnamed calls may create a user namespace", unnamed))
                .toList();
    }

    /** The flags of clone3 are in memory, where no filter can check them. */
    private static boolean makesUserNamespaces(String name, SyscallRule rule) {
        boolean masked = rule.alternatives().stream()
                .allMatch(arguments -> arguments.stream().anyMatch(argument -> forbidsUserNamespaces(argument, rule)));
        return name.equals("clone3") || (!masked && (name.equals("clone") || name.equals("unshare")));
    }

    private static boolean forbidsUserNamespaces(Argument argument, SyscallRule rule) {
        return argument.op().equals("SCMP_CMP_MASKED_EQ")
                && ArgumentFilter.isOnCloneFlags(argument, rule)
                && (argument.value() & CLONE_NEWUSER) != 0
                && (argument.valueTwo() & CLONE_NEWUSER) == 0;
    }
}

package dev.tallyclerk.hardening.seccomp;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.Severity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Whether a profile is complete, consistent and up to date. */
final class ProfileRules {
    private static final RuleParameter<String> HOST_ARCHITECTURE = RuleParameter.text(
            "hostArchitecture", "x86_64", "The architecture of the hosts that use the profile, for example aarch64.");

    /** The other architectures whose calls a machine runs; names as in seccomp, without SCMP_ARCH_. */
    private static final Map<String, Set<String>> SUB_ARCHITECTURES = Map.of(
            "X86_64", Set.of("X86", "X32"),
            "AARCH64", Set.of("ARM"),
            "S390X", Set.of("S390"),
            "MIPS64", Set.of("MIPS", "MIPS64N32"),
            "MIPSEL64", Set.of("MIPSEL", "MIPSEL64N32"));

    private static final Map<String, String> OTHER_NAMES = Map.of("AMD64", "X86_64", "ARM64", "AARCH64");

    private ProfileRules() {}

    static List<Rule<SeccompSubject>> all() {
        return List.of(architectures(), neverMatches(), outdated());
    }

    private static Rule<SeccompSubject> architectures() {
        return Rule.of(
                info("SEC-003", Severity.MEDIUM, Profile.L2, "5.22", "4.4.3", """
                        No architecture map
                        A machine also runs the system calls of its older architectures, under other numbers. If a
                        profile does not list these architectures, the runtime decides what happens to their calls.
                        Remedy: Add "archMap" with the host's architecture and its sub-architectures, as in the engine's
                        profile.
                        """)
                        .parameter(HOST_ARCHITECTURE)
                        .build(),
                SeccompSubject.class,
                (profile, context) -> profile.architectures().decideAt((listed, at) -> {
                    String host = context.value(HOST_ARCHITECTURE).toUpperCase(Locale.ROOT);
                    host = OTHER_NAMES.getOrDefault(host, host);
                    List<String> related = listed.get("SCMP_ARCH_" + host);
                    if (related == null) {
                        return Outcome.fail(Problem.at(
                                at, "the host's architecture is not listed", Evidence.of("architecture", host)));
                    }
                    Set<String> missing = new TreeSet<>(SUB_ARCHITECTURES.getOrDefault(host, Set.of()));
                    missing.removeIf(sub -> related.contains("SCMP_ARCH_" + sub));
                    return Outcome.failIf(
                            !missing.isEmpty(),
                            at,
                            "sub-architectures of the host are not listed",
                            Evidence.of("missing", String.join(" ", missing)));
                }));
    }

    private static Rule<SeccompSubject> neverMatches() {
        return Rule.of(
                info("SEC-005", Severity.INFO, Profile.L2, "5.22", "4.4.3", """
                        Rule can never match
                        A name that no kernel has does nothing, and is often a misspelt call. If a call has two
                        contradicting actions, the runtime picks one.
                        Remedy: Correct the name, or remove the element.
                        """).build(),
                SeccompSubject.class,
                (profile, context) ->
                        profile.syscalls().decideAt((rules, at) -> Outcome.ofProblems(unmatched(rules, at))));
    }

    private static List<Problem> unmatched(List<SyscallRule> rules, Location at) {
        Map<List<Object>, String> actions = new HashMap<>();
        return Profiles.each(rules, at, (rule, place) -> {
                    List<String> unknown = rule.names().stream()
                            .filter(name -> !Syscalls.isKnown(name))
                            .toList();
                    List<String> contrary = new ArrayList<>();
                    for (String name : rule.names()) {
                        List<Object> key = List.of(name, rule.arguments(), rule.includes(), rule.excludes());
                        String before = actions.putIfAbsent(key, rule.action());
                        if (before != null && !before.equals(rule.action())) {
                            contrary.add(name);
                        }
                    }
                    return Stream.concat(
                            Profiles.problems(place, "no kernel has these calls", unknown),
                            Profiles.problems(
                                    place,
                                    "an earlier element has another action for these calls under the same conditions",
                                    contrary));
                })
                .toList();
    }

    private static Rule<SeccompSubject> outdated() {
        return Rule.of(
                info("SEC-006", Severity.LOW, Profile.L2, "5.22", "4.4.3", """
                        Profile is older than the engine default
                        C libraries start to use new calls and fall back if they get the right error. A profile copied
                        years ago breaks programs, and then someone disables it.
                        Remedy: Start again from the engine's current profile, and repeat the changes.
                        """).build(),
                SeccompSubject.class,
                (profile, context) -> Fact.decideBoth(profile.defaultAction(), profile.syscalls(), (action, rules) -> {
                    if (SyscallRule.lets(action)) {
                        return Outcome.notApplicable("the profile allows unnamed calls");
                    }
                    return profile.syscalls().decideAt((elements, at) -> Outcome.ofProblems(outdated(elements, at)));
                }));
    }

    private static List<Problem> outdated(List<SyscallRule> rules, Location at) {
        Set<String> missing = new TreeSet<>(DockerDefault.everyName());
        rules.forEach(rule -> rule.names().forEach(missing::remove));
        String older = "the condition on socket is that of the engine's profile before 29.4.2";
        return Stream.concat(
                        Profiles.problems(at, "calls of the engine's current profile are missing", missing),
                        Profiles.each(
                                rules,
                                at,
                                (rule, place) -> Profiles.letsCiphersThrough(rule)
                                        ? Stream.of(Problem.at(place, older))
                                        : Stream.of()))
                .toList();
    }
}

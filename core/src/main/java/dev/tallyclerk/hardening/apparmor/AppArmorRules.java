package dev.tallyclerk.hardening.apparmor;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleContext;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.internal.subject.RuleHeads;
import dev.tallyclerk.internal.text.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The hardening rules over an AppArmor profile, which compare it with {@code docker-default}, the profile that Docker
 * and containerd use for containers.
 *
 * <p>{@link RuleInfo#references} cites the sections of the CIS Docker Benchmark 1.6.0 and of NIST SP 800-190.
 * Thread-safe.
 */
public final class AppArmorRules {
    private static final Set<String> WITHOUT_CONFINEMENT = Words.set("complain unconfined default_allow prompt");
    private static final Set<String> ANY_PEER = Set.of("unconfined", "*", "**");
    private static final int MAX_SHOWN = 200;

    private static final List<Rule<AppArmorSubject>> RULES =
            List.of(mode(), kernelFiles(), mounts(), escapes(), processes());

    private static final RuleSet RULE_SET =
            new RuleSet("tallyclerk-apparmor", RuleHeads.SINCE, List.copyOf(RULES), Set.of(AppArmorSubject.KIND));

    private AppArmorRules() {}

    /** {@return the rules, over {@link AppArmorSubject}} */
    public static RuleSet ruleSet() {
        return RULE_SET;
    }

    /**
     * {@return whether a profile is at least as strict as {@code docker-default}}
     *
     * @param profile the profile
     * @param context the context of the calling rule
     */
    public static Outcome compareWithDefault(AppArmorSubject profile, RuleContext context) {
        Outcome all = Outcome.notApplicable("no rule applies to the profile");
        for (Rule<AppArmorSubject> rule : RULES) {
            all = Outcome.allOf(all, rule.evaluate(profile, context));
        }
        return all;
    }

    private static Rule<AppArmorSubject> rule(RuleInfo.Builder info, Function<AppArmorSubject, Outcome> decision) {
        return Rule.of(info.build(), AppArmorSubject.class, (profile, context) -> decision.apply(profile));
    }

    private static RuleInfo.Builder head(String id, Severity severity, String text) {
        return info(id, severity, Profile.L1, "5.2", "4.4.3", text);
    }

    private static Rule<AppArmorSubject> mode() {
        return rule(
                head("AAP-001", Severity.HIGH, """
                AppArmor profile does not confine
                With the flag complain the kernel only logs what the profile forbids; with unconfined or default_allow
                it permits what no rule denies. A container under such a profile looks confined and is not.
                Remedy: Remove the flag, and load the profile again with apparmor_parser -r.
                """),
                profile -> Outcome.ofProblems(profile.flags().stream()
                        .filter(WITHOUT_CONFINEMENT::contains)
                        .sorted()
                        .map(flag ->
                                Problem.at(profile.at(), "the profile does not confine", Evidence.of("flag", flag)))
                        .toList()));
    }

    private static Rule<AppArmorSubject> kernelFiles() {
        return rule(
                head("AAP-002", Severity.HIGH, """
                AppArmor profile opens files of the kernel
                docker-default denies writing to most of /proc and /sys, and reading the kernel's memory and the
                firmware. Some of these files run a program on the host when they are written.
                Remedy: Add the deny rules of docker-default, or allow only the paths that the program needs.
                """),
                profile -> decide(
                        profile,
                        profile.kernelFiles().entrySet().stream()
                                .map(file -> problem(
                                        file.getValue(),
                                        "docker-default denies this access",
                                        Evidence.of(
                                                file.getKey().isWrite() ? "write" : "read",
                                                file.getKey().path())))
                                .toList()));
    }

    private static Rule<AppArmorSubject> mounts() {
        return rule(
                head("AAP-003", Severity.HIGH, """
                AppArmor profile allows mounts
                A process that may mount can show itself the files of the host, or hide those that confine it.
                docker-default denies every mount.
                Remedy: Write deny mount, remount and pivot_root. A rule for one file system type is weaker than none.
                """),
                profile -> decide(
                        profile,
                        allowed(profile, Set.of("mount", "remount", "pivot_root"), rule -> true).stream()
                                .map(rule -> {
                                    Problem problem = problem(rule, "mounts are allowed");
                                    return rule.words().isEmpty() ? problem : problem.withSeverity(Severity.MEDIUM);
                                })
                                .toList()));
    }

    private static Rule<AppArmorSubject> escapes() {
        return rule(head("AAP-004", Severity.HIGH, """
                AppArmor profile can be left
                A rule with ux runs a program without any profile, and change_profile to unconfined takes the process
                itself out. Then nothing in the profile counts.
                Remedy: Run programs with ix, or px and a profile of their own.
                """), profile -> {
            List<Problem> problems = new ArrayList<>();
            for (ProfileRule rule : profile.rules()) {
                boolean isUnconfined = rule.execution().toLowerCase(Locale.ROOT).contains("u");
                if (isUnconfined && !rule.isDeny()) {
                    problems.add(problem(rule, "programs run unconfined"));
                }
            }
            allowed(profile, Set.of("change_profile"), AppArmorRules::leadsOut)
                    .forEach(rule -> problems.add(problem(rule, "processes may leave the profile")));
            return decide(profile, problems);
        });
    }

    private static boolean leadsOut(ProfileRule rule) {
        int arrow = rule.words().indexOf("->");
        if (arrow < 0 || arrow + 1 >= rule.words().size()) {
            return true;
        }
        String target = rule.words().get(arrow + 1);
        return PathPattern.of(target).matches("unconfined");
    }

    private static Rule<AppArmorSubject> processes() {
        return rule(head("AAP-005", Severity.MEDIUM, """
                AppArmor profile reaches processes outside
                With the host's process namespace, or with a process of the host in the container, tracing and signals
                lead out. docker-default allows both only among processes under the same profile.
                Remedy: Give ptrace and signal rules a peer, such as peer=@{profile_name}.
                """), profile -> {
            List<Problem> problems = new ArrayList<>();
            allowed(profile, Set.of("ptrace"), rule -> isOutside(rule, Set.of("trace", "read", "w", "r", "rw")))
                    .forEach(rule -> problems.add(problem(rule, "processes outside may be traced or read")));
            allowed(profile, Set.of("signal"), rule -> isOutside(rule, Set.of("send", "w", "rw", "write")))
                    .forEach(rule -> problems.add(problem(rule, "processes outside may be sent signals")));
            return decide(profile, problems);
        });
    }

    /** {@return whether a rule acts on others, by any of these names, and not only on processes of one profile} */
    private static boolean isOutside(ProfileRule rule, Set<String> acting) {
        Set<String> names = rule.names();
        boolean isActing = names.isEmpty() || names.stream().anyMatch(acting::contains);
        Optional<Set<String>> peer = rule.condition("peer");
        // The signal exists only asks whether a process is there.
        boolean isHarmless = rule.condition("set")
                .filter(set -> set.equals(Set.of("exists")))
                .isPresent();
        return isActing && !isHarmless && (peer.isEmpty() || peer.get().stream().anyMatch(ANY_PEER::contains));
    }

    /** {@return the rules of some classes that allow, and that no rule without conditions denies} */
    private static List<ProfileRule> allowed(
            AppArmorSubject profile, Set<String> kinds, Predicate<ProfileRule> isProblem) {
        List<ProfileRule> found = new ArrayList<>();
        for (String kind : kinds.stream().sorted().toList()) {
            boolean isDenied = profile.rules().stream()
                    .anyMatch(rule ->
                            rule.isDeny() && rule.isAbout(kind) && rule.words().isEmpty());
            if (!isDenied) {
                profile.rules().stream()
                        .filter(rule -> !rule.isDeny() && rule.isAbout(kind))
                        .filter(rule -> rule.kind().equals("all") || isProblem.test(rule))
                        .forEach(found::add);
            }
        }
        return found.stream().distinct().toList();
    }

    private static Outcome decide(AppArmorSubject profile, List<Problem> problems) {
        if (profile.flags().stream().anyMatch(WITHOUT_CONFINEMENT::contains)) {
            return Outcome.notApplicable("the profile does not confine: AAP-001");
        }
        Outcome known = Outcome.ofProblems(problems);
        // A file that cannot be read may allow more.
        return profile.unread().isEmpty() ? known : Outcome.allOf(known, new Outcome.Unknown(profile.unread()));
    }

    private static Problem problem(ProfileRule rule, String message, Evidence... evidence) {
        String shown = rule.shown();
        List<Evidence> all = new ArrayList<>(List.of(evidence));
        all.add(Evidence.of("rule", shown.substring(0, Math.min(MAX_SHOWN, shown.length()))));
        return Problem.at(new Location.Line(rule.file(), rule.line()), message, all.toArray(Evidence[]::new));
    }
}

package dev.tallyclerk.hardening.dockerfile;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleContext;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.dockerfile.WordExpander.Expansion;
import dev.tallyclerk.internal.command.Option;
import dev.tallyclerk.internal.command.PasswordCommands;
import dev.tallyclerk.internal.shell.ShellScript.Command;
import dev.tallyclerk.internal.subject.UserIds;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Rules on the user of the image, and on accounts that the build makes. */
final class AccountRules {
    private static final Set<String> ADMINISTRATORS = Set.of("containeradministrator", "administrator", "system");

    /** The log of last logins has a place for each user ID up to the highest. */
    private static final int HARMLESS_DIGITS = 5;

    private AccountRules() {}

    static List<Rule<DockerfileSubject>> all() {
        return List.of(noUser(), root(), name(), password(), highUserId());
    }

    private static Rule<DockerfileSubject> noUser() {
        return Rule.of(
                info("DKF-004", Severity.MEDIUM, Profile.L1, "4.1", "4.1.2", """
                        No USER instruction
                        Without USER the processes run as the user of the base image, which is root for nearly every
                        image. An attacker who takes over a root process has every capability of the container.
                        Remedy: Add USER 10001 after the last instruction that needs root.
                        """)
                        .build(),
                DockerfileSubject.class,
                (subject, context) -> {
                    BuiltStage shipped = subject.shipped();
                    if (shipped.last(step -> step.is("USER")).isPresent()) {
                        return Outcome.pass();
                    }
                    Optional<BaseImage> base = subject.base(shipped);
                    if (base.isPresent()) {
                        String user = userPart(base.get().user());
                        return Outcome.failIf(
                                user.isEmpty() || UserIds.isRoot(user),
                                shipped.end(),
                                "there is no USER instruction, and the base image runs as root");
                    }
                    return Outcome.fail(Problem.at(
                            shipped.end(),
                            "the stage that is shipped has no USER instruction, nor has a stage below it"));
                });
    }

    private static Rule<DockerfileSubject> root() {
        Severity severity = Severity.HIGH;
        return Rule.of(
                info("DKF-005", severity, Profile.L1, "4.1", "4.1.2", """
                        Last USER is root
                        An attacker who takes over a root process has every capability of the container, and is root on
                        the host after an escape through a flaw of the kernel or engine.
                        Remedy: End the stage with USER 10001, after the instructions that need root.
                        """).build(),
                DockerfileSubject.class,
                AccountRules::root);
    }

    private static Outcome root(DockerfileSubject subject, RuleContext context) {
        BuiltStage shipped = subject.shipped();
        Set<Step> seen = new HashSet<>();
        Outcome ofStages = Findings.over(Severity.HIGH, found -> {
            found.enter(shipped);
            judge(shipped, seen, found);
            // Nothing uses these stages, so they are images of their own, which --target builds.
            for (BuiltStage stage : subject.stages()) {
                if (stage.use() == BuiltStage.Use.UNUSED && stage.stage().isPresent()) {
                    found.enter(stage);
                    judge(stage, seen, found);
                }
            }
        });
        boolean isDecided = ofStages instanceof Outcome.Fail
                || shipped.last(step -> step.is("USER")).isPresent();
        return isDecided ? ofStages : withoutUser(subject, shipped);
    }

    private static Outcome withoutUser(DockerfileSubject subject, BuiltStage shipped) {
        Fact<String> user = subject.user(shipped);
        return user instanceof Fact.Missing<String> missing
                ? Outcome.unknown(missing.why())
                : Outcome.notApplicable("there is no USER instruction, see DKF-004");
    }

    private static void judge(BuiltStage stage, Set<Step> seen, Findings found) {
        Optional<Step> set = stage.last(step -> step.is("USER"));
        if (set.isEmpty() || !seen.add(set.get())) {
            return;
        }
        Expansion user = user(set.get());
        String name = userPart(user.text());
        if (name.indexOf(WordExpander.HOLE) >= 0) {
            found.unresolved(set.get(), user);
        } else if (isRoot(name)) {
            found.add(set.get().instruction().at(), "the last USER is root", Findings.shown("user", user));
        } else if (UserIds.isOutOfRange(name)) {
            found.add(
                    set.get().instruction().at(),
                    "the user ID is above 2147483647 or below 0, which some engines treat as root",
                    Findings.shown("user", user));
        }
    }

    private static boolean isRoot(String name) {
        return name.isEmpty() || UserIds.isRoot(name) || ADMINISTRATORS.contains(name.toLowerCase(Locale.ROOT));
    }

    private static Expansion user(Step step) {
        return step.words().isEmpty() ? Expansion.literal("") : step.words().get(0);
    }

    private static String userPart(String user) {
        int colon = user.indexOf(':');
        return (colon < 0 ? user : user.substring(0, colon)).strip();
    }

    private static Rule<DockerfileSubject> name() {
        Severity severity = Severity.INFO;
        return Rule.of(
                info("DKF-006", severity, Profile.STRICT, "4.1", "4.1.2", """
                        USER is a name instead of a number
                        Only the image's /etc/passwd maps the name to a number, so an orchestrator cannot tell before the
                        start whether the user is root; runAsNonRoot of Kubernetes refuses such an image.
                        Remedy: Write the number of the account, for example USER 10001.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> {
                    Optional<Step> set = subject.shipped().last(step -> step.is("USER"));
                    if (set.isEmpty()) {
                        return Outcome.notApplicable("there is no USER instruction, see DKF-004");
                    }
                    return Findings.over(severity, found -> {
                        Expansion user = user(set.get());
                        String name = userPart(user.text());
                        if (name.indexOf(WordExpander.HOLE) >= 0) {
                            found.unresolved(set.get(), user);
                        } else if (!UserIds.isNumber(name)) {
                            found.add(
                                    set.get().instruction().at(),
                                    "the user is given by name",
                                    Findings.shown("user", user));
                        }
                    });
                });
    }

    private static Rule<DockerfileSubject> password() {
        Severity severity = Severity.HIGH;
        return Rule.of(
                info("DKF-029", severity, Profile.L1, "4.10", "4.1.4", """
                        Build sets a password
                        A password set during the build is the same in every container of the image, and anyone can read
                        or crack it in the history or in /etc/shadow.
                        Remedy: Lock the account and log in by other means, or set the password at run time from a secret.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> Findings.overSteps(subject, severity, (step, found) -> {
                    if (PasswordCommands.setPassword(step.script())) {
                        found.add(step.instruction().at(), "a build step sets a password", StepNames.evidence(step));
                    }
                    found.unread(step);
                }));
    }

    private static Rule<DockerfileSubject> highUserId() {
        Severity severity = Severity.INFO;
        return Rule.of(
                info("DKF-048", severity, Profile.STRICT, "", "4.1.2", """
                        Account with a high user ID fills the log of logins
                        useradd writes an entry into /var/log/lastlog and faillog, whose place depends on the user ID. A
                        high one makes a file of gigabytes with a hole, which some storage drivers and registries store
                        in full.
                        Remedy: Call useradd with --no-log-init.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> Findings.overSteps(subject, severity, (step, found) -> {
                    for (Command command : step.commands()) {
                        if (command.program().equals("useradd") && hasHighUserId(command.arguments())) {
                            found.add(step, command, "useradd sets a high user ID without --no-log-init");
                        }
                    }
                    found.unread(step);
                }));
    }

    private static boolean hasHighUserId(List<String> arguments) {
        boolean isHigh = false;
        for (Option option : Option.parse(arguments, "bcdefgGkKpPRsuZ", "--uid")) {
            switch (option.name()) {
                case "-l", "--no-log-init" -> {
                    return false;
                }
                case "-u", "--uid" ->
                    isHigh |= option.value().length() > HARMLESS_DIGITS && UserIds.isNumber(option.value());
                default -> {}
            }
        }
        return isHigh;
    }
}

package dev.tallyclerk.registry.audit;

import static dev.tallyclerk.internal.subject.RuleHeads.info;
import static dev.tallyclerk.registry.audit.Rules.rule;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.internal.shell.ShellParser;
import dev.tallyclerk.internal.shell.ShellScript;
import dev.tallyclerk.internal.shell.ShellScript.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Rules on the programs that a container starts, and on how an engine checks that they work. */
final class StartRules {
    private static final Set<String> MANY_SERVICES = Set.of("sshd", "dropbear", "systemd", "supervisord");
    private static final Set<String> INIT_PATHS = Set.of("/sbin/init", "/usr/sbin/init");

    private static final Set<String> SERVICES = Set.of("ssh", "sshd", "dropbear", "supervisor", "supervisord");
    private static final Set<String> SERVICE_STARTERS = Set.of("service", "rc-service", "invoke-rc.d", "systemctl");
    private static final Set<String> START = Set.of("start", "restart", "--now");
    private static final String SCRIPTS = "/etc/init.d/";

    private StartRules() {}

    static List<Rule<ImageSubject>> all() {
        return List.of(shellForm(), manyServices(), noHealthcheck(), healthcheckOff(), hostVariable());
    }

    private static Rule<ImageSubject> shellForm() {
        return rule(
                info("IMG-031", "Container starts through a shell", Severity.INFO, Profile.STRICT, "", "4.1.2"),
                "A shell as the first process does not forward signals, so stopping ends in a kill, and it expands"
                        + " everything on its command line.",
                "Write ENTRYPOINT and CMD in the JSON form, with the program as the first word.",
                image -> Outcome.allOf(shellForm(image.entrypoint()), shellForm(image.command())));
    }

    private static Outcome shellForm(Fact<List<String>> words) {
        return words.decideAt((line, at) ->
                line.size() >= 2 && line.get(0).equals("/bin/sh") && line.get(1).equals("-c")
                        ? Outcome.fail(Problem.at(at, "the command line starts with /bin/sh -c"))
                        : Outcome.pass());
    }

    private static Rule<ImageSubject> hostVariable() {
        return rule(
                info("IMG-041", "Variable takes its value from the host", Severity.CRITICAL, Profile.L1, "", "4.1.3")
                        .reference("CVE", "CVE-2026-57231"),
                "Podman before 5.8.4 copies the host's variable of that name into the container for an entry without"
                        + " =, and all of the host's variables for *. The builder of the image reads the host's secrets.",
                "Do not run the image. Rebuild it with NAME=value for each variable.",
                image -> image.env().decideAt((variables, at) -> {
                    List<Problem> problems = new ArrayList<>();
                    for (int i = 0; i < variables.size(); i++) {
                        if (variables.get(i).indexOf('=') < 1) {
                            problems.add(Problem.at(
                                    at.child(Integer.toString(i)),
                                    "an environment variable has no name or no =",
                                    Evidence.of("variable", variables.get(i))));
                        }
                    }
                    return Outcome.ofProblems(problems);
                }));
    }

    private static Rule<ImageSubject> manyServices() {
        return rule(
                info("IMG-034", "Container starts SSH or many services", Severity.MEDIUM, Profile.L1, "5.7", "4.1.2"),
                "An SSH server is a second way in. A process that starts many services hides from the engine which"
                        + " of them has failed, and gives all of them the rights of the one that needs most.",
                "Start one service per container, and use the engine's exec instead of SSH.",
                StartRules::services);
    }

    private static Outcome services(ImageSubject image) {
        Outcome apart = Outcome.allOf(services(image.entrypoint()), services(image.command()));
        return apart instanceof Outcome.Fail
                ? apart
                : Outcome.allOf(apart, together(image.entrypoint(), image.command()));
    }

    /** The entry point is followed by the command, such as a shell and its script. */
    private static Outcome together(Fact<List<String>> entrypoint, Fact<List<String>> command) {
        return Fact.decideBoth(
                entrypoint,
                command,
                (first, rest) -> first.isEmpty() || rest.isEmpty()
                        ? Outcome.pass()
                        : services(command.map(words ->
                                Stream.concat(first.stream(), words.stream()).toList())));
    }

    private static Outcome services(Fact<List<String>> words) {
        return words.decideAt((line, at) -> {
            ShellScript script = ShellParser.ofWords(line);
            List<Problem> problems = script.everyCommand().stream()
                    .flatMap(command -> services(command).stream())
                    .map(service -> problem(service, at))
                    .distinct()
                    .toList();
            return problems.isEmpty() && script.hasUnread()
                    ? Outcome.unknown(
                            MissingValue.Reason.UNREADABLE,
                            at + " is nested too deeply to parse, or has an unclosed quote or parenthesis")
                    : Outcome.ofProblems(problems);
        });
    }

    private static Problem problem(String program, Location at) {
        return Problem.at(at, "the command line starts " + program, Evidence.of("program", program));
    }

    /** {@return the login servers and service managers that a command is or starts} */
    private static List<String> services(Command command) {
        String program = command.program();
        String path = command.words().isEmpty() ? "" : command.words().get(0);
        if (MANY_SERVICES.contains(program) || INIT_PATHS.contains(path)) {
            return List.of(program);
        }
        List<String> arguments = command.arguments();
        if (arguments.stream().noneMatch(START::contains)) {
            return List.of();
        }
        if (path.startsWith(SCRIPTS)) {
            return SERVICES.contains(program) ? List.of(program) : List.of();
        }
        return SERVICE_STARTERS.contains(program)
                ? arguments.stream()
                        .map(StartRules::withoutUnit)
                        .filter(SERVICES::contains)
                        .toList()
                : List.of();
    }

    private static String withoutUnit(String name) {
        String unit = ".service";
        return name.endsWith(unit) ? name.substring(0, name.length() - unit.length()) : name;
    }

    private static Rule<ImageSubject> noHealthcheck() {
        return rule(
                info("IMG-004", "Image has no health check", Severity.LOW, Profile.L1, "4.6", "4.1.2"),
                "Without a check, an engine considers a container healthy as long as its process exists, even if it"
                        + " hangs or no longer responds.",
                "Add a HEALTHCHECK instruction that queries the application itself. Waive this rule if an"
                        + " orchestrator probes the container from outside.",
                image -> image.healthcheck().decideAt((check, at) -> {
                    if (check.isDisabled()) {
                        return Outcome.notApplicable("the health check is switched off, see IMG-005");
                    }
                    if (!check.isSet()) {
                        return Outcome.fail(Problem.at(at, "there is no health check"));
                    }
                    return Rules.failIf(
                            !runs(check.test()),
                            at.child("Test"),
                            "engines ignore the health check, whose test is neither CMD nor CMD-SHELL with a"
                                    + " command");
                }));
    }

    /** Docker supports these two kinds of tests, and logs that it ignores others. */
    private static boolean runs(List<String> test) {
        return (test.get(0).equals("CMD") || test.get(0).equals("CMD-SHELL"))
                && test.size() > 1
                && !test.get(1).isBlank();
    }

    private static Rule<ImageSubject> healthcheckOff() {
        return rule(
                info("IMG-005", "Health check is switched off", Severity.LOW, Profile.L1, "4.6", "4.1.2"),
                "HEALTHCHECK NONE removes the check of the base image, so a container that hangs keeps receiving"
                        + " work.",
                "Replace HEALTHCHECK NONE with a check that fits the application.",
                image -> image.healthcheck().decideAt((check, at) -> {
                    if (!check.isSet()) {
                        return Outcome.notApplicable("there is no health check, see IMG-004");
                    }
                    return Rules.failIf(check.isDisabled(), at.child("Test"), "the health check is NONE");
                }));
    }
}

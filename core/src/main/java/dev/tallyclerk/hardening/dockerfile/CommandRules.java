package dev.tallyclerk.hardening.dockerfile;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.internal.command.DownloadedPrograms;
import dev.tallyclerk.internal.command.PackageCommands;
import dev.tallyclerk.internal.command.TlsSwitches;
import dev.tallyclerk.internal.shell.ShellScript.Command;
import dev.tallyclerk.internal.shell.ShellScript.Command.Assignment;
import dev.tallyclerk.internal.shell.ShellScript.Pipeline;
import dev.tallyclerk.internal.text.Words;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;

/** Rules on the commands that a build runs. */
final class CommandRules {
    private static final Set<String> SENSELESS = Words.set("free kill mount ps service shutdown ssh top vim");

    /** Shells of distributions that refuse the option, or did for long. */
    private static final Set<String> WITHOUT_PIPEFAIL = Set.of("/bin/sh", "sh", "/bin/dash", "dash");

    private CommandRules() {}

    static List<Rule<DockerfileSubject>> all() {
        return List.of(sudo(), pipes(), tls(), unsigned(), options(), directory(), downloaders(), senseless());
    }

    /** {@return a rule that fails for each command that passes a test} */
    static Rule<DockerfileSubject> overCommands(RuleInfo info, String message, BiPredicate<Step, Command> isProblem) {
        return Rule.of(
                info,
                DockerfileSubject.class,
                (subject, context) -> Findings.overSteps(subject, info.severity(), (step, found) -> {
                    for (Command command : step.commands()) {
                        if (isProblem.test(step, command)) {
                            found.add(step, command, message);
                        }
                    }
                    found.unread(step);
                }));
    }

    private static Rule<DockerfileSubject> sudo() {
        return overCommands(
                info("DKF-023", Severity.MEDIUM, Profile.L1, "4.1", "4.1.2", """
                        Build uses sudo
                        Build steps run as root or switch with USER, so sudo is unnecessary. Left in the image, it is a
                        set-user-ID program with which a configuration mistake grants root.
                        Remedy: Switch the account with USER around the steps that need it, and do not install sudo.
                        """)
                        .build(),
                "a build step runs sudo",
                (step, command) -> command.program().equals("sudo"));
    }

    private static Rule<DockerfileSubject> pipes() {
        Severity severity = Severity.MEDIUM;
        return Rule.of(
                info("DKF-024", severity, Profile.STRICT, "4.11", "4.1.5", """
                        Download is piped into a shell, or a pipe hides failures
                        A script piped from the network into an interpreter is not verified, and a broken connection runs
                        only half of it. Any other pipe has the result of its last command, so that a failure before it
                        goes unnoticed; that is INFO.
                        Remedy: Download to a file, verify its digest or signature, then run it. For other pipes write
                        SHELL ["/bin/bash", "-o", "pipefail", "-c"] before them, or set -o pipefail.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> Findings.overSteps(subject, severity, (step, found) -> {
                    if (DownloadedPrograms.runsDownload(step.script())) {
                        found.add(step.instruction().at(), "a build step runs a download", StepNames.evidence(step));
                    } else {
                        hiddenFailure(step)
                                .ifPresent(command -> found.add(
                                        Severity.INFO,
                                        step,
                                        command,
                                        "a pipe hides the failure of all commands but the last"));
                    }
                    found.unread(step);
                }));
    }

    /** {@return the first command of a pipe for which pipefail is not set} */
    private static Optional<Command> hiddenFailure(Step step) {
        if (step.shell().contains("pipefail") && step.shell().stream().noneMatch(WITHOUT_PIPEFAIL::contains)) {
            return Optional.empty();
        }
        for (Pipeline pipeline : step.script().everyPipeline()) {
            Command first = pipeline.stages().get(0);
            if (first.program().equals("set") && first.words().contains("pipefail")) {
                return Optional.empty();
            }
            if (pipeline.stages().size() > 1) {
                return Optional.of(first);
            }
        }
        return Optional.empty();
    }

    private static Rule<DockerfileSubject> tls() {
        Severity severity = Severity.HIGH;
        return Rule.of(
                info("DKF-027", severity, Profile.L1, "4.11", "4.1.5", """
                        TLS verification is switched off
                        An attacker on the path between the build or the container and a server can replace downloads and
                        read what is sent.
                        Remedy: Remove the switch, and add the missing certificate authority to the trust store.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> Findings.overSteps(subject, severity, (step, found) -> {
                    if (step.is("ENV") || step.is("ARG")) {
                        for (Step.Setting set : step.assignments()) {
                            Assignment variable = new Assignment(
                                    set.pair().name(), set.value().text());
                            if (set.pair().hasValue() && TlsSwitches.isOff(variable)) {
                                found.add(
                                        set.pair().at(),
                                        "a variable switches TLS verification off",
                                        Evidence.of("by", variable.name()));
                            }
                        }
                    }
                    for (Command command : step.commands()) {
                        if (!TlsSwitches.in(List.of(), List.of(command)).isEmpty()) {
                            found.add(step, command, "a build step switches TLS verification off");
                        }
                    }
                    found.unread(step);
                }));
    }

    private static Rule<DockerfileSubject> unsigned() {
        return overCommands(
                info("DKF-028", Severity.HIGH, Profile.L1, "4.11", "4.1.5", """
                        Package signatures are not verified
                        Only the signature proves that a package comes from its distribution. Without it, an attacker who
                        controls a mirror or the path to it controls the image.
                        Remedy: Import the key of the repository, and remove the option.
                        """).build(),
                "a build step installs packages without checking signatures",
                (step, command) -> PackageCommands.skipsSignatures(command));
    }

    private static Rule<DockerfileSubject> options() {
        Severity severity = Severity.HIGH;
        return Rule.of(
                info("DKF-030", severity, Profile.STRICT, "5.10", "4.4.3", """
                        RUN asks for rights on the builder
                        With the network of the host, a step reaches everything that listens on the builder's loopback
                        address; with security=insecure it runs with all capabilities. A device is LOW.
                        Remedy: Remove the option. If a step really needs it, build that part on a machine of its own.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> Findings.overSteps(subject, severity, (step, found) -> {
                    if (!step.is("RUN")) {
                        return;
                    }
                    for (Instruction.Flag flag : step.instruction().flags()) {
                        String option = "--" + flag.name() + '=' + flag.value();
                        boolean isHost =
                                flag.name().equals("network") && flag.value().equals("host");
                        boolean isInsecure =
                                flag.name().equals("security") && flag.value().equals("insecure");
                        if (isHost || isInsecure) {
                            found.add(
                                    step.instruction().at(),
                                    isHost
                                            ? "RUN uses the network of the host"
                                            : "RUN runs with all capabilities of the builder",
                                    Evidence.of("option", option),
                                    StepNames.evidence(step));
                        } else if (flag.name().equals("device")) {
                            found.add(
                                    Severity.LOW,
                                    step.instruction().at(),
                                    "RUN uses a device of the builder",
                                    Evidence.of("option", option),
                                    StepNames.evidence(step));
                        }
                    }
                }));
    }

    private static Rule<DockerfileSubject> directory() {
        Severity severity = Severity.INFO;
        return Rule.of(
                info("DKF-034", severity, Profile.STRICT, "", "4.1.2", """
                        RUN only changes the directory
                        Each RUN starts a shell of its own, so that the change ends with it.
                        Remedy: Use WORKDIR.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> Findings.overSteps(subject, severity, (step, found) -> {
                    boolean isOnlyCd = !step.commands().isEmpty()
                            && step.commands().stream()
                                    .allMatch(command -> command.program().equals("cd"));
                    if (isOnlyCd) {
                        found.add(step, step.commands().get(0), "RUN only changes the directory, which has no effect");
                    }
                    found.unread(step);
                }));
    }

    private static Rule<DockerfileSubject> downloaders() {
        Severity severity = Severity.INFO;
        return Rule.of(
                info("DKF-039", severity, Profile.STRICT, "4.3", "4.1.2", """
                        wget and curl are both used
                        Both do the same, and each has its own flaws, certificates and options.
                        Remedy: Use one of them, and do not install the other.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> Findings.overStages(subject, severity, (stage, found) -> {
                    boolean hasWget = false;
                    boolean hasCurl = false;
                    for (Step step : stage.steps()) {
                        for (Command command : step.commands()) {
                            boolean hadBoth = hasWget && hasCurl;
                            hasWget |= command.program().equals("wget");
                            hasCurl |= command.program().equals("curl");
                            if (!hadBoth && hasWget && hasCurl) {
                                found.add(step, command, "the stage uses wget and curl");
                            }
                        }
                        found.unread(step);
                    }
                }));
    }

    private static Rule<DockerfileSubject> senseless() {
        return overCommands(
                info("DKF-047", Severity.INFO, Profile.STRICT, "4.3", "4.1.2", """
                        Command makes no sense in a build
                        Editors, monitors, services and logins do nothing useful in a build, and mostly fail in it. A link
                        from /bin/sh to another shell changes what the scripts of all packages run with.
                        Remedy: Remove the command; write SHELL ["/bin/bash", "-c"] for another shell.
                        """)
                        .build(),
                "the command makes no sense in a build",
                (step, command) -> SENSELESS.contains(command.program()) || linksShell(command));
    }

    private static boolean linksShell(Command command) {
        List<String> operands = command.arguments().stream()
                .filter(word -> !word.startsWith("-"))
                .toList();
        return command.program().equals("ln")
                && operands.size() == 2
                && (operands.get(1).equals("/bin/sh") || operands.get(1).equals("/usr/bin/sh"));
    }
}

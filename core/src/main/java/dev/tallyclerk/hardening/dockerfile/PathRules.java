package dev.tallyclerk.hardening.dockerfile;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.dockerfile.WordExpander.Expansion;
import dev.tallyclerk.internal.command.Chmod;
import dev.tallyclerk.internal.command.ImagePath;
import dev.tallyclerk.internal.command.SystemFolders;
import dev.tallyclerk.internal.shell.ShellScript.Command;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Rules on ports, paths and permissions. */
final class PathRules {
    private static final int SSH = 22;
    private static final int MAX_PORT = 65535;
    private static final Pattern PORT = Pattern.compile("(\\d{1,9})(?:-(\\d{1,9}))?(?:/([A-Za-z]+))?");

    private PathRules() {}

    static List<Rule<DockerfileSubject>> all() {
        return List.of(ssh(), outOfRange(), permissions(), relative(), systemDirectory(), volume());
    }

    private static Rule<DockerfileSubject> ssh() {
        Severity severity = Severity.MEDIUM;
        return Rule.of(
                info("DKF-011", severity, Profile.L1, "5.7", "4.1.2", """
                        Port 22 is exposed
                        An SSH server in a container is a second way in beside the application, with accounts, keys and
                        flaws of its own, and changes made through it are not part of any image.
                        Remedy: Remove the port and the server behind it; use the engine's exec and logs.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> Findings.overSteps(subject, severity, (step, found) -> {
                    for (Expansion port : ports(step)) {
                        Matcher match = PORT.matcher(port.text());
                        if (!port.isKnown()) {
                            found.unresolved(step, port);
                        } else if (match.matches() && hasSsh(match)) {
                            found.add(step.instruction().at(), "port 22 is exposed", Findings.shown("port", port));
                        }
                    }
                }));
    }

    private static boolean hasSsh(Matcher port) {
        int first = Integer.parseInt(port.group(1));
        int last = port.group(2) == null ? first : Integer.parseInt(port.group(2));
        boolean isTcp = port.group(3) == null || port.group(3).equalsIgnoreCase("tcp");
        return isTcp && first <= SSH && SSH <= last;
    }

    private static List<Expansion> ports(Step step) {
        return step.is("EXPOSE") ? step.words() : List.of();
    }

    private static Rule<DockerfileSubject> outOfRange() {
        Severity severity = Severity.HIGH;
        return Rule.of(
                info("DKF-012", severity, Profile.STRICT, "", "4.1.2", """
                        Port is out of range
                        Ports are numbers from 0 to 65535, alone or as a range, with a protocol. EXPOSE takes no address
                        and no port of the host.
                        Remedy: Write the port on which the application listens, for example EXPOSE 8080/tcp.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> Findings.overSteps(subject, severity, (step, found) -> {
                    for (Expansion port : ports(step)) {
                        if (!port.isKnown()) {
                            found.unresolved(step, port);
                        } else if (!isPort(port.text())) {
                            found.add(
                                    step.instruction().at(),
                                    "EXPOSE names something that is no port",
                                    Findings.shown("port", port));
                        }
                    }
                }));
    }

    private static boolean isPort(String text) {
        Matcher port = PORT.matcher(text);
        if (text.isEmpty()) {
            return true;
        }
        if (!port.matches() || Integer.parseInt(port.group(1)) > MAX_PORT) {
            return false;
        }
        return port.group(2) == null
                || (Integer.parseInt(port.group(2)) <= MAX_PORT
                        && Integer.parseInt(port.group(1)) <= Integer.parseInt(port.group(2)));
    }

    private static Rule<DockerfileSubject> permissions() {
        Severity severity = Severity.LOW;
        return Rule.of(
                info("DKF-031", severity, Profile.STRICT, "4.8", "4.1.2", """
                        Build sets unsafe file permissions
                        Any process in the container can replace a world-writable file, and a set-user-ID or set-group-ID
                        program grants its owner's or group's rights to everyone who starts it.
                        Remedy: Grant the least permissions that work to the account that needs them, for example with
                        COPY --chown and chmod 750.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> Findings.overSteps(subject, severity, (step, found) -> {
                    for (Command command : step.commands()) {
                        @Nullable String message =
                                Chmod.of(command).map(PathRules::unsafe).orElse(null);
                        if (message != null && !message.isEmpty()) {
                            found.add(step, command, "a build step " + message);
                        }
                    }
                    Expansion mode = step.options().getOrDefault("chmod", Expansion.literal(""));
                    if (!mode.isKnown()) {
                        found.unresolved(step, mode);
                    } else if (!mode.text().isEmpty()) {
                        String path = step.destination().text();
                        Optional<Chmod> change = Chmod.ofCopy(List.of("--chmod=" + mode.text(), path));
                        String message = change.map(PathRules::unsafe).orElse("");
                        if (!message.isEmpty()) {
                            found.add(
                                    step.instruction().at(),
                                    step.instruction().keyword() + ' ' + message,
                                    Evidence.of("chmod", mode.text()),
                                    StepNames.evidence(step));
                        }
                    }
                    found.unread(step);
                }));
    }

    private static String unsafe(Chmod change) {
        if (change.worldWritable()) {
            return "makes a path world-writable";
        }
        return change.setUserId()
                ? "sets the set-user-ID bit"
                : change.setGroupId() ? "sets the set-group-ID bit of a program" : "";
    }

    private static Rule<DockerfileSubject> relative() {
        Severity severity = Severity.LOW;
        return Rule.of(
                info("DKF-032", severity, Profile.STRICT, "", "4.1.2", """
                        WORKDIR is relative
                        The directory then depends on the WORKDIR before it, possibly on that of the base image, which may
                        change.
                        Remedy: Write an absolute path.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> Findings.overSteps(subject, severity, (step, found) -> {
                    if (!step.is("WORKDIR") || step.words().isEmpty()) {
                        return;
                    }
                    Expansion path = step.words().get(0);
                    String text = Paths.unquoted(path.text());
                    if (text.startsWith(String.valueOf(WordExpander.HOLE))) {
                        found.unresolved(step, path);
                    } else if (!Paths.isAbsolute(text)) {
                        found.add(
                                step.instruction().at(),
                                "the working directory is relative",
                                Findings.shown("path", path));
                    }
                }));
    }

    private static Rule<DockerfileSubject> systemDirectory() {
        Severity severity = Severity.MEDIUM;
        return Rule.of(
                info("DKF-033", severity, Profile.STRICT, "", "4.1.2", """
                        WORKDIR is a system directory
                        Relative paths of the application then resolve among system files, and its output is written
                        there.
                        Remedy: Set WORKDIR to a directory of the application, for example /app.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> Findings.overSteps(subject, severity, (step, found) -> {
                    if (!step.is("WORKDIR") || step.words().isEmpty()) {
                        return;
                    }
                    Expansion path = step.words().get(0);
                    String text = Paths.unquoted(path.text());
                    if (!path.isKnown()) {
                        found.unresolved(step, path);
                    } else if (text.startsWith("/") && SystemFolders.isNoWorkingDirectory(ImagePath.clean(text))) {
                        found.add(
                                step.instruction().at(),
                                "the working directory is a system directory",
                                Findings.shown("path", path));
                    }
                }));
    }

    private static Rule<DockerfileSubject> volume() {
        Severity severity = Severity.HIGH;
        return Rule.of(
                info("DKF-043", severity, Profile.L1, "5.6", "4.1.2", """
                        VOLUME on a system directory
                        A volume there hides or replaces files that the system depends on. Data written to it outlives the
                        container and may be shared with others. A volume for the application's own directory below /etc,
                        /usr or /lib covers no system files and is LOW.
                        Remedy: Remove the VOLUME instruction, and keep data in a directory of its own such as /data.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> Findings.overSteps(subject, severity, (step, found) -> {
                    for (Expansion path : step.is("VOLUME") ? step.words() : List.<Expansion>of()) {
                        if (!path.isKnown()) {
                            found.unresolved(step, path);
                        } else if (SystemFolders.covers(path.text())) {
                            found.add(
                                    step.instruction().at(),
                                    "a volume covers a system directory",
                                    Findings.shown("volume", path));
                        } else if (SystemFolders.shares(path.text())) {
                            found.add(
                                    Severity.LOW,
                                    step.instruction().at(),
                                    "a volume lies below a system directory",
                                    Findings.shown("volume", path));
                        }
                    }
                }));
    }
}

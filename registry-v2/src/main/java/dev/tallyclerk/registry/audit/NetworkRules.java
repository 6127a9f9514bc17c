package dev.tallyclerk.registry.audit;

import static dev.tallyclerk.internal.subject.RuleHeads.info;
import static dev.tallyclerk.registry.audit.Rules.rule;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.internal.command.TlsSwitches;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;

/** Rules on the ports that the image exposes, and on TLS. */
final class NetworkRules {
    /** SSH, telnet, the engine's API without TLS, remote desktop, VNC. */
    private static final Set<Integer> REMOTE_ADMINISTRATION = Set.of(22, 23, 2375, 3389, 5900);

    private static final int FIRST_UNPRIVILEGED_PORT = 1024;

    private NetworkRules() {}

    static List<Rule<ImageSubject>> all() {
        return List.of(remoteAdministration(), privilegedPort(), tlsVerificationOff());
    }

    private static Rule<ImageSubject> remoteAdministration() {
        return rule(
                info("IMG-009", "Remote administration port is exposed", Severity.MEDIUM, Profile.L1, "5.7", "4.1.2"),
                "A second way in beside the application has its own accounts, keys and flaws, and changes made"
                        + " through it are not part of any image.",
                "Remove the EXPOSE instruction and the server behind it; use the engine's exec and logs.",
                image -> ports(
                        image,
                        range -> REMOTE_ADMINISTRATION.stream().anyMatch(range::has),
                        "a port for remote administration is exposed"));
    }

    private static Rule<ImageSubject> privilegedPort() {
        return rule(
                info("IMG-010", "Privileged port is exposed", Severity.INFO, Profile.L1, "5.8", "4.1.2"),
                "Listening below port 1024 traditionally needs root or the capability NET_BIND_SERVICE.",
                "Listen on a port from 1024 up, and publish it as the low port.",
                image ->
                        ports(image, range -> range.first() < FIRST_UNPRIVILEGED_PORT, "a port below 1024 is exposed"));
    }

    private static Rule<ImageSubject> tlsVerificationOff() {
        return rule(
                info("IMG-020", "TLS verification is switched off", Severity.HIGH, Profile.L1, "4.11", "4.1.5"),
                "An attacker on the path between the build or the container and a server can replace downloads and"
                        + " read what is sent.",
                "Remove the switch, and add the missing certificate authority to the trust store.",
                image -> Outcome.allOf(
                        Rules.overVariables(image, TlsSwitches::isOff, "a variable switches TLS verification off"),
                        Rules.overSteps(
                                image,
                                step -> Rules.problems(
                                        step,
                                        "a build step switches TLS verification off",
                                        "by",
                                        TlsSwitches.in(
                                                step.instruction().equals("LABEL") ? List.of() : step.assignments(),
                                                step.commands())))));
    }

    private static Outcome ports(ImageSubject image, Predicate<Range> isProblem, String message) {
        return image.exposedPorts().decideAt((ports, at) -> {
            List<Problem> problems = new ArrayList<>();
            List<MissingValue> unreadable = new ArrayList<>();
            for (String port : ports) {
                Optional<Range> range = range(port);
                if (range.isEmpty()) {
                    unreadable.add(new MissingValue(MissingValue.Reason.UNREADABLE, "not a port at " + at.child(port)));
                } else if (isProblem.test(range.get())) {
                    problems.add(Problem.at(at.child(port), message, Evidence.of("port", port)));
                }
            }
            return problems.isEmpty() && !unreadable.isEmpty()
                    ? new Outcome.Unknown(unreadable)
                    : Outcome.ofProblems(problems);
        });
    }

    /** Ports from one to another, both included. */
    private record Range(int first, int last) {
        boolean has(int port) {
            return first <= port && port <= last;
        }
    }

    /** {@return the ports of {@code 80}, {@code 80/tcp} or {@code 20-25/tcp}} */
    private static Optional<Range> range(String port) {
        int slash = port.indexOf('/');
        String digits = slash < 0 ? port : port.substring(0, slash);
        int dash = digits.indexOf('-');
        OptionalInt first = number(dash < 0 ? digits : digits.substring(0, dash));
        OptionalInt last = number(digits.substring(dash + 1));
        return first.isEmpty() || last.isEmpty() || first.getAsInt() > last.getAsInt()
                ? Optional.empty()
                : Optional.of(new Range(first.getAsInt(), last.getAsInt()));
    }

    private static OptionalInt number(String digits) {
        boolean wellFormed =
                !digits.isEmpty() && digits.length() <= 5 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return wellFormed ? OptionalInt.of(Integer.parseInt(digits)) : OptionalInt.empty();
    }
}

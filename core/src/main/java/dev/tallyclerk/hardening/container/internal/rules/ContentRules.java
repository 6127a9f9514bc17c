package dev.tallyclerk.hardening.container.internal.rules;

import static dev.tallyclerk.hardening.container.internal.rules.ContainerRule.rule;
import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.container.model.Healthcheck;
import dev.tallyclerk.internal.secret.SecretAssignment;
import dev.tallyclerk.internal.secret.SecretPatterns;
import dev.tallyclerk.internal.shell.ShellParser;
import dev.tallyclerk.internal.shell.ShellScript;
import dev.tallyclerk.internal.shell.ShellScript.Command;
import dev.tallyclerk.internal.subject.LineSecrets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What runs in a container, and which secrets it was given. */
final class ContentRules {
    private static final Set<String> SSH_SERVERS = Set.of("sshd", "dropbear");

    private ContentRules() {}

    static List<ContainerRule> all() {
        return List.of(sshServer(), secrets());
    }

    private static ContainerRule sshServer() {
        return rule(
                info("RUN-040", Severity.MEDIUM, Profile.L1, "5.7", "4.4.3", """
                        An SSH server runs in the container
                        An SSH server is a second way in, with its own keys and passwords to manage, and sessions over
                        it bypass the engine and its log.
                        Remedy: Remove the SSH server. Use docker exec, which the engine can log and forbid.
                        """),
                container -> Outcome.allOf(
                        startsNoServer(container.path().map(List::of)),
                        startsNoServer(container.args()),
                        startsNoServer(container.config().entrypoint()),
                        startsNoServer(container.config().cmd()),
                        NetworkRules.notPublished(container, "22", "the port of SSH is published"),
                        container.processes().decideAt(ContentRules::runsNoServer)));
    }

    private static Outcome startsNoServer(Fact<List<String>> words) {
        return words.decideAt((line, at) -> {
            boolean isWord = line.stream().anyMatch(ContentRules::isServer);
            ShellScript script = ShellParser.ofWords(line);
            boolean isCommand =
                    script.everyCommand().stream().map(Command::program).anyMatch(SSH_SERVERS::contains);
            if (isWord || isCommand) {
                return Outcome.fail(Problem.at(at, "the command line starts an SSH server"));
            }
            return script.hasUnread()
                    ? Outcome.unknown(MissingValue.Reason.UNREADABLE, at + " is nested too deeply to be read")
                    : Outcome.pass();
        });
    }

    private static Outcome runsNoServer(List<String> commands, Location at) {
        return Outcome.failIf(
                commands.stream().anyMatch(ContentRules::isServerProcess), at, "an SSH server runs in the container");
    }

    /** A process list shows a server as {@code sshd: /usr/sbin/sshd -D [listener]}. */
    private static boolean isServerProcess(String command) {
        String first = command.strip().split("\\s+", 2)[0];
        return isServer(first.endsWith(":") ? first.substring(0, first.length() - 1) : first);
    }

    private static boolean isServer(String word) {
        return SSH_SERVERS.contains(word.substring(word.lastIndexOf('/') + 1));
    }

    private static ContainerRule secrets() {
        return rule(info("RUN-047", Severity.HIGH, Profile.L1, "4.10", "4.1.4", """
                        Variable, command line or label holds a secret
                        Everyone with access to the engine can read a container's variables, command line and labels.
                        Every process inherits the variables, and they end up in logs and crash reports; the process
                        list of the host shows the command line.
                        Remedy: Pass the secret as a mounted file named by a *_FILE variable, or from the orchestrator's
                        secret store. Treat the secret that was found as public, and replace it.
                        """), (container, context) -> {
            Fact<List<String>> own = container.config().env();
            SecretPatterns more = SecretPatterns.of(context.secretPatterns());
            return Outcome.allOf(
                    own.decideAt((variables, at) -> secrets(variables, Set.of(), more, at)),
                    Fact.decideBoth(
                            own,
                            container.config().imageEnv(),
                            (set, ofImage) -> container
                                    .config()
                                    .imageEnv()
                                    .decideAt((variables, at) -> secrets(variables, names(set), more, at))),
                    ifStated(container.config().entrypoint(), words -> LineSecrets.judgeWords(words, more)),
                    ifStated(container.config().cmd(), words -> LineSecrets.judgeWords(words, more)),
                    ifStated(container.config().healthcheck(), check -> inHealthcheck(check, more)),
                    ifStated(container.config().labels(), labels -> inLabels(labels, more)));
        });
    }

    /**
     * {@return a pass for a value that the document leaves out, or that its image has, which rules on images judge; the
     * decision otherwise}
     */
    static <T> Outcome ifStated(Fact<T> fact, Function<Fact<T>, Outcome> decision) {
        boolean isAbsent = fact instanceof Fact.Missing<T> missing
                && (missing.reason() == MissingValue.Reason.KEY_MISSING
                        || missing.reason() == MissingValue.Reason.SOURCE_NOT_PROVIDED);
        return isAbsent ? Outcome.pass() : decision.apply(fact);
    }

    private static Outcome inHealthcheck(Fact<Optional<Healthcheck>> healthcheck, SecretPatterns more) {
        return healthcheck.decideAt((check, at) ->
                check.isPresent() ? LineSecrets.judgeHealthcheck(check.get().test(), at, more) : Outcome.pass());
    }

    private static Outcome inLabels(Fact<Map<String, String>> all, SecretPatterns more) {
        return all.decideAt((labels, at) -> {
            List<Problem> problems = new ArrayList<>();
            labels.forEach((name, value) -> secretIn(name, value, more)
                    .map(what -> Problem.at(at.child(name), "a label holds a " + what, Evidence.redacted(name)))
                    .ifPresent(problems::add));
            return Outcome.ofProblems(problems);
        });
    }

    private static Set<String> names(List<String> variables) {
        return variables.stream().map(ContentRules::nameOf).collect(Collectors.toSet());
    }

    private static String nameOf(String variable) {
        int equals = variable.indexOf('=');
        return equals < 0 ? variable : variable.substring(0, equals);
    }

    /** {@return a problem for each variable with a secret, except those in {@code anew}} */
    private static Outcome secrets(List<String> variables, Set<String> anew, SecretPatterns more, Location at) {
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; i < variables.size(); i++) {
            String name = nameOf(variables.get(i));
            if (name.length() < variables.get(i).length() && !anew.contains(name)) {
                Location place = at.child(Integer.toString(i));
                secretIn(name, variables.get(i).substring(name.length() + 1), more)
                        .map(what -> Problem.at(place, "a variable holds a " + what, Evidence.redacted(name)))
                        .ifPresent(problems::add);
            }
        }
        return Outcome.ofProblems(problems);
    }

    /** {@return what kind of secret the value of a variable or label is, if it is one} */
    static Optional<String> secretIn(String name, String value, SecretPatterns more) {
        Optional<String> known = SecretAssignment.judgeLiteral(name, value);
        return known.isPresent() ? known : more.namesIn(value).stream().findFirst();
    }
}

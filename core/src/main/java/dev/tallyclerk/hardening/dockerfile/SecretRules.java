package dev.tallyclerk.hardening.dockerfile;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.dockerfile.Instruction.Heredoc;
import dev.tallyclerk.hardening.dockerfile.Instruction.Pair;
import dev.tallyclerk.hardening.dockerfile.WordExpander.Expansion;
import dev.tallyclerk.internal.command.CommandAssignments;
import dev.tallyclerk.internal.command.CommandSecrets;
import dev.tallyclerk.internal.secret.FoundSecret;
import dev.tallyclerk.internal.secret.Placeholders;
import dev.tallyclerk.internal.secret.SecretAssignment;
import dev.tallyclerk.internal.secret.SecretNames;
import dev.tallyclerk.internal.secret.SecretPatterns;
import dev.tallyclerk.internal.secret.SecretText;
import dev.tallyclerk.internal.shell.ShellScript.Command;
import dev.tallyclerk.internal.shell.ShellScript.Command.Assignment;
import dev.tallyclerk.internal.text.Words;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Rules on secrets that everyone who has the image can read.
 *
 * <p>Reports contain the names of secrets, and nothing that depends on their values.
 */
final class SecretRules {
    private static final Set<String> CREDENTIAL_NAMES = Words.set("""
            id_rsa id_dsa id_ecdsa id_ed25519 .npmrc .yarnrc.yml .pypirc .netrc _netrc .git-credentials .dockercfg
            .pgpass .my.cnf .s3cfg .boto .vault-token .env credentials.json service-account.json kubeconfig
            terraform.tfstate secrets.yml secrets.yaml secrets.json .htpasswd
            """);

    private static final Pattern CREDENTIAL_PATH = Pattern.compile("(?i).*(?:\\.aws/(?:credentials|config)|\\.docker/"
            + "config\\.json|\\.kube/config|\\.ssh/?|\\.gnupg/?|\\.azure/?|\\.config/gcloud/?)");

    private static final Pattern KEY_FILE =
            Pattern.compile("(?i)(?:.*\\.(?:p12|pfx|jks|keystore|ppk|kdbx)|.*\\.key|.*key.*\\.pem)");

    private static final Pattern PUBLIC_KEY = Pattern.compile("(?i).*(?:\\.pub|pub(?:lic)?[._-]?key.*|.*keyring.*)");

    private static final int MAX_PER_STEP = 20;

    private SecretRules() {}

    static List<Rule<DockerfileSubject>> all() {
        return List.of(variables(), credentials());
    }

    private static Rule<DockerfileSubject> variables() {
        Severity severity = Severity.CRITICAL;
        return Rule.of(
                info("DKF-025", severity, Profile.L1, "4.10", "4.1.4", """
                        Secret in ENV, ARG or LABEL
                        Anyone who has the image can read its variables and labels, and the values of build arguments in
                        its history. A build argument with the name of a secret is meant to be given one.
                        Remedy: Mount the secret for the step that needs it, RUN --mount=type=secret,id=NAME, and pass
                        secrets to a container at run time. Treat a secret that was in a file as public, and replace it.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> Findings.over(severity, found -> {
                    SecretPatterns more = SecretPatterns.of(context.secretPatterns());
                    for (Instruction instruction : subject.file().preamble()) {
                        if (instruction.is("ARG") && !subject.file().stages().isEmpty()) {
                            for (Pair pair : instruction.pairs()) {
                                judge("ARG", pair, Expansion.literal(pair.value()), more, found);
                            }
                        }
                    }
                    for (BuiltStage stage : subject.stages()) {
                        found.enter(stage);
                        for (Step step : stage.steps()) {
                            for (Step.Setting set : step.assignments()) {
                                judge(step.instruction().keyword(), set.pair(), set.value(), more, found);
                            }
                        }
                    }
                }));
    }

    private static void judge(String keyword, Pair pair, Expansion value, SecretPatterns more, Findings found) {
        String name = pair.name();
        String text = value.text().replace(WordExpander.HOLE, ' ');
        Optional<String> kind = SecretAssignment.judgeLiteral(name, text)
                .or(() -> more.namesIn(text).stream().findFirst());
        boolean isForSecret = !keyword.equals("LABEL") && SecretNames.isSecret(name);
        if (kind.isPresent()) {
            found.add(pair.at(), keyword + " holds a secret (" + kind.get() + ")", Evidence.redacted(name));
        } else if (isForSecret && keyword.equals("ARG") && !isSwitch(pair.value())) {
            found.add(
                    pair.at(),
                    "ARG has the name of a secret, and its value stays in the history",
                    Evidence.redacted(name));
        } else if (isForSecret && keyword.equals("ENV") && refersToVariable(pair.value())) {
            found.add(pair.at(), "ENV keeps a secret that the build is given", Evidence.redacted(name));
        }
    }

    private static boolean isSwitch(String value) {
        String text = Paths.unquoted(value);
        return !text.isEmpty() && SecretAssignment.isSwitch(text);
    }

    private static boolean refersToVariable(String value) {
        String text = Paths.unquoted(value);
        return text.startsWith("$") && Placeholders.isPlaceholder(text);
    }

    private static Rule<DockerfileSubject> credentials() {
        Severity severity = Severity.CRITICAL;
        return Rule.of(
                info("DKF-026", severity, Profile.L1, "4.10", "4.1.4", """
                        Credentials copied or used in a build step
                        A file with credentials is in a layer of the image even if a later step removes it. The history
                        keeps the text of each step.
                        Remedy: Mount the file or the secret for the step that needs it: RUN
                        --mount=type=secret,id=NAME,target=PATH, or --mount=type=ssh for git. Treat a secret that was in
                        an image as public, and replace it.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> {
                    SecretPatterns more = SecretPatterns.of(context.secretPatterns());
                    return Findings.overSteps(subject, severity, (step, found) -> {
                        if (step.is("COPY") || step.is("ADD")) {
                            copied(step, found);
                        }
                        if (step.is("RUN") || step.is("CMD") || step.is("ENTRYPOINT") || step.is("HEALTHCHECK")) {
                            inText(step, more, found);
                        }
                        inCommands(step, found);
                        inBodies(step, found);
                        found.unread(step);
                    });
                });
    }

    private static void copied(Step step, Findings found) {
        for (Expansion source : step.sources()) {
            String path = source.text();
            String name = path.substring(path.lastIndexOf('/') + 1);
            boolean isSecret = CREDENTIAL_NAMES.contains(name.toLowerCase(Locale.ROOT))
                    || CREDENTIAL_PATH.matcher(path).matches()
                    || KEY_FILE.matcher(name).matches();
            if (isSecret && !PUBLIC_KEY.matcher(name).matches()) {
                found.add(
                        step.instruction().at(),
                        "a file that holds credentials is copied",
                        Findings.shown("file", source));
            }
        }
    }

    private static void inText(Step step, SecretPatterns more, Findings found) {
        for (String name : more.namesIn(step.instruction().text())) {
            found.add(
                    step.instruction().at(),
                    "the text of a step holds a secret (" + name + ")",
                    Evidence.redacted(name));
        }
        Set<String> kinds = new HashSet<>();
        for (FoundSecret secret : SecretText.find(step.instruction().text())) {
            if (kinds.add(secret.name()) && kinds.size() <= MAX_PER_STEP) {
                found.add(
                        step.instruction().at(secret.start(), secret.end()),
                        "the text of a step holds a secret (" + secret.name() + ")",
                        Evidence.redacted(secret.name()));
            }
        }
    }

    private static void inCommands(Step step, Findings found) {
        boolean hasSecretMount = RunMount.of(step.instruction()).stream()
                .anyMatch(mount -> mount.type().equals("secret"));
        Set<String> seen = new HashSet<>();
        for (Command command : step.commands()) {
            List<Assignment> secrets = new ArrayList<>(CommandSecrets.of(command));
            List<Assignment> set = new ArrayList<>();
            CommandAssignments.add(command, set);
            set.stream()
                    .filter(assignment -> SecretText.find(assignment.value()).isEmpty())
                    .filter(assignment -> SecretAssignment.judge(assignment.name(), assignment.value())
                            .isPresent())
                    .forEach(secrets::add);
            for (Assignment secret : secrets) {
                if (seen.size() < MAX_PER_STEP && seen.add(secret.name())) {
                    found.add(
                            step,
                            command,
                            "a build step gives a secret to "
                                    + (command.words().isEmpty() ? "a variable" : command.program()),
                            Evidence.redacted(secret.name()));
                }
            }
            if (secrets.isEmpty() && !hasSecretMount && logsIn(command) && seen.add(command.program())) {
                found.add(
                        step,
                        command,
                        "a build step logs in, with credentials that come from the build's arguments or files");
            }
        }
    }

    /** Commands that take or store credentials; where they come from without a mount, they stay. */
    private static boolean logsIn(Command command) {
        List<String> words = command.arguments();
        return switch (command.program()) {
            case "aws" ->
                words.contains("configure")
                        && words.contains("set")
                        && words.stream()
                                .anyMatch(word -> word.endsWith("aws_secret_access_key")
                                        || word.endsWith("aws_session_token")
                                        || word.endsWith("aws_access_key_id"));
            case "gcloud" ->
                words.size() > 1
                        && words.get(0).equals("auth")
                        && (words.get(1).equals("activate-service-account")
                                || words.get(1).equals("login"));
            case "az" -> words.contains("login") && (words.contains("-p") || words.contains("--password"));
            case "git" -> words.stream().anyMatch(word -> word.matches("https?://[^/@\\s]*:[^/@\\s]+@.*"));
            default -> false;
        };
    }

    /** A body that goes to a file of the image, or to a program as data. */
    private static void inBodies(Step step, Findings found) {
        for (Heredoc heredoc : step.instruction().heredocs()) {
            if (step.is("RUN") && !step.commands().isEmpty()) {
                // Its commands were judged; only secrets that show by their form are left.
                formsIn(step, heredoc, found);
                continue;
            }
            int line = heredoc.firstLine();
            int count = 0;
            for (String text : heredoc.content().split("\n", -1)) {
                List<Assignment> set = new ArrayList<>();
                CommandAssignments.add(text, set);
                for (Assignment assignment : set) {
                    boolean isSecret = SecretAssignment.judge(assignment.name(), assignment.value())
                            .isPresent();
                    if (isSecret && count++ < MAX_PER_STEP) {
                        found.add(
                                Location.Region.of(step.instruction().source(), line, 1, line, text.length() + 1),
                                "a here-document puts a secret into the image",
                                Evidence.redacted(assignment.name()));
                    }
                }
                line++;
            }
            if (count == 0) {
                formsIn(step, heredoc, found);
            }
        }
    }

    private static void formsIn(Step step, Heredoc heredoc, Findings found) {
        Set<String> kinds = new HashSet<>();
        for (FoundSecret secret : SecretText.find(heredoc.content())) {
            if (kinds.add(secret.name()) && kinds.size() <= MAX_PER_STEP) {
                String before = heredoc.content().substring(0, secret.start());
                int line = heredoc.firstLine()
                        + (int) before.chars().filter(c -> c == '\n').count();
                int column = secret.start() - before.lastIndexOf('\n');
                found.add(
                        Location.Region.of(step.instruction().source(), line, column, line, column + 1),
                        "a here-document holds a secret (" + secret.name() + ")",
                        Evidence.redacted(secret.name()));
            }
        }
    }
}

package dev.tallyclerk.registry.audit;

import static dev.tallyclerk.internal.subject.RuleHeads.info;
import static dev.tallyclerk.registry.audit.Rules.rule;

import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.internal.shell.Command;
import dev.tallyclerk.internal.shell.Pipeline;
import dev.tallyclerk.registry.audit.internal.Option;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Rules on the accounts that the build changes. */
final class AccountRules {
    private static final Set<String> LOCKED = Set.of("!", "!!", "*");

    /** Options with which passwd does not read a password. */
    private static final Set<String> NO_NEW_PASSWORD =
            Set.of("-d", "--delete", "-e", "--expire", "-l", "--lock", "-S", "--status", "-u", "--unlock");

    /** The short options that take a value, in the same word or the next. */
    private static final String USERADD_WITH_VALUE = "bcdefgGkKpPRsuZ";

    private static final String USERMOD_WITH_VALUE = "cdefgGlpPRsuvVwWZ";

    private AccountRules() {}

    static List<Rule<ImageSubject>> all() {
        return List.of(passwordInBuild());
    }

    private static Rule<ImageSubject> passwordInBuild() {
        return rule(
                info("IMG-022", "Build sets a password", Severity.HIGH, Profile.L1, "4.10", "4.1.4"),
                "A password set during the build is the same in every container of the image, and anyone can read"
                        + " or crack it in the history or in /etc/shadow.",
                "Lock the account and log in by other means, or set the password at run time from a secret.",
                image -> Rules.overSteps(
                        image,
                        step -> step.script().everyPipeline().stream().anyMatch(AccountRules::setsPassword),
                        "a build step sets a password"));
    }

    private static boolean setsPassword(Pipeline pipeline) {
        List<Command> stages = pipeline.stages();
        for (int i = 0; i < stages.size(); i++) {
            boolean isPiped = i > 0;
            boolean isLocked = isPiped && locksOnly(stages.get(i - 1));
            if (stages.get(i).chain().stream()
                    .anyMatch(command -> setsPassword(
                            command, isPiped || !command.inputs().isEmpty(), isLocked || locks(command.inputs())))) {
                return true;
            }
        }
        return false;
    }

    private static boolean setsPassword(Command command, boolean reads, boolean readsLocks) {
        List<String> arguments = command.arguments();
        if (command.inputs().stream().flatMap(String::lines).anyMatch(AccountRules::isRootPassword)) {
            return !readsLocks;
        }
        return switch (command.program()) {
            case "chpasswd" -> !readsLocks || !isEncrypted(arguments);
            case "passwd" ->
                arguments.contains("--stdin")
                        || clearsRoot(arguments)
                        || (reads && arguments.stream().noneMatch(NO_NEW_PASSWORD::contains));
            case "useradd" -> givesPassword(arguments, USERADD_WITH_VALUE);
            case "usermod" -> givesPassword(arguments, USERMOD_WITH_VALUE);
            case "echo", "printf" -> arguments.stream().anyMatch(AccountRules::isRootPassword);
            default -> false;
        };
    }

    private static boolean isEncrypted(List<String> arguments) {
        return arguments.contains("-e") || arguments.contains("--encrypted");
    }

    /** {@return whether a command writes only {@code user:*} and similar lines, which lock accounts} */
    private static boolean locksOnly(Command writer) {
        if (!writer.program().equals("echo") && !writer.program().equals("printf")) {
            return false;
        }
        return locks(writer.arguments().stream()
                .filter(word -> !word.startsWith("-"))
                .toList());
    }

    private static boolean locks(List<String> words) {
        List<String> lines = words.stream()
                .flatMap(word -> Arrays.stream(word.replace("\\n", "\n").split("\\s+", -1)))
                .filter(line -> !line.isEmpty())
                .toList();
        return !lines.isEmpty()
                && lines.stream()
                        .allMatch(line ->
                                line.indexOf(':') > 0 && LOCKED.contains(line.substring(line.indexOf(':') + 1)));
    }

    private static boolean clearsRoot(List<String> arguments) {
        return arguments.contains("root") && (arguments.contains("-d") || arguments.contains("--delete"));
    }

    /** A value that no password hashes to locks the account; an empty one lets everyone in. */
    private static boolean givesPassword(List<String> arguments, String withValue) {
        return Option.parse(arguments, withValue, "--password").stream()
                .anyMatch(option -> (option.name().equals("-p") || option.name().equals("--password"))
                        && !LOCKED.contains(option.value()));
    }

    /**
     * A chpasswd line has one colon, without a blank after it as in /etc/aliases and YAML; a line of /etc/passwd or
     * /etc/subuid has more.
     */
    private static boolean isRootPassword(String word) {
        String password =
                word.startsWith("root:") ? word.substring("root:".length()).stripTrailing() : "";
        return !password.isEmpty()
                && password.indexOf(':') < 0
                && password.chars().noneMatch(Character::isWhitespace)
                && !Set.of("x", "*", "!").contains(password);
    }
}

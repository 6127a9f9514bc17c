package dev.tallyclerk.internal.command;

import dev.tallyclerk.internal.shell.ShellScript;
import dev.tallyclerk.internal.shell.ShellScript.Command;
import dev.tallyclerk.internal.shell.ShellScript.Pipeline;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Commands that set the passwords of accounts. */
public final class PasswordCommands {
    private static final Set<String> LOCKED = Set.of("!", "!!", "*");

    /** Options with which passwd does not read a password. */
    private static final Set<String> NO_NEW_PASSWORD =
            Set.of("-d", "--delete", "-e", "--expire", "-l", "--lock", "-S", "--status", "-u", "--unlock");

    /** The short options that take a value, in the same word or the next. */
    private static final String USERADD_WITH_VALUE = "bcdefgGkKpPRsuZ";

    private static final String USERMOD_WITH_VALUE = "cdefgGlpPRsuvVwWZ";

    private PasswordCommands() {}

    /** {@return whether a script sets the password of an account} */
    public static boolean setPassword(ShellScript script) {
        return script.everyPipeline().stream().anyMatch(PasswordCommands::setsPassword);
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
        if (command.inputs().stream().flatMap(String::lines).anyMatch(PasswordCommands::isRootPassword)) {
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
            case "echo", "printf" -> arguments.stream().anyMatch(PasswordCommands::isRootPassword);
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

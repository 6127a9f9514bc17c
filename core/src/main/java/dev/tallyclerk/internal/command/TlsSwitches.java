package dev.tallyclerk.internal.command;

import dev.tallyclerk.internal.shell.ShellScript.Command;
import dev.tallyclerk.internal.shell.ShellScript.Command.Assignment;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The variables and options that make common tools skip TLS verification. */
public final class TlsSwitches {
    private static final Set<String> PACKAGE_MANAGERS = Set.of("npm", "yarn", "pnpm", "bun");

    private static final Set<String> NO = Set.of("0", "false", "no", "off");

    /** The short options of curl that take a value; all others may be combined with {@code k} in a word. */
    static final String CURL_OPTIONS_WITH_VALUE = "AbcCdDeEFHKmoPQrtTuUwxXyYz";

    private TlsSwitches() {}

    /** {@return whether a variable switches verification off} */
    public static boolean isOff(Assignment variable) {
        String value = variable.value();
        return switch (variable.name().toUpperCase(Locale.ROOT)) {
            case "NODE_TLS_REJECT_UNAUTHORIZED", "PYTHONHTTPSVERIFY" -> value.equals("0");
            // git only checks whether the variable exists.
            case "GIT_SSL_NO_VERIFY" -> true;
            case "NPM_CONFIG_STRICT_SSL", "YARN_STRICT_SSL", "YARN_ENABLE_STRICT_SSL" -> isNo(value);
            case "PIP_TRUSTED_HOST" -> !value.isBlank();
            default -> false;
        };
    }

    /**
     * {@return the variables and programs that switch verification off}
     *
     * @param variables the variables that are set besides those of the commands
     * @param commands the commands
     */
    public static Set<String> in(List<Assignment> variables, List<Command> commands) {
        Set<String> found = new LinkedHashSet<>();
        addVariables(variables, found);
        for (Command command : commands) {
            addVariables(command.assignments(), found);
            if (command.program().equals("export")) {
                addVariables(
                        command.arguments().stream().map(Assignments::parse).toList(), found);
            }
            if (isOff(command) || hasSetting(command.inputs(), true)) {
                found.add(command.program());
            }
        }
        return found;
    }

    private static void addVariables(List<Assignment> assignments, Set<String> found) {
        assignments.stream().filter(TlsSwitches::isOff).forEach(variable -> found.add(variable.name()));
    }

    private static boolean isOff(Command command) {
        List<String> arguments = command.arguments();
        return switch (command.program()) {
            case "curl" ->
                Option.parse(arguments, CURL_OPTIONS_WITH_VALUE, "").stream()
                        .anyMatch(option ->
                                option.name().equals("-k") || option.name().equals("--insecure"));
            case "wget" -> arguments.contains("--no-check-certificate");
            case "aria2c" -> arguments.contains("--check-certificate=false");
            default -> hasTrustedHost(arguments) || hasSetting(arguments, mayBeInTwoWords(command));
        };
    }

    private static boolean hasTrustedHost(List<String> arguments) {
        return arguments.stream().anyMatch(word -> word.equals("--trusted-host") || word.startsWith("--trusted-host="));
    }

    /** Names of packages to install are no settings, whatever they are. */
    private static boolean mayBeInTwoWords(Command command) {
        return !PACKAGE_MANAGERS.contains(command.program())
                || command.arguments().contains("set")
                || command.arguments().contains("config");
    }

    /**
     * npm, yarn, git, yum and apt accept the setting as two words, as one with an equals sign, or in a file that echo
     * writes.
     */
    private static boolean hasSetting(List<String> arguments, boolean mayBeInTwoWords) {
        String before = "";
        for (String word : arguments) {
            for (String part : word.toLowerCase(Locale.ROOT).split("\\s+", -1)) {
                int equals = part.lastIndexOf('=');
                String name = equals >= 0 ? part.substring(0, equals) : mayBeInTwoWords ? before : "";
                String value = equals < 0 ? part : part.substring(equals + 1);
                boolean isSwitch = name.endsWith("strict-ssl")
                        || name.endsWith("sslverify")
                        || name.endsWith("ssl_verify")
                        || (name.contains("acquire::https::")
                                && (name.endsWith("::verify-peer") || name.endsWith("::verify-host")));
                if ((isSwitch && isNo(AptSettings.unquoted(value)))
                        || (name.endsWith("global.trusted-host") && !value.isEmpty())) {
                    return true;
                }
                if (part.equals("--no-strict-ssl")) {
                    return true;
                }
                before = part;
            }
        }
        return false;
    }

    private static boolean isNo(String value) {
        return NO.contains(value.toLowerCase(Locale.ROOT));
    }
}

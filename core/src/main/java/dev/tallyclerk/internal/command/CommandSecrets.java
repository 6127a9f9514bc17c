package dev.tallyclerk.internal.command;

import dev.tallyclerk.internal.secret.Placeholders;
import dev.tallyclerk.internal.secret.SecretAssignment;
import dev.tallyclerk.internal.secret.SecretNames;
import dev.tallyclerk.internal.shell.ShellScript.Command;
import dev.tallyclerk.internal.shell.ShellScript.Command.Assignment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Secrets in the arguments and input of a command, in the form of the program and not as assignments with an equals
 * sign.
 *
 * <p>Values with shell substitutions are not secrets.
 */
public final class CommandSecrets {
    private static final Set<String> REGISTRY_CLIENTS =
            Set.of("docker", "podman", "nerdctl", "buildah", "skopeo", "oras", "crane", "helm");

    private static final Set<String> PACKAGE_CLIENTS = Set.of("npm", "yarn", "pnpm");

    private static final Set<String> LOGIN_GROUPS = Set.of("registry", "auth");

    /** Headers that contain only a token; others with these words in their names are about tokens. */
    private static final Set<String> TOKEN_HEADERS =
            Set.of("api-key", "apikey", "job-token", "private-token", "x-api-key", "x-auth-token", "x-vault-token");

    private static final Set<String> SCHEMES = Set.of("bearer", "basic", "token");

    /** MySQL clients, whose {@code -p} has the password in the same word. */
    private static final Set<String> MYSQL_CLIENTS = Set.of(
            "mysql", "mysqladmin", "mysqldump", "mysqlimport", "mysqlshow", "mariadb", "mariadb-admin", "mariadb-dump");

    /** These lock the account when given as an encrypted password. */
    private static final Set<String> LOCKED = Set.of("!", "!!", "*");

    /** Programs whose arguments are text and not options. */
    private static final Set<String> OF_TEXT = Set.of("echo", "printf", "grep", "egrep", "fgrep", "sed");

    private static final String HEADER = "--header";

    private CommandSecrets() {}

    /** {@return each secret, with the option or setting that it is the value of} */
    public static List<Assignment> of(Command command) {
        List<Assignment> found = new ArrayList<>();
        List<String> arguments = command.arguments();
        String program = command.program();
        addNetrc(command.inputs(), found);
        switch (program) {
            case "curl" -> addCurl(arguments, found);
            case "wget" ->
                Option.parse(arguments, "", HEADER).stream()
                        .filter(option -> option.name().equals(HEADER))
                        .forEach(option -> addHeader(option.value(), found));
            case "sshpass" -> addFirst(arguments, found);
            case "aws" -> addSetting("configure", arguments, found);
            case "echo", "printf" -> addNetrc(arguments, found);
            case "htpasswd" -> addHtpasswd(arguments, found);
            default -> {
                if (MYSQL_CLIENTS.contains(program)) {
                    addJoined(arguments, found);
                } else if (PACKAGE_CLIENTS.contains(program)) {
                    addSetting("config", arguments, found);
                } else if (REGISTRY_CLIENTS.contains(program)) {
                    addLogin(arguments, found);
                }
            }
        }
        if (!OF_TEXT.contains(program)) {
            addOptions(arguments, found);
        }
        return found;
    }

    /** {@return the values of options for secrets} */
    public static List<Assignment> ofOptions(List<String> words) {
        List<Assignment> found = new ArrayList<>();
        addOptions(words, found);
        return found;
    }

    private static void addOptions(List<String> words, List<Assignment> found) {
        for (int i = 0; i + 1 < words.size(); i++) {
            String option = words.get(i);
            String value = words.get(i + 1);
            if (SecretNames.isSecretOption(option)
                    && !value.startsWith("-")
                    && !LOCKED.contains(value)
                    && SecretAssignment.judge(option, value).isPresent()) {
                add(option, value, found);
            }
        }
    }

    private static void addJoined(List<String> arguments, List<Assignment> found) {
        for (String word : arguments) {
            if (word.startsWith("-p")) {
                add("-p", word.substring(2), found);
            }
        }
    }

    /** {@code htpasswd -b FILE USER PASSWORD}, and with {@code -n} no file. */
    private static void addHtpasswd(List<String> arguments, List<Assignment> found) {
        List<Option> options = Option.parse(arguments, "Cr", "");
        List<Option> operands =
                options.stream().filter(option -> option.name().isEmpty()).toList();
        int password = options.contains(new Option("-n", "")) ? 1 : 2;
        if (options.contains(new Option("-b", "")) && operands.size() > password) {
            add("-b", operands.get(password).value(), found);
        }
    }

    private static void addCurl(List<String> arguments, List<Assignment> found) {
        Option.parse(arguments, TlsSwitches.CURL_OPTIONS_WITH_VALUE, "--user --proxy-user --oauth2-bearer --header")
                .forEach(option -> {
                    switch (option.name()) {
                        case "-u", "-U", "--user", "--proxy-user" -> addUser(option.value(), found);
                        case "-H", HEADER -> addHeader(option.value(), found);
                        case "--oauth2-bearer" -> add(option.name(), option.value(), found);
                        default -> {}
                    }
                });
    }

    private static void addUser(String pair, List<Assignment> found) {
        int colon = pair.indexOf(':');
        if (colon >= 0) {
            add("--user", pair.substring(colon + 1), found);
        }
    }

    private static void addHeader(String header, List<Assignment> found) {
        int colon = header.indexOf(':');
        String name = header.substring(0, Math.max(colon, 0)).strip();
        String value = header.substring(colon + 1).strip();
        if (name.equalsIgnoreCase("Authorization") || name.equalsIgnoreCase("Proxy-Authorization")) {
            String[] parts = value.split("\\s+", 2);
            boolean hasScheme = parts.length == 2 && SCHEMES.contains(parts[0].toLowerCase(Locale.ROOT));
            add(name, hasScheme ? parts[1] : "", found);
        } else if (TOKEN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
            add(name, value, found);
        }
    }

    /** {@code docker login}, {@code helm registry login}, {@code crane auth login}. */
    private static void addLogin(List<String> arguments, List<Assignment> found) {
        int login = arguments.indexOf("login");
        boolean isCommand = login == 0 || (login == 1 && LOGIN_GROUPS.contains(arguments.get(0)));
        for (int i = login + 1; isCommand && i < arguments.size(); i++) {
            String word = arguments.get(i);
            if (word.equals("-p") || word.equals("--password")) {
                add("--password", i + 1 < arguments.size() ? arguments.get(i + 1) : "", found);
            } else if (word.startsWith("-p")) {
                add("--password", word.substring(2), found);
            }
        }
    }

    /** After the first word there may be options of the command that sshpass starts. */
    private static void addFirst(List<String> arguments, List<Assignment> found) {
        Option.parse(arguments.subList(0, Math.min(2, arguments.size())), "p", "").stream()
                .limit(1)
                .filter(option -> option.name().equals("-p"))
                .forEach(option -> add("-p", option.value(), found));
    }

    /** {@code aws configure set NAME VALUE}, {@code npm config set NAME VALUE}. */
    private static void addSetting(String subcommand, List<String> arguments, List<Assignment> found) {
        int set = arguments.indexOf("set");
        if (set < 1 || !arguments.get(set - 1).equals(subcommand) || set + 2 >= arguments.size()) {
            return;
        }
        String path = arguments.get(set + 1);
        String name = path.substring(Math.max(path.lastIndexOf(':'), path.lastIndexOf('.')) + 1);
        String value = arguments.get(set + 2);
        if (SecretAssignment.judge(name, value).isPresent()) {
            add(name, value, found);
        }
    }

    /** {@code machine x login y password z}, written to .netrc. */
    private static void addNetrc(List<String> arguments, List<Assignment> found) {
        String[] tokens = String.join(" ", arguments).replace("\\n", " ").split("\\s+", -1);
        for (int i = 0; i + 5 < tokens.length; i++) {
            // In this order only: a sentence may contain each of the words.
            if (tokens[i].equals("machine") && tokens[i + 2].equals("login") && tokens[i + 4].equals("password")) {
                add("password", tokens[i + 5], found);
            }
        }
    }

    private static void add(String name, String value, List<Assignment> found) {
        if (!value.isBlank() && !Placeholders.isPlaceholder(value) && !hasReference(value)) {
            found.add(new Assignment(name, value));
        }
    }

    /** {@return whether a shell would substitute a part of the value} */
    private static boolean hasReference(String value) {
        for (int at = value.indexOf('$'); at >= 0; at = value.indexOf('$', at + 1)) {
            char next = at + 1 < value.length() ? value.charAt(at + 1) : ' ';
            if (next == '{' || next == '(' || next == '_' || Character.isLetter(next)) {
                return true;
            }
        }
        return false;
    }
}

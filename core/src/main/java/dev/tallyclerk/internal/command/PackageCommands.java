package dev.tallyclerk.internal.command;

import dev.tallyclerk.internal.shell.ShellScript.Command;
import dev.tallyclerk.internal.text.Words;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What a build does with package managers. */
public final class PackageCommands {
    /** Package managers and their families, whose members share an index. */
    private static final Map<String, String> FAMILIES =
            Words.map("apt apt-get=apt aptitude=apt apk yum=dnf dnf microdnf=dnf tdnf=dnf zypper opkg");

    private static final Set<String> UPDATES = Set.of("update", "refresh", "ref", "makecache");
    private static final Set<String> INSTALLS = Words.set("""
            add build-dep dist-upgrade dup full-upgrade groupinstall in install localinstall reinstall safe-upgrade
            upgrade
            """);

    private static final Set<String> APK_CACHE = Set.of("/var/cache/apk", "/var/cache/apk/");

    /** Subcommands that also remove the lists, unlike clean. */
    private static final Set<String> CLEANS_LISTS = Set.of("dist-clean", "distclean");

    private static final Set<String> OPTIONS_WITH_VALUE =
            Set.of("-o", "-t", "-c", "-X", "-p", "--option", "--repository", "--root", "--setopt");

    private static final Map<String, Set<String>> UNSIGNED = Map.of(
            "apt", Set.of("--allow-unauthenticated", "--allow-insecure-repositories", "--force-yes"),
            "apk", Set.of("--allow-untrusted"),
            "dnf", Set.of("--nogpgcheck", "--no-gpgcheck", "--no-gpgchecks"),
            "zypper", Set.of("--no-gpg-checks", "--nogpgcheck"),
            "rpm", Set.of("--nosignature", "--nodigest"));

    /** Subcommands that install nothing, where an option about signatures has another meaning. */
    private static final Set<String> NO_INSTALLS = Words.set("""
            autoremove check-update clean del index info list manifest policy purge remove repolist repoquery search
            show verify
            """);

    /** {@code rpm -q}, {@code -V}, {@code -e} and {@code -K}, alone or combined with other letters. */
    private static final Predicate<String> RPM_READS = Pattern.compile(
                    "-[A-Za-z&&[^qVeK]]*+[qVeK][A-Za-z]*+|--(?:query|verify|erase|checksig|import|eval)")
            .asMatchPredicate();

    private static final Pattern STANZA_END = Pattern.compile("\\n[ \\t]*+\\n");
    private static final Pattern TRUSTED = Pattern.compile("(?im)^trusted:[ \t]*yes[ \t]*$");
    private static final Pattern LOCAL_URIS = Pattern.compile("(?im)^uris:(?:[ \t]+(?:file|copy):[^ \t\n]*+)++[ \t]*$");

    /** Schemes of sources that the build itself made. */
    private static final List<String> LOCAL = List.of("file:", "copy:");

    /** {@code s/gpgcheck=1/gpgcheck=0/}, as the first command or a later one. */
    private static final Predicate<String> TURNS_CHECK_OFF = Pattern.compile(
                    "(?:^|[;\\n])[ \\t\\r]*+s([/|,#])\\^?gpgcheck ?= ?(?:1|\\.\\*)\\$?\\1gpgcheck ?= ?0\\1")
            .asPredicate();

    private PackageCommands() {}

    /** {@return whether an index is updated and nothing is installed from it afterwards} */
    public static boolean updatesAlone(List<Command> commands) {
        Set<String> open = new HashSet<>();
        for (Command command : commands) {
            String family = family(command);
            String subcommand = subcommand(command);
            if (!family.isEmpty() && UPDATES.contains(subcommand)) {
                open.add(family);
            } else if (INSTALLS.contains(subcommand)) {
                open.remove(family);
            }
        }
        return !open.isEmpty();
    }

    /** {@return whether the lists of apt stay after these commands} */
    public static boolean keepsLists(List<Command> commands) {
        boolean kept = false;
        for (Command command : commands) {
            String subcommand = subcommand(command);
            if (family(command).equals("apt") && (subcommand.equals("update") || subcommand.equals("install"))) {
                kept = true;
            } else if (family(command).equals("apt") && CLEANS_LISTS.contains(subcommand)) {
                kept = false;
            } else if (command.program().equals("rm") && removesLists(command.arguments())) {
                kept = false;
            } else if (command.program().equals("find") && deletesLists(command.arguments())) {
                kept = false;
            }
        }
        return kept;
    }

    private static boolean deletesLists(List<String> arguments) {
        List<String> tests = arguments.subList(Math.min(1, arguments.size()), arguments.size());
        return tests.contains("-delete")
                && arguments.get(0).matches("/var/lib/apt(/lists)?/?")
                && tests.stream().allMatch(word -> word.matches("-delete|-type|f|-mindepth|1"));
    }

    private static boolean removesLists(List<String> arguments) {
        return isRecursive(arguments)
                && arguments.stream()
                        .anyMatch(word -> word.startsWith("/var/lib/apt/lists")
                                || word.equals("/var/lib/apt")
                                || word.equals("/var/lib/apt/")
                                || word.equals("/var/lib/apt/*"));
    }

    private static boolean isRecursive(List<String> arguments) {
        return arguments.stream()
                .anyMatch(word -> word.equals("--recursive")
                        || (word.startsWith("-")
                                && !word.startsWith("--")
                                && word.toLowerCase(Locale.ROOT).contains("r")));
    }

    /** {@return whether apk keeps its index after these commands} */
    public static boolean keepsIndex(List<Command> commands) {
        boolean kept = false;
        for (Command command : commands) {
            List<String> arguments = command.arguments();
            if (command.program().equals("apk")) {
                kept |= subcommand(command).equals("add") && !arguments.contains("--no-cache");
            } else if (command.program().equals("rm")) {
                kept &= !arguments.contains("/var/cache/apk/*")
                        && !(isRecursive(arguments) && arguments.stream().anyMatch(APK_CACHE::contains));
            }
        }
        return kept;
    }

    /** {@return whether a command upgrades the distribution} */
    public static boolean upgradesDistribution(Command command) {
        String subcommand = subcommand(command);
        return switch (family(command)) {
            case "apt" -> subcommand.equals("dist-upgrade") || subcommand.equals("full-upgrade");
            case "zypper" -> subcommand.equals("dup") || subcommand.equals("dist-upgrade");
            default -> false;
        };
    }

    /**
     * {@return whether a command installs packages, or lets a package manager install them, without their signatures}
     */
    public static boolean skipsSignatures(Command command) {
        String family = command.program().equals("rpm") ? "rpm" : family(command);
        Set<String> options = UNSIGNED.getOrDefault(family, Set.of());
        return (command.arguments().stream().anyMatch(options::contains) && mayInstall(family, command))
                || trustsSource(command.arguments())
                || isSetSo(family, command)
                || isWritten(command.inputs());
    }

    private static boolean mayInstall(String family, Command command) {
        return family.equals("rpm")
                ? command.arguments().stream().noneMatch(RPM_READS)
                : !NO_INSTALLS.contains(subcommand(command));
    }

    private static boolean isSetSo(String family, Command command) {
        List<String> arguments = command.arguments();
        return switch (command.program()) {
            case "echo", "printf" -> isWritten(arguments);
            case "sed" -> arguments.stream().anyMatch(TURNS_CHECK_OFF);
            case "yum-config-manager" -> AptSettings.skipsGpg(arguments);
            default ->
                (family.equals("apt") && AptSettings.allowsUnsigned(arguments))
                        || (family.equals("dnf") && AptSettings.skipsGpg(arguments));
        };
    }

    /** {@return whether a file with these words lets a package manager install unsigned packages} */
    private static boolean isWritten(List<String> words) {
        return AptSettings.allowsUnsigned(words)
                || AptSettings.skipsGpg(words)
                || trustsSource(words)
                || words.stream().anyMatch(PackageCommands::trustsStanza)
                || trustsStanza(String.join(" ", words));
    }

    /** sources.list(5), deb822 format, with one field per line; here with the line ends that printf writes. */
    private static boolean trustsStanza(String word) {
        return STANZA_END
                .splitAsStream(word.replace("\\n", "\n"))
                .anyMatch(text -> TRUSTED.matcher(text).find()
                        && !LOCAL_URIS.matcher(text).find());
    }

    /**
     * sources.list(5): options of a source are in brackets before its address; here as the words that write the file.
     * Sources that the build itself made may be trusted.
     */
    private static boolean trustsSource(List<String> arguments) {
        String text = String.join(" ", arguments);
        int from = 0;
        for (int open; (open = text.indexOf('[', from)) >= 0; ) {
            int close = text.indexOf(']', open);
            if (close < 0) {
                return false;
            }
            boolean isTrusted =
                    List.of(text.substring(open + 1, close).split("\\s+", -1)).contains("trusted=yes");
            if (isTrusted && !isLocal(text, close + 1)) {
                return true;
            }
            from = close;
        }
        return false;
    }

    private static boolean isLocal(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        int address = at;
        return LOCAL.stream().anyMatch(scheme -> text.startsWith(scheme, address));
    }

    /** {@return the family of the package manager that a command is, for example {@code apt}; empty if it is none} */
    public static String family(Command command) {
        return FAMILIES.getOrDefault(command.program(), "");
    }

    /** {@return the first operand of a command; empty if there is none} */
    public static String subcommand(Command command) {
        List<String> arguments = command.arguments();
        for (int i = 0; i < arguments.size(); i++) {
            String word = arguments.get(i);
            if (OPTIONS_WITH_VALUE.contains(word)) {
                i++;
            } else if (!word.startsWith("-")) {
                return word;
            }
        }
        return "";
    }
}

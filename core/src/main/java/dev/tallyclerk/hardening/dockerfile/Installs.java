package dev.tallyclerk.hardening.dockerfile;

import dev.tallyclerk.internal.command.Option;
import dev.tallyclerk.internal.command.PackageCommands;
import dev.tallyclerk.internal.shell.ShellScript.Command;
import dev.tallyclerk.internal.text.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A command that installs packages.
 *
 * @param tool the package manager, for example {@code apt} or {@code pip}
 * @param options its options
 * @param packages the packages as written
 */
record Installs(String tool, List<String> options, List<String> packages) {
    private static final Map<String, Set<String>> INSTALLING = Map.of(
            "apt", Set.of("install", "reinstall"),
            "apk", Set.of("add"),
            "dnf", Words.set("install reinstall groupinstall localinstall"),
            "zypper", Words.set("install in"),
            "pip", Set.of("install"),
            "npm", Words.set("install i add"),
            "yarn", Set.of("add"),
            "gem", Words.set("install i"),
            "go", Words.set("install get"));

    /** Short and long options that take a value. */
    private static final Map<String, String> SHORT = Map.of(
            "apt",
            "toca",
            "apk",
            "tXp",
            "dnf",
            "cdexR",
            "zypper",
            "rpctD",
            "pip",
            "rceitfbd",
            "npm",
            "CwW",
            "yarn",
            "",
            "gem",
            "vsPnig",
            "go",
            "");

    private static final Map<String, String> LONG = Map.of(
            "apt", "--target-release --default-release --option --config-file --host-architecture",
            "apk", "--virtual --repository --root --arch --keys-dir --repositories-file --cache-dir",
            "dnf",
                    "--setopt --enablerepo --disablerepo --installroot --releasever --exclude --repo --repoid"
                            + " --forcearch --config",
            "zypper", "--repo --from --type --root --plus-repo --reposd-dir --cache-dir",
            "pip",
                    "--requirement --constraint --editable --index-url --extra-index-url --find-links --target"
                            + " --platform --python-version --implementation --abi --root --prefix --src --upgrade-strategy"
                            + " --install-option --global-option --no-binary --only-binary --progress-bar --trusted-host"
                            + " --cache-dir --proxy --timeout --retries --cert --client-cert --log --config-settings"
                            + " --root-user-action --report --python --build",
            "npm",
                    "--registry --prefix --loglevel --cache --tag --omit --include --workspace --userconfig"
                            + " --fetch-timeout --fetch-retries --install-strategy --otp --before",
            "yarn", "--cwd --registry --cache-folder --modules-folder --network-timeout --mutex",
            "gem", "--version --source --install-dir --bindir --platform --build-root --trust-policy --http-proxy",
            "go", "");

    private static final Set<String> VERSION_OPTIONS = Set.of("-v", "--version");

    /** Options of go whose value is the next word; all have one dash. */
    private static final Set<String> GO_WITH_VALUE = Words.set("""
            -C -asmflags -buildmode -compiler -gccgoflags -gcflags -installsuffix -ldflags -mod -modfile -o -overlay -p
            -pgo -pkgdir -tags -toolexec
            """);

    private static final Pattern GIT =
            Pattern.compile("(?:git[+:]|git@|github:|gitlab:|bitbucket:).*|.*\\.git(?:#.*)?");
    private static final Pattern RPM_VERSION = Pattern.compile(".*-v?\\d.*|.*:\\S+|.*\\.rpm");
    private static final Pattern PYTHON_VERSION = Pattern.compile(".*(?:[=<>~!]=|[<>]|===| @ ).*");
    private static final Set<String> NO_VERSIONS = Words.set("latest upgrade patch none next");

    /** {@return what a command installs, if it is a package manager that installs} */
    static Optional<Installs> of(Command command) {
        String tool = tool(command);
        Set<String> installing = INSTALLING.get(tool);
        if (installing == null) {
            return Optional.empty();
        }
        List<String> arguments = arguments(tool, command);
        List<String> options = new ArrayList<>();
        List<String> operands = new ArrayList<>();
        if (tool.equals("go")) {
            splitGo(arguments, options, operands);
        } else {
            for (Option option : Option.parse(arguments, SHORT.getOrDefault(tool, ""), LONG.getOrDefault(tool, ""))) {
                if (option.name().isEmpty()) {
                    operands.add(option.value());
                } else {
                    options.add(option.value().isEmpty() ? option.name() : option.name() + '=' + option.value());
                }
            }
        }
        boolean isGlobalYarn =
                tool.equals("yarn") && !operands.isEmpty() && operands.get(0).equals("global");
        boolean isModule =
                tool.equals("dnf") && !operands.isEmpty() && operands.get(0).equals("module");
        List<String> words = isGlobalYarn || isModule ? operands.subList(1, operands.size()) : operands;
        if (words.isEmpty() || !installing.contains(words.get(0))) {
            return Optional.empty();
        }
        return Optional.of(new Installs(tool, options, List.copyOf(words.subList(1, words.size()))));
    }

    private static void splitGo(List<String> arguments, List<String> options, List<String> operands) {
        for (int i = 0; i < arguments.size(); i++) {
            String word = arguments.get(i);
            if (word.startsWith("-")) {
                options.add(word);
                i += GO_WITH_VALUE.contains(word) ? 1 : 0;
            } else {
                operands.add(word);
            }
        }
    }

    private static String tool(Command command) {
        String program = command.program().toLowerCase(Locale.ROOT);
        String family = PackageCommands.family(command);
        if (!family.isEmpty()) {
            return family;
        }
        if (program.matches("pip[0-9.]*") || isPythonModule(command)) {
            return "pip";
        }
        return program.equals("pnpm") ? "npm" : program;
    }

    private static boolean isPythonModule(Command command) {
        List<String> arguments = command.arguments();
        int module = arguments.indexOf("-m");
        return command.program().matches("python[0-9.]*")
                && module >= 0
                && module + 1 < arguments.size()
                && arguments.get(module + 1).equals("pip");
    }

    private static List<String> arguments(String tool, Command command) {
        List<String> arguments = command.arguments();
        // What follows is for the compiler of a gem.
        int end = tool.equals("gem") && arguments.contains("--") ? arguments.indexOf("--") : arguments.size();
        int start = tool.equals("pip") && isPythonModule(command) ? arguments.indexOf("-m") + 2 : 0;
        return arguments.subList(start, end);
    }

    boolean hasOption(String... names) {
        return List.of(names).stream()
                .anyMatch(name ->
                        options.stream().anyMatch(option -> option.equals(name) || option.startsWith(name + '=')));
    }

    /** {@return the packages whose version is not stated} */
    List<String> unpinned() {
        if (tool.equals("gem") && options.stream().anyMatch(option -> VERSION_OPTIONS.contains(name(option)))) {
            return List.of();
        }
        Predicate<String> isPinned = pinned();
        return packages.stream()
                .filter(name -> !isSubstituted(name) && !isPinned.test(name))
                .toList();
    }

    private static String name(String option) {
        int equals = option.indexOf('=');
        return equals < 0 ? option : option.substring(0, equals);
    }

    private static boolean isSubstituted(String word) {
        return word.isEmpty() || word.indexOf('$') >= 0 || word.indexOf('`') >= 0 || word.equals("<()");
    }

    private static boolean isLocal(String word) {
        return word.startsWith(".") || word.startsWith("/") || word.startsWith("~") || word.startsWith("file:");
    }

    private Predicate<String> pinned() {
        return switch (tool) {
            case "apt" ->
                name -> name.indexOf('=') >= 0
                        || name.indexOf('/') >= 0
                        || name.endsWith(".deb")
                        || name.endsWith("-")
                        || isLocal(name);
            case "apk" ->
                name -> name.matches(".*[=<>~].*") || name.endsWith(".apk") || name.startsWith("!") || isLocal(name);
            case "dnf" -> name -> RPM_VERSION.matcher(name).matches() || isLocal(name);
            case "zypper" -> name -> name.matches(".*[=<>].*") || name.endsWith(".rpm") || isLocal(name);
            case "pip" -> Installs::isPinnedForPython;
            case "npm", "yarn" -> Installs::isPinnedForNode;
            case "gem" -> name -> name.indexOf(':') > 0 || name.endsWith(".gem") || isLocal(name);
            case "go" -> Installs::isPinnedForGo;
            default -> name -> true;
        };
    }

    private static boolean isPinnedForPython(String name) {
        if (name.startsWith("git+") || name.startsWith("hg+") || name.startsWith("svn+") || name.startsWith("bzr+")) {
            int scheme = name.indexOf("://");
            String path = name.substring(name.indexOf('/', scheme + 3) + 1);
            return path.indexOf('@') >= 0;
        }
        return PYTHON_VERSION.matcher(name).matches()
                || name.contains("://")
                || name.indexOf('/') >= 0
                || name.matches(".*\\.(?:whl|zip|tar\\.[a-z0-9]+|tgz)")
                || isLocal(name);
    }

    private static boolean isPinnedForNode(String name) {
        if (isLocal(name) || name.endsWith(".tgz") || name.endsWith(".tar.gz") || name.endsWith(".tar")) {
            return true;
        }
        if (GIT.matcher(name).matches() || name.startsWith("git")) {
            return name.indexOf('#') >= 0 || name.lastIndexOf('@') > name.lastIndexOf('/');
        }
        if (name.contains("://")) {
            return name.startsWith("http");
        }
        // The first at sign of a scoped name is part of it.
        int at = name.indexOf('@', 1);
        return at > 0 && !NO_VERSIONS.contains(name.substring(at + 1));
    }

    private static boolean isPinnedForGo(String name) {
        int at = name.lastIndexOf('@');
        return isLocal(name) || name.startsWith("cmd/") || (at > 0 && !NO_VERSIONS.contains(name.substring(at + 1)));
    }
}

package dev.tallyclerk.hardening.engine;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.internal.shell.ShellParser;
import dev.tallyclerk.internal.shell.ShellScript;
import dev.tallyclerk.internal.shell.ShellScript.Command;
import dev.tallyclerk.internal.text.Words;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The flags of dockerd, parsed as by the pflag library: {@code --flag value}, {@code --flag=value}, {@code -Hvalue},
 * {@code -DH value}, boolean flags without a value, and {@code --} as the end.
 */
final class CommandLine {
    /** Boolean flags, which do not take the next word. */
    private static final Set<String> SWITCHES = Words.set("""
            allow-direct-routing api-enable-cors cri-containerd daemon debug disable-legacy-registry experimental help
            icc init ip-forward ip-forward-no-drop ip-masq ip6tables iptables ipv6 live-restore no-new-privileges
            raw-logs restart rootless selinux-enabled tls tlsverify userland-proxy validate version
            """);

    private static final Map<String, String> SHORTHANDS = Words.map("""
            D=debug G=group H=host b=bridge d=daemon e=exec-driver g=data-root h=help l=log-level p=pidfile r=restart
            s=storage-driver v=version
            """);

    /** The names under which distributions install dockerd. */
    private static final Set<String> PROGRAMS =
            Set.of("dockerd", "dockerd.exe", "dockerd-ce", "dockerd-current", "dockerd-latest", "dockerd-rootless.sh");

    /** The client, which was one program with the engine in old versions. */
    private static final Set<String> OLD_PROGRAMS = Set.of("docker", "docker.exe", "docker.io", "docker-current");

    private static final Set<String> SHELLS = Words.set("sh bash dash ash zsh ksh mksh busybox");

    private final Map<String, List<String>> values = new LinkedHashMap<>();
    private String gap = "";
    private boolean isFinal;

    private CommandLine() {}

    /** {@return the flags in {@code words} after the name of the program} */
    static CommandLine parse(List<String> words) {
        return parse(words, false);
    }

    /**
     * {@return the flags in {@code words} after the name of the program}
     *
     * @param isFinal whether they are the words of a running process, in which everything is already expanded
     */
    static CommandLine parse(List<String> words, boolean isFinal) {
        CommandLine line = new CommandLine();
        line.isFinal = isFinal && (words.isEmpty() || !SHELLS.contains(program(words.get(0))));
        String first = words.isEmpty() ? "" : program(words.get(0));
        if (SHELLS.contains(first)) {
            ShellScript script = ShellParser.ofWords(words);
            List<Command> engines = script.everyCommand().stream()
                    .filter(command -> isEngine(command.program()))
                    .toList();
            if (engines.size() != 1 || script.hasUnread()) {
                line.gap = "a shell starts the engine in an unsupported way";
            }
            if (!engines.isEmpty()) {
                engines.forEach(command -> line.read(command.arguments()));
                return line;
            }
        }
        line.read(words.subList(line.start(words), words.size()));
        return line;
    }

    private static String program(String word) {
        return word.substring(Math.max(word.lastIndexOf('/'), word.lastIndexOf('\\')) + 1);
    }

    private static boolean isEngine(String program) {
        return PROGRAMS.contains(program);
    }

    /** A wrapper such as rootlesskit has its own flags before the program. */
    private int start(List<String> words) {
        for (int i = 0; i < words.size(); i++) {
            if (isEngine(program(words.get(i)))) {
                return i + 1;
            }
        }
        int start = 0;
        while (start < words.size() && !words.get(start).startsWith("-")) {
            start++;
        }
        boolean isFlagsAlone = start == 0;
        if (!isFlagsAlone
                && words.stream().limit(start).map(CommandLine::program).noneMatch(OLD_PROGRAMS::contains)) {
            gap = "the command line does not name dockerd, so another program starts the engine";
        }
        return start;
    }

    private void read(List<String> words) {
        int at = 0;
        while (at < words.size()) {
            String word = words.get(at++);
            Optional<String> next = at < words.size() ? Optional.of(words.get(at)) : Optional.empty();
            if (word.equals("--")) {
                return;
            }
            look(word);
            boolean usesNext = false;
            if (word.startsWith("--")) {
                usesNext = readLong(word.substring(2), next);
            } else if (word.length() > 1 && word.charAt(0) == '-') {
                usesNext = isOldLong(word) ? readLong(word.substring(1), next) : readShort(word.substring(1), next);
            }
            if (usesNext) {
                look(words.get(at++));
            }
        }
    }

    /** {@return whether the next word is the flag's value} */
    private boolean readLong(String flag, Optional<String> next) {
        int equals = flag.indexOf('=');
        if (equals >= 0) {
            add(flag.substring(0, equals), flag.substring(equals + 1));
            return false;
        }
        // For an unknown flag, only the form of the next word tells whether it is the value.
        boolean takesNext = !SWITCHES.contains(flag)
                && next.isPresent()
                && (DaemonKeys.isFlag(flag) || !next.get().startsWith("-"));
        add(flag, takesNext ? next.orElseThrow() : "true");
        return takesNext;
    }

    private boolean readShort(String letters, Optional<String> next) {
        for (int i = 0; i < letters.length(); i++) {
            String flag = SHORTHANDS.getOrDefault(letters.substring(i, i + 1), letters.substring(i, i + 1));
            String rest = letters.substring(i + 1);
            if (rest.startsWith("=")) {
                add(flag, rest.substring(1));
                return false;
            }
            if (!SWITCHES.contains(flag)) {
                if (!rest.isEmpty()) {
                    add(flag, rest);
                    return false;
                }
                add(flag, next.orElse(""));
                return next.isPresent();
            }
            add(flag, "true");
        }
        return false;
    }

    /** Docker before 1.3 accepted long flags with one hyphen. */
    private static boolean isOldLong(String word) {
        int equals = word.indexOf('=');
        String flag = word.substring(1, equals < 0 ? word.length() : equals);
        return flag.length() > 1 && (SWITCHES.contains(flag) || DaemonKeys.isFlag(flag));
    }

    private void add(String flag, String value) {
        String name = flag.equals("graph") ? "data-root" : flag;
        values.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
    }

    /** A variable such as {@code $OPTIONS} of a unit file, or a command substitution, may expand to any flags. */
    private void look(String word) {
        if (gap.isEmpty() && !isFinal && isVariable(word)) {
            gap = "the command line has an unresolved variable";
        }
    }

    private static boolean isVariable(String word) {
        return word.indexOf('$') >= 0 || word.indexOf('`') >= 0;
    }

    /** {@return whether the line may have flags that are not visible} */
    boolean isIncomplete() {
        return !gap.isEmpty();
    }

    /** {@return why an option is unknown for an incomplete line} */
    <T> Fact<T> open(EngineOption<T> option) {
        return Fact.missing(
                MissingValue.Reason.UNRESOLVED_VARIABLE,
                gap + "; it may set " + option + " at startup; give the command line of the running process");
    }

    boolean has(String flag) {
        return values.containsKey(flag);
    }

    /** {@return the flags that are set, in order} */
    Set<String> flags() {
        return values.keySet();
    }

    /** {@return the values of a flag in order, possibly none} */
    List<String> values(String flag) {
        return List.copyOf(values.getOrDefault(flag, List.of()));
    }

    /** {@return the option as the flags set it, if they do} */
    <T> Optional<Fact<T>> fact(EngineOption<T> option) {
        List<String> set = values(option.flag());
        if (set.isEmpty()) {
            return Optional.empty();
        }
        Location at = location(option.flag());
        if (!isFinal && set.stream().anyMatch(CommandLine::isVariable)) {
            return Optional.of(Fact.missing(
                    MissingValue.Reason.UNRESOLVED_VARIABLE,
                    at + " has a variable that only the start script resolves"));
        }
        return Optional.of(option.type()
                .fromFlags()
                .apply(set)
                .map(value -> Fact.known(value, at))
                .orElseGet(
                        () -> Fact.missing(MissingValue.Reason.UNREADABLE, at + " has a value that dockerd rejects")));
    }

    /** {@return the location of a flag} */
    static Location location(String flag) {
        return new Location.Whole("dockerd --" + flag);
    }
}

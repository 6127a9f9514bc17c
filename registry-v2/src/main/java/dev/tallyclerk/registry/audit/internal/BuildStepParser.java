package dev.tallyclerk.registry.audit.internal;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.shell.ShellBudget;
import dev.tallyclerk.internal.shell.ShellOptions;
import dev.tallyclerk.internal.shell.ShellParser;
import dev.tallyclerk.internal.shell.ShellScript;
import dev.tallyclerk.internal.shell.ShellScript.Command.Assignment;
import dev.tallyclerk.internal.text.Words;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Parses the records of builders: the classic {@code /bin/sh -c #(nop) ADD …} and {@code |1 ARG=value /bin/sh -c …},
 * BuildKit's {@code RUN /bin/sh -c … # buildkit}, the build file's own line, which Buildah puts after {@code /bin/sh
 * -c} and kaniko writes unchanged, and the plain commands of other tools.
 */
final class BuildStepParser {
    private static final String BUILDKIT_MARK = "# buildkit";

    /** Build options that Buildah appends to a step, each after a bar. */
    private static final Set<String> BUILDAH_OPTIONS = Set.of(
            "clamp-mtime", "force-mtime", "inheritAnnotations", "inheritLabels", "unsetAnnotation", "unsetLabel");

    /** The digest that Buildah appends to a command, without a blank, for each mount of files from elsewhere. */
    private static final Pattern BUILDAH_DIGEST = Pattern.compile(":sha256:[0-9a-f]{64}");

    private static final int BUILDAH_DIGEST_LENGTH = ":sha256:".length() + 64;
    private static final String MOUNT = "--mount=";

    /** Mounts whose files do not stay in the layer. */
    private static final Set<String> PASSING = Set.of("type=cache", "type=tmpfs");

    private static final Pattern TARGET = Pattern.compile("(?:target|dst|destination)=");

    private static final String NO_OPERATION = "#(nop)";
    private static final Set<String> INSTRUCTIONS = Words.set("""
            ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD SHELL STOPSIGNAL USER
            VOLUME WORKDIR
            """);
    private static final Set<String> ASSIGNING = Set.of("ARG", "ENV", "LABEL");
    private static final Set<String> SHELLS =
            Set.of("sh", "bash", "dash", "ash", "zsh", "ksh", "mksh", "fish", "cmd", "powershell", "pwsh");
    private static final Set<String> OF_WINDOWS = Set.of("cmd", "powershell", "pwsh");

    /** Programs with the name of an instruction: in lower case, the word is the program. */
    private static final Set<String> PROGRAMS = Set.of("cmd", "env");

    /** Options for the builder, written before a command in a build file. */
    private static final List<String> RUN_FLAGS = List.of(MOUNT, "--network=", "--security=", "--device=");

    /** Options of PowerShell with a value that images use. */
    private static final Set<String> EXECUTION_POLICY = Set.of("-executionpolicy", "-ex", "-ep");

    /** Where BuildKit puts a here-document whose first line names an interpreter. */
    private static final String PIPES = "/dev/pipes/";

    /** Rules split the words of instructions into assignments again. */
    private static final int COST_OF_WORD = 6;

    private static final ShellScript NOTHING = new ShellScript(List.of());

    private final int index;
    private final int layer;
    private final List<String> ownShells;
    private final ShellBudget budget;
    private final String text;
    private final List<String> passingMounts = new ArrayList<>();
    private int at;
    private boolean isOfOtherShell;

    private BuildStepParser(int index, int layer, String createdBy, List<String> ownShells, ShellBudget budget) {
        this.budget = budget;
        this.index = index;
        this.layer = layer;
        this.ownShells = ownShells;
        String recorded = createdBy.strip();
        this.text = recorded.endsWith(BUILDKIT_MARK)
                ? recorded.substring(0, recorded.length() - BUILDKIT_MARK.length())
                        .strip()
                : withoutBuildahsMarks(recorded);
    }

    /** A digest is appended to the last word of the command and would change it. */
    private static String withoutBuildahsMarks(String recorded) {
        int end = recorded.length();
        for (int bar; (bar = recorded.lastIndexOf('|', end - 1)) >= 0 && isBuildahOption(recorded, bar + 1, end); ) {
            end = endOfWord(recorded, bar);
        }
        if (recorded.contains(MOUNT)) {
            while (end >= BUILDAH_DIGEST_LENGTH
                    && BUILDAH_DIGEST
                            .matcher(recorded)
                            .region(end - BUILDAH_DIGEST_LENGTH, end)
                            .matches()) {
                end -= BUILDAH_DIGEST_LENGTH;
            }
        }
        return recorded.substring(0, end);
    }

    private static boolean isBuildahOption(String recorded, int start, int end) {
        int equals = recorded.indexOf('=', start);
        return equals >= 0
                && equals < end
                && BUILDAH_OPTIONS.contains(recorded.substring(start, equals))
                && recorded.substring(equals + 1, end).chars().noneMatch(Character::isWhitespace);
    }

    private static int endOfWord(String recorded, int from) {
        int end = from;
        while (end > 0 && Character.isWhitespace(recorded.charAt(end - 1))) {
            end--;
        }
        return end;
    }

    /** {@return the step, parsed with a budget of its own} */
    static BuildStep parse(int index, int layer, String createdBy, List<String> ownShells) {
        return parse(index, layer, createdBy, ownShells, ShellBudget.create());
    }

    /**
     * {@return the step}
     *
     * @param ownShells the shells that SHELL sets, which the builder puts before commands, each as one non-blank line
     * @param budget what may still be parsed of the history
     */
    static BuildStep parse(int index, int layer, String createdBy, List<String> ownShells, ShellBudget budget) {
        return new BuildStepParser(index, layer, createdBy, ownShells, budget).parse();
    }

    /** {@return the step, unparsed} */
    static BuildStep unread(int index, int layer, String createdBy) {
        return new BuildStepParser(index, layer, createdBy, List.of(), ShellBudget.create())
                .step("", List.of(), List.of(), NOTHING);
    }

    private BuildStep parse() {
        if (text.isEmpty()) {
            return step("", List.of(), List.of(), NOTHING);
        }
        String first = peekWord();
        if (isInstruction(first)) {
            return instruction();
        }
        if (first.equalsIgnoreCase("RUN")) {
            skipWord();
            skipFlags();
        }
        List<Assignment> arguments = text.startsWith("|", at) ? takeArguments() : List.of();
        if (!budget.take(arguments.size() * COST_OF_WORD)) {
            return step("", List.of(), List.of(), NOTHING);
        }
        ShellScript before = takeOwnShell();
        skipShell();
        if (text.startsWith(NO_OPERATION, at)) {
            at += NO_OPERATION.length();
            isOfOtherShell = false;
            skipBlanks();
            return instruction();
        }
        skipFlags();
        String command = text.substring(at);
        ShellScript script = jsonWords(command)
                .map(words -> ShellParser.ofWords(words, budget))
                .orElseGet(() -> ShellParser.parse(command, budget));
        return step("RUN", List.of(), arguments, before.then(script));
    }

    /** Consumes the words of SHELL before the script. They may run something themselves, such as {@code conda run}. */
    private ShellScript takeOwnShell() {
        String shell = isShell(peekWord()) ? "" : ownShell();
        at += shell.length();
        skipBlanks();
        if (shell.isEmpty()) {
            return NOTHING;
        }
        List<String> words = InstructionWords.split(shell);
        isOfOtherShell = words.stream().noneMatch(word -> isShell(word) && isPosix(word));
        return ShellParser.ofWords(words, budget);
    }

    /** {@return the shell set by SHELL at this position; empty if there is none} */
    private String ownShell() {
        for (String shell : ownShells) {
            if (text.startsWith(shell, at) && text.startsWith(" ", at + shell.length())) {
                return shell;
            }
        }
        return "";
    }

    /** Instructions may be in lower case. */
    private static boolean isInstruction(String word) {
        return INSTRUCTIONS.contains(word.toUpperCase(Locale.ROOT)) && !PROGRAMS.contains(word);
    }

    private void skipFlags() {
        while (RUN_FLAGS.stream().anyMatch(flag -> text.startsWith(flag, at))) {
            if (text.startsWith(MOUNT, at)) {
                addMount(List.of(peekWord().substring(MOUNT.length()).split(",", -1)));
            }
            skipWord();
        }
    }

    private void addMount(List<String> options) {
        if (options.stream().anyMatch(PASSING::contains)) {
            options.stream()
                    .filter(option -> TARGET.matcher(option).lookingAt())
                    .map(option -> option.substring(option.indexOf('=') + 1))
                    .forEach(passingMounts::add);
        }
    }

    /** {@return the words of a command in JSON form; a line that is not valid JSON goes to the shell, as in a build} */
    private static Optional<List<String>> jsonWords(String command) {
        if (!command.startsWith("[") || !command.endsWith("]")) {
            return Optional.empty();
        }
        try {
            byte[] bytes = command.getBytes(StandardCharsets.UTF_8);
            JsonLimits limits = new JsonLimits(bytes.length, 2, bytes.length, 64, bytes.length);
            List<String> words = new ArrayList<>();
            for (JsonCursor word : JsonCursor.parse(bytes, limits).elements()) {
                words.add(word.string());
            }
            return Optional.of(words);
        } catch (JsonException e) {
            return Optional.empty();
        }
    }

    private BuildStep instruction() {
        String name = peekWord().toUpperCase(Locale.ROOT);
        skipWord();
        List<String> words = InstructionWords.split(text.substring(at));
        if (!budget.take(words.size() * COST_OF_WORD)) {
            return step("", List.of(), List.of(), NOTHING);
        }
        return step(
                name, words, ASSIGNING.contains(name) ? assignments(words, name.equals("LABEL")) : List.of(), NOTHING);
    }

    private BuildStep step(String instruction, List<String> words, List<Assignment> assignments, ShellScript script) {
        return new BuildStep(
                index,
                layer,
                text,
                instruction,
                words,
                assignments,
                script,
                script.everyCommand(),
                passingMounts,
                unread(script));
    }

    private String unread(ShellScript script) {
        if (script.hasUnread()) {
            return " is too long or nested too deeply to parse, or has an unclosed quote, parenthesis or here-document";
        }
        boolean isPiped = script.everyCommand().stream()
                .flatMap(command -> command.words().stream().limit(1))
                .anyMatch(program -> program.startsWith(PIPES));
        if (isPiped) {
            return " runs a script that was not recorded";
        }
        return isOfOtherShell ? " is for an unsupported shell language" : "";
    }

    /**
     * Consumes {@code |n} and n arguments. A value may have blanks: it ends at the next argument or a shell. A command
     * in JSON form has no shell: then the last value is one word, so that it does not hide the command.
     */
    private List<Assignment> takeArguments() {
        int expected = count(peekWord());
        skipWord();
        List<Assignment> arguments = new ArrayList<>();
        StringBuilder value = new StringBuilder();
        String name = "";
        int firstWord = 0;
        int afterFirstWord = at;
        while (at < text.length()) {
            String word = peekWord();
            int equals = word.indexOf('=');
            int taken = arguments.size() + (name.isEmpty() ? 0 : 1);
            boolean starts = equals > 0 && isName(word.substring(0, equals)) && taken < expected;
            if (!starts && (name.isEmpty() || startsScript(word))) {
                break;
            }
            if (starts) {
                endArgument(name, value, arguments);
                name = word.substring(0, equals);
                value.append(word, equals + 1, word.length());
                skipWord();
                firstWord = value.length();
                afterFirstWord = at;
            } else {
                value.append(' ').append(word);
                skipWord();
            }
        }
        if (at >= text.length()) {
            value.setLength(firstWord);
            at = afterFirstWord;
        }
        endArgument(name, value, arguments);
        return arguments;
    }

    /** {@return whether {@code word} at this position is a shell with an option, or starts a shell set by SHELL} */
    private boolean startsScript(String word) {
        int next = at + word.length() + 1;
        boolean hasOption = next < text.length() && "-+/".indexOf(text.charAt(next)) >= 0;
        return (isShell(word) && hasOption) || !ownShell().isEmpty();
    }

    private static void endArgument(String name, StringBuilder value, List<Assignment> arguments) {
        if (!name.isEmpty()) {
            arguments.add(new Assignment(name, value.toString()));
        }
        value.setLength(0);
    }

    private static int count(String mark) {
        try {
            return Integer.parseInt(mark.substring(1));
        } catch (NumberFormatException e) {
            return Integer.MAX_VALUE;
        }
    }

    /** Skips a shell and its options up to the script; skips nothing unless a shell is told to run a script. */
    private void skipShell() {
        int start = at;
        String shell = peekWord();
        if (!isShell(shell)) {
            return;
        }
        boolean posix = !OF_WINDOWS.contains(shellName(shell));
        isOfOtherShell |= !isPosix(shell);
        skipWord();
        while (text.startsWith("-", at) || text.startsWith("+", at) || text.startsWith("/", at)) {
            String option = peekWord();
            skipWord();
            ShellOptions options = posix ? ShellOptions.of(option) : ShellOptions.NONE;
            for (int i = 0; i < options.values(); i++) {
                skipWord();
            }
            if (!posix && EXECUTION_POLICY.contains(option.toLowerCase(Locale.ROOT))) {
                skipWord();
            }
            if (options.introducesScript() || (!posix && introducesScript(option))) {
                return;
            }
        }
        at = start;
    }

    /** {@code /C} of cmd, {@code -Command} or {@code -c} of PowerShell. */
    private static boolean introducesScript(String option) {
        String lower = option.toLowerCase(Locale.ROOT);
        return lower.equals("-command") || lower.equals("-c") || lower.equals("/c");
    }

    private static boolean isShell(String word) {
        return SHELLS.contains(shellName(word));
    }

    private static boolean isPosix(String shell) {
        return !OF_WINDOWS.contains(shellName(shell)) && !shellName(shell).equals("fish");
    }

    private static String shellName(String word) {
        int slash = Math.max(word.lastIndexOf('/'), word.lastIndexOf('\\'));
        String name = word.substring(slash + 1).toLowerCase(Locale.ROOT);
        return name.endsWith(".exe") ? name.substring(0, name.length() - ".exe".length()) : name;
    }

    /**
     * ENV and LABEL records of the classic builder have no quotes: a word without a name belongs to the value before
     * it, and in a label so does a word after an option, as in {@code LABEL usage=docker run -e PASSWORD=pass}.
     */
    private static List<Assignment> assignments(List<String> words, boolean isLabel) {
        String before = "";
        List<Assignment> assignments = new ArrayList<>();
        StringBuilder value = new StringBuilder();
        String name = "";
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals > 0 && !(isLabel && before.startsWith("-"))) {
                endArgument(name, value, assignments);
                name = word.substring(0, equals);
                value.append(word, equals + 1, word.length());
            } else if (name.isEmpty()) {
                name = word;
            } else {
                value.append(value.length() == 0 ? "" : " ").append(word);
            }
            before = word;
        }
        endArgument(name, value, assignments);
        return assignments;
    }

    private static boolean isName(String text) {
        return text.chars().allMatch(c -> c == '_' || Character.isLetterOrDigit(c));
    }

    private String peekWord() {
        int end = at;
        while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
            end++;
        }
        return text.substring(at, end);
    }

    private void skipWord() {
        while (at < text.length() && !Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        skipBlanks();
    }

    private void skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }
}

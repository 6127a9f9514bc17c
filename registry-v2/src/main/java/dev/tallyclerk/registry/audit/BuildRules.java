package dev.tallyclerk.registry.audit;

import static dev.tallyclerk.internal.subject.RuleHeads.info;
import static dev.tallyclerk.registry.audit.Rules.rule;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.internal.shell.ShellScript;
import dev.tallyclerk.internal.shell.ShellScript.Command;
import dev.tallyclerk.internal.shell.ShellScript.Pipeline;
import dev.tallyclerk.internal.subject.Elements;
import dev.tallyclerk.registry.audit.internal.BuildHistory;
import dev.tallyclerk.registry.audit.internal.BuildStep;
import dev.tallyclerk.registry.audit.internal.ImagePath;
import dev.tallyclerk.registry.audit.internal.StepSummary;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Rules on how the build brought files and programs into the image. */
final class BuildRules {
    private static final Set<String> DOWNLOADERS = Set.of("curl", "wget");
    private static final Set<String> SHELLS = Set.of("sh", "bash", "dash", "ash", "zsh", "ksh");

    /** Shell builtins that run a given script. */
    private static final Set<String> BUILTINS = Set.of("source", ".", "eval");

    /**
     * Other interpreters that read a program from their input, with the short options that give the program or treat
     * the input as data.
     */
    private static final Map<String, String> INTERPRETERS =
            Map.of("perl", "eEnp", "ruby", "enp", "node", "ep", "nodejs", "ep", "php", "rBRF");

    /** Long options that do the same. */
    private static final Set<String> GIVE_PROGRAM = Set.of("--eval", "--print", "--run", "--process-code");

    /**
     * Short options with a value in the same word, such as -Mstrict; below, those that may have it in the next word.
     */
    private static final String WITH_VALUE = "MmdI";

    private static final String VALUE_APART = "dI";

    private static final int DIGEST_LENGTH = 64;
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]+");
    private static final Pattern OF_SSH = Pattern.compile("[A-Za-z0-9_-]{1,64}@[A-Za-z0-9.-]{1,255}:(?!//)");

    /** The fragment of a repository URL: a commit, and optionally a directory in it. */
    private static final Pattern COMMIT = Pattern.compile("#(?:[0-9a-f]{64}|[0-9a-f]{40})(?::|$)");

    private BuildRules() {}

    static List<Rule<ImageSubject>> all() {
        return List.of(addUsed(), addFromUrl(), pipedIntoShell(), onBuild());
    }

    private static Rule<ImageSubject> addUsed() {
        return rule(
                info("IMG-012", "Build uses ADD", Severity.LOW, Profile.L1, "4.9", "4.1.2"),
                "ADD downloads URLs and unpacks archives, so the content of the image depends on more than the"
                        + " build file shows. The root file system of a base image is made with ADD, and is"
                        + " excepted.",
                "Use COPY for files of the build context.",
                image -> Rules.overSteps(
                        image, step -> step.isAdd() && !isBaseFileSystem(step), "a build step uses ADD"));
    }

    private static boolean isBaseFileSystem(BuildStep step) {
        return step.layer() == 0 && ImagePath.clean(step.destination()).equals("/") && !hasDownload(step);
    }

    private static Rule<ImageSubject> addFromUrl() {
        return rule(
                info("IMG-013", "ADD downloads without a checksum", Severity.MEDIUM, Profile.L1, "4.9", "4.1.5"),
                "Whatever the server sends during the build becomes part of the image. For a git repository, a"
                        + " commit in the URL is as good as a checksum. If a builder does not record the checksum"
                        + " option, this rule fails even if the option was given.",
                "Pin the content: ADD --checksum=sha256:… URL, ADD REPOSITORY#COMMIT with the full commit ID, or"
                        + " download and verify it in one RUN step.",
                image -> Rules.overSteps(image, step -> {
                    Evidence[] shown = step.isAdd() && !step.hasOption("--checksum") ? unpinned(step) : new Evidence[0];
                    return shown.length == 0
                            ? List.of()
                            : List.of(Problem.at(
                                    new Location.History(step.index()), "ADD downloads without a checksum", shown));
                }));
    }

    private static Evidence[] unpinned(BuildStep step) {
        boolean isClassic = isClassic(step);
        return step.sources().stream()
                .filter(source -> isDownload(source, isClassic) && !isCommit(source))
                .limit(Rules.MAX_SHOWN)
                .flatMap(source ->
                        isDigest(source) ? Stream.of(Evidence.of("downloaded", source)) : Rules.url(source).stream())
                .toArray(Evidence[]::new);
    }

    private static boolean hasDownload(BuildStep step) {
        boolean isClassic = isClassic(step);
        return step.sources().stream().anyMatch(source -> isDownload(source, isClassic));
    }

    private static boolean isClassic(BuildStep step) {
        return step.words().contains("in");
    }

    /** The classic builder records a download as a bare digest, and a file as {@code file:} and a digest. */
    private static boolean isDownload(String source, boolean isClassic) {
        return isWebUrl(source) || isRepository(source) || (isClassic && isDigest(source));
    }

    private static boolean isWebUrl(String source) {
        String lower = source.toLowerCase(Locale.ROOT);
        return lower.startsWith("http://") || lower.startsWith("https://");
    }

    private static boolean isDigest(String source) {
        return source.length() == DIGEST_LENGTH && DIGEST.matcher(source).matches();
    }

    /** Recognises a git repository as BuildKit does: by the scheme, the ssh form, or the name. */
    private static boolean isRepository(String source) {
        String lower = source.toLowerCase(Locale.ROOT);
        return lower.startsWith("git://")
                || lower.startsWith("ssh://")
                || OF_SSH.matcher(source).lookingAt()
                || (isWebUrl(source) && withoutFragment(lower).endsWith(".git"));
    }

    private static boolean isCommit(String source) {
        String fragment = source.substring(withoutFragment(source).length());
        return isRepository(source) && COMMIT.matcher(fragment).lookingAt();
    }

    private static String withoutFragment(String source) {
        int hash = source.indexOf('#');
        return hash < 0 ? source : source.substring(0, hash);
    }

    private static Rule<ImageSubject> pipedIntoShell() {
        return rule(
                info("IMG-019", "Build runs an unverified download", Severity.MEDIUM, Profile.STRICT, "4.11", "4.1.5"),
                "A script piped from the network into an interpreter is not verified, and a broken connection runs"
                        + " only half of it.",
                "Download to a file, verify its digest or signature, then run it.",
                image -> Rules.overSteps(image, step -> runsDownload(step.script()), "a build step runs a download"));
    }

    private static boolean runsDownload(ShellScript script) {
        return script.everyPipeline().stream().anyMatch(BuildRules::runsDownload);
    }

    private static boolean runsDownload(Pipeline pipeline) {
        boolean downloaded = false;
        for (Command stage : pipeline.stages()) {
            for (Command command : stage.chain()) {
                boolean fromOutside = downloaded && readsProgramFromInput(command);
                if (fromOutside || takesProgramFromDownload(command)) {
                    return true;
                }
            }
            // A subshell counts as its contents: (curl …) | sh, and curl … | (sh).
            boolean subshell = stage.words().isEmpty();
            if (downloaded && subshell && innerCommands(stage).stream().anyMatch(BuildRules::readsProgramFromInput)) {
                return true;
            }
            downloaded |= stage.chain().stream().anyMatch(BuildRules::downloads)
                    || (subshell && innerCommands(stage).stream().anyMatch(BuildRules::downloads));
        }
        return false;
    }

    private static List<Command> innerCommands(Command stage) {
        return stage.scripts().stream()
                .flatMap(script -> script.everyCommand().stream())
                .toList();
    }

    private static boolean downloads(Command command) {
        return DOWNLOADERS.contains(command.program());
    }

    /** {@code sh -c "$(curl …)"}, {@code bash <(curl …)}, {@code bash <<< "$(curl …)"}, {@code ruby -e "$(curl …)"}. */
    private static boolean takesProgramFromDownload(Command command) {
        boolean isShell = SHELLS.contains(command.program()) || BUILTINS.contains(command.program());
        List<Command> inner = innerCommands(command);
        boolean substituted = isShell
                ? command.words().contains("<()")
                        || command.words().contains("$()")
                        || inner.stream().anyMatch(script -> script.program().equals("$()"))
                : isInterpreter(command.program()) && hasSubstitutedProgram(command);
        return substituted && inner.stream().anyMatch(BuildRules::downloads);
    }

    /** In other positions, the substitution is an argument of a known program. */
    private static boolean hasSubstitutedProgram(Command command) {
        List<String> words = command.words();
        for (int i = 1; i < words.size(); i++) {
            boolean isOption = words.get(i - 1).startsWith("-");
            if (words.get(i).equals("$()") && isOption) {
                return true;
            }
            if (!words.get(i).startsWith("-")) {
                return words.get(i).equals("<()");
            }
        }
        return command.inputs().contains("$()");
    }

    /** {@return whether a program interprets its input, in a language other than a shell's} */
    static boolean isInterpreter(String program) {
        return INTERPRETERS.containsKey(program) || isPython(program);
    }

    private static boolean isPython(String program) {
        return program.equals("python") || program.equals("python2") || program.startsWith("python3");
    }

    /** An operand is a script file, and -c and -m give the program: then the input is only data. */
    private static boolean readsProgramFromInput(Command command) {
        String program = command.program();
        boolean python = isPython(program);
        if (INTERPRETERS.containsKey(program)) {
            return isInterpreterOfInput(program, command.arguments());
        }
        if (!SHELLS.contains(program) && !python) {
            return false;
        }
        List<String> arguments = command.arguments();
        for (int i = 0; i < arguments.size(); i++) {
            String word = arguments.get(i);
            boolean cluster = word.startsWith("-") && !word.startsWith("--") && word.length() > 1;
            if (word.equals("-") || word.equals("/dev/stdin") || (cluster && !python && word.indexOf('s') > 0)) {
                return true;
            }
            if (cluster && (word.indexOf('c') > 0 || (python && word.indexOf('m') > 0))) {
                return false;
            }
            if (!word.startsWith("-") && !word.startsWith("+")) {
                return false;
            }
            if (word.equals("-o") || word.equals("-O") || word.equals("+o")) {
                i++;
            }
        }
        return true;
    }

    private static boolean isInterpreterOfInput(String program, List<String> arguments) {
        String givesProgram = INTERPRETERS.getOrDefault(program, "");
        boolean isPhp = program.equals("php");
        for (int i = 0; i < arguments.size(); i++) {
            String word = arguments.get(i);
            if (word.equals("-") || word.equals("/dev/stdin") || (isPhp && word.equals("--"))) {
                return true;
            }
            if (word.equals("--") || !word.startsWith("-") || GIVE_PROGRAM.contains(word)) {
                return false;
            }
            boolean isBundle = !word.startsWith("--") && WITH_VALUE.indexOf(word.charAt(1)) < 0;
            if (isBundle && word.chars().anyMatch(c -> givesProgram.indexOf(c) >= 0)) {
                return false;
            }
            i += word.length() == 2 && VALUE_APART.indexOf(word.charAt(1)) >= 0 ? 1 : 0;
        }
        return true;
    }

    private static Rule<ImageSubject> onBuild() {
        return rule(
                info("IMG-030", "Image has ONBUILD triggers", Severity.LOW, Profile.STRICT, "", "4.1.2"),
                "A trigger runs in every build that uses the image as a base, without being visible in that build's"
                        + " file.",
                "Write the instructions into the builds that need them.",
                image -> Elements.failIf(
                        image.onBuild(),
                        trigger -> true,
                        (trigger, at) -> Problem.at(
                                at,
                                "the image has an ONBUILD trigger",
                                Evidence.of("trigger", StepSummary.of(BuildHistory.instruction(trigger))))));
    }
}

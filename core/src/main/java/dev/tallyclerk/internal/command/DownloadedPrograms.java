package dev.tallyclerk.internal.command;

import dev.tallyclerk.internal.shell.ShellScript;
import dev.tallyclerk.internal.shell.ShellScript.Command;
import dev.tallyclerk.internal.shell.ShellScript.Pipeline;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Programs that a build downloads and runs at once. */
public final class DownloadedPrograms {
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

    private DownloadedPrograms() {}

    /** {@return whether a script runs a program that it downloads, without a file between} */
    public static boolean runsDownload(ShellScript script) {
        return script.everyPipeline().stream().anyMatch(DownloadedPrograms::runsDownload);
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
            if (downloaded
                    && subshell
                    && innerCommands(stage).stream().anyMatch(DownloadedPrograms::readsProgramFromInput)) {
                return true;
            }
            downloaded |= stage.chain().stream().anyMatch(DownloadedPrograms::downloads)
                    || (subshell && innerCommands(stage).stream().anyMatch(DownloadedPrograms::downloads));
        }
        return false;
    }

    private static List<Command> innerCommands(Command stage) {
        return stage.scripts().stream()
                .flatMap(script -> script.everyCommand().stream())
                .toList();
    }

    /** {@return whether a command is a program that downloads} */
    static boolean downloads(Command command) {
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
        return substituted && inner.stream().anyMatch(DownloadedPrograms::downloads);
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
    public static boolean isInterpreter(String program) {
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
}

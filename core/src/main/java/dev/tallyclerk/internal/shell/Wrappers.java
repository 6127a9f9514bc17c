package dev.tallyclerk.internal.shell;

import dev.tallyclerk.internal.shell.ShellScript.Command;
import dev.tallyclerk.internal.text.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Looks through commands that start another command or run a script. */
final class Wrappers {
    /** The longest chain of commands started by commands that is followed. */
    private static final int MAX_CHAIN = 8;

    /** Wrappers, with the short options of each that take a value. */
    private static final Map<String, String> OPTIONS_WITH_VALUE = Words.map("""
            sudo=ugCDhpRrTtU doas=uC env=uCS exec=a command= builtin= nohup= eatmydata= setsid= nice=n ionice=cn
            stdbuf=ioe time=fo timeout=ks xargs=adEIiLlnPs chroot= gosu= su-exec= setpriv= busybox= tini=pew dumb-init=r
            """);

    /** Wrappers that take one operand of their own before the command. */
    private static final Set<String> WITH_OPERAND = Set.of("timeout", "chroot", "gosu", "su-exec");

    private static final Set<String> SHELLS = Words.set("sh bash dash ash zsh ksh mksh");

    private Wrappers() {}

    /** {@return a command with what it starts; {@code inner} parses the scripts that it hands to a shell} */
    static Command command(
            List<Command.Assignment> assignments,
            List<String> words,
            List<ShellScript> scripts,
            List<String> inputs,
            Function<String, ShellScript> inner,
            ShellBudget budget) {
        List<ShellScript> all = new ArrayList<>(scripts);
        addScripts(words, inputs, inner, all);
        List<Command> wrapped = new ArrayList<>();
        List<List<String>> started = started(words);
        if (!follow(started, inputs, new Level(inner, 0, budget), wrapped)) {
            all.add(ShellScript.UNREAD);
        }
        return new Command(assignments, words, all, wrapped, data(words, started, inputs));
    }

    /** How deep a command is in commands started by commands. */
    private record Level(Function<String, ShellScript> inner, int chain, ShellBudget budget) {
        Level next() {
            return new Level(inner, chain + 1, budget);
        }
    }

    /**
     * Adds the started commands, and those that they start in turn; {@return whether the chain was followed to its end}
     */
    private static boolean follow(List<List<String>> started, List<String> inputs, Level level, List<Command> wrapped) {
        if (level.chain() == MAX_CHAIN) {
            return started.isEmpty();
        }
        boolean isComplete = true;
        // A second command of find reads nothing more.
        List<String> left = inputs;
        for (List<String> words : started) {
            if (!level.budget().takeCommand(words.size())) {
                return false;
            }
            CommandWords next = CommandWords.split(words);
            List<ShellScript> own = new ArrayList<>();
            addScripts(next.words(), left, level.inner(), own);
            List<List<String>> inner = started(next.words());
            wrapped.add(new Command(next.assignments(), next.words(), own, List.of(), data(next.words(), inner, left)));
            isComplete &= follow(inner, left, level.next(), wrapped);
            left = List.of();
        }
        return isComplete;
    }

    /** {@return the inputs that these words read as data; none if they start other commands or run the inputs} */
    private static List<String> data(List<String> words, List<List<String>> started, List<String> inputs) {
        return started.isEmpty() && !runsInputs(words) ? inputs : List.of();
    }

    private static boolean runsInputs(List<String> words) {
        return words.isEmpty()
                || SHELLS.contains(program(words))
                || program(words).equals("su");
    }

    private record CommandWords(List<Command.Assignment> assignments, List<String> words) {
        /** Takes the leading {@code NAME=value} words, as env does. */
        static CommandWords split(List<String> words) {
            List<Command.Assignment> assignments = new ArrayList<>();
            int at = 0;
            while (at < words.size()) {
                int equals = words.get(at).indexOf('=');
                if (equals < 1 || !Command.Assignment.isName(words.get(at).substring(0, equals))) {
                    break;
                }
                String word = words.get(at++);
                assignments.add(new Command.Assignment(word.substring(0, equals), word.substring(equals + 1)));
            }
            return new CommandWords(assignments, words.subList(at, words.size()));
        }
    }

    private static String program(List<String> words) {
        return words.isEmpty() ? "" : words.get(0).substring(words.get(0).lastIndexOf('/') + 1);
    }

    private static void addScripts(
            List<String> words, List<String> inputs, Function<String, ShellScript> inner, List<ShellScript> scripts) {
        for (String text : scripts(words, inputs)) {
            scripts.add(inner.apply(text));
        }
    }

    private static List<String> scripts(List<String> words, List<String> inputs) {
        List<String> scripts = new ArrayList<>();
        String program = program(words);
        boolean shell = SHELLS.contains(program);
        if (shell || program.equals("su")) {
            int at = commandOption(words);
            if (at > 0 && at < words.size()) {
                scripts.add(words.get(at));
            }
        } else if (program.equals("eval")) {
            scripts.add(String.join(" ", words.subList(1, words.size())));
        }
        if (runsInputs(words)) {
            scripts.addAll(inputs);
        }
        return scripts;
    }

    /** {@return the index of the script after {@code -c}, or 0} */
    private static int commandOption(List<String> words) {
        for (int i = 1; i < words.size(); i++) {
            String word = words.get(i);
            ShellOptions options = ShellOptions.of(word);
            if (options.introducesScript()) {
                return i + 1 + options.values();
            }
            if (options.values() > 0) {
                i += options.values();
            } else if (!word.startsWith("-")
                    && !word.startsWith("+")
                    && !program(words).equals("su")) {
                return 0;
            }
        }
        return 0;
    }

    /** {@return the words of each command that {@code words} starts; only find starts several} */
    private static List<List<String>> started(List<String> words) {
        String program = program(words);
        if (program.equals("find")) {
            return afterExec(words);
        }
        String withValue = OPTIONS_WITH_VALUE.get(program);
        if (withValue == null) {
            return List.of();
        }
        int at = 1;
        while (at < words.size() && words.get(at).startsWith("-")) {
            String option = words.get(at++);
            if (option.equals("--")) {
                break;
            }
            boolean asks = program.equals("command") && (option.indexOf('v') > 0 || option.indexOf('V') > 0);
            if (asks) {
                return List.of();
            }
            boolean takesNext = option.length() == 2 && withValue.indexOf(option.charAt(1)) >= 0;
            at += takesNext ? 1 : 0;
        }
        at += WITH_OPERAND.contains(program) ? 1 : 0;
        return at < words.size() ? List.of(words.subList(at, words.size())) : List.of();
    }

    private static List<List<String>> afterExec(List<String> words) {
        List<List<String>> started = new ArrayList<>();
        for (int i = 1; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals("-exec") || word.equals("-execdir") || word.equals("-ok") || word.equals("-okdir")) {
                int start = i + 1;
                i = start;
                while (i < words.size()
                        && !words.get(i).equals(";")
                        && !words.get(i).equals("+")) {
                    i++;
                }
                if (i > start) {
                    started.add(words.subList(start, i));
                }
            }
        }
        return started;
    }
}

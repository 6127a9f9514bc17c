package dev.tallyclerk.command;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Writes a script that makes the shell fish complete a command. */
final class FishCompletion {
    private static final String WORDS = "__fish_tallyclerk_is";

    private final StringBuilder script = new StringBuilder();
    private final String root;

    private FishCompletion(String root) {
        this.root = root;
    }

    static String of(CommandLine command) {
        FishCompletion completion = new FishCompletion(command.getCommandName());
        // Whether the words before the cursor that are no options begin with these.
        completion
                .script
                .append("function ")
                .append(WORDS)
                .append("\n    set -l words (commandline -opc | string match -v -- '-*')\n")
                .append("    set -e words[1]\n")
                .append("    test (count $words) -ge (count $argv); or return 1\n")
                .append("    for i in (seq (count $argv))\n")
                .append("        test $words[$i] = $argv[$i]; or return 1\n")
                .append("    end\n")
                .append("end\n");
        completion.command(command, "");
        return completion.script.toString();
    }

    private void command(CommandLine command, String words) {
        Map<String, CommandLine> inner = command.getSubcommands();
        String names = String.join(" ", inner.keySet());
        for (Map.Entry<String, CommandLine> one : inner.entrySet()) {
            String condition = words.isEmpty()
                    ? "not __fish_seen_subcommand_from " + names
                    : WORDS + " " + words + "; and not __fish_seen_subcommand_from " + names;
            line(condition)
                    .append(" -f -a ")
                    .append(one.getKey())
                    .append(described(one.getValue().getCommandSpec()))
                    .append('\n');
        }
        for (OptionSpec option : command.getCommandSpec().options()) {
            if (!option.hidden()) {
                option(words, option);
            }
        }
        inner.forEach((name, one) -> command(one, words.isEmpty() ? name : words + " " + name));
    }

    private void option(String words, OptionSpec option) {
        line(words.isEmpty() ? "__fish_use_subcommand" : WORDS + " " + words);
        for (String name : option.names()) {
            script.append(name.startsWith("--") ? " -l " : " -s ").append(name.replaceFirst("^--?", ""));
        }
        if (option.arity().max() > 0) {
            script.append(" -r");
            if (option.type().isEnum()) {
                script.append(" -f -a ").append(quoted(values(option.type())));
            }
        }
        script.append(" -d ")
                .append(quoted(String.join(" ", option.description())))
                .append('\n');
    }

    private static String values(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(value -> value.toString().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(" "));
    }

    private StringBuilder line(String condition) {
        return script.append("complete -c ").append(root).append(" -n ").append(quoted(condition));
    }

    private static String described(CommandSpec command) {
        String[] description = command.usageMessage().description();
        return description.length == 0 ? "" : " -d " + quoted(description[0]);
    }

    private static String quoted(String text) {
        return "'"
                + text.replace("%n", " ")
                        .replace("%%", "%")
                        .replace("\\", "\\\\")
                        .replace("'", "\\'") + "'";
    }
}

package dev.tallyclerk.command;

import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The arguments of a run, with the options that the configuration file adds. The command line always wins. */
final class ConfiguredArguments {
    /** Options that concern one run, or the file itself. */
    private static final Set<String> ONE_RUN =
            Set.of("--help", "--version", "--config", "--no-config", "--output", "--password-stdin");

    /** Options that change neither a verdict nor what is trusted. Each other one is announced if the file gives it. */
    private static final Set<String> HARMLESS = Set.of(
            "--authfile",
            "--colour",
            "--color",
            "--debug",
            "--format",
            "--jobs",
            "--max-time",
            "--quiet",
            "--username");

    private final List<String> arguments;
    private final Optional<ConfigFile> file;
    private final List<Setting> settings;

    /**
     * An option that the file adds.
     *
     * @param name the option
     * @param arguments what is added to the command line
     */
    private record Setting(String name, List<String> arguments, int line) {}

    private ConfiguredArguments(List<String> arguments, Optional<ConfigFile> file, List<Setting> settings) {
        this.arguments = arguments;
        this.file = file;
        this.settings = settings;
    }

    static ConfiguredArguments without(List<String> arguments) {
        return new ConfiguredArguments(arguments, Optional.empty(), List.of());
    }

    /**
     * {@return the arguments with those of the configuration file, if there is one}
     *
     * @param root the command, at least with the subcommand that the arguments name
     * @param all makes the command with all subcommands, to look up names
     * @throws IOException if the file is unreadable or malformed, with file and line
     */
    static ConfiguredArguments of(
            CommandLine root, Supplier<CommandLine> all, Map<String, String> environment, List<String> arguments)
            throws IOException {
        CommandLine command = root;
        int words = 0;
        while (words < arguments.size()) {
            CommandLine next = command.getSubcommands().get(arguments.get(words));
            if (next == null) {
                break;
            }
            command = next;
            words++;
        }
        List<String> given =
                arguments.stream().takeWhile(each -> !each.equals("--")).toList();
        // tuf follows the protocol of a conformance suite, which knows no such file.
        boolean asksForHelp = given.stream().anyMatch(Set.of("--help", "-h", "--version", "-V")::contains);
        if (words == 0 || asksForHelp || arguments.get(0).equals("tuf")) {
            return without(arguments);
        }
        Optional<ConfigFile> file = ConfigFile.find(given, environment);
        if (file.isEmpty()) {
            return without(withoutValues(command.getCommandSpec(), given, arguments));
        }
        CommandSpec spec = command.getCommandSpec();
        String name = String.join(" ", arguments.subList(0, words));
        List<Setting> settings = new Lookup(file.get(), spec, all).settings(name);
        settings.removeIf(setting -> isGiven(spec, setting.name(), given));
        List<String> configured = new ArrayList<>(withoutValues(spec, given, given));
        settings.forEach(setting -> configured.addAll(setting.arguments()));
        configured.addAll(arguments.subList(given.size(), arguments.size()));
        return new ConfiguredArguments(configured, file, settings);
    }

    /**
     * Reads {@code --flag=true} and {@code --flag=false}, so that the command line can switch off a flag of the file.
     */
    private static List<String> withoutValues(CommandSpec spec, List<String> given, List<String> arguments) {
        List<String> plain = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            String name = argument.split("=", 2)[0];
            OptionSpec option = i < given.size() && name.startsWith("--") ? spec.findOption(name) : null;
            if (option == null || !isFlag(option) || !argument.matches("[^=]+=(true|false)")) {
                plain.add(argument);
            } else if (argument.endsWith("=true")) {
                plain.add(name);
            }
        }
        return plain;
    }

    private static boolean isFlag(OptionSpec option) {
        return option.arity().max() == 0;
    }

    private static boolean isGiven(CommandSpec spec, String name, List<String> given) {
        OptionSpec option = spec.findOption(name);
        Set<String> names = new LinkedHashSet<>(List.of(option.names()));
        spec.negatedOptionsMap().forEach((negated, of) -> {
            if (of.equals(option)) {
                names.add(negated);
            }
        });
        return given.stream().anyMatch(each -> names.contains(each.split("=", 2)[0]));
    }

    /** Turns what the file says into options of a command. */
    private static final class Lookup {
        private final ConfigFile file;
        private final CommandSpec spec;
        private final Supplier<CommandLine> all;

        Lookup(ConfigFile file, CommandSpec spec, Supplier<CommandLine> all) {
            this.file = file;
            this.spec = spec;
            this.all = all;
        }

        List<Setting> settings(String command) throws IOException {
            requireKnownCommands(command);
            Map<String, Setting> settings = new LinkedHashMap<>();
            for (Map.Entry<String, ConfigFile.Entry> entry : file.options().entrySet()) {
                OptionSpec option = spec.findOption("--" + entry.getKey());
                if (option != null) {
                    settings.put(entry.getKey(), setting(entry.getKey(), option, entry.getValue()));
                } else {
                    requireKnownAnywhere(entry.getKey(), entry.getValue().line());
                }
            }
            for (Map.Entry<String, ConfigFile.Entry> entry :
                    file.options(command).entrySet()) {
                OptionSpec option = spec.findOption("--" + entry.getKey());
                if (option == null) {
                    Set<String> known = new TreeSet<>();
                    addNames(spec, known);
                    throw unknown(entry.getKey(), entry.getValue().line(), "of " + command, known);
                }
                settings.put(entry.getKey(), setting(entry.getKey(), option, entry.getValue()));
            }
            return new ArrayList<>(settings.values());
        }

        private void requireKnownCommands(String command) throws IOException {
            for (Map.Entry<String, Integer> named : file.commands().entrySet()) {
                if (named.getKey().equals(command)) {
                    continue;
                }
                Set<String> known = new TreeSet<>();
                addCommands(all.get(), "", known);
                if (!known.contains(named.getKey())) {
                    throw file.error(
                            named.getValue(),
                            "unknown command " + Quoted.quote(named.getKey())
                                    + Misspelling.didYouMean(named.getKey(), known));
                }
            }
        }

        private static void addCommands(CommandLine command, String before, Set<String> names) {
            command.getSubcommands().forEach((name, inner) -> {
                String words = before.isEmpty() ? name : before + " " + name;
                names.add(words);
                addCommands(inner, words, names);
            });
        }

        private void requireKnownAnywhere(String name, int line) throws IOException {
            Set<String> known = new TreeSet<>();
            addNames(all.get(), known);
            if (!known.contains(name)) {
                throw unknown(name, line, "of any command", known);
            }
        }

        private static void addNames(CommandLine command, Set<String> names) {
            addNames(command.getCommandSpec(), names);
            command.getSubcommands().values().forEach(inner -> addNames(inner, names));
        }

        private static void addNames(CommandSpec spec, Set<String> names) {
            spec.optionsMap().keySet().stream()
                    .filter(name -> name.startsWith("--"))
                    .forEach(name -> names.add(name.substring(2)));
        }

        private IOException unknown(String name, int line, String where, Set<String> known) {
            String hint = name.startsWith("-") ? "; write it without dashes" : Misspelling.didYouMean(name, known);
            return file.error(line, "no option " + where + ": " + Quoted.quote(name) + hint);
        }

        private Setting setting(String name, OptionSpec option, ConfigFile.Entry entry) throws IOException {
            String full = "--" + name;
            if (ONE_RUN.contains(full)) {
                throw file.error(entry.line(), name + " is for the command line, not for a configuration file");
            }
            if (entry.isList() && !option.isMultiValue()) {
                throw file.error(entry.line(), name + " takes one value, not a list");
            }
            if (isFlag(option)) {
                return new Setting(full, flag(name, option, entry), entry.line());
            }
            List<String> arguments = new ArrayList<>();
            for (String value : entry.values()) {
                arguments.add(full + "=" + besideFile(option, value, entry.line()));
            }
            return new Setting(full, arguments, entry.line());
        }

        private List<String> flag(String name, OptionSpec option, ConfigFile.Entry entry) throws IOException {
            String value = entry.values().get(0);
            if (!value.equals("true") && !value.equals("false")) {
                throw file.error(entry.line(), name + " is true or false, not " + Quoted.quote(value));
            }
            if (value.equals("true")) {
                return List.of("--" + name);
            }
            return option.negatable() ? List.of("--no-" + name) : List.of();
        }

        /** Relative to the file: the working folder may belong to somebody else. */
        private String besideFile(OptionSpec option, String value, int line) throws IOException {
            try {
                return NamedFile.replaced(
                        option,
                        value,
                        path -> file.file()
                                .toAbsolutePath()
                                .resolveSibling(path)
                                .toString());
            } catch (InvalidPathException e) {
                throw file.error(line, "not a path: " + Quoted.quote(value));
            }
        }
    }

    List<String> arguments() {
        return arguments;
    }

    /** Says on standard error which options come from the file; with {@code --debug}, all and their values. */
    void announce(Terminal terminal) {
        if (file.isEmpty()) {
            return;
        }
        Path path = file.get().file();
        if (arguments.contains("--debug")) {
            terminal.err().println("tallyclerk: read " + Quoted.printable(path.toString()));
            for (Setting setting : settings) {
                for (String argument : setting.arguments()) {
                    terminal.err()
                            .println("tallyclerk: " + Quoted.printable(path + ":" + setting.line() + ": " + argument));
                }
            }
            return;
        }
        String announced = settings.stream()
                .filter(setting -> !HARMLESS.contains(setting.name())
                        && !setting.arguments().isEmpty())
                .map(Setting::name)
                .collect(Collectors.joining(", "));
        if (!announced.isEmpty()) {
            terminal.err().println("tallyclerk: " + Quoted.printable(path.toString()) + " sets " + announced);
        }
    }

    /** {@return where the options that a message is about come from, to be added to it; empty if not from the file} */
    String origin(String message) {
        return settings.stream()
                .filter(setting -> isAbout(message, setting))
                .map(setting -> " (" + setting.name() + " is from "
                        + Quoted.printable(file.orElseThrow().file().toString()) + ":" + setting.line() + ")")
                .findFirst()
                .orElse("");
    }

    private static boolean isAbout(String message, Setting setting) {
        return message.matches("(?s).*" + setting.name() + "(?![a-z-]).*")
                || setting.arguments().stream()
                        .map(argument -> argument.substring(
                                Math.min(argument.length(), setting.name().length() + 1)))
                        .anyMatch(value -> value.length() > 2 && message.contains(value));
    }
}

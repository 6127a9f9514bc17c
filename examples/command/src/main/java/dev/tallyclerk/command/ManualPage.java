package dev.tallyclerk.command;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A page of the manual about one command, in the macros of man(7). */
final class ManualPage {
    private static final String EXIT_STATUS = "Exit status: ";

    private final CommandLine command;
    private final CommandSpec spec;
    private final StringBuilder page = new StringBuilder();

    private ManualPage(CommandLine command) {
        this.command = command;
        this.spec = command.getCommandSpec();
    }

    /** {@return the name of the page, such as tallyclerk-tuf-init} */
    static String name(CommandLine command) {
        return command.getCommandSpec().qualifiedName("-");
    }

    static String of(CommandLine command) {
        return new ManualPage(command).write();
    }

    private String write() {
        page.append(".TH \"").append(name(command).toUpperCase(Locale.ROOT)).append("\" \"1\" \"\" \"");
        page.append(escaped(spec.version().length == 0 ? "tallyclerk" : spec.version()[0]))
                .append("\" \"\"\n");
        List<String> description = plain(spec.usageMessage().description());
        section("NAME");
        text(name(command) + " - " + firstSentence(description));
        section("SYNOPSIS");
        text(new Help(spec, Help.Ansi.OFF).synopsis(0).strip().replaceAll("\\s+", " "));
        section("DESCRIPTION");
        paragraphs(description);
        arguments();
        options();
        commands();
        exitStatus();
        seeAlso();
        return page.toString();
    }

    private void arguments() {
        List<PositionalParamSpec> shown = spec.positionalParameters().stream()
                .filter(argument -> !argument.hidden())
                .toList();
        if (!shown.isEmpty()) {
            section("ARGUMENTS");
            for (PositionalParamSpec argument : shown) {
                entry("\\fI" + escaped(argument.paramLabel()) + "\\fR", described(argument));
            }
        }
    }

    private void options() {
        section("OPTIONS");
        for (OptionSpec option : spec.options()) {
            if (!option.hidden()) {
                String names = Arrays.stream(option.names())
                        .map(name -> "\\fB" + escaped(name) + "\\fR")
                        .collect(Collectors.joining(", "));
                boolean valued = option.arity().max() > 0;
                entry(valued ? names + " \\fI" + escaped(option.paramLabel()) + "\\fR" : names, described(option));
            }
        }
    }

    private void commands() {
        if (!command.getSubcommands().isEmpty()) {
            section("COMMANDS");
            for (Map.Entry<String, CommandLine> inner : command.getSubcommands().entrySet()) {
                List<String> description =
                        plain(inner.getValue().getCommandSpec().usageMessage().description());
                entry("\\fB" + escaped(inner.getKey()) + "\\fR", firstSentence(description));
            }
        }
    }

    private void exitStatus() {
        List<String> footer = new ArrayList<>(plain(spec.usageMessage().footer()));
        footer.removeIf(String::isBlank);
        if (footer.isEmpty()) {
            return;
        }
        if (footer.get(0).startsWith(EXIT_STATUS)) {
            section("EXIT STATUS");
            footer.set(0, footer.get(0).substring(EXIT_STATUS.length()));
        } else {
            section("NOTES");
        }
        paragraphs(footer);
    }

    private void seeAlso() {
        List<String> pages = new ArrayList<>();
        if (command.getParent() != null) {
            pages.add(name(command.getParent()));
        }
        command.getSubcommands().values().forEach(inner -> pages.add(name(inner)));
        section("SEE ALSO");
        text(pages.stream().map(name -> name + "(1)").collect(Collectors.joining(", ")));
    }

    private static String described(ArgSpec argument) {
        return String.join(" ", plain(argument.description()));
    }

    private static String firstSentence(List<String> description) {
        return description.isEmpty() ? "" : description.get(0).replaceFirst("\\.$", "");
    }

    /** {@return the lines as picocli shows them, whose texts are formats} */
    private static List<String> plain(String[] lines) {
        return Arrays.stream(lines)
                .flatMap(line -> line.replace("%n", "\n").replace("%%", "%").lines())
                .toList();
    }

    private void section(String title) {
        page.append(".SH \"").append(title).append("\"\n");
    }

    private void entry(String term, String text) {
        page.append(".TP\n").append(term).append('\n');
        text(text);
    }

    private void paragraphs(List<String> lines) {
        String between = "";
        for (String line : lines) {
            page.append(between);
            text(line);
            between = ".PP\n";
        }
    }

    private void text(String text) {
        String escaped = escaped(text.strip());
        page.append(escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped)
                .append('\n');
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\e").replace("-", "\\-").replace("\"", "\\(dq");
    }
}

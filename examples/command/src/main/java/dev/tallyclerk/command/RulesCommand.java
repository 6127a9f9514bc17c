package dev.tallyclerk.command;

import dev.tallyclerk.hardening.benchmark.Benchmark;
import dev.tallyclerk.hardening.benchmark.Section;
import dev.tallyclerk.hardening.policy.PolicySchema;
import dev.tallyclerk.hardening.report.RuleReference;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tallyclerk rules}: prints the rules and the schema of policies. */
@Command(
        name = "rules",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Prints the hardening rules: what each finds, why it matters, what to do, and what a policy can set.",
            "With --format schema, prints the JSON Schema of policies for these rules, for editors; with --benchmark, which"
                    + " rules cover each section of a benchmark."
        },
        footer = {"", "Exit status: 0 printed; 3 usage error."})
final class RulesCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "markdown",
            description = "markdown, json or schema; default markdown.")
    private Format format = Format.MARKDOWN;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private BenchmarkOption benchmark;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /** Formats of the output. */
    enum Format {
        MARKDOWN,
        JSON,
        SCHEMA
    }

    RulesCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        Optional<Benchmark> sections = benchmark.benchmark(spec);
        if (sections.isPresent()) {
            if (format != Format.MARKDOWN) {
                throw Usage.error(spec, "--benchmark prints a table in Markdown; leave --format out");
            }
            print(sections.get());
            return ExitCode.ACCEPTED;
        }
        switch (format) {
            case MARKDOWN -> RuleReference.of(KnownRules.ruleSets()).writeMarkdown(terminal.out());
            case JSON -> RuleReference.of(KnownRules.ruleSets()).writeJson(terminal.out());
            case SCHEMA -> PolicySchema.of(KnownRules.ruleSets()).write(terminal.out());
        }
        return ExitCode.ACCEPTED;
    }

    /** Prints which rules cover each section. */
    private void print(Benchmark sections) {
        terminal.out().println("# " + sections.title());
        terminal.out().println();
        terminal.out().println("| Section | Title | Rules |");
        terminal.out().println("| --- | --- | --- |");
        for (Section section : sections.sections()) {
            String rules = KnownRules.ruleSets().stream()
                    .flatMap(ruleSet -> ruleSet.rules().stream())
                    .filter(rule -> section.isCoveredBy(rule.info()))
                    .map(rule -> rule.info().id().value())
                    .sorted()
                    .collect(Collectors.joining(" "));
            terminal.out()
                    .println("| " + Quoted.printable(section.number()) + " | " + Quoted.printable(section.title())
                            + " | " + (rules.isEmpty() ? "not covered" : rules) + " |");
        }
        terminal.out().flush();
    }
}

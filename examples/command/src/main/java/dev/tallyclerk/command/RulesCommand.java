package dev.tallyclerk.command;

import dev.tallyclerk.hardening.policy.PolicySchema;
import dev.tallyclerk.hardening.report.RuleReference;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tallyclerk rules}: prints the rules and the schema of policies. */
@Command(
        name = "rules",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Prints the hardening rules: what each finds, why it matters, what to do, and what a policy can set.",
            "With --format schema, prints the JSON Schema of policies for these rules, for editors."
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
        switch (format) {
            case MARKDOWN -> RuleReference.of(KnownRules.ruleSets()).writeMarkdown(terminal.out());
            case JSON -> RuleReference.of(KnownRules.ruleSets()).writeJson(terminal.out());
            case SCHEMA -> PolicySchema.of(KnownRules.ruleSets()).write(terminal.out());
        }
        return ExitCode.ACCEPTED;
    }
}

package dev.tallyclerk.command;

import picocli.CommandLine.Option;

/** Whether a report for people has colours. */
final class ColourOption {
    @Option(
            names = "--color",
            paramLabel = "WHEN",
            defaultValue = "auto",
            description = "auto, always or never; default auto.")
    private Terminal.ColourMode colour = Terminal.ColourMode.AUTO;

    Terminal.ColourMode mode() {
        return colour;
    }
}

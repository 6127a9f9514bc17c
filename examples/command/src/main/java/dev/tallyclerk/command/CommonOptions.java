package dev.tallyclerk.command;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of every command. */
final class CommonOptions {
    /** The name of this mixin in the description of a command. */
    static final String MIXIN = "common";

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "Write to this file what standard output would get. The file is replaced at the end, all at"
                    + " once, and stays as it was if the command fails; - is standard output.")
    private @Nullable Path output;

    @Option(
            names = "--quiet",
            description = "Print no progress and no notes, and no report of what is stored or copied. Errors, warnings"
                    + " and verdicts stay.")
    private boolean quiet;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Take options that are not given from this file, in YAML, or in JSON if the name ends in"
                    + " .json. Default: TALLYCLERK_CONFIG, or tallyclerk/config.yml or config.json in XDG_CONFIG_HOME"
                    + " or ~/.config.")
    @SuppressWarnings("unused") // ConfigFile looks for it before the arguments are parsed
    private @Nullable Path config;

    @Option(names = "--no-config", description = "Read no configuration file.")
    @SuppressWarnings("unused") // ConfigFile looks for it before the arguments are parsed
    private boolean noConfig;

    /** {@return the file for the report; null for standard output} */
    @Nullable Path output() {
        Path file = output;
        return file == null || file.toString().equals("-") ? null : file;
    }

    boolean isQuiet() {
        return quiet;
    }
}

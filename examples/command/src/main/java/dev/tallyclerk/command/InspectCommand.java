package dev.tallyclerk.command;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tallyclerk inspect}: shows the documents of an image after checking their digests. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Shows the index, manifest and configuration of an image.",
            "Checks the digest of each document before showing it. Does not read layers, and does"
                    + " not decide whether the image is safe to load: see verify."
        },
        footer = {
            "",
            "Exit status: 0 shown; 1 a document is malformed or does not match its digest, or there"
                    + " is no such platform; 2 a document cannot be verified; 3 usage error or unreadable input;"
                    + " 4 registry or network error."
        })
final class InspectCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private SourceArgument source;

    @Option(
            names = "--platform",
            paramLabel = "OS/ARCH[/VARIANT]",
            description = "Show the image for exactly this platform in an index; default the index itself.")
    private @Nullable String platform;

    @Option(names = "--raw", description = "Write only the exact bytes of the manifest or index.")
    private boolean raw;

    @Option(names = "--format", paramLabel = "FORMAT", description = "text or json; default text.")
    private @Nullable Format format;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ColourOption colour;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private RegistryAccess registry;

    /** Formats of the report. */
    enum Format {
        TEXT,
        JSON
    }

    InspectCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        if (raw && format != null) {
            throw Usage.error(spec, "--raw and --format cannot be combined");
        }
        return Inspection.run(terminal, spec, registry, source.text(), platform, this::write);
    }

    private void write(Inspection inspection) throws IOException {
        if (raw) {
            terminal.out().write(inspection.shown().bytes());
        } else if (format == Format.JSON) {
            InspectJson.write(inspection, terminal.out());
        } else {
            InspectText.write(inspection, terminal.out(), terminal.style(colour.mode()));
        }
    }
}

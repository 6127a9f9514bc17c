package dev.tallyclerk.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tallyclerk tuf inspect}: what metadata files say, and what of it was verified. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Shows roles, versions, expiry, thresholds, keys and delegations of metadata files, and which of the files"
                    + " were verified, and by what. Asks no repository and changes nothing.",
            "PLACE is the metadata folder of a client or of a repository, or a single file. Without it, it is the folder"
                    + " of --metadata-dir."
        },
        footer = {
            "",
            "Exit status: 0 every file that is here was verified, though it may have expired; 1 one was refused; 2 one could"
                    + " not be verified, or a top-level role has no file; 3 wrong use, or something could not be read."
        })
final class TufInspectCommand implements Callable<Integer> {
    private final TufCommand tuf;
    private final Terminal terminal;
    private final Clock clock;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "PLACE", description = "A folder or a file.")
    private @Nullable Path place;

    @Option(
            names = "--root",
            paramLabel = "FILE",
            description = "The root to verify the folder's files by, instead of the first one in the folder.")
    private @Nullable Path root;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or json; default text.")
    private Format format = Format.TEXT;

    /** How it is written. */
    enum Format {
        TEXT,
        JSON
    }

    TufInspectCommand(TufCommand tuf, Terminal terminal, Clock clock) {
        this.tuf = tuf;
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        Path shown = Optional.ofNullable(place)
                .or(tuf::metadataDir)
                .orElseThrow(() -> Usage.error(spec, "say what to show: a folder or a file"));
        boolean folder = Files.isDirectory(shown);
        if (!folder && root != null) {
            throw new ParameterException(spec.commandLine(), "--root goes with a folder");
        }
        TufInspection inspection = folder
                ? TufInspector.folder(new MetadataFolder(shown), root, clock.instant())
                : TufInspector.file(shown, clock.instant());
        if (format == Format.JSON) {
            TufInspectionJson.write(inspection, terminal.out());
        } else {
            TufTree.write(inspection, terminal.out(), terminal.unicode());
        }
        terminal.out().flush();
        return inspection.exitCode();
    }
}

package dev.tallyclerk.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tallyclerk tuf inspect}: shows metadata files and whether they verify. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Shows roles, versions, expiry, thresholds, keys and delegations of metadata files, and"
                    + " which files were verified and how. Uses no network and changes nothing.",
            "PLACE is the metadata folder of a client or a repository, or a single file; default the"
                    + " folder of --metadata-dir."
        },
        footer = {
            "",
            "Exit status: 0 every file was verified, though it may have expired; 1 a file was"
                    + " refused; 2 a file could not be verified, or a top-level role has no file; 3 usage"
                    + " error or unreadable input."
        })
final class TufInspectCommand implements Callable<Integer> {
    private final Supplier<Optional<Path>> metadataDir;
    private final Terminal terminal;
    private final Clock clock;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "PLACE", description = "Folder or file.")
    private @Nullable Path place;

    @Option(
            names = "--root",
            paramLabel = "FILE",
            description = "Root file for verifying the folder, instead of the first root in the folder.")
    private @Nullable Path root;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or json; default text.")
    private Format format = Format.TEXT;

    /** Formats of the report. */
    enum Format {
        TEXT,
        JSON
    }

    TufInspectCommand(Supplier<Optional<Path>> metadataDir, Terminal terminal, Clock clock) {
        this.metadataDir = metadataDir;
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        Path shown = Optional.ofNullable(place)
                .or(metadataDir)
                .orElseThrow(() -> Usage.error(spec, "nothing to show: give a folder or a file"));
        boolean folder = Files.isDirectory(shown);
        if (!folder && root != null) {
            throw new ParameterException(spec.commandLine(), "--root needs a folder");
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

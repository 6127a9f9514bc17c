package dev.tallyclerk.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code tallyclerk tuf download}: refreshes and downloads targets. */
@Command(
        name = "download",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeOnInvalidInput = ExitCode.REJECTED,
        description = {
            "Refreshes, then downloads targets in the given order, up to the first that fails.",
            "Needs every option with a value for metadata and targets. The target folder must not"
                    + " be, or contain, the metadata folder. A file that still matches the metadata is not"
                    + " downloaded again.",
            "A target is stored at its path below the target folder. If that is no path on every"
                    + " system, each byte that is no small letter, digit, hyphen, dot or underscore becomes"
                    + " %%XX. If even that is no name, or other targets need the path as a folder, the name is"
                    + " %% and the path's SHA-256."
        })
final class TufDownloadCommand implements Callable<Integer> {
    private final TufActions.Runner runner;

    TufDownloadCommand(TufActions.Runner runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() {
        return runner.run(TufActions::download);
    }
}

package dev.tallyclerk.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code tallyclerk tuf refresh}: updates the metadata of the top-level roles. */
@Command(
        name = "refresh",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeOnInvalidInput = ExitCode.REJECTED,
        description = {
            "Updates the metadata of the top-level roles (TUF 1.0.34, 5.3 to 5.6).",
            "Needs --metadata-dir, initialized by init, and --metadata-url. With --offline, only"
                    + " verifies the stored metadata."
        })
final class TufRefreshCommand implements Callable<Integer> {
    private final TufActions.Runner runner;

    TufRefreshCommand(TufActions.Runner runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() {
        return runner.run(TufActions::refresh);
    }
}

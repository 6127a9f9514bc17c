package dev.tallyclerk.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code tallyclerk tuf refresh}: brings the metadata of the top-level roles up to date. */
@Command(
        name = "refresh",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeOnInvalidInput = ExitCode.REJECTED,
        description = {
            "Brings the metadata of the top-level roles up to date (TUF 1.0.34, 5.3 to 5.6).",
            "Needs --metadata-dir, which init has filled, and --metadata-url; with --offline it only verifies what is"
                    + " there."
        })
final class TufRefreshCommand implements Callable<Integer> {
    private final TufCommand tuf;

    TufRefreshCommand(TufCommand tuf) {
        this.tuf = tuf;
    }

    @Override
    public Integer call() {
        return tuf.run(TufActions::refresh);
    }
}

package dev.tallyclerk.command;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code tallyclerk tuf init}: trusts a root file. */
@Command(
        name = "init",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeOnInvalidInput = ExitCode.REJECTED,
        description = {
            "Trusts a root file; everything later is trusted because of it. Uses no network.",
            "Needs --metadata-dir. The root must be signed by enough of its own keys, and may have expired."
        })
final class TufInitCommand implements Callable<Integer> {
    private final TufActions.Runner runner;

    @Parameters(paramLabel = "ROOT", description = "Root file, from a source that you trust.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path root;

    TufInitCommand(TufActions.Runner runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() {
        return runner.run(actions -> actions.init(root));
    }
}

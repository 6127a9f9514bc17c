package dev.tallyclerk.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code tallyclerk tuf download}: refreshes, and downloads targets. */
@Command(
        name = "download",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeOnInvalidInput = ExitCode.REJECTED,
        description = {
            "Does what refresh does, and then downloads targets that the repository vouches for, in the order given"
                    + " up to the first that cannot be had.",
            "Needs all options about metadata and targets that have a value; the target folder must not be, or contain, the metadata folder. A file that is there already and still is what the metadata lists is not"
                    + " downloaded again.",
            "A target's file has its path below the target folder or, where that is no path on every system, its path"
                    + " with %%XX for each byte that is no small letter, digit, hyphen, dot or underscore. Where even that is"
                    + " no name, and where the path is that of a folder with other targets, it is %% and the path's SHA-256."
        })
final class TufDownloadCommand implements Callable<Integer> {
    private final TufCommand tuf;

    TufDownloadCommand(TufCommand tuf) {
        this.tuf = tuf;
    }

    @Override
    public Integer call() {
        return tuf.run(TufActions::download);
    }
}

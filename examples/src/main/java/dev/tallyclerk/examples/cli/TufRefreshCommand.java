package dev.tallyclerk.examples.cli;

import dev.tallyclerk.trust.tuf.FreshMetadata;
import dev.tallyclerk.trust.tuf.TrustedMetadata;
import dev.tallyclerk.trust.tuf.TufClient;
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
            "Needs --metadata-dir, which init has filled, and --metadata-url."
        })
final class TufRefreshCommand implements Callable<Integer> {
    private final TufCommand tuf;

    TufRefreshCommand(TufCommand tuf) {
        this.tuf = tuf;
    }

    @Override
    public Integer call() {
        TufClient client = tuf.client().build();
        return tuf.run(() -> tuf.terminal().out().println(summary(client.refresh())));
    }

    static String summary(FreshMetadata metadata) {
        TrustedMetadata trusted = metadata.trusted();
        return "up to date: root " + trusted.root().version() + ", timestamp "
                + trusted.timestamp().orElseThrow().version() + ", snapshot "
                + trusted.snapshot().orElseThrow().version() + ", targets "
                + trusted.targets().orElseThrow().version() + "; valid until " + metadata.expires();
    }
}

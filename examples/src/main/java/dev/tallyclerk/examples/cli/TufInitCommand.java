package dev.tallyclerk.examples.cli;

import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.tuf.TrustedMetadata;
import dev.tallyclerk.trust.tuf.TufException;
import dev.tallyclerk.trust.tuf.TufLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code tallyclerk tuf init}: trusts a root. */
@Command(
        name = "init",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeOnInvalidInput = ExitCode.REJECTED,
        description = {
            "Trusts a root file: everything later is trusted because of it. Asks no repository.",
            "Needs --metadata-dir. The root must be signed by enough of its own keys, and may have expired."
        })
final class TufInitCommand implements Callable<Integer> {
    private final TufCommand tuf;

    @Parameters(paramLabel = "ROOT", description = "The root file, from a source that you trust.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path root;

    TufInitCommand(TufCommand tuf) {
        this.tuf = tuf;
    }

    @Override
    public Integer call() {
        MetadataStore store = tuf.store();
        return tuf.run(() -> trust(store));
    }

    @SuppressWarnings("try") // the claim is held, not used
    private void trust(MetadataStore store) throws IOException, TufException {
        TufLimits limits = TufLimits.defaults();
        byte[] file;
        try (InputStream in = Files.newInputStream(root)) {
            file = in.readNBytes(limits.rootBytes() + 1);
        }
        TrustedMetadata trusted = TrustedMetadata.start(file, SignatureEngine.jdk(), limits);
        try (MetadataStore.Claim claim = store.claim()) {
            store.store(StoredName.ROOT, file);
        }
        tuf.terminal().out().println("trusts root " + trusted.root().version());
    }
}

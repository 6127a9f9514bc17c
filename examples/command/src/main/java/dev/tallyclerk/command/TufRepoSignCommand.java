package dev.tallyclerk.command;

import dev.tallyclerk.trust.publish.PendingMetadata;
import dev.tallyclerk.trust.publish.RepositoryPlace;
import dev.tallyclerk.trust.publish.TufRepository;
import dev.tallyclerk.trust.sign.SigningKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tallyclerk tuf-repo sign}: signs a request with an offline key. */
@Command(
        name = "sign",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Says in words what a signing request changes, and signs it. Uses no network and no repository.",
            "With --dry-run, only says what it changes."
        })
final class TufRepoSignCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Clock clock;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "REQUEST", description = "The signing request.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path request;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private TufRepoKeys keys;

    @Option(
            names = "--repo",
            paramLabel = "DIR",
            description = "Folder with a copy of the repository; refuses a request that lies about the version before.")
    private @Nullable Path repository;

    @Option(names = "--out", paramLabel = "FILE", description = "File for the signed request; default REQUEST itself.")
    private @Nullable Path out;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private TufRepoOutput output;

    @Option(names = "--dry-run", description = "Say what the request changes, and sign nothing.")
    private boolean dryRun;

    TufRepoSignCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        if (keys.isEmpty() && !dryRun) {
            throw Usage.error(spec, "nothing to sign with: give --key or --dry-run");
        }
        return TufRepoWork.run(terminal, () -> {
            PendingMetadata pending = TufRepoWork.read(request);
            Path copy = repository;
            if (copy != null) {
                TufRepository.open(RepositoryPlace.ofFolder(copy), clock).requireCurrent(pending);
            }
            if (dryRun) {
                return output.say(terminal, pending);
            }
            for (SigningKey key : keys.read(terminal)) {
                pending = pending.signedBy(key);
            }
            return output.write(terminal, pending, out == null ? request : out);
        });
    }
}

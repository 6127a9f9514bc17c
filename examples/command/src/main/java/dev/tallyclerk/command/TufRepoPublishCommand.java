package dev.tallyclerk.command;

import dev.tallyclerk.trust.publish.PendingMetadata;
import dev.tallyclerk.trust.publish.RoleKey;
import dev.tallyclerk.trust.publish.TufRepository;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tallyclerk tuf-repo publish}: publishes a signed request, or a new timestamp. */
@Command(
        name = "publish",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Publishes a signed request with a new snapshot and timestamp; without a request, a new timestamp.",
            "Writes nothing before enough keys have signed."
        })
final class TufRepoPublishCommand implements Callable<Integer> {
    private final TufRepoWork work;
    private final Clock clock;

    @Parameters(paramLabel = "REPO", description = "Folder of the repository.", index = "0")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path repository;

    @Parameters(index = "1", arity = "0..1", paramLabel = "REQUEST", description = "The signed request.")
    private @Nullable Path request;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            required = true,
            description = "Private and public key for snapshot or timestamp, in PEM. Repeatable.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private List<Path> keys;

    TufRepoPublishCommand(TufRepoWork work, Clock clock) {
        this.work = work;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        List<RoleKey> online = TufRepoWork.privateKeys(keys);
        Path file = request;
        return work.run(() -> {
            if (file == null) {
                TufRepository.open(repository, clock).bumpTimestamp(online);
                return ExitCode.ACCEPTED;
            }
            PendingMetadata pending = work.read(file);
            TufRepository.at(repository, clock).publish(pending, online);
            pending.describe().forEach(work::say);
            return ExitCode.ACCEPTED;
        });
    }
}

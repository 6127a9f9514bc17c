package dev.tallyclerk.command;

import dev.tallyclerk.trust.publish.PendingMetadata;
import dev.tallyclerk.trust.publish.TufRepository;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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
    private final TufRepoWork work;
    private final Clock clock;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "REQUEST", description = "The signing request.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path request;

    @Option(names = "--key", paramLabel = "FILE", description = "Private and public key in PEM.")
    private @Nullable Path key;

    @Option(
            names = "--repo",
            paramLabel = "DIR",
            description = "Copy of the repository; refuses a request that lies about the version before.")
    private @Nullable Path repository;

    @Option(names = "--out", paramLabel = "FILE", description = "File for the signed request; default REQUEST itself.")
    private @Nullable Path out;

    @Option(names = "--dry-run", description = "Say what the request changes, and sign nothing.")
    private boolean dryRun;

    TufRepoSignCommand(TufRepoWork work, Clock clock) {
        this.work = work;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        Path keyFile = key;
        if (keyFile == null && !dryRun) {
            throw Usage.error(spec, "nothing to sign with: give --key or --dry-run");
        }
        return work.run(() -> {
            PendingMetadata pending = work.read(request);
            if (repository != null) {
                TufRepository.open(repository, clock).requireCurrent(pending);
            }
            if (keyFile == null || dryRun) {
                work.say(pending);
                return ExitCode.ACCEPTED;
            }
            return work.write(pending.signedBy(RoleKeyFile.privateKey(keyFile)), out == null ? request : out);
        });
    }
}

package dev.tallyclerk.command;

import dev.tallyclerk.trust.publish.RepositoryChange;
import dev.tallyclerk.trust.publish.TufRepository;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tallyclerk tuf-repo renew}: asks for the signatures of new expiry dates. */
@Command(
        name = "renew",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {"Writes the signing request that renews the expiry of roles."})
final class TufRepoRenewCommand implements Callable<Integer> {
    private final TufRepoWork work;
    private final Clock clock;

    @Parameters(paramLabel = "REPO", description = "Folder of the repository.", index = "0")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path repository;

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            required = true,
            description = "root, targets or a delegated role. Repeatable.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private List<String> roles;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "File for the signing request.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path out;

    TufRepoRenewCommand(TufRepoWork work, Clock clock) {
        this.work = work;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        return work.run(() -> {
            RepositoryChange change = TufRepository.open(repository, clock).change();
            for (String role : roles) {
                change = change.withRenewed(role);
            }
            return work.write(change.pending(), out);
        });
    }
}

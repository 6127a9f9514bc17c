package dev.tallyclerk.command;

import dev.tallyclerk.trust.publish.RepositoryChange;
import dev.tallyclerk.trust.publish.TufRepository;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tallyclerk tuf-repo renew}: asks for the signatures of new expiry dates. */
@Command(
        name = "renew",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {"Writes the signing request that renews the expiry of roles."})
final class TufRepoRenewCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Clock clock;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private TufRepoPlace repository;

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

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private TufRepoOutput output;

    TufRepoRenewCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        return TufRepoWork.run(terminal, () -> {
            RepositoryChange change =
                    TufRepository.open(repository.place(terminal), clock).change();
            for (String role : roles) {
                change = change.withRenewed(role);
            }
            return output.write(terminal, change.pending(), out);
        });
    }
}

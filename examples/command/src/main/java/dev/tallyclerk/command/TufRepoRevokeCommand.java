package dev.tallyclerk.command;

import dev.tallyclerk.trust.publish.TufRepository;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tallyclerk tuf-repo revoke}: asks for the signatures of a delegator without a team. */
@Command(
        name = "revoke",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Writes the signing request after which nothing delegates to a role any more: clients trust none of its targets."
        })
final class TufRepoRevokeCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Clock clock;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private TufRepoPlace repository;

    @Option(names = "--role", paramLabel = "ROLE", required = true, description = "The delegated role.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String role;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "File for the signing request.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path out;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private TufRepoOutput output;

    TufRepoRevokeCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        return TufRepoWork.run(
                terminal,
                () -> output.write(
                        terminal,
                        TufRepository.open(repository.place(terminal), clock)
                                .change()
                                .withoutDelegation(role)
                                .pending(),
                        out));
    }
}

package dev.tallyclerk.command;

import dev.tallyclerk.trust.publish.TufRepository;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tallyclerk tuf-repo remove}: asks for the signatures of a list without a target. */
@Command(
        name = "remove",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {"Writes the signing request that removes a target."})
final class TufRepoRemoveCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Clock clock;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private TufRepoPlace repository;

    @Parameters(paramLabel = "TARGET", description = "Path of the target; of an image, its whole name.", index = "1")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String target;

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            defaultValue = "targets",
            description = "Role that lists it; default targets.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String role;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "File for the signing request.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path out;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private TufRepoOutput output;

    TufRepoRemoveCommand(Terminal terminal, Clock clock) {
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
                                .withoutTarget(role, target)
                                .pending(),
                        out));
    }
}

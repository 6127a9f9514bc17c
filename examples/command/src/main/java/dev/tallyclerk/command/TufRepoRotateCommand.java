package dev.tallyclerk.command;

import dev.tallyclerk.trust.publish.KeySet;
import dev.tallyclerk.trust.publish.RepositoryChange;
import dev.tallyclerk.trust.publish.TufRepository;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tallyclerk tuf-repo rotate}: asks for the signatures of new keys. */
@Command(
        name = "rotate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {"Writes the signing request that gives a role other keys and another threshold."})
final class TufRepoRotateCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Clock clock;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private TufRepoPlace repository;

    @Option(names = "--role", paramLabel = "ROLE", required = true, description = "The role.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String role;

    @Option(
            names = "--new-key",
            paramLabel = "FILE",
            required = true,
            description = "Public key that the role has from now on, in PEM. Repeatable.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private List<Path> newKeys;

    @Option(
            names = "--threshold",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many of the keys must sign; default 1.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private int threshold;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "File for the signing request.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path out;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private TufRepoOutput output;

    TufRepoRotateCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        KeySet keys = TufRepoWork.keys(spec, threshold, newKeys);
        Optional<TopLevelRole> top = TopLevelRole.named(role);
        return TufRepoWork.run(terminal, () -> {
            RepositoryChange change =
                    TufRepository.open(repository.place(terminal), clock).change();
            return output.write(
                    terminal,
                    (top.isPresent() ? change.withKeys(top.get(), keys) : change.withDelegatedKeys(role, keys))
                            .pending(),
                    out);
        });
    }
}

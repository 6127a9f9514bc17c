package dev.tallyclerk.command;

import dev.tallyclerk.trust.publish.KeySet;
import dev.tallyclerk.trust.publish.TufRepository;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tallyclerk tuf-repo init}: asks for the signatures of a new repository. */
@Command(
        name = "init",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {"Writes the signing request for the first metadata of a new repository. Reads public keys only."
        })
final class TufRepoInitCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Clock clock;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private TufRepoPlace repository;

    @Option(
            names = "--root-key",
            paramLabel = "FILE",
            required = true,
            description = "Public key of a holder of root, in PEM. Repeatable.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private List<Path> rootKeys;

    @Option(
            names = "--root-threshold",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many holders of root must sign; default 1.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private int rootThreshold;

    @Option(
            names = "--targets-key",
            paramLabel = "FILE",
            required = true,
            description = "Public key that signs targets. Repeatable.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private List<Path> targetsKeys;

    @Option(
            names = "--targets-threshold",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many keys must sign targets; default 1.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private int targetsThreshold;

    @Option(
            names = "--snapshot-key",
            paramLabel = "FILE",
            required = true,
            description = "Public key that signs snapshots. Repeatable.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private List<Path> snapshotKeys;

    @Option(
            names = "--timestamp-key",
            paramLabel = "FILE",
            required = true,
            description = "Public key that signs timestamps. Repeatable.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private List<Path> timestampKeys;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "File for the signing request.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path out;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private TufRepoOutput output;

    TufRepoInitCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        KeySet root = TufRepoWork.keys(spec, rootThreshold, rootKeys);
        KeySet targets = TufRepoWork.keys(spec, targetsThreshold, targetsKeys);
        KeySet snapshot = TufRepoWork.keys(spec, 1, snapshotKeys);
        KeySet timestamp = TufRepoWork.keys(spec, 1, timestampKeys);
        return TufRepoWork.run(
                terminal,
                () -> output.write(
                        terminal,
                        TufRepository.create(repository.place(terminal), clock)
                                .change()
                                .withKeys(TopLevelRole.ROOT, root)
                                .withKeys(TopLevelRole.TARGETS, targets)
                                .withKeys(TopLevelRole.SNAPSHOT, snapshot)
                                .withKeys(TopLevelRole.TIMESTAMP, timestamp)
                                .pending(),
                        out));
    }
}

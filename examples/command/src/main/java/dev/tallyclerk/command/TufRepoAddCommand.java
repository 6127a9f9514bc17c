package dev.tallyclerk.command;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.trust.publish.TufRepository;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tallyclerk tuf-repo add}: asks for the signatures of a target. */
@Command(
        name = "add",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Writes the signing request that adds a target, or replaces it.",
            "For an image, TARGET is its whole name, and DIGEST and LENGTH are those of its manifest or index."
        })
final class TufRepoAddCommand implements Callable<Integer> {
    private final TufRepoWork work;
    private final Clock clock;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "REPO", description = "Folder of the repository.", index = "0")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path repository;

    @Parameters(paramLabel = "TARGET", description = "Path of the target.", index = "1")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String target;

    @Parameters(paramLabel = "DIGEST", description = "Its digest, as in sha256:HEX.", index = "2")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String digest;

    @Parameters(paramLabel = "LENGTH", description = "Its length in bytes.", index = "3")
    private long length;

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

    TufRepoAddCommand(TufRepoWork work, Clock clock) {
        this.work = work;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        TargetInfo info =
                Usage.parsed(spec, () -> new TargetInfo(target, length, List.of(Digest.parse(digest)), role, ""));
        return work.run(() -> work.write(
                TufRepository.open(repository, clock).change().withTarget(info).pending(), out));
    }
}

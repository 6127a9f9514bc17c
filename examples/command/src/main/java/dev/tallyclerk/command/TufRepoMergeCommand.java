package dev.tallyclerk.command;

import dev.tallyclerk.trust.publish.PendingMetadata;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tallyclerk tuf-repo merge}: puts the signatures of several holders together. */
@Command(
        name = "merge",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {"Puts the signatures of several copies of one signing request together."})
final class TufRepoMergeCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(arity = "1..*", paramLabel = "REQUEST", description = "The signed copies.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private List<Path> requests;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "File for the signing request.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path out;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private TufRepoOutput output;

    TufRepoMergeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        return TufRepoWork.run(terminal, () -> {
            PendingMetadata merged = TufRepoWork.read(requests.get(0));
            for (Path other : requests.subList(1, requests.size())) {
                merged = merged.merge(TufRepoWork.read(other));
            }
            return output.write(terminal, merged, out);
        });
    }
}

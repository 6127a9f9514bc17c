package dev.tallyclerk.command;

import dev.tallyclerk.trust.publish.PendingMetadata;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tallyclerk tuf-repo merge}: puts the signatures of several holders together. */
@Command(
        name = "merge",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {"Puts the signatures of several copies of one signing request together."})
final class TufRepoMergeCommand implements Callable<Integer> {
    private final TufRepoWork work;

    @Parameters(arity = "1..*", paramLabel = "REQUEST", description = "The signed copies.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private List<Path> requests;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "File for the signing request.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path out;

    TufRepoMergeCommand(TufRepoWork work) {
        this.work = work;
    }

    @Override
    public Integer call() throws IOException {
        return work.run(() -> {
            PendingMetadata merged = work.read(requests.get(0));
            for (Path other : requests.subList(1, requests.size())) {
                merged = merged.merge(work.read(other));
            }
            return work.write(merged, out);
        });
    }
}

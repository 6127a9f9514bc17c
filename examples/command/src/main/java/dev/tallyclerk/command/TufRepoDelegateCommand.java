package dev.tallyclerk.command;

import dev.tallyclerk.trust.publish.HashBins;
import dev.tallyclerk.trust.publish.KeySet;
import dev.tallyclerk.trust.publish.RepositoryChange;
import dev.tallyclerk.trust.publish.TeamDelegation;
import dev.tallyclerk.trust.publish.TufRepository;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tallyclerk tuf-repo delegate}: asks for the signatures of a delegation. */
@Command(
        name = "delegate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Writes the signing request after which a role delegates to a team, or shares out its targets over hash bins.",
            "With bins, a change of one target writes one bin and not the list of all targets."
        })
final class TufRepoDelegateCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Clock clock;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private TufRepoPlace repository;

    @Option(
            names = "--team",
            paramLabel = "NAME",
            description = "Delegate to a team: the name of its role. Needs --path.")
    private @Nullable String team;

    @Option(
            names = "--path",
            paramLabel = "PATTERN",
            description =
                    "Targets that the team may list, as in registry.example.org/web/*; * stops at a /. Repeatable.")
    private List<String> paths = List.of();

    @Option(
            names = "--terminating",
            description = "Let clients look no further for targets in these paths that the team does not list.")
    private boolean terminating;

    @Option(
            names = "--bins",
            paramLabel = "N",
            description = "Share out the targets over so many hash bins: a power of two up to 4096; 256 are enough for"
                    + " 100,000 targets. Without --new-key, the bins that there are become so many, with their keys.")
    private @Nullable Integer bins;

    @Option(names = "--prefix", paramLabel = "NAME", description = "How the names of the bins begin; default bin.")
    private @Nullable String prefix;

    @Option(
            names = "--succinct",
            description = "Declare the bins as succinct roles (TAP 15), which are short, and which some clients cannot"
                    + " read.")
    private boolean succinct;

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            defaultValue = "targets",
            description = "Role that delegates; default targets.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String role;

    @Option(
            names = "--new-key",
            paramLabel = "FILE",
            description = "Public key of the team or of the bins, in PEM. Repeatable.")
    private List<Path> newKeys = List.of();

    @Option(names = "--threshold", paramLabel = "N", description = "How many of the keys must sign; default 1.")
    private @Nullable Integer threshold;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "File for the signing request.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path out;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private TufRepoOutput output;

    TufRepoDelegateCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        String name = team;
        Integer count = bins;
        if ((name == null) == (count == null)) {
            throw Usage.error(spec, "give one of --team and --bins");
        }
        if (name == null ? !paths.isEmpty() || terminating : succinct) {
            throw Usage.error(spec, "--path and --terminating go with --team, --succinct goes with --bins");
        }
        if (newKeys.isEmpty() && (name != null || succinct || prefix != null || threshold != null)) {
            throw Usage.error(
                    spec,
                    name != null
                            ? "--team needs --new-key"
                            : "without --new-key, --bins changes the number of the bins that there are, and goes with"
                                    + " none of --prefix, --succinct and --threshold");
        }
        return TufRepoWork.run(terminal, () -> {
            RepositoryChange change =
                    TufRepository.open(repository.place(terminal), clock).change();
            RepositoryChange delegating =
                    name != null ? toTeam(change, name) : toBins(change, Objects.requireNonNull(count));
            return output.write(terminal, delegating.pending(), out);
        });
    }

    private KeySet keys() throws IOException {
        return TufRepoWork.keys(spec, threshold == null ? 1 : threshold, newKeys);
    }

    private RepositoryChange toTeam(RepositoryChange change, String name) throws IOException {
        KeySet keys = keys();
        return change.withDelegation(
                role, Usage.parsed(spec, () -> new TeamDelegation(name, keys, paths, terminating)));
    }

    private RepositoryChange toBins(RepositoryChange change, int count) throws IOException {
        if (newKeys.isEmpty()) {
            return Usage.parsed(spec, () -> change.withBinCount(role, count));
        }
        KeySet keys = keys();
        String begin = prefix == null ? "bin" : prefix;
        HashBins.Form form = succinct ? HashBins.Form.SUCCINCT : HashBins.Form.PATH_HASH_PREFIXES;
        return change.withHashBins(
                role, Usage.parsed(spec, () -> HashBins.of(begin, count, keys).withForm(form)));
    }
}

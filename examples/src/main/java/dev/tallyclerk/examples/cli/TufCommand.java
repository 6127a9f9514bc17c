package dev.tallyclerk.examples.cli;

import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.MetadataFetcher;
import dev.tallyclerk.trust.tuf.TargetFetcher;
import dev.tallyclerk.trust.tuf.TufClient;
import dev.tallyclerk.trust.tuf.TufException;
import dev.tallyclerk.trust.tuf.TufListener;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * {@code tallyclerk tuf}: a TUF client whose options, files and exit status are those by which the public conformance
 * suite drives clients.
 */
@Command(
        name = "tuf",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeOnInvalidInput = ExitCode.REJECTED,
        description = {
            "Keeps the metadata of a TUF repository up to date, downloads what it vouches for, and shows it.",
            "The options may stand before or after init, refresh and download."
        },
        footer = {
            "",
            "Exit status of init, refresh and download: 0 done; 1 not, whatever the reason. The metadata folder has"
                    + " root.json, timestamp.json, snapshot.json and targets.json as they were received, and a file for"
                    + " each delegated role, all of them verified."
        })
final class TufCommand implements Runnable {
    private final Terminal terminal;
    private final Clock clock;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--metadata-dir",
            scope = ScopeType.INHERIT,
            paramLabel = "DIR",
            description = "The folder with the trusted metadata.")
    private @Nullable Path metadataDir;

    @Option(
            names = "--metadata-url",
            scope = ScopeType.INHERIT,
            paramLabel = "URL",
            description = "Where the repository's metadata is; http, https or file.")
    private @Nullable String metadataUrl;

    @Option(
            names = "--target-name",
            scope = ScopeType.INHERIT,
            paramLabel = "NAME",
            description = "The path of a target, as metadata writes it; may be repeated.")
    private List<String> targetNames = List.of();

    @Option(
            names = "--target-base-url",
            scope = ScopeType.INHERIT,
            paramLabel = "URL",
            description = "Where the repository's target files are; http, https or file.")
    private @Nullable String targetBaseUrl;

    @Option(
            names = "--target-dir",
            scope = ScopeType.INHERIT,
            paramLabel = "DIR",
            description = "The folder for downloaded targets.")
    private @Nullable Path targetDir;

    private TufCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    static CommandLine commandLine(Terminal terminal, Clock clock) {
        TufCommand tuf = new TufCommand(terminal, clock);
        return new CommandLine(tuf)
                .addSubcommand(new TufInitCommand(tuf))
                .addSubcommand(new TufRefreshCommand(tuf))
                .addSubcommand(new TufDownloadCommand(tuf))
                .addSubcommand(new TufInspectCommand(terminal, clock));
    }

    /** What a command does, with the failures that it ends with. */
    @FunctionalInterface
    interface Work {
        void run() throws IOException, TufException;
    }

    /** Does it and returns the exit status; a failure is told in one line. */
    int run(Work work) {
        try {
            work.run();
            return ExitCode.ACCEPTED;
        } catch (IOException | TufException e) {
            terminal.err().println("tallyclerk: " + Messages.of(e));
            return ExitCode.REJECTED;
        }
    }

    Terminal terminal() {
        return terminal;
    }

    MetadataStore store() {
        return MetadataStore.inDirectory(given(metadataDir, "--metadata-dir"));
    }

    /** {@return a client of the repository, on the metadata folder} */
    TufClient.Builder client() {
        URI base = uri(metadataUrl, "--metadata-url");
        MetadataStore store = store();
        return TufClient.builder(parsed(() -> MetadataFetcher.ofUri(base), "--metadata-url"))
                .trustedRootFromStore()
                .store(store)
                .clock(clock)
                .listener(new TufListener() {
                    @Override
                    public void storedFileRefused(String role, TufException why) {
                        terminal.err().println("tallyclerk: fetched again: " + Messages.of(why));
                    }
                });
    }

    TargetFetcher targets() {
        URI base = uri(targetBaseUrl, "--target-base-url");
        return parsed(() -> TargetFetcher.ofUri(base), "--target-base-url");
    }

    List<String> targetNames() {
        if (targetNames.isEmpty()) {
            throw usage("--target-name is missing");
        }
        return targetNames;
    }

    Path targetDir() {
        return given(targetDir, "--target-dir");
    }

    private URI uri(@Nullable String text, String option) {
        String url = given(text, option);
        return parsed(() -> URI.create(url), option);
    }

    private <T> T parsed(Supplier<T> maker, String option) {
        try {
            return maker.get();
        } catch (IllegalArgumentException e) {
            throw usage(option + ": " + Messages.of(e));
        }
    }

    private <T> T given(@Nullable T value, String option) {
        if (value == null) {
            throw usage(option + " is missing");
        }
        return value;
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    @Override
    public void run() {
        throw usage("say what to do: init, refresh, download or inspect");
    }
}

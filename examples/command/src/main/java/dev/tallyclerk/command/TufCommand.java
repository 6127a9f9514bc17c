package dev.tallyclerk.command;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * {@code tallyclerk tuf}: a TUF client with the options, files and exit status that the TUF conformance suite expects.
 */
@Command(
        name = "tuf",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeOnInvalidInput = ExitCode.REJECTED,
        description = {
            "Keeps the metadata of a TUF repository up to date, downloads its targets, and shows its metadata.",
            "Options can stand before or after init, refresh and download.",
            "Accepts RSA keys that metadata declares with rsa-pkcs1v15-sha256 or -sha512, for old"
                    + " repositories; verify --trust does not."
        },
        footer = {
            "",
            "Exit status of init, refresh and download: 0 done; 1 failed, for any reason. The"
                    + " metadata folder has root.json, timestamp.json, snapshot.json and targets.json as they"
                    + " were received, and a file for each delegated role, all verified."
        })
final class TufCommand implements Runnable, TufActions.Runner {
    private final Terminal terminal;
    private final Clock clock;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--metadata-dir",
            scope = ScopeType.INHERIT,
            paramLabel = "DIR",
            description = "Folder with the trusted metadata.")
    private @Nullable Path metadataDir;

    @Option(
            names = "--metadata-url",
            scope = ScopeType.INHERIT,
            paramLabel = "URL",
            description = "URL of the repository's metadata; http, https or file.")
    private @Nullable String metadataUrl;

    @Option(
            names = "--target-name",
            scope = ScopeType.INHERIT,
            paramLabel = "NAME",
            description = "Path of a target, as in the metadata. Repeatable.")
    private List<String> targetNames = List.of();

    @Option(
            names = "--target-base-url",
            scope = ScopeType.INHERIT,
            paramLabel = "URL",
            description = "URL of the repository's target files; http, https or file.")
    private @Nullable String targetBaseUrl;

    @Option(
            names = "--target-dir",
            scope = ScopeType.INHERIT,
            paramLabel = "DIR",
            description = "Folder for downloaded targets.")
    private @Nullable Path targetDir;

    @Option(
            names = "--offline",
            scope = ScopeType.INHERIT,
            description = "refresh and download: use only what the metadata folder has, and no network. Needs no"
                    + " URL; a target must be in its folder already.")
    private boolean offline;

    @Option(
            names = "--allow-expired",
            scope = ScopeType.INHERIT,
            description = "refresh and download: accept expired metadata, with a warning. The mirror then"
                    + " decides how old it is.")
    private boolean allowExpired;

    @Option(
            names = "--ca",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description = "refresh and download: also trust the certificate authorities in this PEM file.")
    private @Nullable Path authorities;

    @Option(
            names = "--max-time",
            scope = ScopeType.INHERIT,
            paramLabel = "SECONDS",
            description = "refresh and download: time limit for a file; default two minutes, and an hour for a target.")
    private @Nullable Integer maxTime;

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
                .addSubcommand(new TufInspectCommand(tuf::metadataDir, terminal, clock));
    }

    private Optional<Path> metadataDir() {
        return Optional.ofNullable(metadataDir);
    }

    /** Runs an action; a missing argument is a usage error. */
    @Override
    public int run(Function<TufActions, TufActions.Work> action) {
        TufArguments arguments = new TufArguments();
        arguments.metadataDir = metadataDir;
        arguments.metadataUrl = metadataUrl;
        arguments.targetNames = targetNames;
        arguments.targetBaseUrl = targetBaseUrl;
        arguments.targetDir = targetDir;
        arguments.offline = offline;
        arguments.allowExpired = allowExpired;
        Integer seconds = maxTime;
        if (seconds != null) {
            if (seconds < 1) {
                throw Usage.error(spec, "--max-time must be at least 1 second");
            }
            arguments.maxTime = Duration.ofSeconds(seconds);
        }
        Path file = authorities;
        if (file != null) {
            arguments.authorities = Authorities.read(spec, file);
        }
        TufActions actions = new TufActions(terminal, clock, arguments);
        TufActions.Work work;
        try {
            work = action.apply(actions);
        } catch (IllegalArgumentException e) {
            throw Usage.error(spec, Messages.of(e));
        }
        return actions.run(work);
    }

    @Override
    public void run() {
        throw Usage.error(spec, "no action given: use init, refresh, download or inspect");
    }
}

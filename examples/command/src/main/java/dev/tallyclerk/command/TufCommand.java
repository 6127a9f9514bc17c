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
            "The options may stand before or after init, refresh and download.",
            "Keys of RSA that metadata declares with rsa-pkcs1v15-sha256 or -sha512 count here, as old repositories need"
                    + " it; verify --trust does not take them."
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

    @Option(
            names = "--offline",
            scope = ScopeType.INHERIT,
            description = "refresh and download: ask nobody, and go by what the metadata folder has."
                    + " Needs no URL; a target has to be in its folder.")
    private boolean offline;

    @Option(
            names = "--allow-expired",
            scope = ScopeType.INHERIT,
            description = "refresh and download: take metadata that has expired, too, and say so."
                    + " The owner of the mirror then decides how old it is.")
    private boolean allowExpired;

    @Option(
            names = "--ca",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description = "refresh and download: trust the certificate authorities of this PEM file too.")
    private @Nullable Path authorities;

    @Option(
            names = "--max-time",
            scope = ScopeType.INHERIT,
            paramLabel = "SECONDS",
            description =
                    "refresh and download: give up on a file after so long; default two minutes, and an hour for a"
                            + " target.")
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
                .addSubcommand(new TufInspectCommand(tuf, terminal, clock));
    }

    /** {@return the folder that was named by an option, if one was} */
    Optional<Path> metadataDir() {
        return Optional.ofNullable(metadataDir);
    }

    /** Prepares an action, which ends with a hint if an argument is missing, and runs it. */
    int run(Function<TufActions, TufActions.Work> action) {
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
                throw Usage.error(spec, "--max-time is a number of seconds from 1 on");
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
        throw Usage.error(spec, "say what to do: init, refresh, download or inspect");
    }
}

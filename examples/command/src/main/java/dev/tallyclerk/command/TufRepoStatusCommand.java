package dev.tallyclerk.command;

import dev.tallyclerk.trust.publish.RepositoryStatus;
import dev.tallyclerk.trust.publish.TufRepository;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tallyclerk tuf-repo status}: says what expires when. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {"Says which version of each role is published, and when it expires."})
final class TufRepoStatusCommand implements Callable<Integer> {
    private final TufRepoWork work;
    private final Clock clock;

    @Parameters(paramLabel = "REPO", description = "Folder of the repository.", index = "0")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path repository;

    @Option(
            names = "--within",
            paramLabel = "DAYS",
            defaultValue = "0",
            description = "End with status 1 if something expires within so many days; default 0.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private int withinDays;

    @Option(names = "--role", paramLabel = "ROLE", description = "Only this role. Repeatable; default all.")
    private List<String> only = List.of();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or json; default text.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Format format;

    /** Formats of the report. */
    enum Format {
        TEXT,
        JSON
    }

    TufRepoStatusCommand(TufRepoWork work, Clock clock) {
        this.work = work;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        Instant limit = clock.instant().plus(Duration.ofDays(withinDays));
        return work.run(() -> {
            RepositoryStatus all = TufRepository.open(repository, clock).status();
            RepositoryStatus status = new RepositoryStatus(all.roles().stream()
                    .filter(role -> only.isEmpty() || only.contains(role.role()))
                    .toList());
            if (format == Format.JSON) {
                work.writeJson(status, limit);
            } else {
                status.roles()
                        .forEach(role -> work.say(role.role() + ": version " + role.version() + ", expires "
                                + role.expires() + ", " + role.threshold() + " of "
                                + role.keyIds().size() + " keys"
                                + (role.expires().isAfter(limit) ? "" : " - DUE")));
            }
            return status.expiredAt(limit).isEmpty() ? ExitCode.ACCEPTED : ExitCode.REJECTED;
        });
    }
}

package dev.tallyclerk.command;

import dev.tallyclerk.trust.publish.RepositoryStatus;
import dev.tallyclerk.trust.publish.TufRepository;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tallyclerk tuf-repo status}: says what expires when. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {"Says which version of each role is published, and when it expires."})
final class TufRepoStatusCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Clock clock;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private TufRepoPlace repository;

    @Option(
            names = "--within",
            paramLabel = "DAYS",
            defaultValue = "0",
            description = "End with status 1 if something expires within so many days; default 0.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private int withinDays;

    @Option(names = "--role", paramLabel = "ROLE", description = "Only this role. Repeatable; default all.")
    private List<String> only = List.of();

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private TufRepoOutput output;

    TufRepoStatusCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        Instant limit = clock.instant().plus(Duration.ofDays(withinDays));
        return TufRepoWork.run(terminal, () -> {
            RepositoryStatus all =
                    TufRepository.open(repository.place(terminal), clock).status();
            RepositoryStatus status = new RepositoryStatus(all.roles().stream()
                    .filter(role -> only.isEmpty() || only.contains(role.role()))
                    .toList());
            if (output.isJson()) {
                writeJson(status, limit);
            } else {
                status.roles().forEach(role -> TufRepoOutput.say(terminal, words(role, limit)));
            }
            return status.expiredAt(limit).isEmpty() ? ExitCode.ACCEPTED : ExitCode.REJECTED;
        });
    }

    private static String words(RepositoryStatus.RoleStatus role, Instant limit) {
        return role.role() + ": version " + role.version() + ", expires " + role.expires() + ", " + role.threshold()
                + " of " + role.keyIds().size() + " keys" + (role.expires().isAfter(limit) ? "" : " - DUE");
    }

    /** Writes the status; {@code due} of a role says whether it expires until the limit. */
    private void writeJson(RepositoryStatus status, Instant limit) throws IOException {
        JsonOutput json = new JsonOutput(terminal.out());
        json.beginObject().member("schema", "dev.tallyclerk.tuf-repository-status");
        json.member("due", !status.expiredAt(limit).isEmpty());
        json.name("roles").beginArray();
        for (RepositoryStatus.RoleStatus role : status.roles()) {
            json.beginObject()
                    .member("role", role.role())
                    .member("version", role.version())
                    .member("expires", role.expires().toString())
                    .member("due", !role.expires().isAfter(limit))
                    .member("threshold", role.threshold())
                    .name("keyIds")
                    .beginArray();
            for (String keyId : role.keyIds()) {
                json.value(keyId);
            }
            json.endArray().endObject();
        }
        json.endArray().endObject().finish();
    }
}

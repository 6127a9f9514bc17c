package dev.tallyclerk.command;

import dev.tallyclerk.trust.publish.PublicationReport;
import dev.tallyclerk.trust.publish.PublishException;
import dev.tallyclerk.trust.publish.RepositoryPlace;
import dev.tallyclerk.trust.publish.TufRepository;
import dev.tallyclerk.trust.sign.SigningException;
import dev.tallyclerk.trust.sign.SigningKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tallyclerk tuf-repo publish}: publishes a signed request, or a new timestamp. */
@Command(
        name = "publish",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Publishes a signed request with a new snapshot and timestamp; without a request, a new timestamp.",
            "Writes nothing before enough keys have signed."
        })
final class TufRepoPublishCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Clock clock;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private TufRepoPlace repository;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(index = "1", arity = "0..1", paramLabel = "REQUEST", description = "The signed request.")
    private @Nullable Path request;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private TufRepoKeys keys;

    @Option(
            names = "--to",
            paramLabel = "REPO",
            description =
                    "Copy what is published then to another place too, which never gets older metadata than it has."
                            + " Repeatable.")
    private List<String> copies = List.of();

    @Option(names = "--dry-run", description = "Do everything but write, and say what would change.")
    private boolean dryRun;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private TufRepoOutput output;

    TufRepoPublishCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        if (keys.isEmpty()) {
            throw Usage.error(spec, "a timestamp has to be signed: give --key");
        }
        List<SigningKey> online = keys.read(terminal);
        List<RepositoryPlace> others = new ArrayList<>();
        for (String copy : copies) {
            others.add(repository.place(copy, terminal));
        }
        RepositoryPlace place = repository.place(terminal);
        return TufRepoWork.run(terminal, () -> {
            TufRepository at = TufRepository.at(place, clock);
            TufRepository published = dryRun ? at.withDryRun() : at;
            PublicationReport report = publish(place, published, online);
            int status = output.say(terminal, report, dryRun);
            if (!dryRun) {
                for (RepositoryPlace other : others) {
                    published.copyTo(other);
                }
            }
            return status;
        });
    }

    private PublicationReport publish(RepositoryPlace place, TufRepository repository, List<SigningKey> online)
            throws PublishException, SigningException, IOException {
        Path file = request;
        if (file != null) {
            return repository.publish(TufRepoWork.read(file), online);
        }
        if (!repository.exists()) {
            throw new IOException("there is no repository in " + place + "; publish its first request");
        }
        return repository.bumpTimestamp(online);
    }
}

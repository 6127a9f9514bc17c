package dev.tallyclerk.command;

import dev.tallyclerk.trust.notary.NotaryCollection;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code tallyclerk trust list}: what a Notary v1 collection lists. The JSON:
 *
 * <pre>{@code
 * {"schema": "dev.tallyclerk.notary-list", "schemaVersion": 1, "gun": TEXT, "fresh": BOOLEAN, "expires": TIME,
 *  "rootKeyIds": [HEX...], "notices": [{"kind": TEXT, "role": TEXT, "detail": TEXT}...],
 *  "targets": [{"name": TEXT, "digests": [DIGEST...], "size": NUMBER, "role": TEXT, "released": BOOLEAN}...]}
 * }</pre>
 *
 * where {@code released} says whether {@code docker pull} accepts the name.
 */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Verifies a Notary v1 collection and lists its targets, as notary list does: name, digest, size and role.",
            "Of several roles that list a name, the first counts."
        },
        footer = {
            "",
            "Exit status: 0 listed; 1 the collection is not trusted, or there is none; 3 usage error or unreadable"
                    + " input; 4 server or network error."
        })
final class TrustListCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Clock clock;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private NotaryOptions notary;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or json; default text.")
    private NotaryReport.Format format = NotaryReport.Format.TEXT;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private RegistryAccess registry;

    TrustListCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        return notary.run(terminal, notary.client(terminal, clock, registry.clients(terminal), true), this::write);
    }

    private int write(NotaryCollection collection) throws IOException {
        if (format == NotaryReport.Format.JSON) {
            writeJson(collection);
            return ExitCode.ACCEPTED;
        }
        List<TargetInfo> targets = collection.targets();
        if (targets.isEmpty()) {
            terminal.out().println("No targets present in this repository.");
            return ExitCode.ACCEPTED;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("NAME", "DIGEST", "SIZE (BYTES)", "ROLE"));
        targets.forEach(target -> rows.add(NotaryReport.cells(target)));
        NotaryReport.table(rows, terminal.out());
        return ExitCode.ACCEPTED;
    }

    private void writeJson(NotaryCollection collection) throws IOException {
        JsonOutput json = new JsonOutput(terminal.out());
        json.beginObject().member("schema", "dev.tallyclerk.notary-list").member("schemaVersion", 1);
        NotaryReport.members(collection, notary.isConfirmed(collection), json);
        json.name("targets").beginArray();
        for (TargetInfo target : collection.targets()) {
            json.beginObject().member("name", target.path());
            NotaryReport.digests(target.digests(), json);
            json.member("size", target.length()).member("role", target.role());
            json.member(
                    "released",
                    collection
                            .releasedTarget(target.path())
                            .filter(target::equals)
                            .isPresent());
            json.endObject();
        }
        json.endArray().endObject().finish();
    }
}

package dev.tallyclerk.command;

import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.notary.NotaryClient;
import dev.tallyclerk.trust.notary.NotaryCollection;
import dev.tallyclerk.trust.notary.SavedCollection;
import dev.tallyclerk.trust.notary.metadata.NotaryException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code tallyclerk trust save}: keeps a Notary v1 collection. The JSON:
 *
 * <pre>{@code
 * {"schema": "dev.tallyclerk.notary-save", "schemaVersion": 1, "gun": TEXT, ...as trust list, "archive": PATH,
 *  "targets": NUMBER, "files": [NAME...], "missingRoots": [NUMBER as text...]}
 * }</pre>
 */
@Command(
        name = "save",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Verifies a Notary v1 collection and keeps it with all of its roots in one archive, which --saved and trust"
                    + " policies read after the server is gone.",
            "The archive is a ZIP file with the metadata as the server signed it, and nothing else."
        },
        footer = {
            "",
            "Exit status: 0 saved; 1 the collection is not trusted, or there is none; 2 saved, but the server does not"
                    + " have every root; 3 usage error or unreadable input; 4 server or network error."
        })
final class TrustSaveCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Clock clock;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private NotaryOptions notary;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "File for the archive.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path out;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or json; default text.")
    private NotaryReport.Format format = NotaryReport.Format.TEXT;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private RegistryAccess registry;

    TrustSaveCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        if (notary.isOffline()) {
            throw Usage.error(spec, "--offline: the roots before the newest are at the server");
        }
        NotaryClient client = notary.client(terminal, clock, registry.clients(terminal), true);
        return notary.run(terminal, client, collection -> save(client, collection));
    }

    private int save(NotaryClient client, NotaryCollection collection) throws NotaryException, IOException {
        SavedCollection saved = client.save(collection);
        Path unfinished = out.resolveSibling(out.getFileName() + ".part");
        try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(unfinished))) {
            saved.write(file);
        }
        Files.move(unfinished, out, StandardCopyOption.REPLACE_EXISTING);
        if (!saved.missingRoots().isEmpty()) {
            terminal.err()
                    .println("tallyclerk: the server does not have the roots of the versions " + saved.missingRoots()
                            + "; a client that trusts one before them may not read the copy");
        }
        if (format == NotaryReport.Format.JSON) {
            writeJson(saved);
        } else {
            NotaryReport.line(collection, notary.isConfirmed(collection), terminal.out());
            terminal.out()
                    .println(Quoted.printable(out.toString()) + ": "
                            + collection.targets().size()
                            + " targets in " + saved.fileNames().size() + " files, root version "
                            + collection.version("root").orElse(0));
            collection.rootKeyIds().forEach(id -> terminal.out().println("read it with --pin " + id));
        }
        return saved.missingRoots().isEmpty() ? ExitCode.ACCEPTED : ExitCode.INCOMPLETE;
    }

    private void writeJson(SavedCollection saved) throws IOException {
        JsonOutput json = new JsonOutput(terminal.out());
        json.beginObject().member("schema", "dev.tallyclerk.notary-save").member("schemaVersion", 1);
        NotaryReport.members(saved.collection(), notary.isConfirmed(saved.collection()), json);
        json.member("archive", out.toString());
        json.member("targets", saved.collection().targets().size());
        NotaryReport.texts("files", saved.fileNames(), json);
        NotaryReport.texts(
                "missingRoots",
                saved.missingRoots().stream().map(String::valueOf).toList(),
                json);
        json.endObject().finish();
    }
}

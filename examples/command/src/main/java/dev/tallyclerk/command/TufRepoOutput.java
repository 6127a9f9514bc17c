package dev.tallyclerk.command;

import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.publish.PendingMetadata;
import dev.tallyclerk.trust.publish.PublicationReport;
import dev.tallyclerk.trust.publish.PublishException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import picocli.CommandLine.Option;

/**
 * The report of a {@code tuf-repo} command about a signing request or a publication. The JSON:
 *
 * <pre>{@code
 * {"schema": "dev.tallyclerk.tuf-repo", "schemaVersion": 1, "changes": [TEXT, ...], "roles"?: [ROLE, ...],
 *  "missing"?: [TEXT, ...], "complete"?: BOOL, "written"?: BOOL, "files"?: [NAME, ...]}
 * }</pre>
 *
 * <p>A request has {@code roles} to {@code complete}, a publication {@code written}, which is false in a dry run, and
 * {@code files}.
 */
final class TufRepoOutput {
    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or json; default text.")
    private Format format = Format.TEXT;

    /** Formats of the report. */
    enum Format {
        TEXT,
        JSON
    }

    boolean isJson() {
        return format == Format.JSON;
    }

    /** Writes a request, and says what it changes and who has to sign. */
    int write(Terminal terminal, PendingMetadata pending, Path request) throws PublishException, IOException {
        save(pending, request);
        return say(terminal, pending);
    }

    /** Writes a request. */
    static void save(PendingMetadata pending, Path request) throws PublishException, IOException {
        Path unfinished = request.resolveSibling(request.getFileName() + ".part");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(unfinished))) {
            pending.write(out);
        }
        Files.move(unfinished, request, StandardCopyOption.REPLACE_EXISTING);
    }

    int say(Terminal terminal, PendingMetadata pending) throws PublishException, IOException {
        if (isJson()) {
            JsonOutput json = begin(terminal);
            texts(json, "changes", pending.describe());
            texts(json, "roles", pending.roles());
            texts(json, "missing", pending.missing());
            json.member("complete", pending.isComplete()).endObject().finish();
            return ExitCode.ACCEPTED;
        }
        pending.describe().forEach(line -> say(terminal, line));
        pending.missing().forEach(line -> say(terminal, "missing: " + line));
        if (pending.isComplete()) {
            say(terminal, "complete: it can be published");
        }
        return ExitCode.ACCEPTED;
    }

    int say(Terminal terminal, PublicationReport report, boolean dryRun) throws IOException {
        if (isJson()) {
            JsonOutput json = begin(terminal);
            texts(json, "changes", report.changes());
            json.member("written", !dryRun);
            texts(json, "files", report.files());
            json.endObject().finish();
            return ExitCode.ACCEPTED;
        }
        report.changes().forEach(line -> say(terminal, line));
        report.files().forEach(file -> say(terminal, (dryRun ? "would write " : "wrote ") + file));
        return ExitCode.ACCEPTED;
    }

    private static JsonOutput begin(Terminal terminal) throws IOException {
        return new JsonOutput(terminal.out())
                .beginObject()
                .member("schema", "dev.tallyclerk.tuf-repo")
                .member("schemaVersion", 1);
    }

    private static void texts(JsonOutput json, String name, List<String> texts) throws IOException {
        json.name(name).beginArray();
        for (String text : texts) {
            json.value(text);
        }
        json.endArray();
    }

    static void say(Terminal terminal, String line) {
        terminal.out().println(Quoted.printable(line));
    }
}

package dev.tallyclerk.command;

import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.location.ImageLocation;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code tallyclerk tags}: lists the tags of a repository. The JSON:
 *
 * <pre>{@code
 * {"schema": "dev.tallyclerk.tags", "schemaVersion": 1, "repository": TEXT, "tags": [TEXT...]}
 * }</pre>
 */
@Command(
        name = "tags",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Lists the tags of a repository, in the registry's order.",
            "The list is what the registry says; no image is verified."
        },
        footer = {"", "Exit status: 0 listed; 3 usage error or unreadable input; 4 registry or network error."})
final class TagsCommand implements Callable<Integer> {
    private static final String SCHEMA = "dev.tallyclerk.tags";
    private static final int SCHEMA_VERSION = 1;

    private final Terminal terminal;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "REPOSITORY", description = "[docker://][HOST/]REPOSITORY; without HOST, Docker Hub.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String repository;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or json; default text.")
    private Format format = Format.TEXT;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private RegistryAccess registry;

    /** Formats of the list. */
    enum Format {
        TEXT,
        JSON
    }

    TagsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        Reference name = name();
        List<String> tags =
                registry.clients(terminal).ofLists(name).repository(name).tags();
        if (format == Format.JSON) {
            writeJson(name, tags);
        } else {
            tags.forEach(tag -> terminal.out().println(Quoted.printable(tag)));
        }
        terminal.out().flush();
        return ExitCode.ACCEPTED;
    }

    private Reference name() {
        try {
            Reference name = ImageLocation.repository(repository);
            String more = name.tag().map(tag -> ":" + tag).orElse("")
                    + name.digest().map(digest -> "@" + digest).orElse("");
            if (more.isEmpty()) {
                return name;
            }
            throw Usage.error(spec, "remove " + Quoted.quote(more) + " from REPOSITORY: all tags are listed");
        } catch (IllegalArgumentException e) {
            throw Usage.error(spec, Messages.of(e));
        }
    }

    private void writeJson(Reference name, List<String> tags) throws IOException {
        JsonOutput json = new JsonOutput(terminal.out());
        json.beginObject().member("schema", SCHEMA).member("schemaVersion", SCHEMA_VERSION);
        json.member("repository", name.toString()).name("tags").beginArray();
        for (String tag : tags) {
            json.value(tag);
        }
        json.endArray().endObject().finish();
    }
}

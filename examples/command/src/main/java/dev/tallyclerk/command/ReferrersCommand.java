package dev.tallyclerk.command;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.client.Repository;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.location.ImageLocation;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code tallyclerk referrers}: what says that it is about an image, for a person, or for a program:
 *
 * <pre>{@code
 * {"schema": "dev.tallyclerk.referrers", "schemaVersion": 1, "image": TEXT, "digest": DIGEST,
 *  "referrers": [{"mediaType": TEXT, "digest": DIGEST, "size": BYTES, "artifactType"?: TEXT, "annotations": {TEXT...}}
 *                ...]}
 * }</pre>
 */
@Command(
        name = "referrers",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Lists the artifacts that refer to an image, such as signatures and SBOMs.",
            "The list is what the registry says; no artifact is fetched or verified."
        },
        footer = {"", "Exit status: 0 listed; 3 usage error or unreadable input; 4 registry or network error."})
final class ReferrersCommand implements Callable<Integer> {
    private static final String SCHEMA = "dev.tallyclerk.referrers";
    private static final int SCHEMA_VERSION = 1;

    private final Terminal terminal;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            paramLabel = "IMAGE",
            description = "[docker://][HOST/]REPOSITORY[:TAG|@DIGEST]; without HOST, Docker Hub.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String image;

    @Option(
            names = "--artifact-type",
            paramLabel = "TYPE",
            description = "List only artifacts of this type, for example application/spdx+json.")
    private @Nullable String artifactType;

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

    ReferrersCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        Reference name = name();
        if (artifactType != null && !MediaType.isValid(artifactType)) {
            throw Usage.error(spec, "--artifact-type must be a media type, not " + Quoted.quote(artifactType));
        }
        RegistryClient client = registry.clients(terminal).ofLists(name);
        Digest subject;
        try (ImageSource source = client.image(name)) {
            subject = name.digest().isPresent()
                    ? name.digest().get()
                    : source.resolve().digest();
        }
        Repository repository = client.repository(name);
        String type = artifactType;
        List<Descriptor> referrers = type == null ? repository.referrers(subject) : repository.referrers(subject, type);
        if (format == Format.JSON) {
            writeJson(name, subject, referrers);
        } else {
            writeText(referrers);
        }
        terminal.out().flush();
        return ExitCode.ACCEPTED;
    }

    private Reference name() {
        try {
            return ImageLocation.registry(image).reference().orElseThrow();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), Messages.of(e));
        }
    }

    private void writeText(List<Descriptor> referrers) {
        for (Descriptor referrer : referrers) {
            terminal.out()
                    .println(String.format(
                            Locale.ROOT,
                            "%s  %10s  %s",
                            referrer.digest(),
                            Sizes.of(referrer.size()),
                            Quoted.printable(referrer.artifactType().orElse("of no stated type"))));
        }
    }

    private void writeJson(Reference name, Digest subject, List<Descriptor> referrers) throws IOException {
        JsonOutput json = new JsonOutput(terminal.out());
        json.beginObject().member("schema", SCHEMA).member("schemaVersion", SCHEMA_VERSION);
        json.member("image", name.toString()).member("digest", subject.toString());
        json.name("referrers").beginArray();
        for (Descriptor referrer : referrers) {
            json.beginObject().member("mediaType", referrer.mediaType());
            json.member("digest", referrer.digest().toString()).member("size", referrer.size());
            if (referrer.artifactType().isPresent()) {
                json.member("artifactType", referrer.artifactType().get());
            }
            json.name("annotations").beginObject();
            for (Map.Entry<String, String> annotation : referrer.annotations().entrySet()) {
                json.member(annotation.getKey(), annotation.getValue());
            }
            json.endObject().endObject();
        }
        json.endArray().endObject().finish();
    }
}

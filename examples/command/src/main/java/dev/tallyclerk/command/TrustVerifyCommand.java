package dev.tallyclerk.command;

import dev.tallyclerk.evidence.TrustResult;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.image.SourceCandidate;
import dev.tallyclerk.registry.location.ImageLocation;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.policy.TrustVerifier;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code tallyclerk trust verify}: decides on the signatures of an image. The JSON:
 *
 * <pre>{@code
 * {"schema": "dev.tallyclerk.trust", "schemaVersion": 1, "source": TEXT, "trust": {...}}
 * }</pre>
 *
 * where {@code trust} is the document of {@link dev.tallyclerk.evidence.TrustReporter}.
 */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Decides whether those who have to vouch for an image do.",
            "Reads the manifest and what is attached to it, and no layer: use tallyclerk verify before you load it."
        },
        footer = {
            "",
            "Exit status: 0 accepted; 1 rejected; 2 incomplete, something could not be checked; 3 usage error or"
                    + " unreadable input; 4 registry or network error."
        })
final class TrustVerifyCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Clock clock;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            paramLabel = "SOURCE",
            description = "docker://HOST/REPOSITORY[:TAG|@DIGEST], oci:DIR[:REF] or oci-archive:FILE[:REF].")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String source;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "The whole name by which the image will be loaded; default SOURCE's.")
    private @Nullable String name;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private TrustOptions trust;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or json; default text.")
    private Format format = Format.TEXT;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ColourOption colour;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private AttachmentOptions attachments;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private RegistryAccess registry;

    /** Formats of the report. */
    enum Format {
        TEXT,
        JSON
    }

    TrustVerifyCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        trust.check(spec);
        if (trust.isEmpty()) {
            throw Usage.error(
                    spec,
                    "say who has to have signed: --trust-policy, --key, --certificate-identity or --content-trust");
        }
        ImageLocation from = SourceText.parse(spec, terminal, source);
        Optional<Reference> named = named(spec, name, from);
        RegistryAccess.Clients clients = registry.clients(terminal);
        TrustVerifier verifier = trust.verifier(spec, clock, new TrustRepositories(terminal, clock, clients, null));
        TrustResult result;
        String where;
        try (ImageSource image = attachments.applied(
                from,
                named,
                Usage.parsed(spec, () -> from.open(clients::of, terminal.temporaryFolder())),
                registry,
                clients)) {
            result = verifier.vouch(named, SourceCandidate.of(image, DocumentLimits.defaults()));
            where = image.name();
        }
        if (format == Format.JSON) {
            JsonOutput json = new JsonOutput(terminal.out());
            json.beginObject().member("schema", "dev.tallyclerk.trust").member("schemaVersion", 1);
            json.member("source", where).name("trust");
            TrustJson.write(result, json);
            json.endObject().finish();
        } else {
            TextStyle style = terminal.style(colour.mode());
            terminal.out().println(style.bold(Quoted.printable(where)));
            result.digest().ifPresent(digest -> terminal.out().println(digest.digest()));
            TrustText.write(result, terminal.out(), style);
            DecisionText.write(result.decision(), terminal.out(), style);
        }
        terminal.out().flush();
        return ExitCode.of(result.decision());
    }

    /** {@return the name by which an image will be loaded} */
    static Optional<Reference> named(CommandSpec spec, @Nullable String name, ImageLocation from) {
        return name == null ? from.reference() : Optional.of(Usage.parsed(spec, () -> Reference.parseNormalized(name)));
    }
}

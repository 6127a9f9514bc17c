package dev.tallyclerk.command;

import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tallyclerk inspect}: what an image's documents say, once they are the ones that their digests promise. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Shows what the documents of an image say: index, manifest and configuration.",
            "Each is compared with the digest that leads to it before it is shown. Layers are not read. Whether the"
                    + " image is safe to load is for verify to say."
        },
        footer = {
            "",
            "Exit status: 0 shown; 1 a document fails verification, or there is no such platform; 2 a document is of"
                    + " a kind that cannot be verified; 3 wrong use, or something could not be read."
        })
final class InspectCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            paramLabel = "SOURCE",
            description = {
                "docker://HOST/REPOSITORY[:TAG|@DIGEST], oci:DIR[:REF], oci-archive:FILE[:REF] or",
                "docker-archive:FILE[:REF]; @DIGEST may stand for :REF in the OCI layouts, and",
                "the image's ID or @N, its place, for REF in a docker archive."
            })
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String source;

    @Option(
            names = "--platform",
            paramLabel = "OS/ARCH[/VARIANT]",
            description = "Look into the image of an index for exactly this platform; default the index itself.")
    private @Nullable String platform;

    @Option(names = "--raw", description = "Write the exact bytes of the manifest, or of the index, and nothing else.")
    private boolean raw;

    @Option(names = "--format", paramLabel = "FORMAT", description = "text or json; default text.")
    private @Nullable Format format;

    @Option(
            names = "--color",
            paramLabel = "WHEN",
            defaultValue = "auto",
            description = "auto, always or never; default auto.")
    private Terminal.ColourMode colour = Terminal.ColourMode.AUTO;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private RegistryAccess registry;

    /** How the documents are shown. */
    enum Format {
        TEXT,
        JSON
    }

    InspectCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        if (raw && format != null) {
            throw Usage.error(spec, "--raw and --format exclude each other");
        }
        SourceSpec from = Usage.parsed(spec, () -> SourceSpec.parse(source));
        String wanted = platform;
        Platform chosen = wanted == null ? null : Usage.parsed(spec, () -> Platform.parse(wanted));
        RegistryAccess.Clients clients = registry.clients(terminal);
        try (ImageSource image = opened(from, clients)) {
            Inspection inspection = Inspection.of(image, chosen);
            write(inspection);
            return inspection.exitCode();
        } catch (VerificationException e) {
            boolean unknown = e.reason() == VerificationException.Reason.UNSUPPORTED_ALGORITHM;
            return refused(e.reason() + ": " + Messages.of(e), unknown);
        } catch (MalformedDocumentException e) {
            boolean unknown = e.reason() == MalformedDocumentException.Reason.UNSUPPORTED;
            return refused(e.reason() + ": " + Messages.of(e), unknown);
        } catch (Inspection.RefusedException e) {
            return refused(Messages.of(e), false);
        }
    }

    private void write(Inspection inspection) throws IOException {
        if (raw) {
            terminal.out().write(inspection.shown().bytes());
        } else if (format == Format.JSON) {
            InspectJson.write(inspection, terminal.out());
        } else {
            InspectText.write(
                    inspection, terminal.out(), new TextReport.Style(terminal.colour(colour), terminal.unicode()));
        }
        terminal.out().flush();
    }

    private int refused(String because, boolean undecided) {
        terminal.err().println("tallyclerk: " + Quoted.printable(source) + " is not shown: " + because);
        return undecided ? ExitCode.INCOMPLETE : ExitCode.REJECTED;
    }

    private ImageSource opened(SourceSpec from, RegistryAccess.Clients clients) throws IOException {
        return Usage.parsed(spec, () -> from.open(clients::of, terminal.temporaryFolder()));
    }
}

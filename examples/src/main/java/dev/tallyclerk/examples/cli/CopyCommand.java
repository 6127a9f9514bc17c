package dev.tallyclerk.examples.cli;

import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.client.Credentials;
import dev.tallyclerk.registry.layout.CopyException;
import dev.tallyclerk.registry.layout.CopyResult;
import dev.tallyclerk.registry.layout.ImageCopier;
import dev.tallyclerk.registry.layout.ImageSource;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.model.RegistryLimits;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tallyclerk copy}: an image from one place to another, byte for byte. */
@Command(
        name = "copy",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Copies an image, and changes not a byte of it.",
            "Every manifest and blob is compared with the digest that leads to it while it is copied. If one is not"
                    + " what it should be, what DEST had stays. Whether the image is safe to load is for verify to say."
        },
        footer = {
            "",
            "Exit status: 0 copied; 1 the image is not what it should be, or has no such platform; 2 it is of a kind that"
                    + " cannot be verified or that DEST cannot hold; 3 wrong use, or something could not be read or"
                    + " written."
        })
final class CopyCommand implements Callable<Integer> {
    private static final Platform DEFAULT_PLATFORM = Platform.of("linux", "amd64");

    private final Terminal terminal;
    private final Clock clock;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = "SOURCE",
            description = {
                "docker://HOST/REPOSITORY[:TAG|@DIGEST], oci:DIR[:REF], oci-archive:FILE[:REF] or",
                "docker-archive:FILE[:REF]; @DIGEST may stand for :REF in the OCI layouts."
            })
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String source;

    @Parameters(
            index = "1",
            paramLabel = "DEST",
            description = {
                "oci:DIR[:REF], to which the image is added, or a new file: oci-archive:FILE[:REF] or",
                "docker-archive:FILE[:NAME], which docker load and podman load take."
            })
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String destination;

    @Option(
            names = "--platform",
            paramLabel = "OS/ARCH[/VARIANT]",
            description = "Which image of an index; default linux/amd64.")
    private @Nullable String platform;

    @Option(names = "--all-platforms", description = "Copy an index as it is, with the images of all its platforms.")
    private boolean allPlatforms;

    @Option(names = "--force", description = "Replace the file that DEST names, if it is there.")
    private boolean force;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private RegistryAccess registry;

    CopyCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        SourceSpec from = parsed(() -> SourceSpec.parse(source));
        DestinationSpec to = parsed(() -> DestinationSpec.parse(destination));
        String wanted = platform;
        Platform chosen = wanted == null ? null : parsed(() -> Platform.parse(wanted));
        if (allPlatforms && chosen != null) {
            throw usage("--platform and --all-platforms exclude each other");
        }
        if (allPlatforms && !to.takesIndexes()) {
            throw usage("a docker archive holds images of one platform; give --platform, or an OCI layout");
        }
        if (to.isFile() && Files.exists(to.path()) && !force) {
            throw usage("there is " + to.path() + " already; --force replaces it");
        }
        Credentials credentials = registry.credentials(terminal);
        try (ImageSource image = opened(from, credentials)) {
            return copied(image, chosen, to);
        }
    }

    private int copied(ImageSource image, @Nullable Platform chosen, DestinationSpec to) throws IOException {
        try {
            ResolvedDigest digest = image.resolve();
            ImageCopier copier = copier(image, digest, chosen);
            CopyReport report;
            try (DestinationSpec.Open open = opened(to)) {
                CopyResult result = copied(image, digest, copier, open);
                open.finish();
                report = new CopyReport(image.name(), open.image().name(), result);
            }
            report.write(terminal.out(), terminal.colour(Terminal.ColourMode.AUTO));
            return ExitCode.ACCEPTED;
        } catch (VerificationException e) {
            boolean unknown = e.reason() == VerificationException.Reason.UNSUPPORTED_ALGORITHM;
            return refused(image, e.reason(), e, unknown);
        } catch (MalformedDocumentException e) {
            return refused(image, e.reason(), e, e.reason() == MalformedDocumentException.Reason.UNSUPPORTED);
        } catch (CopyException e) {
            return refused(image, e.reason(), e, e.reason() == CopyException.Reason.UNSUPPORTED);
        }
    }

    private CopyResult copied(ImageSource image, ResolvedDigest digest, ImageCopier copier, DestinationSpec.Open open)
            throws IOException {
        if (!terminal.errIsTerminal()) {
            return copier.copy(image, digest, open.image());
        }
        ProgressBar progress = new ProgressBar(terminal.err(), System::nanoTime);
        try {
            return copier.withListener(progress).copy(image, digest, open.image());
        } finally {
            progress.clear();
        }
    }

    /** Without a choice an index is reduced to the usual platform, and what is no index is copied as it is. */
    private ImageCopier copier(ImageSource image, ResolvedDigest digest, @Nullable Platform chosen) throws IOException {
        ImageCopier copier = ImageCopier.create();
        if (chosen != null) {
            return copier.withPlatform(chosen);
        }
        boolean index = !allPlatforms
                && image.manifest(digest, RegistryLimits.defaults()).orElse(null) instanceof ImageIndex;
        return index ? copier.withPlatform(DEFAULT_PLATFORM) : copier;
    }

    private int refused(ImageSource image, Enum<?> reason, IOException e, boolean undecided) {
        terminal.err().println("tallyclerk: " + image.name() + " is not copied: " + reason + ": " + Messages.of(e));
        return undecided ? ExitCode.INCOMPLETE : ExitCode.REJECTED;
    }

    private ImageSource opened(SourceSpec from, Credentials credentials) throws IOException {
        try {
            return from.open(reference -> registry.client(reference, credentials), terminal.temporaryFolder());
        } catch (IllegalArgumentException e) {
            throw usage(Messages.of(e));
        }
    }

    private DestinationSpec.Open opened(DestinationSpec to) throws IOException {
        try {
            return to.open(clock.instant());
        } catch (IllegalArgumentException e) {
            throw usage(Messages.of(e));
        }
    }

    private <T> T parsed(Supplier<T> parser) {
        try {
            return parser.get();
        } catch (IllegalArgumentException e) {
            throw usage(Messages.of(e));
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}

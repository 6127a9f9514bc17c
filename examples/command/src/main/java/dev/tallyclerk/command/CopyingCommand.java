package dev.tallyclerk.command;

import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.image.AttachmentCopier;
import dev.tallyclerk.registry.image.CopyResult;
import dev.tallyclerk.registry.image.ImageCopier;
import dev.tallyclerk.registry.image.ImageException;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.location.ImageLocation;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that copies an image. Which one and where to is all that they differ in. */
abstract class CopyingCommand implements Callable<Integer> {
    private static final Platform DEFAULT_PLATFORM = Platform.of("linux", "amd64");
    private static final int MOST_JOBS = 64;

    private final Terminal terminal;
    private final Clock clock;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private PlatformOption platform;

    @Option(names = "--all-platforms", description = "Copy the whole index, with the images of all platforms.")
    private boolean allPlatforms;

    @Option(
            names = "--with-attachments",
            description = "Also copy the signatures, attestations and other artifacts that are attached to the image.")
    private boolean withAttachments;

    @Option(names = "--force", description = "Replace an existing regular file at DEST. A symbolic link is followed.")
    private boolean force;

    @Option(
            names = "--no-sync",
            description = "Do not fsync the layers in oci:DIR. After a power failure the layout may be incomplete:"
                    + " use it for a folder that is then made anew.")
    private boolean noSync;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            defaultValue = "3",
            description = "Number of layers to copy in parallel to a registry or oci:DIR, 1 to 64; default 3.")
    private int jobs = 3;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or json; default text.")
    private Format format = Format.TEXT;

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

    CopyingCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    /**
     * {@return the image}
     *
     * @throws IllegalArgumentException if the argument is malformed
     */
    abstract ImageLocation source(Terminal terminal);

    /**
     * {@return the destination}
     *
     * @throws IllegalArgumentException if the argument is malformed
     */
    abstract DestinationSpec destination();

    /** {@return the upload options of a command that can push} */
    Optional<UploadOptions> uploads() {
        return Optional.empty();
    }

    /** Copies the image, reports the result, and returns the exit status. */
    @Override
    public Integer call() throws IOException {
        ImageLocation from = Usage.parsed(spec, () -> source(terminal));
        DestinationSpec to = synced(Usage.parsed(spec, this::destination));
        Platform chosen = platform.platform().orElse(null);
        refuseWhatCannotBe(chosen, to);
        if (from.isRegistry() && to instanceof DestinationSpec.Registry other) {
            registry.refuseOneOptionFor(from.reference().orElseThrow(), other.name());
        }
        RegistryAccess.Clients clients = registry.clients(terminal);
        try (ImageSource image = opened(from, clients)) {
            return run(attachments.applied(from, image, registry, clients), chosen, to, clients);
        } catch (FileAlreadyExistsException e) {
            // It was not there at the start.
            if (to.file().isPresent()) {
                throw alreadyThere(to.file().get());
            }
            throw e;
        }
    }

    private DestinationSpec synced(DestinationSpec to) {
        if (!noSync) {
            return to;
        }
        if (to instanceof DestinationSpec.Layout layout) {
            return layout.withoutFsync();
        }
        throw Usage.error(spec, "--no-sync is for what is written to oci:DIR");
    }

    private void refuseWhatCannotBe(@Nullable Platform chosen, DestinationSpec to) {
        if (allPlatforms && chosen != null) {
            throw Usage.error(spec, "--platform and --all-platforms exclude each other");
        }
        if (allPlatforms && !to.takesIndexes()) {
            throw Usage.error(spec, "a docker archive holds images of one platform; give --platform, or an OCI layout");
        }
        if (attachments.isGiven() && !withAttachments) {
            throw Usage.error(spec, "--signature-repository goes with --with-attachments");
        }
        if (withAttachments && to instanceof DestinationSpec.Docker) {
            throw Usage.error(spec, "a docker archive holds images only; use an OCI layout with --with-attachments");
        }
        uploads().ifPresent(UploadOptions::refuseWhatCannotBe);
        if (jobs < 1 || jobs > MOST_JOBS) {
            throw Usage.error(spec, "--jobs must be from 1 to " + MOST_JOBS);
        }
        Optional<Path> file = to.file().filter(path -> !force && Files.exists(path, LinkOption.NOFOLLOW_LINKS));
        if (file.isPresent()) {
            throw alreadyThere(file.get());
        }
    }

    private ParameterException alreadyThere(Path file) {
        return Usage.error(spec, file + " exists already; use --force to replace it");
    }

    private int run(ImageSource image, @Nullable Platform chosen, DestinationSpec to, RegistryAccess.Clients clients)
            throws IOException {
        ResolvedDigest digest = image.resolve();
        try {
            ImageCopier copier = copier(image, digest, chosen);
            CopyReport report;
            try (DestinationSpec.Open open = opened(to, clients)) {
                CopyResult result = copied(image, digest, copier, open);
                if (registry.isTraced()) {
                    result.alreadyThere()
                            .forEach(blob -> terminal.err().println(blob.digest() + " is there already, and not read"));
                }
                AttachmentCopier.Result attached = attached(image, digest, result, open);
                open.finish();
                report = new CopyReport(
                        image.name(),
                        open.image().name(),
                        only(digest, result, chosen, to.takesIndexes()),
                        result,
                        attached,
                        to.note());
            }
            write(report);
            return ExitCode.ACCEPTED;
        } catch (VerificationException e) {
            boolean unknown = e.reason() == VerificationException.Reason.UNSUPPORTED_ALGORITHM;
            return refused(image, e.reason(), e, unknown);
        } catch (MalformedDocumentException e) {
            boolean unknown = e.reason() == MalformedDocumentException.Reason.UNSUPPORTED;
            return refused(image, e.reason(), e, unknown);
        } catch (ImageException e) {
            int status = refused(image, e.reason(), e, e.reason() == ImageException.Reason.UNSUPPORTED);
            if (e.reason() == ImageException.Reason.WRONG_PLATFORM && to.takesIndexes()) {
                terminal.err().println("Try: --all-platforms, which copies the image whatever its platform");
            }
            return status;
        }
    }

    private AttachmentCopier.Result attached(
            ImageSource image, ResolvedDigest digest, CopyResult result, DestinationSpec.Open open) throws IOException {
        if (!withAttachments) {
            return new AttachmentCopier.Result(List.of(), List.of());
        }
        AttachmentCopier.Result attached =
                AttachmentCopier.of(ImageCopier.create()).copy(image, result, open.image());
        if (result.root().digest().equals(digest.digest())) {
            return attached;
        }
        List<String> notes = new ArrayList<>(attached.notes());
        notes.add("What is attached to the index " + digest.digest()
                + " was not copied, because the index was not; use --all-platforms.");
        return new AttachmentCopier.Result(attached.copied(), notes);
    }

    /** {@return the index from which the image was selected, or null} */
    private static CopyReport.@Nullable OnlyOf only(
            ResolvedDigest digest, CopyResult result, @Nullable Platform chosen, boolean allFit) {
        return result.root().digest().equals(digest.digest())
                ? null
                : new CopyReport.OnlyOf(digest.digest(), chosen == null ? DEFAULT_PLATFORM : chosen, allFit);
    }

    private void write(CopyReport report) throws IOException {
        if (format == Format.JSON) {
            report.writeJson(terminal.out());
            terminal.out().flush();
        } else if (!terminal.quiet()) {
            report.write(terminal.out(), terminal.colour(Terminal.ColourMode.AUTO));
        }
    }

    private CopyResult copied(ImageSource image, ResolvedDigest digest, ImageCopier copier, DestinationSpec.Open open)
            throws IOException {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            ImageCopier parallel = copier.withExecutor(threads, jobs);
            if (!terminal.errIsTerminal()) {
                return parallel.copy(image, digest, open.image());
            }
            ProgressBar progress = new ProgressBar(terminal.err(), System::nanoTime);
            try {
                return parallel.withListener(progress).copy(image, digest, open.image());
            } finally {
                progress.clear();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** Without --platform, selects the default platform in an index; anything else is copied whole. */
    private ImageCopier copier(ImageSource image, ResolvedDigest digest, @Nullable Platform chosen) throws IOException {
        ImageCopier copier = ImageCopier.create();
        if (chosen != null) {
            return copier.withPlatform(chosen);
        }
        boolean index = !allPlatforms
                && image.manifest(digest, DocumentLimits.defaults()).orElse(null) instanceof ImageIndex;
        return index ? copier.withPlatform(DEFAULT_PLATFORM) : copier;
    }

    private int refused(ImageSource image, Enum<?> reason, IOException e, boolean undecided) {
        terminal.err()
                .println("tallyclerk: " + Quoted.printable(image.name()) + " was not copied: " + reason + ": "
                        + Messages.of(e));
        return undecided ? ExitCode.INCOMPLETE : ExitCode.REJECTED;
    }

    private ImageSource opened(ImageLocation from, RegistryAccess.Clients clients) throws IOException {
        return Usage.parsed(spec, () -> from.open(clients::of, terminal.temporaryFolder()));
    }

    private DestinationSpec.Open opened(DestinationSpec to, RegistryAccess.Clients clients) throws IOException {
        RegistryClients senders = name -> {
            RegistryClient client = clients.of(name);
            return uploads().map(options -> options.applied(client)).orElse(client);
        };
        return Usage.parsed(spec, () -> to.open(senders, clock, force));
    }
}

package dev.tallyclerk.command;

import dev.tallyclerk.registry.filesystem.ExtractionOptions;
import dev.tallyclerk.registry.filesystem.ExtractionResult;
import dev.tallyclerk.registry.filesystem.ImageExtractor;
import dev.tallyclerk.registry.filesystem.MergeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tallyclerk extract}: unpacks the files of an image into a folder. */
@Command(
        name = "extract",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Unpacks an image into a folder.",
            "Checks the digests of all layers while unpacking; DIR appears only if all match. Writes"
                    + " nothing outside DIR, whatever the image contains. If engines may take another image from an"
                    + " index, names it. Does not decide whether the image is safe to run: see verify."
        },
        footer = {
            "",
            "Exit status: 0 unpacked; 1 the image is malformed or ambiguous, or does not match its"
                    + " digests; 2 it is in an unsupported format, or DIR"
                    + " lacks devices, pipes, modes or capabilities of it; 3 usage error, or reading or writing failed;"
                    + " 4 registry or network error."
        })
final class ExtractCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ImageArgument image;

    @Parameters(
            index = "1",
            paramLabel = "DIR",
            description = "Folder to create. Its parent must exist. An empty folder is replaced, so it cannot be"
                    + " the current one.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String folder;

    @Option(names = "--keep-owner", description = "Keep the owners of files; only root can.")
    private boolean keepOwner;

    @Option(names = "--keep-setid", description = "Keep set-user-ID and set-group-ID bits.")
    private boolean keepSetId;

    @Option(names = "--keep-xattrs", description = "Keep extended attributes in the user namespace.")
    private boolean keepXattrs;

    @Option(names = "--no-times", description = "Do not set the modification times of files.")
    private boolean noTimes;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or json; default text.")
    private FilesCommand.Format format = FilesCommand.Format.TEXT;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private RegistryAccess registry;

    ExtractCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        Path target;
        try {
            target = Path.of(folder);
        } catch (InvalidPathException e) {
            throw Usage.error(spec, "DIR is not a path: " + Messages.of(e));
        }
        if (folder.isEmpty() || target.toAbsolutePath().getFileName() == null) {
            throw Usage.error(spec, "DIR must name a folder to create");
        }
        if (Files.isDirectory(target) && Path.of("").toRealPath().startsWith(target.toRealPath())) {
            throw Usage.error(
                    spec,
                    "DIR is replaced, so it cannot be the current folder or one above it; name a new folder, such as"
                            + " ./files");
        }
        MergeOptions merge = MergeOptions.defaults().withLayerLimits(image.layerLimits());
        ExtractionOptions options = ExtractionOptions.defaults()
                .withOwnership(keepOwner)
                .withSetId(keepSetId)
                .withUserAttributes(keepXattrs)
                .withTimes(!noTimes)
                .withMerge(merge);
        return image.run(terminal, registry, opened -> extracted(opened, options, target));
    }

    private int extracted(ImageArgument.Opened opened, ExtractionOptions options, Path target) throws IOException {
        ExtractionResult result;
        try {
            result = ImageExtractor.of(options).extract(opened.source(), opened.manifest(), opened.config(), target);
        } catch (UnsupportedOperationException e) {
            throw Usage.error(spec, "--keep-owner: " + Messages.of(e));
        }
        ExtractReport report = new ExtractReport(opened.verification(), target, result);
        if (format == FilesCommand.Format.JSON) {
            report.writeJson(terminal.out());
        } else if (!terminal.quiet()) {
            report.writeText(terminal.out());
        }
        terminal.out().flush();
        return result.isComplete() ? ExitCode.ACCEPTED : ExitCode.INCOMPLETE;
    }
}

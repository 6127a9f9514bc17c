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

/** {@code tallyclerk extract}: the files of an image, in a folder. */
@Command(
        name = "extract",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Unpacks an image into a folder.",
            "Every byte of the layers is compared with the digests that lead to it while it is unpacked, and nothing is"
                    + " at DIR before all of them hold. Nothing is written outside DIR, whatever the image says. Whether"
                    + " the image is safe to run is for verify to say."
        },
        footer = {
            "",
            "Exit status: 0 unpacked; 1 the image fails verification, or engines would make different files of it;"
                    + " 2 it is of a kind that cannot be read; 3 wrong use, or something could not be read or written."
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
            description =
                    "The folder to write: a new one in a folder that exists, or an empty one, which is replaced and so"
                            + " cannot be the current one.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String folder;

    @Option(names = "--keep-owner", description = "Give files the owners that they have in the image; only root may.")
    private boolean keepOwner;

    @Option(names = "--keep-setid", description = "Keep the bits that make programs run as their owner or group.")
    private boolean keepSetId;

    @Option(names = "--keep-xattrs", description = "Keep extended attributes of the namespace user.")
    private boolean keepXattrs;

    @Option(names = "--no-times", description = "Leave out when files were last changed.")
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
            throw Usage.error(spec, "DIR is no path: " + Messages.of(e));
        }
        if (folder.isEmpty() || target.toAbsolutePath().getFileName() == null) {
            throw Usage.error(spec, "DIR is no folder that could be made");
        }
        if (Files.isDirectory(target) && Path.of("").toRealPath().startsWith(target.toRealPath())) {
            throw Usage.error(
                    spec,
                    "DIR is replaced by what is unpacked, and a process in it would be left in a folder that is gone;"
                            + " name a new folder, such as ./files");
        }
        MergeOptions merge = MergeOptions.defaults();
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
        } else {
            report.writeText(terminal.out());
        }
        terminal.out().flush();
        return ExitCode.ACCEPTED;
    }
}

package dev.tallyclerk.command;

import dev.tallyclerk.registry.filesystem.ImageFileSystem;
import dev.tallyclerk.registry.filesystem.ImageLayers;
import dev.tallyclerk.registry.filesystem.MergeOptions;
import dev.tallyclerk.registry.layer.LayerEntry;
import dev.tallyclerk.registry.layer.LayerReader;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tallyclerk files}: lists the files of an image, their layers, and what layers still hold. */
@Command(
        name = "files",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Lists the files of an image, and the layer that each comes from.",
            "Unpacks nothing. Checks the digests of all layers before listing anything; with"
                    + " --layer, reads and checks only that layer. If engines may take another image from an index,"
                    + " names it."
        },
        footer = {
            "",
            "Exit status: 0 listed; 1 the image is malformed or ambiguous, or does not match its"
                    + " digests; 2 it is in an unsupported format; 3 usage error, nothing at PATH, or"
                    + " unreadable input; 4 registry or network error."
        })
final class FilesCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ImageArgument image;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "PATH",
            defaultValue = "/",
            description = "File or folder to list; default everything.")
    private String path = "/";

    @Option(
            names = "--layer",
            paramLabel = "N",
            description = "List the entries of layer N as stored, with whiteouts. The lowest layer is 1.")
    private @Nullable Integer layer;

    @Option(names = "--history", description = "List what layers replaced or deleted, and which layer still has it.")
    private boolean history;

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

    FilesCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        if (layer != null && history) {
            throw Usage.error(spec, "--layer and --history cannot be combined");
        }
        path = normalised();
        return image.run(terminal, registry, this::listed);
    }

    /** {@return the path without dots, and without slashes at either end} */
    private String normalised() {
        List<String> names = Stream.of(path.split("/", -1))
                .filter(name -> !name.isEmpty() && !name.equals("."))
                .toList();
        if (names.contains("..")) {
            throw Usage.error(spec, "PATH must not have ..; give the path from the root of the image");
        }
        return String.join("/", names);
    }

    private int listed(ImageArgument.Opened opened) throws IOException {
        Integer number = layer;
        return number == null ? merged(opened) : entries(opened, number);
    }

    private int written(FilesReport report) throws IOException {
        if (format == Format.JSON) {
            report.writeJson(terminal.out());
        } else {
            report.writeText(terminal.out());
        }
        terminal.out().flush();
        return ExitCode.ACCEPTED;
    }

    private int entries(ImageArgument.Opened opened, int number) throws IOException {
        MergeOptions limits = MergeOptions.defaults().withLayerLimits(image.layerLimits());
        ImageLayers layers =
                ImageLayers.of(opened.source(), opened.manifest(), opened.config(), limits.layerVerifier());
        if (number < 1 || number > layers.count()) {
            throw Usage.error(spec, "--layer must be from 1 to " + layers.count());
        }
        try (LayerReader reader = layers.open(number - 1)) {
            Optional<List<LayerEntry>> found = FilesReport.entries(reader, path, limits.maxMemoryBytes());
            if (found.isEmpty()) {
                terminal.err()
                        .println("tallyclerk: the layer's entries need more than " + limits.maxMemoryBytes()
                                + " bytes of memory; give a PATH to list fewer");
                return ExitCode.REJECTED;
            }
            if (found.get().isEmpty() && !path.isEmpty()) {
                return nothing(" in layer " + number);
            }
            return written(FilesReport.ofLayer(opened.verification(), found.get()));
        }
    }

    private int merged(ImageArgument.Opened opened) throws IOException {
        MergeOptions options = MergeOptions.defaults().withLayerLimits(image.layerLimits());
        ImageFileSystem files = ImageFileSystem.of(opened.source(), opened.manifest(), opened.config(), options);
        FilesReport report = history
                ? FilesReport.ofHistory(opened.verification(), files, path)
                : FilesReport.of(opened.verification(), files, path);
        if (report.isEmpty() && !path.isEmpty() && files.file(path).isEmpty()) {
            boolean known = !files.history(path).isEmpty();
            return nothing(known ? " now, but some layer has it; see --history" : "");
        }
        return written(report);
    }

    private int nothing(String where) {
        terminal.err().println("tallyclerk: there is nothing at that path" + where);
        return ExitCode.ERROR;
    }
}

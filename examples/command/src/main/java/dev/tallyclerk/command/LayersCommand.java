package dev.tallyclerk.command;

import dev.tallyclerk.registry.inventory.Inventory;
import dev.tallyclerk.registry.inventory.InventoryAnalyzer;
import dev.tallyclerk.registry.verify.ImageVerification;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tallyclerk layers}: lists the layers of an image, and what each of them brings and wastes. */
@Command(
        name = "layers",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Lists the layers of an image: size, files, packages, and the build step that made each.",
            "Wasted bytes are those of files that a higher layer replaces or deletes: everyone still downloads them."
                    + " The paths that waste most are listed below the layers."
        },
        footer = {
            "",
            "Exit status: 0 listed; 1 the image is malformed or ambiguous, or does not match its"
                    + " digests; 2 it is in an unsupported format, or packages may be missing, and standard error says"
                    + " which; 3 usage error, or unreadable input; 4 registry or network error."
        })
final class LayersCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ImageArgument image;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or json; default text.")
    private FilesCommand.Format format = FilesCommand.Format.TEXT;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private RegistryAccess registry;

    LayersCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        return image.run(terminal, registry, this::list);
    }

    private int list(ImageArgument.Opened opened) throws IOException {
        InventoryAnalyzer packages = InventoryAnalyzer.create();
        ImageVerification layers = image.analyzed(opened, packages);
        Inventory inventory = layers.result(packages).orElseThrow();
        LayersReport report = new LayersReport(opened, layers, inventory);
        if (format == FilesCommand.Format.JSON) {
            report.writeJson(terminal.out());
        } else {
            report.writeText(terminal.out());
        }
        terminal.out().flush();
        return ComparedContents.report(terminal, List.of(inventory));
    }
}

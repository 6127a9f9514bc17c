package dev.tallyclerk.command;

import dev.tallyclerk.registry.inventory.Inventory;
import dev.tallyclerk.registry.inventory.InventoryAnalyzer;
import dev.tallyclerk.registry.sbom.Sbom;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tallyclerk packages}: lists the packages of an image, or what changed between two images. */
@Command(
        name = "packages",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Lists the packages of an image, and the layer since which each is listed.",
            "SOURCE can also be sbom:FILE, a bill of materials in CycloneDX or SPDX 2; its packages are claims.",
            "Reads what package managers of systems and languages left in the image, Java archives, Go programs, Rust"
                    + " programs built with cargo-auditable, and bills of materials. Needs no network apart from the"
                    + " image's registry."
        },
        footer = {
            "",
            "Exit status: 0 listed; 1 the image is malformed or ambiguous, or does not match its"
                    + " digests; 2 it is in an unsupported format, or packages may be missing, and standard error says"
                    + " which; 3 usage error, or unreadable input; 4 registry or network error."
        })
final class PackagesCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ImageArgument image;

    @Option(
            names = "--layer",
            paramLabel = "N",
            description = "List only packages that layer N brought. The lowest layer is 1.")
    private @Nullable Integer layer;

    @Option(
            names = "--diff",
            paramLabel = "OTHER",
            description = "Another image: list the packages and files that it adds, removes or changes.")
    private @Nullable String other;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text, json or jsonl (one package per line); default text.")
    private ListFormat format = ListFormat.TEXT;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private RegistryAccess registry;

    PackagesCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        if (layer != null && other != null) {
            throw Usage.error(spec, "--layer and --diff cannot be combined");
        }
        Optional<Path> document = SbomSource.file(spec, image.source());
        if (document.isPresent()) {
            return claimed(document.get());
        }
        String second = other;
        return image.run(
                terminal,
                registry,
                opened -> second == null
                        ? list(opened)
                        : ComparedContents.compare(
                                terminal,
                                registry,
                                image,
                                opened,
                                second,
                                ImageDiff::ofContents,
                                diff -> diff.write(format, terminal.out())));
    }

    private int claimed(Path file) throws IOException {
        if (layer != null || other != null) {
            throw Usage.error(spec, "--layer and --diff are for images, not for a bill of materials");
        }
        Sbom sbom = SbomSource.open(file);
        write(new PackagesReport(sbom));
        return ended(sbom.inventory());
    }

    private void write(PackagesReport report) throws IOException {
        switch (format) {
            case TEXT -> report.writeText(terminal.out());
            case JSON -> report.writeJson(terminal.out());
            case JSONL -> report.writeLines(terminal.out());
        }
    }

    private int list(ImageArgument.Opened opened) throws IOException {
        Integer only = layer;
        int layers = opened.manifest().layers().size();
        if (only != null && (only < 1 || only > layers)) {
            throw Usage.error(spec, layers == 0 ? "the image has no layers" : "--layer must be from 1 to " + layers);
        }
        InventoryAnalyzer analyzer = InventoryAnalyzer.create();
        Inventory inventory = image.analyzed(opened, analyzer).result(analyzer).orElseThrow();
        write(new PackagesReport(opened.verification(), inventory, only == null ? 0 : only));
        return ended(inventory);
    }

    private int ended(Inventory inventory) {
        terminal.out().flush();
        return ComparedContents.report(terminal, List.of(inventory));
    }
}

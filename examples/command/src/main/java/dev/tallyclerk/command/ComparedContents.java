package dev.tallyclerk.command;

import dev.tallyclerk.registry.analysis.ImageAnalyzer;
import dev.tallyclerk.registry.inventory.Inventory;
import dev.tallyclerk.registry.inventory.InventoryAnalyzer;
import dev.tallyclerk.registry.verify.ImageVerification;
import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The contents of an image, to compare with those of another one.
 *
 * @param files a description of each file, by its path
 */
record ComparedContents(Inventory inventory, SortedMap<String, String> files) {
    /** Makes the comparison of what is not in layers. */
    @FunctionalInterface
    interface Comparison {
        ImageDiff of(ImageArgument.Opened before, ImageArgument.Opened after);
    }

    /** Writes what differs. */
    @FunctionalInterface
    interface Output {
        void write(ImageDiff diff) throws IOException;
    }

    /** Verifies another image too, compares the two, and returns the exit status. */
    static int compare(
            Terminal terminal,
            RegistryAccess registry,
            ImageArgument image,
            ImageArgument.Opened before,
            String other,
            Comparison comparison,
            Output output)
            throws IOException {
        ComparedContents old = of(image, before);
        return image.run(terminal, registry, other, after -> {
            ComparedContents now = of(image, after);
            ImageDiff diff = comparison.of(before, after);
            diff.comparePackages(old.inventory, now.inventory);
            diff.compareFiles(old.files, now.files);
            output.write(diff);
            terminal.out().flush();
            return report(terminal, List.of(old.inventory, now.inventory));
        });
    }

    private static ComparedContents of(ImageArgument image, ImageArgument.Opened opened) throws IOException {
        InventoryAnalyzer packages = InventoryAnalyzer.create();
        ImageAnalyzer<SortedMap<String, String>> files = FileHashes.analyzer();
        ImageVerification layers = image.analyzed(opened, packages, files);
        return new ComparedContents(
                layers.result(packages).orElseThrow(), layers.result(files).orElseGet(TreeMap::new));
    }

    /** Reports what was not found out about packages, and returns the exit status. */
    static int report(Terminal terminal, List<Inventory> inventories) {
        boolean complete = true;
        for (Inventory inventory : inventories) {
            complete &= inventory.isComplete();
            inventory
                    .problems()
                    .forEach(problem ->
                            terminal.err().println("tallyclerk: packages may be missing: " + problem.describe()));
        }
        return complete ? ExitCode.ACCEPTED : ExitCode.INCOMPLETE;
    }
}

package dev.tallyclerk.registry.inventory;

import dev.tallyclerk.registry.analysis.ImageAnalysis;
import dev.tallyclerk.registry.analysis.ImageAnalyzer;
import dev.tallyclerk.registry.internal.inventory.MemoryBudget;
import java.util.Objects;

/**
 * Finds the packages of images while their layers are verified.
 *
 * <p>Reads the databases of dpkg, apk, rpm (SQLite with its write-ahead log, ndb, Berkeley DB), pacman and opkg; what
 * npm, pip, RubyGems and Composer installed; Maven coordinates in Java archives, archives in archives included;
 * {@code deps.json} of .NET programs; the modules of Go programs and the crates of Rust programs built with
 * cargo-auditable; and bills of materials in JSON, the packages of which count only where nothing else lists them.
 * Software that none of these list, for example a program compiled in the image's build, is not found.
 *
 * <p>A database counts where its package manager looks for it, through the links of the image. Files that higher layers
 * delete or replace do not count. What cannot be read is an {@link InventoryProblem}.
 *
 * <p>Reads each file once. Needs memory in proportion to the packages of all layers, within
 * {@link InventoryLimits#maxMemoryBytes}, and about 6 MiB for each layer that is read at the same time. Immutable, and
 * safe for use by several threads.
 *
 * <pre>{@code
 * InventoryAnalyzer analyzer = InventoryAnalyzer.create();
 * ImageVerification image = ImageVerifier.create().withAnalyzer(analyzer).verify(source);
 * Inventory inventory = image.result(analyzer).orElseThrow();
 * }</pre>
 */
public final class InventoryAnalyzer implements ImageAnalyzer<Inventory> {
    private final InventoryLimits limits;

    private InventoryAnalyzer(InventoryLimits limits) {
        this.limits = Objects.requireNonNull(limits, "limits");
    }

    /** {@return an analyzer with the default limits} */
    public static InventoryAnalyzer create() {
        return new InventoryAnalyzer(InventoryLimits.defaults());
    }

    /** {@return this analyzer with other limits, which are for one image} */
    public InventoryAnalyzer withLimits(InventoryLimits limits) {
        return new InventoryAnalyzer(limits);
    }

    @Override
    public ImageAnalysis<?, Inventory> start() {
        MemoryBudget budget = MemoryBudget.ofBytes(limits.maxMemoryBytes());
        return ImageAnalysis.of(
                () -> new LayerScan(limits, budget),
                (image, layers) ->
                        new InventoryMerge(layers).merge(image.files().orElse(null)));
    }
}

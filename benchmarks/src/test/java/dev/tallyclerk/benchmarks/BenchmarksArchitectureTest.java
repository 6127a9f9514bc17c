package dev.tallyclerk.benchmarks;

import dev.tallyclerk.testing.HouseRules;
import org.junit.jupiter.api.Test;

class BenchmarksArchitectureTest {
    /** The scanner of canonical JSON and the decoders are measured alone. */
    @Test
    void usesOnlyWhatOtherModulesExport() {
        HouseRules.of(HouseRules.mainCodeBelow("dev.tallyclerk.benchmarks"))
                .usesOnlyWhatOtherModulesExport(
                        "dev.tallyclerk.internal.json",
                        "dev.tallyclerk.registry.internal.gzip",
                        "dev.tallyclerk.registry.internal.zstd");
    }
}

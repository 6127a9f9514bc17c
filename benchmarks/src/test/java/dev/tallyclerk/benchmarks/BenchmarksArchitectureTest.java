package dev.tallyclerk.benchmarks;

import dev.tallyclerk.testing.HouseRules;
import org.junit.jupiter.api.Test;

class BenchmarksArchitectureTest {
    @Test
    void usesOnlyWhatOtherModulesExport() {
        HouseRules.of(HouseRules.mainCodeBelow("dev.tallyclerk.benchmarks")).usesOnlyWhatOtherModulesExport();
    }
}

package dev.tallyclerk.benchmarks;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.testing.HouseRules;
import org.junit.jupiter.api.Test;

class BenchmarksArchitectureTest {
    @Test
    void usesNothingThatCoreHides() {
        HouseRules.of(HouseRules.mainCodeBelow("dev.tallyclerk.benchmarks")).usesOnlyExportedPackagesOf(Digest.class);
    }
}

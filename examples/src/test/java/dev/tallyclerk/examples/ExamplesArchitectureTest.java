package dev.tallyclerk.examples;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.testing.HouseRules;
import org.junit.jupiter.api.Test;

class ExamplesArchitectureTest {
    @Test
    void usesNothingThatCoreHides() {
        HouseRules.of(HouseRules.mainCodeBelow("dev.tallyclerk.examples")).usesOnlyExportedPackagesOf(Digest.class);
    }
}

package dev.tallyclerk.examples;

import dev.tallyclerk.testing.HouseRules;
import org.junit.jupiter.api.Test;

class ExamplesArchitectureTest {
    @Test
    void usesOnlyWhatOtherModulesExport() {
        HouseRules.of(HouseRules.mainCodeBelow("dev.tallyclerk.examples")).usesOnlyWhatOtherModulesExport();
    }
}

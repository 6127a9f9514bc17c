package dev.tallyclerk.examples;

import dev.tallyclerk.testing.HouseRules;
import org.junit.jupiter.api.Test;

class ProgramsArchitectureTest {
    @Test
    void usesOnlyWhatOtherModulesExport() {
        HouseRules.of(HouseRules.mainCodeBelow("dev.tallyclerk.examples")).usesOnlyWhatOtherModulesExport();
    }
}

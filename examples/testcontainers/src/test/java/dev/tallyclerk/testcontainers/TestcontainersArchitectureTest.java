package dev.tallyclerk.testcontainers;

import dev.tallyclerk.testing.HouseRules;
import org.junit.jupiter.api.Test;

class TestcontainersArchitectureTest {
    @Test
    void usesOnlyWhatOtherModulesExport() {
        HouseRules.of(HouseRules.mainCodeBelow("dev.tallyclerk.testcontainers")).usesOnlyWhatOtherModulesExport();
    }
}

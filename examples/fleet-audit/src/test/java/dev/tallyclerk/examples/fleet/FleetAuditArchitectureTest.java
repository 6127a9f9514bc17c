package dev.tallyclerk.examples.fleet;

import dev.tallyclerk.testing.HouseRules;
import org.junit.jupiter.api.Test;

class FleetAuditArchitectureTest {
    @Test
    void usesOnlyWhatOtherModulesExport() {
        HouseRules.of(HouseRules.mainCodeBelow("dev.tallyclerk.examples.fleet")).usesOnlyWhatOtherModulesExport();
    }
}

package dev.tallyclerk.examples.fleet.spark;

import dev.tallyclerk.testing.HouseRules;
import org.junit.jupiter.api.Test;

class FleetSparkArchitectureTest {
    @Test
    void usesOnlyWhatOtherModulesExport() {
        HouseRules.of(HouseRules.mainCodeBelow("dev.tallyclerk.examples.fleet.spark"))
                .usesOnlyWhatOtherModulesExport("dev.tallyclerk.examples.fleet");
    }
}

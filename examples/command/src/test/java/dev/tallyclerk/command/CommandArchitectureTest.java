package dev.tallyclerk.command;

import dev.tallyclerk.testing.HouseRules;
import org.junit.jupiter.api.Test;

class CommandArchitectureTest {
    private static final HouseRules HOUSE = HouseRules.of(HouseRules.mainCodeBelow("dev.tallyclerk.command"));

    @Test
    void filesHaveNoCircles() {
        HOUSE.filesHaveNoCircles();
    }

    @Test
    void usesOnlyWhatOtherModulesExport() {
        HOUSE.usesOnlyWhatOtherModulesExport();
    }
}

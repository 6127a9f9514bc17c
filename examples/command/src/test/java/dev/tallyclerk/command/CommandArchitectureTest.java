package dev.tallyclerk.command;

import dev.tallyclerk.testing.HouseRules;
import org.junit.jupiter.api.Test;

class CommandArchitectureTest {
    @Test
    void usesOnlyWhatOtherModulesExport() {
        HouseRules.of(HouseRules.mainCodeBelow("dev.tallyclerk.command")).usesOnlyWhatOtherModulesExport();
    }
}

package dev.tallyclerk.maven;

import dev.tallyclerk.testing.HouseRules;
import org.junit.jupiter.api.Test;

class MavenPluginArchitectureTest {
    @Test
    void usesOnlyWhatOtherModulesExport() {
        HouseRules.of(HouseRules.mainCodeBelow("dev.tallyclerk.maven")).usesOnlyWhatOtherModulesExport();
    }
}

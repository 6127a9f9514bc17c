package dev.tallyclerk.examples.proxy;

import dev.tallyclerk.testing.HouseRules;
import org.junit.jupiter.api.Test;

class VerifyingProxyArchitectureTest {
    @Test
    void usesOnlyWhatOtherModulesExport() {
        HouseRules.of(HouseRules.mainCodeBelow("dev.tallyclerk.examples.proxy")).usesOnlyWhatOtherModulesExport();
    }
}

package dev.tallyclerk.registry.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.testing.OptionSetters;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FleetLimitsTest {
    @Test
    void eachSetterChangesItsOwnLimit() {
        assertEquals(Set.of(), OptionSetters.checkAllOf(FleetLimits.defaults()));
    }

    @Test
    void limitsArePositive() {
        assertThrows(
                IllegalArgumentException.class, () -> FleetLimits.defaults().withMaxLayers(0));
    }
}

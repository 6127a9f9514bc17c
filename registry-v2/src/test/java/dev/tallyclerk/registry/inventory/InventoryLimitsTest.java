package dev.tallyclerk.registry.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.testing.OptionSetters;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InventoryLimitsTest {
    @Test
    void eachSetterChangesItsOwnLimit() {
        assertEquals(Set.of(), OptionSetters.checkAllOf(InventoryLimits.defaults()));
    }

    @Test
    void limitsArePositive() {
        assertThrows(
                IllegalArgumentException.class, () -> InventoryLimits.defaults().withMaxArchiveDepth(0));
    }
}

package dev.tallyclerk;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.engine.EngineLimits;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.hardening.audit.Gate;
import dev.tallyclerk.testing.OptionSetters;
import dev.tallyclerk.verify.store.StoreLimits;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OptionsTest {
    @Test
    void everySetterChangesItsOptionOnly() {
        assertEquals(Set.of(), OptionSetters.checkAllOf(StoreLimits.defaults()));
        assertEquals(Set.of(), OptionSetters.checkAllOf(SubjectLimits.defaults()));
        assertEquals(Set.of(), OptionSetters.checkAllOf(EngineLimits.defaults()));
        assertEquals(Set.of("failOn"), OptionSetters.checkAllOf(Gate.at(Severity.HIGH)));
    }
}

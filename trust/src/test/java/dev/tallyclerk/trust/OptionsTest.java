package dev.tallyclerk.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.testing.OptionSetters;
import dev.tallyclerk.trust.attestation.AttestationLimits;
import dev.tallyclerk.trust.cosign.CosignLimits;
import dev.tallyclerk.trust.notation.NotationLimits;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OptionsTest {
    @Test
    void everySetterChangesItsOptionOnly() {
        assertEquals(Set.of(), OptionSetters.checkAllOf(TufLimits.defaults()));
        assertEquals(Set.of(), OptionSetters.checkAllOf(NotationLimits.defaults()));
        AttestationLimits attestations = AttestationLimits.defaults();
        assertEquals(Set.of(), OptionSetters.checkAllOf(attestations));
        assertEquals(Set.of(), OptionSetters.checkAllOf(CosignLimits.defaults(), attestations.withMaxEntries(5)));
    }
}
